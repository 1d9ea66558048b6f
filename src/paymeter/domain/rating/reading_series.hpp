/// Cumulative readings and what a meter would have shown between two of them.
#pragma once

#include <cstdint>

#include "paymeter/base/error.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/rating/wide.hpp"

namespace paymeter::domain::rating {

/// What a register showed at an instant: Wh or litres since it was new. Rollover and replacement
/// are solved before rating.
struct RegisterReading {
  UtcMs at{};
  std::int64_t value = 0;
  friend constexpr bool operator==(const RegisterReading&, const RegisterReading&) = default;
};

inline constexpr std::int64_t kReadingMax = 1'000'000'000'000'000'000;  ///< 10^15 kWh or m³
inline constexpr Millis kSpanMax{36'600LL * 86'400'000};                ///< a hundred years

/// Whether `next` may follow `last`.
/// Errors: readings_invalid (next below 0 or above kReadingMax), readings_not_ascending (not
/// later), readings_fall (less than before), readings_span_too_long.
Result<> check_follows(const RegisterReading& last, const RegisterReading& next);

/// q0 + ⌊(q1 − q0)·(at − t0)/(t1 − t0)⌋ in milliseconds.
/// Requires: next may follow last, last.at <= at <= next.at.
constexpr std::int64_t reading_at(const RegisterReading& last, const RegisterReading& next,
                                  UtcMs at) {
  if (at == last.at) return last.value;
  if (at == next.at) return next.value;
  const Int128 rise = Int128{next.value - last.value} * (at - last.at).value;
  return last.value + static_cast<std::int64_t>(rise / (next.at - last.at).value);
}

}  // namespace paymeter::domain::rating
