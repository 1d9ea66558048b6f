/// Time as integers: UTC milliseconds inside, RFC 3339 and local calendar only at the edges.
/// The rules never ask a clock; they get time as an argument.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"

namespace paymeter {

/// A span, in milliseconds.
struct Millis {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(Millis, Millis) = default;
  friend constexpr Millis operator+(Millis a, Millis b) { return {a.value + b.value}; }
  friend constexpr Millis operator-(Millis a, Millis b) { return {a.value - b.value}; }
  friend constexpr Millis operator*(Millis a, std::int64_t k) { return {a.value * k}; }
};
constexpr Millis seconds(std::int64_t n) { return {n * 1000}; }
constexpr Millis minutes(std::int64_t n) { return {n * 60'000}; }

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
struct UtcMs {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(UtcMs, UtcMs) = default;
  friend constexpr UtcMs operator+(UtcMs t, Millis d) { return {t.value + d.value}; }
  friend constexpr UtcMs operator-(UtcMs t, Millis d) { return {t.value - d.value}; }
  friend constexpr Millis operator-(UtcMs a, UtcMs b) { return {a.value - b.value}; }
};

/// A reading of the monotonic clock, for deadlines and data age. Never stored.
struct MonoMs {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(MonoMs, MonoMs) = default;
  friend constexpr MonoMs operator+(MonoMs t, Millis d) { return {t.value + d.value}; }
  friend constexpr Millis operator-(MonoMs a, MonoMs b) { return {a.value - b.value}; }
};

/// Civil date and time without a zone. month 1–12, day 1–31, weekday 1 = Monday … 7 = Sunday.
struct CivilTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, weekday = 4;
  friend constexpr auto operator<=>(const CivilTime&, const CivilTime&) = default;
};

/// The civil time of `at` in a zone `offset` ahead of UTC (zones with fixed offset; Asia/Shanghai =
/// 8 h).
CivilTime civil_time(UtcMs at, Millis offset);
/// The instant of `civil` (weekday ignored). Requires: a valid date.
UtcMs utc_from_civil(const CivilTime& civil, Millis offset);

/// `2026-11-22T07:14:52.000Z`.
std::string format_rfc3339(UtcMs at);
/// Accepts `Z` or a numeric offset, with or without fraction. Errors: request_invalid.
Result<UtcMs> parse_rfc3339(std::string_view text);

}  // namespace paymeter
