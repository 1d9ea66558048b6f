/// Writes .xlsx workbooks: bold frozen titles, filters, notes, drop-down lists.
#pragma once

#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/port/workbook.hpp"

namespace paymeter::adapter::spreadsheet {

/// May `text` be stored as a number without changing what it says? No leading zeros, no sign
/// but `-`, no exponent, at most 15 significant digits.
bool is_plain_number(std::string_view text);

/// Errors: sheet_damaged (a sheet name that Excel refuses, limits of the format, disk).
Result<Buffer> write_xlsx(const std::vector<port::SheetContent>& sheets);

}  // namespace paymeter::adapter::spreadsheet
