/// How often meters are read, set by people: stored, and in force at once.
#pragma once

#include "paymeter/service/collector.hpp"

namespace paymeter::service {

class PollIntervals {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    port::MeterDriverFactory& drivers;
    Collector& collector;
    LiveTable& live;
  };
  explicit PollIntervals(Deps deps) : deps_(deps) {}

  /// Takes the place of what was set for the same property, bus or meter. Errors, in order: those
  /// of domain::check_poll_interval, bus_unknown, meter_unknown, request_invalid (the meter's model
  /// has no such block), store errors.
  port::Async<Result<domain::PollIntervalSetting>> set(domain::PollIntervalSetting setting);

 private:
  Result<> check_target(const domain::PollIntervalSetting& setting) const;
  Deps deps_;
};

}  // namespace paymeter::service
