// Clocks: drift, the limits of the day that a leap crosses, and when a clock may be set.
#include "paymeter/domain/clock_sync.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 4> kLimits{"none", "quarter_hour", "day", "month"};
constexpr std::int64_t kQuarterMs = 900'000;

std::int64_t quarter_of(UtcMs at, Millis zone) {
  const std::int64_t local = at.value + zone.value;
  return local >= 0 ? local / kQuarterMs : (local - kQuarterMs + 1) / kQuarterMs;
}

}  // namespace

Millis clock_drift(const CivilTime& clock, Millis zone, UtcMs now) {
  return utc_from_civil(clock, zone) - now;
}

std::string clock_drift_text(Millis drift) {
  const std::int64_t s = drift.value / 1'000;
  return (s >= 0 ? "+" : "") + std::to_string(s) + " s";
}

std::string_view clock_limit_name(ClockLimit limit) { return spell(kLimits, limit); }

ClockLimit limit_crossed(UtcMs from, UtcMs to, Millis zone) {
  const CivilTime a = civil_time(from, zone), b = civil_time(to, zone);
  if (a.year != b.year || a.month != b.month) return ClockLimit::month;
  if (a.day != b.day) return ClockLimit::day;
  return quarter_of(from, zone) == quarter_of(to, zone) ? ClockLimit::none
                                                        : ClockLimit::quarter_hour;
}

ClockDecision decide_clock(Millis drift, UtcMs now, Millis zone, UtcMs first_seen_off,
                           const ClockSyncLimits& limits) {
  const Millis off{std::abs(drift.value)};
  if (off <= limits.set_above) return {ClockVerdict::fine, ClockLimit::none};
  if (off > limits.set_below) return {ClockVerdict::too_far, ClockLimit::none};
  // Until the command arrives both clocks go on.
  const UtcMs meter = now + drift;
  const UtcMs first = std::min(meter, now), last = std::max(meter, now) + limits.margin;
  const ClockLimit crosses = limit_crossed(first, last, zone);
  if (crosses == ClockLimit::none) return {ClockVerdict::set, crosses};
  const bool is_only_quarter = crosses == ClockLimit::quarter_hour;
  // A leap longer than a quarter hour finds no moment without.
  const bool finds_none = off + limits.margin >= Millis{kQuarterMs};
  const Millis waited = now - first_seen_off;
  const bool may_cross = is_only_quarter ? finds_none || waited >= limits.wait_at_most
                                         : waited >= limits.wait_at_most * 2;
  return {may_cross ? ClockVerdict::set_crossing : ClockVerdict::wait, crosses};
}

}  // namespace paymeter::domain
