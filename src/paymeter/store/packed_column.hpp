/// Integers of similar size, packed into as many bits as the largest of each run needs: unpacked
/// at a few a nanosecond.
///
///   packed = run*          runs of kRunMax numbers, the last may be shorter
///   run    = base width bits
///   base   = svarint       the run's smallest number
///   width  = OCTET         0 … 64
///   bits   = OCTET*        width bits for each number less base, low bits first, filled up with 0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "paymeter/base/bytes.hpp"
#include "paymeter/store/byte_coding.hpp"

namespace paymeter::store {

inline constexpr std::size_t kRunMax = 64;

void put_packed(Buffer& out, std::span<const std::int64_t> numbers);

/// Fills `numbers`, at most kRunMax of them, with the next run; false when the input does not hold
/// so many.
bool get_run(ByteReader& in, std::span<std::int64_t> numbers);

/// Calls `take(i, number)` for `count` numbers; false when the input does not hold so many.
template <class F>
bool each_packed(ByteReader& in, std::size_t count, F take) {
  std::int64_t run[kRunMax];
  for (std::size_t begin = 0; begin < count; begin += kRunMax) {
    const std::size_t size = std::min(kRunMax, count - begin);
    if (!get_run(in, {run, size})) return false;
    for (std::size_t i = 0; i < size; ++i) take(begin + i, run[i]);
  }
  return true;
}

}  // namespace paymeter::store
