// .xls by FreeXL, which wants a path.
#include "paymeter/adapter/spreadsheet/xls_reader.hpp"

#include <freexl.h>

#include <memory>

#include "paymeter/adapter/spreadsheet/cell_text.hpp"
#include "paymeter/adapter/spreadsheet/sheet_builder.hpp"
#include "paymeter/adapter/spreadsheet/temp_file.hpp"
#include "paymeter/adapter/spreadsheet/xls_results.hpp"

namespace paymeter::adapter::spreadsheet {
namespace {

struct CloseXls {
  void operator()(const void* handle) const { freexl_close(handle); }
};
using XlsHandle = std::unique_ptr<const void, CloseXls>;

tl::unexpected<Error> unreadable(const std::string& what, int code) {
  return fail(Errc::sheet_damaged, what + " (FreeXL " + std::to_string(code) +
                                       "): save the file as .xlsx without charts");
}

std::string value_text(const FreeXL_CellValue& cell) {
  switch (cell.type) {
    case FREEXL_CELL_INT:
      return std::to_string(cell.value.int_value);
    case FREEXL_CELL_DOUBLE:
      return number_text(cell.value.double_value);
    case FREEXL_CELL_TEXT:
    case FREEXL_CELL_SST_TEXT:
      return cell.value.text_value ? clean_text(cell.value.text_value) : std::string{};
    case FREEXL_CELL_DATE:
    case FREEXL_CELL_DATETIME:
    case FREEXL_CELL_TIME: {
      std::string text = clean_text(cell.value.text_value);
      // Midnight is a date without time, as in .xlsx.
      if (text.size() == 19 && text.ends_with(" 00:00:00")) text.resize(10);
      return text;
    }
    default:
      return {};
  }
}

Result<port::Sheet> read_sheet(const void* handle, unsigned short number,
                               const std::vector<ResultCell>& results, Budget& budget) {
  const char* name = nullptr;
  if (const int code = freexl_get_worksheet_name(handle, number, &name); code != FREEXL_OK || !name)
    return unreadable("sheet name", code);
  if (const int code = freexl_select_active_worksheet(handle, number); code != FREEXL_OK)
    return unreadable("sheet", code);
  unsigned int rows = 0;
  unsigned short columns = 0;
  if (const int code = freexl_worksheet_dimensions(handle, &rows, &columns); code != FREEXL_OK)
    return unreadable("size of sheet", code);
  SheetBuilder builder(clean_text(name), budget);
  for (unsigned int row = 0; row < rows; ++row)
    for (unsigned short column = 0; column < columns; ++column) {
      FreeXL_CellValue cell{};
      if (const int code = freexl_get_cell_value(handle, row, column, &cell); code != FREEXL_OK)
        return unreadable("cell", code);
      if (const auto ok = builder.put(row, column, value_text(cell)); !ok) return fail(ok.error());
    }
  for (const auto& cell : results)
    if (cell.sheet == number)
      if (const auto ok = builder.put(cell.row, cell.column, cell.text); !ok)
        return fail(ok.error());
  return builder.take();
}

Result<unsigned int> info(const void* handle, unsigned short what) {
  unsigned int value = 0;
  if (const int code = freexl_get_info(handle, what, &value); code != FREEXL_OK)
    return unreadable("workbook", code);
  return value;
}

}  // namespace

Result<port::Workbook> read_xls(Bytes file) {
  const auto copy = TempFile::create(file);
  if (!copy) return fail(copy.error());
  const void* raw = nullptr;
  const int opened = freexl_open(copy->path().c_str(), &raw);
  const XlsHandle handle(raw);
  if (opened == FREEXL_BIFF_WORKBOOK_NOT_FOUND)
    return fail(Errc::sheet_not_workbook,
                "no workbook inside; if it is protected by a password, save it without one");
  if (opened != FREEXL_OK) return unreadable("workbook", opened);
  const auto password = info(handle.get(), FREEXL_BIFF_PASSWORD);
  if (!password) return fail(password.error());
  if (*password == FREEXL_BIFF_OBFUSCATED)
    return fail(Errc::sheet_damaged, "protected by a password: save it without one");
  const auto count = info(handle.get(), FREEXL_BIFF_SHEET_COUNT);
  if (!count) return fail(count.error());
  if (*count > kSheetsMax) return fail(Errc::sheet_too_large, "more than 64 sheets");
  const auto results = read_result_cells(file);
  if (!results) return fail(results.error());

  port::Workbook workbook;
  Budget budget;
  for (unsigned int i = 0; i < *count; ++i) {
    auto sheet = read_sheet(handle.get(), static_cast<unsigned short>(i), *results, budget);
    if (!sheet) return fail(sheet.error());
    workbook.sheets.push_back(std::move(*sheet));
  }
  return workbook;
}

}  // namespace paymeter::adapter::spreadsheet
