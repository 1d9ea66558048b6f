/// Looks at a meter's readings one after the other and says what is wrong with its register. Keeps
/// a few numbers per meter; no reading is read twice.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/watch/alarm_rule.hpp"

namespace paymeter::domain::watch {

/// What can flow at a meter's place, primary side.
struct Connection {
  std::int64_t rated_w = 0;    ///< three phases of 230 V: 100 A direct, 6 A behind a transformer
  std::int64_t step_wh = 0;    ///< the register's last digit: 10 Wh × CT ratio
  std::uint32_t ct_ratio = 1;  ///< as configured
};
Connection connection_of(const Meter& meter);

struct Sample {
  UtcMs at{};
  std::optional<std::int64_t> energy_wh;
  std::array<std::optional<std::int64_t>, kRateCount> rate_energy_wh{};
  std::optional<std::int64_t> power_w;  ///< total
  std::array<std::optional<std::int64_t>, 3> voltage_mv{};
  std::optional<std::int64_t> power_factor_e3;
  std::optional<std::int64_t> frequency_mhz;
  std::optional<std::uint32_t> ct_ratio;  ///< the meter's own
};
Sample sample_of(const Measurements& measured);
/// What is stored knows no CT ratio of the meter's own.
Sample sample_of(const Reading& reading);

/// The last reading that made sense, and what has flowed since the register moved.
struct MeterWatch {
  std::optional<UtcMs> base_at;  ///< empty: nothing seen yet
  std::int64_t base_wh = 0;
  std::optional<UtcMs> power_at;
  std::int64_t power_w = 0;
  std::int64_t still_w_ms = 0;  ///< watts × ms that should have moved the register
  friend bool operator==(const MeterWatch&, const MeterWatch&) = default;
};

struct Finding {
  AlarmKind kind = AlarmKind::falling;
  Zone zone = Zone::clear;
  std::string detail;  ///< of a raise
  friend bool operator==(const Finding&, const Finding&) = default;
};

/// Takes a reading and says, for each kind it can judge, where the meter stands. A reading that
/// falls or flies does not become the base: when the meter comes to its senses, it is judged over
/// the whole time. Older than the last one: ignored.
std::vector<Finding> watch_sample(MeterWatch& watch, const Sample& sample,
                                  const Connection& connection, const AlarmRules& rules);

}  // namespace paymeter::domain::watch
