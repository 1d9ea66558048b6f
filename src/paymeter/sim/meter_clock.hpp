/// A meter's own clock: seconds of site local time since 2000-01-01.
#pragma once

#include <cstdint>

#include "paymeter/base/time.hpp"

namespace paymeter::sim {

class MeterClock {
 public:
  MeterClock() = default;
  /// Years beyond 2099 start again at 2000, as two digits do. Requires: a valid date.
  explicit MeterClock(const CivilTime& civil);
  explicit MeterClock(std::int64_t total_seconds);

  std::int64_t total_seconds() const { return seconds_; }
  CivilTime civil() const;
  int minute_of_day() const { return static_cast<int>(seconds_ % kDay / 60); }
  bool at_minute() const { return seconds_ % 60 == 0; }
  bool at_midnight() const { return seconds_ % kDay == 0; }
  void tick();

 private:
  static constexpr std::int64_t kDay = 86'400;
  std::int64_t seconds_ = 0;
};

}  // namespace paymeter::sim
