/// A reading's values as one row of numbers, in the order in which blocks keep them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "paymeter/domain/meter.hpp"

namespace paymeter::store {

/// Which value stands where. The numbers are part of the stored formats: append only.
struct Slot {
  static constexpr std::size_t energy = 0, rates = 1, power = 6, voltages = 7, currents = 10,
                               power_factor = 13, frequency = 14, balance = 15,
                               credit_remaining = 16, purchase_count = 17, relay_open = 18;
};
inline constexpr std::size_t kSlots = 19;

/// Calls `take(slot, value)` for every value that the reading has, ascending.
template <class F>
void each_value(const domain::Reading& reading, F take) {
  const auto one = [&](std::size_t slot, const std::optional<std::int64_t>& value) {
    if (value) take(slot, *value);
  };
  one(Slot::energy, reading.energy_wh);
  for (std::size_t i = 0; i < domain::kRateCount; ++i)
    one(Slot::rates + i, reading.rate_energy_wh[i]);
  one(Slot::power, reading.power_w);
  for (std::size_t i = 0; i < 3; ++i) one(Slot::voltages + i, reading.voltage_mv[i]);
  for (std::size_t i = 0; i < 3; ++i) one(Slot::currents + i, reading.line_current_ma[i]);
  one(Slot::power_factor, reading.power_factor_e3);
  one(Slot::frequency, reading.frequency_mhz);
  if (reading.balance) take(Slot::balance, reading.balance->fen);
  one(Slot::credit_remaining, reading.credit_remaining_wh);
  if (reading.purchase_count) take(Slot::purchase_count, std::int64_t{*reading.purchase_count});
  if (reading.relay_open) take(Slot::relay_open, std::int64_t{*reading.relay_open});
}

/// False when the value cannot stand there. Requires: slot < kSlots.
inline bool set_value(domain::Reading& reading, std::size_t slot, std::int64_t value) {
  if (slot == Slot::energy) {
    reading.energy_wh = value;
  } else if (slot < Slot::power) {
    reading.rate_energy_wh[slot - Slot::rates] = value;
  } else if (slot == Slot::power) {
    reading.power_w = value;
  } else if (slot < Slot::currents) {
    reading.voltage_mv[slot - Slot::voltages] = value;
  } else if (slot < Slot::power_factor) {
    reading.line_current_ma[slot - Slot::currents] = value;
  } else if (slot == Slot::power_factor) {
    reading.power_factor_e3 = value;
  } else if (slot == Slot::frequency) {
    reading.frequency_mhz = value;
  } else if (slot == Slot::balance) {
    reading.balance = domain::Money{value};
  } else if (slot == Slot::credit_remaining) {
    reading.credit_remaining_wh = value;
  } else if (slot == Slot::purchase_count) {
    if (!std::in_range<std::uint16_t>(value)) return false;
    reading.purchase_count = static_cast<std::uint16_t>(value);
  } else {
    if (value != 0 && value != 1) return false;
    reading.relay_open = value == 1;
  }
  return true;
}

}  // namespace paymeter::store
