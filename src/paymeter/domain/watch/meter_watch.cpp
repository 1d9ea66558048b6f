// Register rules: falling, flying, standing still, impossible values, CT ratio.
#include "paymeter/domain/watch/meter_watch.hpp"

#include <algorithm>
#include <cstdlib>

#include "paymeter/domain/rating/reading_series.hpp"

namespace paymeter::domain::watch {
namespace {

using rating::Int128;

constexpr std::int64_t kPhases = 3, kVolts = 230, kDirectAmperes = 100, kTransformerAmperes = 6;
constexpr std::int64_t kStepWh = 10;
constexpr Int128 kHourMs = 3'600'000;
/// Longer gaps say nothing about what flowed in them.
constexpr Millis kPowerGapMax = minutes(120);
constexpr std::int64_t kVoltageMaxMv = 1'000'000;  // the low-voltage limit
constexpr std::int64_t kFrequencyMinMhz = 40'000, kFrequencyMaxMhz = 70'000;
/// Registers of one full set come in several requests; energy goes on between them.
constexpr std::int64_t kRateStepsApart = 20;

std::int64_t wh_at(std::int64_t watts, Int128 percent, Millis span) {
  return static_cast<std::int64_t>(std::min<Int128>(
      Int128{watts} * percent * span.value / (100 * kHourMs), Int128{rating::kReadingMax}));
}

/// The first thing that no sound meter shows; empty = none.
std::string nonsense(const Sample& sample, const Connection& connection) {
  if (sample.energy_wh && (*sample.energy_wh < 0 || *sample.energy_wh > rating::kReadingMax))
    return "energy " + std::to_string(*sample.energy_wh) + " Wh";
  std::int64_t rates = 0;
  for (const auto& wh : sample.rate_energy_wh) {
    if (wh && (*wh < 0 || *wh > rating::kReadingMax)) return "rate " + std::to_string(*wh) + " Wh";
    rates += wh ? *wh / 2 : 0;  // halves: five registers cannot overflow
  }
  if (sample.energy_wh && rates > *sample.energy_wh / 2 + connection.step_wh * kRateStepsApart)
    return "rates above the total of " + std::to_string(*sample.energy_wh) + " Wh";
  for (const auto& mv : sample.voltage_mv)
    if (mv && (*mv < 0 || *mv > kVoltageMaxMv)) return "voltage " + std::to_string(*mv) + " mV";
  if (sample.power_factor_e3 && std::abs(*sample.power_factor_e3) > 1'000)
    return "power factor " + std::to_string(*sample.power_factor_e3) + "/1000";
  // 0: a meter without voltage shows no frequency
  if (sample.frequency_mhz && *sample.frequency_mhz != 0 &&
      (*sample.frequency_mhz < kFrequencyMinMhz || *sample.frequency_mhz > kFrequencyMaxMhz))
    return "frequency " + std::to_string(*sample.frequency_mhz) + " mHz";
  return {};
}

Finding judge_values(const Sample& sample, const Connection& connection, const AlarmRule& rule) {
  std::string wrong = nonsense(sample, connection);
  if (!wrong.empty()) return {rule.kind, Zone::raise, std::move(wrong)};
  if (!sample.power_w || connection.rated_w == 0) return {rule.kind, Zone::clear, {}};
  const Int128 percent = Int128{std::abs(*sample.power_w)} * 100 / connection.rated_w;
  const auto share = static_cast<std::int64_t>(std::min<Int128>(percent, rating::kReadingMax));
  const Zone zone = zone_above(share, rule.raise_at, rule.clear_at);
  if (zone != Zone::raise) return {rule.kind, zone, {}};
  return {rule.kind, zone,
          "power " + std::to_string(*sample.power_w) + " W, connection " +
              std::to_string(connection.rated_w) + " W"};
}

Finding judge_ratio(std::uint32_t own, const Connection& connection) {
  if (own == connection.ct_ratio) return {AlarmKind::ct_ratio, Zone::clear, {}};
  return {
      AlarmKind::ct_ratio, Zone::raise,
      "CT ratio " + std::to_string(own) + ", configured " + std::to_string(connection.ct_ratio)};
}

std::string from_to(std::int64_t from, std::int64_t to) {
  return std::to_string(from) + " Wh -> " + std::to_string(to) + " Wh";
}

/// Requires: energy at or above the base.
Finding judge_rise(const MeterWatch& watch, const Sample& sample, const Connection& connection,
                   const AlarmRule& rule) {
  const Millis span = sample.at - *watch.base_at;
  const std::int64_t rise = *sample.energy_wh - watch.base_wh;
  const std::int64_t slack = rule.floor + 2 * connection.step_wh;
  const auto most = [&](std::int64_t percent) {
    return wh_at(connection.rated_w, percent, span) + slack;
  };
  if (rise > most(rule.raise_at))
    return {AlarmKind::flying, Zone::raise,
            from_to(watch.base_wh, *sample.energy_wh) + " in " +
                std::to_string(span.value / 1'000) + " s"};
  return {AlarmKind::flying, rise > most(rule.clear_at) ? Zone::between : Zone::clear, {}};
}

/// Adds what flowed since the last sample at the smaller of the two powers.
void count_still(MeterWatch& watch, const Sample& sample, const AlarmRule& rule) {
  if (!sample.power_w || !watch.power_at) return;
  const Millis span = sample.at - *watch.power_at;
  const std::int64_t power = std::min(watch.power_w, *sample.power_w);
  if (span > kPowerGapMax || power < rule.floor || power <= 0) return;
  const Int128 sum = Int128{watch.still_w_ms} + Int128{power} * span.value;
  watch.still_w_ms = static_cast<std::int64_t>(std::min<Int128>(sum, rating::kReadingMax));
}

Finding judge_stillness(const MeterWatch& watch, const Connection& connection,
                        const AlarmRule& rule) {
  const std::int64_t enough = std::max(rule.raise_at, 3 * connection.step_wh);
  const std::int64_t still_wh = static_cast<std::int64_t>(watch.still_w_ms / kHourMs);
  if (still_wh < enough) return {AlarmKind::standing_still, Zone::between, {}};
  return {AlarmKind::standing_still, Zone::raise,
          std::to_string(watch.base_wh) + " Wh stands, " + std::to_string(still_wh) + " Wh flowed"};
}

void judge_register(MeterWatch& watch, const Sample& sample, const Connection& connection,
                    const AlarmRules& rules, std::vector<Finding>& out) {
  if (!watch.base_at) {
    watch.base_at = sample.at;
    watch.base_wh = *sample.energy_wh;
    return;
  }
  const AlarmRule& falling = rules.of(AlarmKind::falling);
  const std::int64_t fall = watch.base_wh - *sample.energy_wh;
  const Zone fallen = zone_above(fall, falling.raise_at, falling.clear_at);
  out.push_back({AlarmKind::falling, fallen, {}});
  if (fallen == Zone::raise) out.back().detail = from_to(watch.base_wh, *sample.energy_wh);
  if (fall > 0) return;
  out.push_back(judge_rise(watch, sample, connection, rules.of(AlarmKind::flying)));
  if (out.back().zone == Zone::raise) return;
  if (fall < 0) {
    watch.still_w_ms = 0;
    out.push_back({AlarmKind::standing_still, Zone::clear, {}});
  } else {
    count_still(watch, sample, rules.of(AlarmKind::standing_still));
    out.push_back(judge_stillness(watch, connection, rules.of(AlarmKind::standing_still)));
  }
  watch.base_at = sample.at;
  watch.base_wh = *sample.energy_wh;
}

}  // namespace

Connection connection_of(const Meter& meter) {
  Connection out;
  out.ct_ratio = meter.ct_ratio;
  const std::int64_t amperes =
      meter.ct_ratio > 1 ? kTransformerAmperes * std::int64_t{meter.ct_ratio} : kDirectAmperes;
  out.rated_w = kPhases * kVolts * amperes;
  out.step_wh = kStepWh * std::int64_t{meter.ct_ratio};
  return out;
}

Sample sample_of(const Measurements& measured) {
  return {measured.at,
          measured.energy_wh,
          measured.rate_energy_wh,
          measured.power_w[3],
          measured.voltage_mv,
          measured.power_factor_e3[3],
          measured.frequency_mhz,
          measured.ct_ratio};
}

Sample sample_of(const Reading& reading) {
  return {reading.at,         reading.energy_wh,       reading.rate_energy_wh, reading.power_w,
          reading.voltage_mv, reading.power_factor_e3, reading.frequency_mhz,  {}};
}

std::vector<Finding> watch_sample(MeterWatch& watch, const Sample& sample,
                                  const Connection& connection, const AlarmRules& rules) {
  std::vector<Finding> out;
  if ((watch.base_at && sample.at <= *watch.base_at) ||
      (watch.power_at && sample.at <= *watch.power_at))
    return out;
  out.reserve(5);
  out.push_back(judge_values(sample, connection, rules.of(AlarmKind::impossible_reading)));
  const bool makes_sense = out.back().zone != Zone::raise;
  if (sample.ct_ratio) out.push_back(judge_ratio(*sample.ct_ratio, connection));
  if (makes_sense && sample.energy_wh) judge_register(watch, sample, connection, rules, out);
  if (sample.power_w && makes_sense) {
    watch.power_at = sample.at;
    watch.power_w = *sample.power_w;
  }
  std::erase_if(out, [&](const Finding& found) { return !rules.of(found.kind).is_on; });
  return out;
}

}  // namespace paymeter::domain::watch
