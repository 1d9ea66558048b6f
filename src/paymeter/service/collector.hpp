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
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

/// Order of service on a bus, first served first.
enum class BusPriority : std::uint8_t { reclose, vend, read_back, trip, command, poll };
inline constexpr int kBusPriorityCount = 6;

/// Counters of one bus since the start; for the bus page and metrics.
struct BusStats {
  std::uint64_t exchanges_ok = 0, timeouts = 0, damaged = 0, refused = 0, connect_failures = 0;
  std::uint64_t polls = 0, jobs = 0, jobs_shed = 0;
  std::int64_t busy_ms = 0;   ///< time with a request in flight
  std::int64_t sweep_ms = 0;  ///< length of the last complete sweep
  bool connected = false;
};

/// A piece of work on a meter's bus: runs alone on the wire, once, with the meter's driver.
using BusWork = std::function<port::Async<>(port::MeterDriver&, port::BusLink&)>;

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
  BusStats stats(BusId bus) const;
  bool gateway_lost(GatewayId gateway) const;

 private:
  friend class BusOwner;
  port::Async<> flush_loop();
  /// A bus of the gateway went down or came up: one alarm for the box, none per meter behind it.
  port::Async<> gateway_changed(domain::Gateway gateway);

  Deps deps_;
  std::unordered_map<BusId, std::shared_ptr<BusOwner>> owners_;
  std::vector<domain::Reading> readings_;  ///< not yet stored
  std::unique_ptr<port::Wakeup> flush_wake_;
  bool flushing_ = false;
};

}  // namespace paymeter::service
