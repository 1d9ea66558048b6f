/// 128-bit integers: exact costs and interpolation need more than 64 bits.
#pragma once

namespace paymeter::domain::rating {

/// A typedef, because -Wpedantic refuses the plain spelling.
__extension__ typedef __int128 Int128;

/// ⌊a / b⌋. Requires: b > 0.
constexpr Int128 floor_div(Int128 a, Int128 b) {
  const Int128 quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

}  // namespace paymeter::domain::rating
