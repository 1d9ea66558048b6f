/// Lines and table rows on A4 pages, top to bottom; begins a new page when one is full.
#pragma once

#include <pango/pangocairo.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter::adapter {

/// Landscape, sizes in points (1/72 inch). One object makes one document.
class PdfPage {
 public:
  enum class Style : std::uint8_t { plain, bold };
  /// `embedded`: ASCII text kept in the document's properties.
  PdfPage(const std::string& title, const std::string& embedded);

  void title(const std::string& text);
  void heading(const std::string& text);
  void line(const std::string& text);
  void small(const std::string& text);
  void gap(double points) { y_ += points; }
  /// Cells wrap within their widths; a row never breaks across pages.
  /// Requires: as many cells as widths.
  void row(const std::vector<double>& widths, const std::vector<std::string>& cells,
           Style style = Style::plain);

  /// Errors: internal_error (the drawing library failed).
  Result<Buffer> finish();

 private:
  struct Drop {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
    void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  };
  using Layout = std::unique_ptr<PangoLayout, Drop>;

  Layout lay_out(const std::string& text, double size, Style style, double width) const;
  void put(const std::string& text, double size, Style style);
  void make_room(double height);
  void number_page();

  Buffer out_;
  std::unique_ptr<cairo_surface_t, Drop> surface_;
  std::unique_ptr<cairo_t, Drop> cairo_;
  double y_ = 0;
  int page_ = 1;
};

}  // namespace paymeter::adapter
