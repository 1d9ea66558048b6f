// A month of half-hours of 10,000 meters: the same for Paymeter and its yardsticks.
#pragma once

#include <cstdint>

namespace month_values {

inline constexpr int kMeters = 10'000;
inline constexpr int kIntervals = 1'488;  // half-hours of 31 days
inline constexpr std::int64_t kStepFrom = 20'000, kStepSurcharge = 2;

/// What meter `meter` (from 0) uses in the half-hour that begins at reading `i`.
inline std::int32_t use_of(int meter, int i) { return (meter * 7 + i * 13) % 97; }

/// Of one unit, in the hour after local midnight.
inline std::int64_t price_at(int hour) {
  if ((hour >= 8 && hour <= 10) || (hour >= 18 && hour <= 21)) return 12;
  return hour < 6 ? 4 : 8;
}

}  // namespace month_values
