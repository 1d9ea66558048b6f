// Civil calendar of the meter's clock.
#include "paymeter/sim/meter_clock.hpp"

namespace paymeter::sim {
namespace {

constexpr UtcMs kEpoch{946'684'800'000};              // 2000-01-01T00:00:00
constexpr std::int64_t kCentury = 36'525LL * 86'400;  // 2000–2099 has 25 leap days

}  // namespace

MeterClock::MeterClock(const CivilTime& civil)
    : MeterClock((utc_from_civil(civil, Millis{0}) - kEpoch).value / 1000) {}

MeterClock::MeterClock(std::int64_t total_seconds)
    : seconds_((total_seconds % kCentury + kCentury) % kCentury) {}

CivilTime MeterClock::civil() const {
  return civil_time(kEpoch + Millis{seconds_ * 1000}, Millis{0});
}

void MeterClock::tick() {
  if (++seconds_ == kCentury) seconds_ = 0;
}

}  // namespace paymeter::sim
