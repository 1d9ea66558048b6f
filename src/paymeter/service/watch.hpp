/// Watches registers and losses: readings go through the rules of domain/watch, findings become
/// alarms. Follows events, so that nothing is added to the poll path but one comparison.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "paymeter/domain/watch/loss.hpp"
#include "paymeter/domain/watch/meter_watch.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

class Watch {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    AlarmService& alarms;
    LiveTable& live;
    EventHub& events;
  };
  explicit Watch(Deps deps);

  /// Loads rules, trees and each meter's last stored reading, then follows readings and days until
  /// the runtime stops. The service must outlive its tasks. Errors: those of the store.
  port::Async<Result<>> start();

  /// Errors: alarm_rule_invalid, store errors.
  port::Async<Result<domain::watch::AlarmRule>> set_rule(PropertyId property,
                                                         domain::watch::AlarmRule rule, UserId by);
  std::vector<domain::watch::LossTree> trees(PropertyId property) const;
  /// Errors: loss_tree_unknown, loss_tree_invalid, store errors.
  port::Async<Result<domain::watch::LossTree>> put_tree(domain::watch::LossTree tree, UserId by);
  /// Its alarm is cleared with it. Errors: loss_tree_unknown, store errors.
  port::Async<Result<>> end_tree(domain::watch::LossTreeId id, UserId by);
  /// The loss between any two instants, now and without an alarm. Errors: loss_tree_unknown,
  /// store errors.
  port::Async<Result<domain::watch::LossReport>> weigh(domain::watch::LossTreeId id, UtcMs from,
                                                       UtcMs to);
  /// Weighs every local day that is over and was not weighed yet (7 days back at most), stores the
  /// periods, raises and clears. Returns how many. Errors: those of the store.
  port::Async<Result<int>> weigh_closed_days();

 private:
  struct Known {
    domain::watch::MeterWatch watch;
    UtcMs seen{};
    std::string serial;
  };
  struct Change {
    PropertyId property{};
    MeterId meter{};
    domain::watch::Finding finding;
  };

  void on_event(const Event& event);
  port::Async<Result<>> remember_before();
  void look_at(MeterId meter);
  port::Async<> change_loop();
  port::Async<> day_loop();
  port::Async<Result<int>> weigh_tree(domain::watch::LossTree tree);
  port::Async<Result<>> judge(domain::watch::LossTree tree, domain::watch::LossReport report);
  port::Async<Result<domain::watch::LossReport>> weigh_between(domain::watch::LossTree tree,
                                                               UtcMs from, UtcMs to);
  port::Async<Result<std::unordered_map<MeterId, std::int64_t>>> registers_at(
      std::vector<MeterId> meters, UtcMs at);
  const domain::watch::LossTree* find_tree(domain::watch::LossTreeId id) const;

  Deps deps_;
  std::unique_ptr<port::Wakeup> wake_;
  EventHub::Token token_;
  std::unordered_map<MeterId, Known> known_;
  std::deque<Change> changes_;  ///< bounded by meters × kinds: one of each is waiting at most
  std::vector<domain::watch::LossTree> trees_;
};

}  // namespace paymeter::service
