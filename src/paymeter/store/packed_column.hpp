/// Integers of similar size, packed into as many bits as the largest of each run needs: unpacked
/// at a few a nanosecond.
///
///   packed = run*          runs of kRunMax numbers, the last may be shorter
///   run    = base width bits
///   base   = svarint       the run's smallest number
///   width  = OCTET         0 … 64
///   bits   = OCTET*        width bits for each number less base, low bits first, filled up with 0
#pragma once

#include <cstdint>
#include <span>

#include "paymeter/base/bytes.hpp"
#include "paymeter/store/byte_coding.hpp"

namespace paymeter::store {

inline constexpr std::size_t kRunMax = 64;

void put_packed(Buffer& out, std::span<const std::int64_t> numbers);

/// Fills `numbers`; false when the input does not hold so many.
bool get_packed(ByteReader& in, std::span<std::int64_t> numbers);

}  // namespace paymeter::store
