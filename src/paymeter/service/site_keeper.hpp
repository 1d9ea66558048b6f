/// Keeps the running station in step with the stored site: at the start and after every import.
#pragma once

#include "paymeter/port/store.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

class SiteKeeper {
 public:
  SiteKeeper(port::Store& store, LiveTable& live, Collector& collector, EventHub& events)
      : store_(store), live_(live), collector_(collector), events_(events) {}
  /// Loads site and accounts into the live table, restarts the collector's buses, publishes
  /// SiteChanged. Live values and work under way survive: jobs of a restarted bus get link_stopped
  /// and their owners try again. Errors: those of the store.
  port::Async<Result<>> reload();

 private:
  port::Store& store_;
  LiveTable& live_;
  Collector& collector_;
  EventHub& events_;
};

}  // namespace paymeter::service
