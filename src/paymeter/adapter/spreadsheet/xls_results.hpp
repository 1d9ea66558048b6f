/// The cells of an .xls that FreeXL passes over without a word: formula results and booleans.
#pragma once

#include <string>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter::adapter::spreadsheet {

/// One cell; sheet, row and column count from 0. Booleans read TRUE and FALSE, errors `#N/A` ….
/// A date computed by a formula shows its day number.
struct ResultCell {
  std::size_t sheet = 0, row = 0, column = 0;
  std::string text;
};

/// Source: [MS-XLS] 2.4.127 Formula, 2.4.24 BoolErr, 2.4.268 String, 2.4.28 BoundSheet8.
/// Errors: sheet_damaged (also a text result in files older than Excel 97).
Result<std::vector<ResultCell>> read_result_cells(Bytes file);

}  // namespace paymeter::adapter::spreadsheet
