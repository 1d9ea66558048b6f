/// The measuring half of every virtual meter: energy per rate, the clock, voltage, power.
#pragma once

#include <array>
#include <cstdint>

#include "paymeter/base/time.hpp"
#include "paymeter/sim/meter_clock.hpp"
#include "paymeter/sim/register_window.hpp"
#include "paymeter/sim/tou_table.hpp"
#include "paymeter/sim/wide.hpp"

namespace paymeter::sim {

/// What the tenant would draw, on the primary side; with the relay open nothing flows.
struct MeterLoad {
  std::array<std::int64_t, 3> power_w{};                          ///< ≥ 0
  std::array<std::uint16_t, 3> voltage_dv{2200, 2200, 2200};      ///< ×0.1 V
  std::array<std::int16_t, 3> power_factor_e3{1000, 1000, 1000};  ///< 1–1000
  std::uint16_t frequency_chz = 5000;                             ///< ×0.01 Hz
  std::int64_t total_w() const { return power_w[0] + power_w[1] + power_w[2]; }
  friend bool operator==(const MeterLoad&, const MeterLoad&) = default;
};

inline constexpr std::uint64_t kMillijoulePerKwh = 3'600'000'000;

/// Plain data, kept over power loss. Energies are primary, in millijoules: a watt for a
/// millisecond is one, so that nothing is ever rounded.
struct Metering {
  std::uint16_t ct_ratio = 1;
  MeterClock clock;
  std::int32_t phase_ms = 0;     ///< into the present second, 0–999
  std::uint64_t pending_mj = 0;  ///< of the present second
  Uint128 energy_mj = 0;
  std::array<Uint128, 5> rate_energy_mj{};
  std::array<DayTable, 2> day_tables{};
  SeasonTable seasons{};
};

/// Total and rate 3 hold `primary_wh`, the other rates nothing. Requires: primary_wh ≥ 0.
void start_energy(Metering& metering, std::int64_t primary_wh);

/// The rate 1–5 that the clock and the tables give now.
int rate_in_force(const Metering& metering);

/// Secondary energy ×0.01 kWh as registers show it (rolls over after 999999.99 kWh).
std::uint32_t shown_energy(Uint128 primary_mj, std::uint16_t ct_ratio);

enum class SupplyPath : std::uint8_t { closed, open };

/// Secondary values that registers show. power_w: a, b, c, total.
struct ShownPower {
  std::array<std::int32_t, 4> power_w{};
  std::array<std::int16_t, 4> power_factor_e3{};
  std::array<std::uint16_t, 3> line_current_ca{};  ///< ×0.01 A
};
ShownPower shown_power(const MeterLoad& load, std::uint16_t ct_ratio, SupplyPath path);

/// 0000–0009, 5030, 0038, 0061–0066, 0077, 0164–016B, 017C–017F and the tables 0028, 2000, 2015.
void put_metering(RegisterWindow& window, const Metering& metering, const MeterLoad& load,
                  SupplyPath path);

}  // namespace paymeter::sim
