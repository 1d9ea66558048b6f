/// The measured values that a model can name, their spelling, and where they go.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "paymeter/domain/meter.hpp"

namespace paymeter::driver {

enum class QuantityKind : std::uint8_t {
  energy,        ///< index 0 total, 1–5 rates; Wh
  voltage,       ///< index 0–2 phases; mV
  line_current,  ///< index 0–2 phases; mA
  power,         ///< index 0–2 phases, 3 total; W
  power_factor,  ///< index 0–2 phases, 3 total; 0.001
  frequency,     ///< mHz
  ct_ratio,
};

struct Quantity {
  QuantityKind kind = QuantityKind::energy;
  std::uint8_t index = 0;
  friend bool operator==(Quantity, Quantity) = default;
};

/// `energy_total`, `energy_rate1`, `voltage_a`, `power_total`, `ct_ratio` …
std::string quantity_name(Quantity quantity);
std::optional<Quantity> quantity_from_name(std::string_view name);
/// The name with the platform's unit, as golden frames spell it: `energy_total_wh`, `voltage_a_mv`.
std::string quantity_key(Quantity quantity);

/// The platform's units in one of `unit` (`kWh` of energy: 1000). Empty = no such unit of this
/// kind.
std::optional<std::int64_t> unit_factor(QuantityKind kind, std::string_view unit);

/// Energy, current and power grow with the CT ratio; voltage, factor and frequency do not.
bool follows_ct_ratio(QuantityKind kind);

void set_value(domain::Measurements& out, Quantity quantity, std::int64_t value);
std::optional<std::int64_t> value_of(const domain::Measurements& in, Quantity quantity);

}  // namespace paymeter::driver
