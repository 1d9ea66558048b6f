/// Reads Office Open XML workbooks (ECMA-376, transitional and strict) whoever wrote them.
#pragma once

#include "paymeter/base/bytes.hpp"
#include "paymeter/port/workbook.hpp"

namespace paymeter::adapter::spreadsheet {

/// Worksheets in the order of their tabs; chart sheets are left out.
/// Errors: sheet_not_workbook, sheet_too_large, sheet_damaged.
Result<port::Workbook> read_xlsx(Bytes file);

}  // namespace paymeter::adapter::spreadsheet
