/// The station's own clock and its witnesses: watches for steps, asks the meters' clocks, raises
/// the alarm `clock` of the station, and remembers a doubt for a day, over restarts.
#pragma once

#include <optional>

#include "paymeter/domain/station_clock.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

class StationClock {
 public:
  struct Deps {
    port::Runtime& runtime;
    LiveTable& live;
    AlarmService& alarms;
  };
  /// `tolerance`: so far it may be off.
  StationClock(Deps deps, Millis tolerance) : deps_(deps), tolerance_(tolerance) {}

  /// Watches until the runtime stops. Requires: the alarms are loaded.
  void start();
  /// As of this instant; both clocks are noted. Requires: the alarms are loaded.
  domain::ClockEvidence evidence();
  bool may_set_meters() { return domain::may_set_meters(evidence(), tolerance_); }

 private:
  port::Async<> loop();
  port::Async<> show(domain::ClockEvidence seen);
  std::optional<Millis> ask_meters();
  bool was_doubted() const;

  Deps deps_;
  Millis tolerance_;
  domain::ClockWatch watch_;
  bool began_ = false;
  std::optional<MonoMs> doubted_at_;  ///< when it was last known to be wrong
  std::optional<MonoMs> asked_at_;
  std::optional<Millis> apart_;
};

}  // namespace paymeter::service
