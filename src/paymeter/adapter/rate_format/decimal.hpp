/// Decimal text as integers of a fixed number of places: prices, limits, fees.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "paymeter/domain/rating/wide.hpp"

namespace paymeter::adapter::rate_format {

/// `-12.345` times 10^places. Digits, at most one point with digits on both sides, an optional
/// minus; at most `places` digits behind the point and 16 before it. Anything else: empty.
/// Requires: 0 <= places <= 8.
std::optional<domain::rating::Int128> parse_decimal(std::string_view text, int places);

/// The shortest text that parse_decimal reads as `value`: `0.5`, `-3`, `0`.
std::string format_decimal(domain::rating::Int128 value, int places);

/// With all its places: `0.50000000`.
std::string format_fixed(domain::rating::Int128 value, int places);

}  // namespace paymeter::adapter::rate_format
