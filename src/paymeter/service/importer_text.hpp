/// Understanding what people type into cells: spaces, full-width forms, numbers, floors, times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paymeter/base/time.hpp"

namespace paymeter::service {

/// Trimmed, inner blanks and line breaks as one space; zero-width characters removed.
std::string display_text(std::string_view text);
/// display_text with full-width ASCII as half-width: `１２０３` -> `1203`.
std::string plain_text(std::string_view text);
/// plain_text of an identifier; what Excel made a decimal loses it: `1203.0` -> `1203`.
std::string code_text(std::string_view text);
/// For comparing titles and names: plain_text in lower case.
std::string folded(std::string_view text);
/// For comparing titles: folded, without spaces, `*`, `:` and a remark in brackets at the end.
std::string folded_title(std::string_view text);

/// Code points in valid UTF-8.
std::size_t length_in_characters(std::string_view text);

enum class NumberFault { none, not_a_number, too_many_decimals, too_large };
struct ScaledNumber {
  std::int64_t value = 0;  ///< × 10^decimals
  NumberFault fault = NumberFault::none;
};
/// Decimal text (`1,200.50`, `-3`, `¥12`) as an integer of 10^-decimals; never through floating
/// point. Requires: 0 <= decimals <= 8.
ScaledNumber parse_scaled(std::string_view text, int decimals);
/// `0.65` for (65000000, 8): no trailing zeros.
std::string format_scaled(std::int64_t value, int decimals);

/// `3`, `-1`, `3F`, `3层`, `3楼`, `B1`, `地下1层`.
std::optional<int> parse_floor(std::string_view text);
/// `2026-11-22`, `2026/11/22 8:00`, `2026-11-22 08:00:00`, `2026年11月22日`: local time.
std::optional<CivilTime> parse_local_time(std::string_view text);

/// Offset of a time zone without daylight saving; empty: unknown, or a zone that has it.
std::optional<Millis> fixed_zone_offset(std::string_view zone);

/// Column letters as the spreadsheet shows them: 0 -> A, 26 -> AA.
std::string column_letters(std::size_t column);

}  // namespace paymeter::service
