/// How often meters are read, as people set it: per property, bus or meter, with its history.
#pragma once

#include <vector>

#include "paymeter/domain/poll_interval.hpp"
#include "paymeter/port/async.hpp"
#include "paymeter/port/page.hpp"

namespace paymeter::port {

class IntervalStore {
 public:
  virtual ~IntervalStore() = default;
  /// Takes the place of what was set for the same property, bus or meter; that stays as history.
  /// Errors: bus_unknown, meter_unknown (of another property, too).
  virtual Async<Result<domain::PollIntervalSetting>> set_poll_interval(
      domain::PollIntervalSetting setting) = 0;
  /// Those in force, of all properties, by id.
  virtual Async<Result<std::vector<domain::PollIntervalSetting>>> poll_intervals() = 0;
  /// Also those that were replaced; newest first.
  virtual Async<Result<Listed<domain::PollIntervalSetting>>> poll_interval_history(
      PropertyId property, Page page) = 0;
};

}  // namespace paymeter::port
