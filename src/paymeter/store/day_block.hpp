/// One meter's readings of one local day, compressed, every value as it was. Two blocks: registers
/// (time and energy; quick, because bills read nothing else) and details (all else; small).
///
/// Grammar and a worked example: docs/formats/day-block.md.
#pragma once

#include <span>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/rating/reading_series.hpp"

namespace paymeter::store {

/// One reading every 82 ms: more is damage or abuse.
inline constexpr std::size_t kDayReadingsMax = 1'048'576;

struct DayBlocks {
  Buffer registers, details;
};

/// Requires: 1 … kDayReadingsMax readings of one meter, strictly ascending in time.
DayBlocks encode_day(std::span<const domain::Reading> readings);

/// Errors: store_failed (detail says what is wrong with which block).
Result<std::vector<domain::Reading>> decode_day(MeterId meter, Bytes registers, Bytes details);

/// Appends the readings that have an energy, without looking at the details.
/// Errors: store_failed.
Result<> decode_registers(Bytes registers, std::vector<domain::rating::RegisterReading>& out);

}  // namespace paymeter::store
