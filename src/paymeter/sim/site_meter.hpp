/// A virtual meter in its place: who draws through it, and whether it is alive.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "paymeter/sim/load_curve.hpp"
#include "paymeter/sim/site_clock.hpp"
#include "paymeter/sim/virtual_meter.hpp"

namespace paymeter::sim {

/// Time reaches the meter only when somebody looks: its load is a function of time, so that a
/// meter that nobody asked for an hour has still used its energy and tripped in the right second.
class SiteMeter {
 public:
  SiteMeter(std::unique_ptr<VirtualMeter> meter, LoadCurve curve, const SiteClock& clock)
      : meter_(std::move(meter)), curve_(curve), clock_(clock), at_ms_(clock.now_ms()) {}

  /// Answers at the present site time; empty while dead or without power.
  std::optional<Buffer> handle(Bytes pdu);
  /// The meter as it is now.
  VirtualMeter& up_to_date();

  /// Draws `load` from now on, whatever the hour; empty goes back to the curve.
  void set_load(std::optional<MeterLoad> load);
  /// Answers nothing until revived; it goes on measuring.
  void set_dead(bool dead) { dead_ = dead; }
  bool dead() const { return dead_; }
  /// Dark for `span` of site time: no load, no answers; memory and clock go on.
  void lose_power(Millis span);
  /// Another device takes this place, with the same tenant behind it.
  void replace(std::unique_ptr<VirtualMeter> meter);

 private:
  void catch_up();

  std::unique_ptr<VirtualMeter> meter_;
  LoadCurve curve_;
  const SiteClock& clock_;
  std::optional<MeterLoad> fixed_load_;
  std::int64_t at_ms_;
  std::int64_t dark_until_ms_ = INT64_MIN;
  bool dead_ = false;
};

}  // namespace paymeter::sim
