// First, last, least and most of each quantity, and how the register rose.
#include "paymeter/store/day_totals.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"

namespace paymeter::store {
namespace {

void see(port::DayEnds& ends, std::optional<std::int64_t> value) {
  if (!value) return;
  if (!ends.opening) ends.opening = value;
  ends.closing = value;
}

/// Registers are far below 2^62, but what is stored may be anything: a sum stops at the top.
void add_rise(port::DayTotals& totals, std::int64_t from, std::int64_t to) {
  std::int64_t rise = 0;
  if (to < from) {
    ++totals.energy_falls;
  } else if (__builtin_sub_overflow(to, from, &rise) ||
             __builtin_add_overflow(totals.energy_rise, rise, &totals.energy_rise)) {
    totals.energy_rise = INT64_MAX;
  }
}

}  // namespace

port::DayTotals totals_of(std::span<const domain::Reading> readings) {
  PAYMETER_ASSERT(!readings.empty());
  port::DayTotals out;
  out.meter = readings[0].meter;
  out.first_at = readings.front().at;
  out.last_at = readings.back().at;
  out.readings = static_cast<std::int64_t>(readings.size());
  for (const domain::Reading& reading : readings) {
    if (out.energy.closing && reading.energy_wh)
      add_rise(out, *out.energy.closing, *reading.energy_wh);
    see(out.energy, reading.energy_wh);
    for (std::size_t i = 0; i < out.rates.size(); ++i) see(out.rates[i], reading.rate_energy_wh[i]);
    if (reading.balance) see(out.balance, reading.balance->fen);
    if (!reading.power_w) continue;
    out.power_min = std::min(out.power_min.value_or(*reading.power_w), *reading.power_w);
    out.power_max = std::max(out.power_max.value_or(*reading.power_w), *reading.power_w);
  }
  return out;
}

}  // namespace paymeter::store
