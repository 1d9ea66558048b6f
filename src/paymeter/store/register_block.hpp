/// The day's instants and energy, packed. Inner part of day_block.hpp.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/domain/rating/reading_series.hpp"

namespace paymeter::store {

/// Beside each other: instants strictly ascending; energy where `has_energy` is 1. No flags: all
/// have energy, or (energy is empty too) none has.
struct RegisterColumns {
  std::vector<std::int64_t> at_ms;
  std::vector<std::int64_t> energy_wh;
  std::vector<std::uint8_t> has_energy;
};

/// Requires: at_ms strictly ascending, 1 … kDayReadingsMax.
Buffer encode_registers(const RegisterColumns& columns);

/// A day's instants; `value` is the energy where there is one.
struct RegisterRows {
  std::size_t begin = 0;                 ///< where they begin in the vector they were added to
  bool have_energy = true;               ///< false: none has
  std::vector<std::uint8_t> has_energy;  ///< of each row; empty: all or none
};

/// Appends every row to `out`, with or without energy. Errors: store_failed (then `out` is
/// undefined).
Result<RegisterRows> decode_register_rows(Bytes block,
                                          std::vector<domain::rating::RegisterReading>& out);

}  // namespace paymeter::store
