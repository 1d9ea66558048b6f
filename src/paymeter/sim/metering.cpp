// Registers of energy and of instantaneous values.
#include "paymeter/sim/metering.hpp"

#include <cstddef>

namespace paymeter::sim {
namespace {

constexpr Uint128 kRollOver = 100'000'000;  // 999999.99 kWh + 0.01

/// Nearest integer. Requires: both non-negative, divisor > 0.
std::int64_t round_div(Int128 value, Int128 divisor) {
  return static_cast<std::int64_t>((value + divisor / 2) / divisor);
}

/// Apparent power in mVA of a phase: P ÷ PF.
Int128 apparent_mva(std::int64_t power_w, std::int16_t power_factor_e3) {
  if (power_factor_e3 <= 0) return 0;
  return Int128{power_w} * 1'000'000 / power_factor_e3;
}

}  // namespace

void start_energy(Metering& metering, std::int64_t primary_wh) {
  metering.energy_mj = static_cast<Uint128>(primary_wh) * (kMillijoulePerKwh / 1000);
  metering.rate_energy_mj = {};
  metering.rate_energy_mj[2] = metering.energy_mj;
}

int rate_in_force(const Metering& metering) {
  const CivilTime now = metering.clock.civil();
  const int table = day_table_at(metering.seasons, now.month, now.day);
  return rate_at(metering.day_tables[static_cast<std::size_t>(table - 1)],
                 metering.clock.minute_of_day());
}

std::uint32_t shown_energy(Uint128 primary_mj, std::uint16_t ct_ratio) {
  const Uint128 unit = Uint128{kMillijoulePerKwh / 100} * ct_ratio;
  return static_cast<std::uint32_t>(primary_mj / unit % kRollOver);
}

ShownPower shown_power(const MeterLoad& load, std::uint16_t ct_ratio, SupplyPath path) {
  ShownPower shown;
  shown.power_factor_e3.fill(1000);  // as meters show it without load
  if (path == SupplyPath::open) return shown;
  Int128 apparent = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::int64_t watt = load.power_w[i];
    const Int128 phase_mva = apparent_mva(watt, load.power_factor_e3[i]);
    apparent += phase_mva;
    shown.power_w[i] = saturate_s32(round_div(watt, ct_ratio));
    if (watt > 0) shown.power_factor_e3[i] = load.power_factor_e3[i];
    if (load.voltage_dv[i] > 0)
      // mVA ÷ 0.1 V = 0.01 A: no further factor.
      shown.line_current_ca[i] = saturate_u16(
          static_cast<Uint128>(round_div(phase_mva, Int128{load.voltage_dv[i]} * ct_ratio)));
  }
  shown.power_w[3] = saturate_s32(round_div(load.total_w(), ct_ratio));
  if (apparent > 0)
    shown.power_factor_e3[3] =
        static_cast<std::int16_t>(round_div(Int128{load.total_w()} * 1'000'000, apparent));
  return shown;
}

void put_metering(RegisterWindow& window, const Metering& metering, const MeterLoad& load,
                  SupplyPath path) {
  window.put32(0x0000, shown_energy(metering.energy_mj, metering.ct_ratio));
  for (std::uint16_t rate = 0; rate < 4; ++rate)
    window.put32(static_cast<std::uint16_t>(2 + 2 * rate),
                 shown_energy(metering.rate_energy_mj[rate], metering.ct_ratio));
  window.put32(0x5030, shown_energy(metering.rate_energy_mj[4], metering.ct_ratio));
  window.put_bytes(0x0028, metering.seasons);
  window.put16(0x0038, metering.ct_ratio);
  window.put_bytes(0x2000, metering.day_tables[0]);
  window.put_bytes(0x2015, metering.day_tables[1]);
  const ShownPower shown = shown_power(load, metering.ct_ratio, path);
  for (std::uint16_t phase = 0; phase < 3; ++phase) {
    window.put16(static_cast<std::uint16_t>(0x0061 + phase), load.voltage_dv[phase]);
    window.put16(static_cast<std::uint16_t>(0x0064 + phase), shown.line_current_ca[phase]);
  }
  window.put16(0x0077, load.frequency_chz);
  for (std::uint16_t i = 0; i < 4; ++i) {
    window.put32(static_cast<std::uint16_t>(0x0164 + 2 * i),
                 static_cast<std::uint32_t>(shown.power_w[i]));
    window.put16(static_cast<std::uint16_t>(0x017C + i),
                 static_cast<std::uint16_t>(shown.power_factor_e3[i]));
  }
}

}  // namespace paymeter::sim
