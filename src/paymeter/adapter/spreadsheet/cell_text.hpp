/// Cell values as the text that a person sees in the spreadsheet: numbers, dates, clean UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paymeter::adapter::spreadsheet {

/// Decimal text of at most 15 significant digits, without exponent and trailing zeros: `0.65`,
/// `1200`; what Excel stores as 0.30000000000000004 gives `0.3`. Not finite: empty.
std::string number_text(double value);

/// Parses a number as XML writers store it (`1.2E-3` too). Empty: not a number.
std::optional<double> parse_stored_number(std::string_view text);

/// Which day number 0 is. y1900 includes Excel's non-existent 1900-02-29 (ECMA-376 18.17.4.1).
enum class DateSystem { y1900, y1904 };

/// `2026-11-22`, `2026-11-22 08:00:00` (rounded to the second), `08:00:00` below one day.
/// Outside the years 1900–9999: the number itself.
std::string date_text(double serial, DateSystem system);

/// `2026-11-22T08:00:00Z` as strict writers store dates -> the forms of date_text.
std::string iso_date_text(std::string_view iso);

/// Does a number format show a date or time? Built-in ids (ECMA-376 18.8.30, East Asian ones too).
bool is_builtin_date_format(int id);
/// Looks at the format code outside quotes, brackets and escapes: `yyyy"年"m"月"`, `[h]:mm`.
bool is_date_format(std::string_view format_code);

/// Valid UTF-8 without control characters except tab and newline; bad bytes become U+FFFD.
/// `_x000D_` escapes (ECMA-376 22.4.2.4) are resolved.
std::string clean_text(std::string_view raw);

/// 0-based column of a reference: `A1` 0, `AA7` 26. Empty: not a reference.
std::optional<int> column_of_reference(std::string_view reference);

}  // namespace paymeter::adapter::spreadsheet
