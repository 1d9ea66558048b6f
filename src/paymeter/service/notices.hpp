/// Notices to tenants: one per warning level and episode, sent when a sender is configured, or
/// recorded by an operator who handed over paper or called.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "paymeter/port/notifier.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

class Notices {
 public:
  struct Settings {
    int tries_max = 5;
    Millis retry = minutes(10);
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    AlarmService& alarms;
    LiveTable& live;
    EventHub& events;
    port::Notifier* notifier = nullptr;  ///< none configured: notices stay queued
  };
  Notices(Deps deps, Settings settings);

  /// Follows the money alarms until the runtime stops; what was missed while the station was down
  /// is caught up with. The service must outlive its task.
  void start();

  /// Tells the store which levels the meter shows. Errors: those of the store.
  port::Async<Result<>> report(MeterId meter);

  /// A paper notice or a call, as an operator says. Errors, in order: meter_unknown,
  /// account_not_open, those of check_recorded_notice, store errors.
  port::Async<Result<port::Stored<domain::Notice>>> record(domain::Notice notice, std::string key);

  /// Hands queued notices to the sender. Returns how many left. Errors: those of the store.
  port::Async<Result<int>> send_queued();

  bool has_sender() const { return deps_.notifier != nullptr; }

 private:
  port::Async<> loop();
  port::Async<Result<bool>> send_one(domain::Notice notice);
  domain::Notice draft(const LiveMeter& live, domain::NoticeLevel level) const;
  void on_event(const Event& event);

  Deps deps_;
  Settings settings_;
  std::unique_ptr<port::Wakeup> wake_;
  EventHub::Token token_;
  std::set<MeterId> changed_;
};

}  // namespace paymeter::service
