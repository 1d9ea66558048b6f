// Pango lays the text out, Cairo writes the pages.
#include "paymeter/adapter/report/pdf_page.hpp"

#include <cairo-pdf.h>

#include <algorithm>

#include "paymeter/base/assert.hpp"

namespace paymeter::adapter {
namespace {

constexpr double kWidth = 841.89, kHeight = 595.28, kMargin = 28, kCellPad = 3;
/// The first one that is installed; fonts-wqy-microhei comes with the packages of set-up.
constexpr const char* kFamilies = "WenQuanYi Micro Hei, Noto Sans CJK SC, sans-serif";

cairo_status_t append(void* closure, const unsigned char* data, unsigned int length) {
  auto* out = static_cast<Buffer*>(closure);
  out->insert(out->end(), data, data + length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

PdfPage::PdfPage(const std::string& title, const std::string& embedded)
    : surface_(cairo_pdf_surface_create_for_stream(append, &out_, kWidth, kHeight)),
      cairo_(cairo_create(surface_.get())),
      y_(kMargin) {
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_KEYWORDS, embedded.c_str());
}

PdfPage::Layout PdfPage::lay_out(const std::string& text, double size, Style style,
                                 double width) const {
  Layout layout(pango_cairo_create_layout(cairo_.get()));
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family(font, kFamilies);
  pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
  if (style == Style::bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

void PdfPage::number_page() {
  const auto layout = lay_out(std::to_string(page_), 8, Style::plain, 60);
  cairo_move_to(cairo_.get(), kWidth - kMargin - 20, kHeight - kMargin + 6);
  pango_cairo_show_layout(cairo_.get(), layout.get());
}

void PdfPage::make_room(double height) {
  if (y_ + height <= kHeight - kMargin || y_ <= kMargin) return;
  number_page();
  cairo_show_page(cairo_.get());
  ++page_;
  y_ = kMargin;
}

void PdfPage::put(const std::string& text, double size, Style style) {
  const auto layout = lay_out(text, size, style, kWidth - 2 * kMargin);
  int width = 0, height = 0;
  pango_layout_get_size(layout.get(), &width, &height);
  const double tall = static_cast<double>(height) / PANGO_SCALE;
  make_room(tall);
  cairo_move_to(cairo_.get(), kMargin, y_);
  pango_cairo_show_layout(cairo_.get(), layout.get());
  y_ += tall + 2;
}

void PdfPage::title(const std::string& text) {
  put(text, 18, Style::bold);
  gap(6);
}
void PdfPage::heading(const std::string& text) {
  gap(10);
  make_room(60);  // never alone at the bottom
  put(text, 12, Style::bold);
  gap(2);
}
void PdfPage::line(const std::string& text) { put(text, 10, Style::plain); }
void PdfPage::small(const std::string& text) { put(text, 8, Style::plain); }

void PdfPage::row(const std::vector<double>& widths, const std::vector<std::string>& cells,
                  Style style) {
  PAYMETER_ASSERT(widths.size() == cells.size());
  std::vector<Layout> layouts;
  double tall = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    layouts.push_back(lay_out(cells[i], 8, style, widths[i] - 2 * kCellPad));
    int width = 0, height = 0;
    pango_layout_get_size(layouts.back().get(), &width, &height);
    tall = std::max(tall, static_cast<double>(height) / PANGO_SCALE);
  }
  tall += 2 * kCellPad;
  make_room(tall);
  double x = kMargin;
  cairo_set_line_width(cairo_.get(), 0.4);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cairo_rectangle(cairo_.get(), x, y_, widths[i], tall);
    if (style == Style::bold) {
      cairo_set_source_rgb(cairo_.get(), 0.92, 0.92, 0.92);
      cairo_fill_preserve(cairo_.get());
      cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
    }
    cairo_stroke(cairo_.get());
    cairo_move_to(cairo_.get(), x + kCellPad, y_ + kCellPad);
    pango_cairo_show_layout(cairo_.get(), layouts[i].get());
    x += widths[i];
  }
  y_ += tall;
}

Result<Buffer> PdfPage::finish() {
  number_page();
  cairo_.reset();
  cairo_surface_finish(surface_.get());
  const cairo_status_t status = cairo_surface_status(surface_.get());
  if (status != CAIRO_STATUS_SUCCESS)
    return fail(Errc::internal_error, cairo_status_to_string(status));
  return std::move(out_);
}

}  // namespace paymeter::adapter
