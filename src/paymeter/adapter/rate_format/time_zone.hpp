/// Time zones by name, from the system's zone database.
#pragma once

#include <string>

#include "paymeter/base/error.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter::adapter::rate_format {

/// How far `zone` (`Asia/Shanghai`) is ahead of UTC from a year before `first` to a year after
/// `last`: the year before holds the beginning of a yearly cycle, and a zone with daylight saving
/// is refused for a July as well. Dates beyond 2036 also need a zone that rests in 2036, because
/// the database lists shifts up to 2037.
/// Requires: first <= last.
/// Errors: tariff_zone_unknown, tariff_zone_shifts (details: the zone).
Result<Millis> fixed_utc_offset(const std::string& zone, UtcMs first, UtcMs last);

}  // namespace paymeter::adapter::rate_format
