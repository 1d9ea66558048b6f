/// What a day's readings say besides time and energy, range coded column by column. Inner part of
/// day_block.hpp.
#pragma once

#include <array>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/store/reading_values.hpp"

namespace paymeter::store {

/// A day as columns, slot by slot; rows without a value hold 0 there.
struct DayColumns {
  std::vector<std::uint32_t> present;  ///< by row: bit n = slot n
  std::array<std::vector<std::int64_t>, kSlots> values;

  std::size_t rows() const { return present.size(); }
  bool has(std::size_t row, std::size_t slot) const { return (present[row] >> slot & 1U) != 0; }
};

/// Codes every column but the energy, which the coder only looks at.
Buffer encode_details(const DayColumns& columns);

/// Requires: `columns` has its rows and its energy column; the others are filled in.
/// Errors: store_failed.
Result<> decode_details(Bytes block, DayColumns& columns);

}  // namespace paymeter::store
