/// Arithmetic that wraps: damaged blocks may hold any number, and coder and decoder must agree.
#pragma once

#include <cstdint>
#include <numeric>
#include <span>

namespace paymeter::store::wrapping {

constexpr std::int64_t add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
constexpr std::int64_t subtract(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
constexpr std::int64_t times(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

/// The largest number that divides all of them: a meter's resolution. At least 1.
constexpr std::int64_t common_unit(std::span<const std::int64_t> numbers) {
  std::uint64_t unit = 0;
  for (const std::int64_t number : numbers) {
    const auto bits = static_cast<std::uint64_t>(number);
    unit = std::gcd(unit, number < 0 ? 0 - bits : bits);
    if (unit == 1) return 1;
  }
  return unit == 0 || unit > INT64_MAX ? 1 : static_cast<std::int64_t>(unit);
}

}  // namespace paymeter::store::wrapping
