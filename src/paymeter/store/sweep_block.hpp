/// Fresh readings of many meters side by side in one block: quick to write, quick to skip through.
///
///   sweep   = %x01 count base record* checksum     count: records, 1 … kSweepReadingsMax
///   record  = meter at size present value*         ascending by meter, then by time
///   base    = svarint    ms since 1970, the earliest instant
///   meter   = varint     more than the record before (the first: than 0)
///   at      = varint     ms after base
///   size    = OCTET      of what follows in the record
///   present = 3OCTET     bit n: slot n has a value (reading_values.hpp), low byte first
///   value   = svarint    in the order of slots
///   checksum: block_checksum.hpp. varint, svarint: byte_coding.hpp (svarint: zigzag)
///
/// docs/formats/day-block.md has a worked example.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/domain/meter.hpp"

namespace paymeter::store {

inline constexpr std::size_t kSweepReadingsMax = 256;

/// Requires: 1 … kSweepReadingsMax readings, ascending by (meter, at), meters above 0.
Buffer encode_sweep(std::span<const domain::Reading> readings);

/// Half-open in meters and time.
struct SweepWindow {
  MeterId meter_from{}, meter_to{INT64_MAX};
  UtcMs from{INT64_MIN}, to{INT64_MAX};
};

/// Appends what lies in the window to `out`, in the block's order.
/// Errors: store_failed (detail says what is wrong with the block).
Result<> decode_sweep(Bytes block, const SweepWindow& window, std::vector<domain::Reading>& out);

}  // namespace paymeter::store
