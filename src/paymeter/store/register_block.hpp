/// The day's instants and energy, packed. Inner part of day_block.hpp.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter::store {

/// Beside each other: energy is empty where a reading has none.
struct RegisterColumns {
  std::vector<std::int64_t> at_ms;
  std::vector<std::int64_t> energy_wh;  ///< of those that have one, in order
  /// Beside at_ms, 1 = has energy. Empty: all have one, or (no energy at all) none has.
  std::vector<std::uint8_t> has_energy;
};

/// Requires: at_ms strictly ascending, 1 … kDayReadingsMax.
Buffer encode_registers(const RegisterColumns& columns);

/// Reuses the vectors of `out`. Errors: store_failed.
Result<> decode_register_columns(Bytes block, RegisterColumns& out);

}  // namespace paymeter::store
