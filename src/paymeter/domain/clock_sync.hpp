/// Clocks of meters: how far one is off, and whether the platform may set it now. A meter that
/// keeps its own hours (rates, months) counts a leap over one of their limits twice, or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "paymeter/base/time.hpp"

namespace paymeter::domain {

/// Meter's time less the station's; above 0 it is ahead. `zone`: of the property, without summer
/// time.
Millis clock_drift(const CivilTime& clock, Millis zone, UtcMs now);
/// `+412 s`.
std::string clock_drift_text(Millis drift);

struct ClockSyncLimits {
  Millis set_above{20'000};         ///< smaller is left as it is
  Millis set_below{3'600'000};      ///< larger is no drift: a person looks at it first
  Millis wait_at_most{86'400'000};  ///< for a moment that crosses no limit
  Millis margin{90'000};            ///< the command may arrive so much later
};

enum class ClockVerdict : std::uint8_t {
  fine,
  too_far,  ///< alarm only
  wait,     ///< the leap would cross a limit now
  set,
  set_crossing,  ///< it waited long enough, or no moment is without: the command says what it
                 ///< crosses
};

/// What a leap from `from` to `to` (local time, either order) passes over.
enum class ClockLimit : std::uint8_t { none, quarter_hour, day, month };
std::string_view clock_limit_name(ClockLimit limit);
ClockLimit limit_crossed(UtcMs from, UtcMs to, Millis zone);

struct ClockDecision {
  ClockVerdict verdict = ClockVerdict::fine;
  ClockLimit crosses = ClockLimit::none;
  friend bool operator==(const ClockDecision&, const ClockDecision&) = default;
};
/// `first_seen_off`: since when it has been more than `set_above` off. Rates change on quarter
/// hours at the finest; whoever leaps within one doubles and skips nothing. The midnight and the
/// month's end are never crossed while there is another choice: not before twice the wait.
ClockDecision decide_clock(Millis drift, UtcMs now, Millis zone, UtcMs first_seen_off,
                           const ClockSyncLimits& limits);

}  // namespace paymeter::domain
