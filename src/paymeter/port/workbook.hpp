/// Spreadsheets as plain tables, so that services never know a file format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter::port {

/// A sheet's cells as text, exactly as a person sees the value (numbers without exponent or
/// trailing zeros: `1`, `0.65`; dates as `2026-11-22` or `2026-11-22 08:00:00`). Missing = empty.
struct Sheet {
  std::string name;
  std::vector<std::vector<std::string>> rows;
};
struct Workbook {
  std::vector<Sheet> sheets;
};

/// Sheets to write: a title row in bold, then rows. A cell that reads as an integer or a decimal
/// number and whose column is `numeric` becomes a number, everything else text.
struct SheetColumn {
  std::string title;
  bool numeric = false;
  int width = 14;                    ///< characters
  std::string comment;               ///< note on the title cell, may be empty
  std::vector<std::string> choices;  ///< drop-down list, may be empty
};
struct SheetContent {
  std::string name;
  std::vector<SheetColumn> columns;
  std::vector<std::vector<std::string>> rows;
};

class WorkbookFormat {
 public:
  virtual ~WorkbookFormat() = default;
  /// Reads .xlsx or .xls, told apart by content. Blocking: call it off the station's thread or
  /// where a short stop does not matter. Limits: 20 MB file, 100 MB unpacked, 64 sheets,
  /// 100,000 rows and 256 columns a sheet.
  /// Errors: sheet_not_workbook, sheet_too_large, sheet_damaged.
  virtual Result<Workbook> read(Bytes file) = 0;
  /// Errors: sheet_damaged (cannot be written; detail says why).
  virtual Result<Buffer> write_xlsx(const std::vector<SheetContent>& sheets) = 0;
};

}  // namespace paymeter::port
