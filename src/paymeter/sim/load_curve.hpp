/// What a tenant draws through the week: a pure function of time and seed, in integers.
#pragma once

#include <cstdint>
#include <string_view>

#include "paymeter/sim/metering.hpp"

namespace paymeter::sim {

enum class LoadShape : std::uint8_t { shop, office, dormitory, common_area };
std::string_view load_shape_name(LoadShape shape);

enum class PhaseCount : std::uint8_t { single, three };

class LoadCurve {
 public:
  /// `peak_w`: what the busiest hour draws before noise, ≥ 0.
  LoadCurve(LoadShape shape, PhaseCount phases, std::int64_t peak_w, std::uint64_t seed)
      : shape_(shape), phases_(phases), peak_w_(peak_w), seed_(seed) {}

  /// The load during the minute that begins `minute` minutes after 2000-01-01 00:00 local time.
  /// Voltage, power factor and frequency belong to it; power is 0 … 130 % of the peak.
  MeterLoad at_minute(std::int64_t minute) const;

  /// Share of the peak that the shape draws in that hour, in percent. weekday 1 = Monday.
  static int percent(LoadShape shape, int weekday, int hour);

 private:
  LoadShape shape_;
  PhaseCount phases_;
  std::int64_t peak_w_;
  std::uint64_t seed_;
};

}  // namespace paymeter::sim
