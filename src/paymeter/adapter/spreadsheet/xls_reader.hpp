/// Reads the binary workbooks of Excel 97–2003 (.xls).
#pragma once

#include "paymeter/base/bytes.hpp"
#include "paymeter/port/workbook.hpp"

namespace paymeter::adapter::spreadsheet {

/// Errors: sheet_not_workbook, sheet_too_large, sheet_damaged (passwords and charts too: the
/// detail asks to save the file as .xlsx).
Result<port::Workbook> read_xls(Bytes file);

}  // namespace paymeter::adapter::spreadsheet
