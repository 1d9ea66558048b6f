// .xlsx by libxlsxwriter, through a temporary file.
#include "paymeter/adapter/spreadsheet/xlsx_writer.hpp"

#include <xlsxwriter.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "paymeter/adapter/spreadsheet/temp_file.hpp"

namespace paymeter::adapter::spreadsheet {
namespace {

constexpr lxw_row_t kChoiceRows = 20'000;  // drop-downs reach this far below the titles
constexpr std::size_t kListTextMax = 255;  // what a validation may hold inline (Excel)
constexpr const char* kChoiceSheet = "choices";

/// One workbook being written; libxlsxwriter frees everything in workbook_close.
class Writer {
 public:
  explicit Writer(const std::string& path) : book_(workbook_new(path.c_str())) {
    title_ = workbook_add_format(book_);
    format_set_bold(title_);
    format_set_bg_color(title_, 0xD9E7FB);
    format_set_border(title_, LXW_BORDER_THIN);
    text_ = workbook_add_format(book_);
    format_set_num_format(text_, "@");
  }
  ~Writer() {
    if (book_) lxw_workbook_free(book_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Result<> add(const port::SheetContent& content);
  Result<> close();

 private:
  Result<> write_titles(lxw_worksheet* sheet, const port::SheetContent& content);
  Result<> write_row(lxw_worksheet* sheet, lxw_row_t row, const port::SheetContent& content,
                     const std::vector<std::string>& cells);
  Result<> add_choices(lxw_worksheet* sheet, lxw_col_t column, const port::SheetColumn& spec);
  std::string long_list_formula(const std::vector<std::string>& choices);
  static Result<> check(lxw_error error, std::string_view where);

  lxw_workbook* book_;
  lxw_format* title_;
  lxw_format* text_;
  std::vector<std::vector<std::string>> long_lists_;
};

Result<> Writer::check(lxw_error error, std::string_view where) {
  if (error == LXW_NO_ERROR) return {};
  return fail(Errc::sheet_damaged, std::string(where) + ": " + lxw_strerror(error));
}

Result<> Writer::add(const port::SheetContent& content) {
  if (content.name.empty()) return fail(Errc::sheet_damaged, "a sheet needs a name");
  if (auto ok = check(workbook_validate_sheet_name(book_, content.name.c_str()), content.name); !ok)
    return ok;
  lxw_worksheet* sheet = workbook_add_worksheet(book_, content.name.c_str());
  if (!sheet) return fail(Errc::sheet_damaged, "sheet " + content.name);
  if (auto ok = write_titles(sheet, content); !ok) return ok;
  for (std::size_t i = 0; i < content.rows.size(); ++i)
    if (auto ok = write_row(sheet, static_cast<lxw_row_t>(i + 1), content, content.rows[i]); !ok)
      return ok;
  worksheet_freeze_panes(sheet, 1, 0);
  if (!content.columns.empty())
    return check(worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(content.rows.size()),
                                      static_cast<lxw_col_t>(content.columns.size() - 1)),
                 content.name);
  return {};
}

Result<> Writer::write_titles(lxw_worksheet* sheet, const port::SheetContent& content) {
  for (std::size_t i = 0; i < content.columns.size(); ++i) {
    const auto& spec = content.columns[i];
    const auto column = static_cast<lxw_col_t>(i);
    // Text columns are text from the start: Excel then keeps `0012` as it is typed.
    worksheet_set_column(sheet, column, column, spec.width, spec.numeric ? nullptr : text_);
    if (auto ok =
            check(worksheet_write_string(sheet, 0, column, spec.title.c_str(), title_), spec.title);
        !ok)
      return ok;
    if (!spec.comment.empty()) {
      lxw_comment_options options{};
      options.x_scale = 2.4;
      options.y_scale =
          1.0 +
          static_cast<double>(std::count(spec.comment.begin(), spec.comment.end(), '\n')) * 0.35;
      if (auto ok =
              check(worksheet_write_comment_opt(sheet, 0, column, spec.comment.c_str(), &options),
                    spec.title);
          !ok)
        return ok;
    }
    if (!spec.choices.empty())
      if (auto ok = add_choices(sheet, column, spec); !ok) return ok;
  }
  return {};
}

Result<> Writer::write_row(lxw_worksheet* sheet, lxw_row_t row, const port::SheetContent& content,
                           const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& text = cells[i];
    if (text.empty()) continue;
    const auto column = static_cast<lxw_col_t>(i);
    const bool numeric = i < content.columns.size() && content.columns[i].numeric;
    double number = 0;
    lxw_error error = LXW_NO_ERROR;
    if (numeric && is_plain_number(text)) {
      std::from_chars(text.data(), text.data() + text.size(), number);
      error = worksheet_write_number(sheet, row, column, number, nullptr);
    } else {
      error = worksheet_write_string(sheet, row, column, text.c_str(), numeric ? nullptr : text_);
    }
    if (auto ok = check(error, content.name + " row " + std::to_string(row + 1)); !ok) return ok;
  }
  return {};
}

/// The list offers, it does not forbid: the importer understands more spellings than it shows.
Result<> Writer::add_choices(lxw_worksheet* sheet, lxw_col_t column,
                             const port::SheetColumn& spec) {
  std::size_t length = 0;
  bool has_comma = false;
  std::vector<const char*> list;
  for (const auto& choice : spec.choices) {
    length += choice.size() + 1;
    has_comma = has_comma || choice.find(',') != std::string::npos;
    list.push_back(choice.c_str());
  }
  list.push_back(nullptr);
  lxw_data_validation validation{};
  validation.ignore_blank = LXW_VALIDATION_ON;
  validation.dropdown = LXW_VALIDATION_ON;
  validation.show_error = LXW_VALIDATION_OFF;
  std::string formula;
  if (length > kListTextMax || has_comma) {
    formula = long_list_formula(spec.choices);
    validation.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
    validation.value_formula = formula.data();
  } else {
    validation.validate = LXW_VALIDATION_TYPE_LIST;
    validation.value_list = const_cast<char**>(list.data());
  }
  return check(worksheet_data_validation_range(sheet, 1, column, kChoiceRows, column, &validation),
               spec.title);
}

std::string Writer::long_list_formula(const std::vector<std::string>& choices) {
  long_lists_.push_back(choices);
  char letters[LXW_MAX_COL_NAME_LENGTH] = {};
  lxw_col_to_name(letters, static_cast<lxw_col_t>(long_lists_.size() - 1), 1);
  return std::string("=") + kChoiceSheet + "!" + letters + "$1:" + letters + "$" +
         std::to_string(choices.size());
}

Result<> Writer::close() {
  if (!long_lists_.empty()) {
    lxw_worksheet* sheet = workbook_add_worksheet(book_, kChoiceSheet);
    if (!sheet) return fail(Errc::sheet_damaged, "a sheet is already called choices");
    for (std::size_t column = 0; column < long_lists_.size(); ++column)
      for (std::size_t row = 0; row < long_lists_[column].size(); ++row)
        worksheet_write_string(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column),
                               long_lists_[column][row].c_str(), nullptr);
    worksheet_hide(sheet);
  }
  return check(workbook_close(std::exchange(book_, nullptr)), "workbook");
}

}  // namespace

bool is_plain_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? "0" : text.substr(point + 1);
  const auto digits = [](std::string_view t) {
    return !t.empty() && t.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!digits(whole) || !digits(fraction)) return false;
  if (whole.size() > 1 && whole.front() == '0') return false;
  return whole.size() + (point == std::string_view::npos ? 0 : fraction.size()) <= 15;
}

Result<Buffer> write_xlsx(const std::vector<port::SheetContent>& sheets) {
  if (sheets.empty()) return fail(Errc::sheet_damaged, "a workbook needs a sheet");
  const auto file = TempFile::create({});
  if (!file) return fail(file.error());
  {
    Writer writer(file->path());
    for (const auto& sheet : sheets)
      if (const auto ok = writer.add(sheet); !ok) return fail(ok.error());
    if (const auto ok = writer.close(); !ok) return fail(ok.error());
  }
  return file->content();
}

}  // namespace paymeter::adapter::spreadsheet
