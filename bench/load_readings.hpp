/// Realistic noisy readings: a tenant of the simulator's load curves, read once a minute by a poll
/// that is up to a quarter of a second late, in the resolution of the reference meter.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "paymeter/domain/meter.hpp"
#include "paymeter/sim/load_curve.hpp"

namespace paymeter::bench {

/// wide: everything that a three-phase meter with a wallet says; narrow: energy, power, relay.
enum class LoadColumns : std::uint8_t { wide, narrow };

class Tenant {
 public:
  Tenant(MeterId meter, LoadColumns columns);
  /// Requires: minutes in ascending order.
  domain::Reading next(UtcMs minute);

 private:
  void fill_phases(const sim::MeterLoad& load, domain::Reading& out) const;
  void fill_money(domain::Reading& out) const;

  MeterId meter_;
  LoadColumns columns_;
  sim::LoadCurve curve_;
  /// Watts summed over minutes: total, and by rate.
  std::int64_t energy_w_minutes_ = 0;
  std::array<std::int64_t, domain::kRateCount> rate_w_minutes_{};
};

/// The reading as a row of a table: meter, time, property and the values.
std::vector<std::int64_t> numbers_of(const domain::Reading& reading, LoadColumns columns);
int number_count(LoadColumns columns);

}  // namespace paymeter::bench
