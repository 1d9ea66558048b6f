/// Physical quantities and prices as integers; the unit is in the type.
#pragma once

#include <compare>
#include <cstdint>

namespace paymeter::domain {

/// Active energy in Wh (heat too).
struct Energy {
  std::int64_t wh = 0;
  friend constexpr auto operator<=>(Energy, Energy) = default;
  friend constexpr Energy operator+(Energy a, Energy b) { return {a.wh + b.wh}; }
  friend constexpr Energy operator-(Energy a, Energy b) { return {a.wh - b.wh}; }
};

/// A price in 10^-8 currency per kWh or m³ (printed tariffs have eight places).
struct Price {
  std::int64_t e8 = 0;
  friend constexpr auto operator<=>(Price, Price) = default;
  friend constexpr Price operator+(Price a, Price b) { return {a.e8 + b.e8}; }
};

/// Rates in the order of meters' registers 1–5: 尖 峰 平 谷 深谷.
enum class Rate : std::uint8_t { sharp = 1, peak = 2, flat = 3, valley = 4, deep_valley = 5 };
inline constexpr int kRateCount = 5;

}  // namespace paymeter::domain
