// The date library's zone database, asked once per pricing; its exceptions end here.
#include "paymeter/adapter/rate_format/time_zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <exception>

namespace paymeter::adapter::rate_format {
namespace {

constexpr Millis kYear{366LL * 86'400'000};
constexpr UtcMs kListedUntil{2'082'758'400'000};  ///< 2036-01-01T00:00:00Z

date::sys_seconds whole_seconds(UtcMs at) {
  return std::chrono::floor<std::chrono::seconds>(
      date::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{at.value}});
}

}  // namespace

Result<Millis> fixed_utc_offset(const std::string& zone, UtcMs first, UtcMs last) {
  // No zone but a link to this machine's own: a bill must not depend on where it is computed.
  if (zone == "localtime") return fail(Errc::tariff_zone_unknown, zone);
  try {
    const date::time_zone* found = date::locate_zone(zone);
    const date::sys_seconds begin = whole_seconds(std::min(first, kListedUntil) - kYear);
    const date::sys_seconds end = whole_seconds(last + kYear);
    date::sys_info info = found->get_info(begin);
    const std::chrono::seconds offset = info.offset;
    // A period may also end with a change of name alone.
    while (info.end <= end && info.offset == offset) info = found->get_info(info.end);
    if (info.offset != offset) return fail(Errc::tariff_zone_shifts, zone);
    return Millis{std::chrono::milliseconds(offset).count()};
  } catch (const std::exception&) {
    return fail(Errc::tariff_zone_unknown, zone);
  }
}

}  // namespace paymeter::adapter::rate_format
