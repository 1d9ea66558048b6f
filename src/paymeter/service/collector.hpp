/// The collecting service: one owner per bus, a schedule, priorities, back-off for dead meters,
/// lost-meter and lost-gateway alarms, live table, durable append.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "paymeter/port/bus_link.hpp"
#include "paymeter/port/meter_driver.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/bus_jobs.hpp"
#include "paymeter/service/bus_stats.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

class BusOwner;

class Collector {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    port::BusLinkFactory& links;
    port::MeterDriverFactory& drivers;
    LiveTable& live;
    AlarmService& alarms;
    EventHub& events;
  };
  explicit Collector(Deps deps);
  ~Collector();

  /// Starts an owner per bus of the live table's site; after an import: starts new ones, restarts
  /// changed ones, stops removed ones.
  void start();
  /// Plans every bus anew by the live table's poll intervals; nothing under way is broken off.
  void apply_poll_intervals();
  /// Ends every exchange and loop.
  void stop();

  /// Runs `work` on the meter's bus and returns when it ran. Errors: meter_unknown,
  /// meter_not_collected, link_busy (queue full), link_stopped.
  port::Async<Result<>> run(MeterId meter, BusPriority priority, BusWork work);

  /// Takes a fresh prepaid state from inside or outside bus work into table, alarms and events.
  port::Async<> observed(MeterId meter, domain::PrepaidState state);

  /// Takes measured values into table, readings and events.
  void measured(MeterId meter, domain::Measurements values);

  /// One read of the prepaid block, ordered by `priority`, taken into table, alarms and events.
  /// It starts after the call: what the caller stored before it is older than the answer.
  /// Errors: those of run and of the driver.
  port::Async<Result<domain::PrepaidState>> read_state(MeterId meter, BusPriority priority);

  /// Reads prepaid block and measured values now. Errors: those of run and of the driver.
  port::Async<Result<>> read_now(MeterId meter);

  /// Stores what waits in memory now. Errors: store errors (it goes on waiting).
  port::Async<Result<>> flush();

  /// What keeps the collector from doing its work, in words; empty = well.
  std::vector<std::string> problems() const;
  /// All zeros for a bus that is not collected.
  BusStats stats(BusId bus) const;
  /// With a line per meter. Empty: not collected.
  std::optional<BusReport> report(BusId bus) const;
  bool gateway_lost(GatewayId gateway) const;

 private:
  friend class BusOwner;
  port::Async<> flush_loop();
  Millis first_request_delay(std::size_t buses);
  /// The quick half of observed(), which every poll takes: table and events. True: the alarms that
  /// stand are not those of `state`, so judge_status() has work.
  bool take_status(MeterId meter, const domain::PrepaidState& state);
  port::Async<> judge_status(MeterId meter, domain::PrepaidState state);
  /// A bus of the gateway went down or came up: one alarm for the box, none per meter behind it.
  port::Async<> gateway_changed(domain::Gateway gateway);

  Deps deps_;
  std::unordered_map<BusId, std::shared_ptr<BusOwner>> owners_;
  std::vector<domain::Reading> readings_;  ///< not yet stored
  std::unique_ptr<port::Wakeup> flush_wake_;
  bool flushing_ = false;
};

}  // namespace paymeter::service
