/// Collects the cells of one sheet in any order, within the limits; empty cells cost nothing.
#pragma once

#include <cstddef>
#include <string>

#include "paymeter/adapter/spreadsheet/limits.hpp"
#include "paymeter/port/workbook.hpp"

namespace paymeter::adapter::spreadsheet {

class SheetBuilder {
 public:
  SheetBuilder(std::string name, Budget& budget) : budget_(budget) {
    sheet_.name = std::move(name);
  }
  /// row and column count from 0. Errors: sheet_too_large.
  Result<> put(std::size_t row, std::size_t column, std::string text);
  port::Sheet take() { return std::move(sheet_); }

 private:
  port::Sheet sheet_;
  Budget& budget_;
};

inline Result<> SheetBuilder::put(std::size_t row, std::size_t column, std::string text) {
  if (text.empty()) return {};
  if (row >= kRowsMax || column >= kColumnsMax)
    return fail(Errc::sheet_too_large,
                sheet_.name + ": at most 100,000 rows and 256 columns are read");
  if (const auto ok = budget_.spend_text(text.size()); !ok) return ok;
  if (row >= sheet_.rows.size()) sheet_.rows.resize(row + 1);
  auto& cells = sheet_.rows[row];
  if (column >= cells.size()) {
    if (const auto ok = budget_.spend_cells(column + 1 - cells.size()); !ok) return ok;
    cells.resize(column + 1);
  }
  cells[column] = std::move(text);
  return {};
}

}  // namespace paymeter::adapter::spreadsheet
