// Readings from load curves.
#include "load_readings.hpp"

#include <algorithm>

#include "paymeter/sim/dice.hpp"
#include "paymeter/store/reading_values.hpp"

namespace paymeter::bench {
namespace {

constexpr std::int64_t kPollLateMaxMs = 250;
constexpr std::int64_t kPriceFenPerKwh = 65;
constexpr std::int64_t kTopUpFen = 50'000;

sim::LoadCurve curve_of(MeterId meter) {
  const auto shape = static_cast<sim::LoadShape>(meter.value % 4);
  const auto phases = meter.value % 3 == 0 ? sim::PhaseCount::single : sim::PhaseCount::three;
  return {shape, phases, 2'000 + meter.value * 400, static_cast<std::uint64_t>(meter.value)};
}

/// Index of the rate at an hour: peak 10–12 and 18–21, valley at night, else flat.
std::size_t rate_at(int hour) {
  if (hour < 6 || hour >= 23) return 3;
  return (hour >= 10 && hour < 12) || (hour >= 18 && hour < 21) ? 1 : 2;
}

/// As the meter shows it: 0.01 kWh.
std::int64_t shown_wh(std::int64_t start_wh, std::int64_t w_minutes) {
  return (start_wh + w_minutes / 60) / 10 * 10;
}

}  // namespace

Tenant::Tenant(MeterId meter, LoadColumns columns)
    : meter_(meter), columns_(columns), curve_(curve_of(meter)) {}

domain::Reading Tenant::next(UtcMs minute) {
  const std::int64_t local_minute = minute.value / 60'000 + 480;
  const sim::MeterLoad load = curve_.at_minute(local_minute);
  sim::Dice dice(sim::mix64(static_cast<std::uint64_t>(minute.value + meter_.value)));
  std::int64_t power = 0;
  for (const std::int64_t watts : load.power_w) power += watts;
  energy_w_minutes_ += power;
  rate_w_minutes_[rate_at(static_cast<int>(local_minute / 60 % 24))] += power;
  domain::Reading out;
  out.meter = meter_;
  out.at = minute + Millis{static_cast<std::int64_t>(dice.between(0, kPollLateMaxMs))};
  out.energy_wh = shown_wh(meter_.value * 1'234'560, energy_w_minutes_);
  out.power_w = power;
  out.relay_open = false;
  if (columns_ == LoadColumns::narrow) return out;
  for (std::size_t i = 0; i < rate_w_minutes_.size(); ++i)
    out.rate_energy_wh[i] = shown_wh(meter_.value * 246'910, rate_w_minutes_[i]);
  fill_phases(load, out);
  fill_money(out);
  return out;
}

void Tenant::fill_phases(const sim::MeterLoad& load, domain::Reading& out) const {
  std::int64_t apparent_va = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::int64_t factor = std::max<std::int64_t>(1, load.power_factor_e3[i]);
    const std::int64_t va = load.power_w[i] * 1'000 / factor;
    out.voltage_mv[i] = load.voltage_dv[i] * 100;
    // Shown in 0.01 A: VA × 1000 / dV.
    out.line_current_ma[i] = va * 1'000 / std::max<std::int64_t>(1, load.voltage_dv[i]) * 10;
    apparent_va += va;
  }
  out.power_factor_e3 = apparent_va == 0 ? 1'000 : *out.power_w * 1'000 / apparent_va;
  out.frequency_mhz = load.frequency_chz * 10;
}

/// Topped up whenever the money would be gone.
void Tenant::fill_money(domain::Reading& out) const {
  const std::int64_t used_fen = energy_w_minutes_ / 60 * kPriceFenPerKwh / 1'000;
  out.purchase_count = static_cast<std::uint16_t>(1 + used_fen / kTopUpFen);
  out.balance = domain::Money{kTopUpFen - used_fen % kTopUpFen};
  out.credit_remaining_wh = out.balance->fen * 1'000 / kPriceFenPerKwh / 10 * 10;
}

std::vector<std::int64_t> numbers_of(const domain::Reading& reading, LoadColumns columns) {
  std::vector<std::int64_t> out{reading.at.value, reading.meter.value};
  if (columns == LoadColumns::wide) out.push_back(1);
  store::each_value(reading, [&](std::size_t, std::int64_t value) { out.push_back(value); });
  return out;
}

int number_count(LoadColumns columns) {
  return columns == LoadColumns::wide ? 3 + static_cast<int>(store::kSlots) : 5;
}

}  // namespace paymeter::bench
