/// The virtual site's local time: the runtime's monotonic clock, sped up.
#pragma once

#include <cstdint>

#include "paymeter/base/time.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/sim/meter_clock.hpp"

namespace paymeter::sim {

/// Milliseconds of site local time since 2000-01-01. With speed 60 a real second is a minute here.
class SiteClock {
 public:
  /// Begins at the runtime's present time in a zone `utc_offset` ahead of UTC.
  /// Requires: speed ≥ 1. `runtime` outlives the clock.
  SiteClock(const port::Runtime& runtime, Millis utc_offset, int speed)
      : runtime_(runtime),
        speed_(speed),
        start_mono_(runtime.mono()),
        start_ms_((runtime.now() + utc_offset).value - kEpochMs) {}

  std::int64_t now_ms() const { return start_ms_ + (runtime_.mono() - start_mono_).value * speed_; }
  CivilTime local_time() const { return civil_time(UtcMs{now_ms() + kEpochMs}, Millis{0}); }
  int speed() const { return speed_; }
  /// A span on the site as the runtime's clock measures it, rounded down.
  Millis real(Millis site_span) const { return {site_span.value / speed_}; }

 private:
  static constexpr std::int64_t kEpochMs = 946'684'800'000;
  const port::Runtime& runtime_;
  int speed_;
  MonoMs start_mono_;
  std::int64_t start_ms_;
};

}  // namespace paymeter::sim
