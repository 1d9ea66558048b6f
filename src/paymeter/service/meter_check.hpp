/// After a start the database may be an older copy of itself (a restored backup): what each meter
/// shows is compared with what the platform knows of it, and a meter that differs is quarantined
/// before anybody sells to it. Source: docs/vending.md, "After restoring a backup".
#pragma once

#include <set>

#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

class MeterCheck {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Collector& collector;
    AlarmService& alarms;
    LiveTable& live;
    EventHub& events;
  };
  explicit MeterCheck(Deps deps) : deps_(deps) {}

  /// Compares with the first reading of each meter since the start; costs no request of its own
  /// unless there is a difference. Call once, after the alarms were loaded and the collector has
  /// started. A meter that does not answer is compared when it does; a sale compares by itself.
  void start();
  /// Meters that have not answered yet.
  std::size_t waiting() const { return waiting_.size(); }

 private:
  enum class Found : std::uint8_t { agrees, later };
  port::Async<> watch();
  port::Async<Found> compare(domain::Meter meter, domain::PrepaidState read);
  port::Async<Found> confirm(domain::Meter meter, domain::MeterMoney known);
  port::Async<> call_people(domain::Meter meter, domain::MeterMoney known,
                            domain::PrepaidState read);

  Deps deps_;
  std::set<MeterId> waiting_;
};

}  // namespace paymeter::service
