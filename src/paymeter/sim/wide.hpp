/// 128-bit integers for exact energy and money in virtual meters.
#pragma once

#include <cstdint>

namespace paymeter::sim {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

/// Quotient rounded towards minus infinity. Requires: divisor > 0.
constexpr Int128 floor_div(Int128 value, Int128 divisor) {
  const Int128 quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

/// The nearest value that a 32-bit register can show.
constexpr std::int32_t saturate_s32(Int128 value) {
  if (value > INT32_MAX) return INT32_MAX;
  if (value < INT32_MIN) return INT32_MIN;
  return static_cast<std::int32_t>(value);
}
constexpr std::uint32_t saturate_u32(Uint128 value) {
  return value > UINT32_MAX ? UINT32_MAX : static_cast<std::uint32_t>(value);
}
constexpr std::uint16_t saturate_u16(Uint128 value) {
  return value > UINT16_MAX ? std::uint16_t{UINT16_MAX} : static_cast<std::uint16_t>(value);
}

}  // namespace paymeter::sim
