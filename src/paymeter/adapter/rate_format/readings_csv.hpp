/// readings.csv: times and cumulative readings of one register.
///
/// Source: docs/formats/rate.md.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/domain/rating/reading_series.hpp"

namespace paymeter::adapter::rate_format {

inline constexpr std::size_t kReadingsBytesMax = std::size_t{64} * 1024 * 1024;

/// At least one reading, each following the one before. A byte order mark, CR LF and blank lines at
/// the end are accepted. Fractions beyond the millisecond are cut off. The detail of an error is
/// `line 3: …`.
/// Errors: readings_too_large, readings_header_invalid, readings_invalid, readings_not_ascending,
/// readings_fall, readings_span_too_long, readings_empty.
Result<std::vector<domain::rating::RegisterReading>> read_readings(std::string_view text);

/// The same readings as text, times in UTC.
std::string write_readings(std::span<const domain::rating::RegisterReading> readings);

}  // namespace paymeter::adapter::rate_format
