/// Alarms as kept: what is active, what was, who acknowledged, and the rules and loss trees that a
/// property set. Errors of every method besides its own: those of port/store.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/alarm.hpp"
#include "paymeter/domain/watch/loss.hpp"
#include "paymeter/port/async.hpp"
#include "paymeter/port/page.hpp"

namespace paymeter::port {

struct AlarmFilter {
  bool active_only = false;
  bool unacknowledged_only = false;
  std::optional<MeterId> meter;
  std::optional<domain::AlarmKind> kind;
  Page page;
  std::optional<domain::Severity> severity;
  std::optional<BuildingId> building;  ///< of the meter's room
  std::optional<UtcMs> from, to;       ///< raised_at, half-open
};

/// How many alarms of a kind and building (0: no room) were raised in a span, and how many of those
/// are still active or were never acknowledged.
struct AlarmCount {
  domain::AlarmKind kind{};
  BuildingId building{};
  std::int64_t raised = 0, active = 0, unacknowledged = 0;
  friend bool operator==(const AlarmCount&, const AlarmCount&) = default;
};

/// Ends the active alarm of this kind on this subject.
struct AlarmClear {
  domain::AlarmKind kind{};
  MeterId meter{};
  GatewayId gateway{};
  UtcMs at{};
  std::string note{};     ///< goes into its history
  PropertyId property{};  ///< the subject where meter and gateway are 0; ignored otherwise
};

class AlarmStore {
 public:
  virtual ~AlarmStore() = default;
  /// Raises unless the same kind is already active on the same subject, a meter, a gateway or
  /// (both 0) a property: then that one is returned unchanged. Errors: meter_unknown (no subject).
  virtual Async<Result<domain::Alarm>> raise_alarm(domain::Alarm alarm) = 0;
  /// Clears the active alarm, if there is one.
  virtual Async<Result<>> clear_alarm(AlarmClear clear) = 0;
  /// Errors: alarm_unknown. Acknowledging again changes nothing.
  virtual Async<Result<domain::Alarm>> acknowledge_alarm(AlarmId id, UserId by, UtcMs at,
                                                         std::string note = {}) = 0;
  virtual Async<Result<domain::Alarm>> find_alarm(AlarmId id) = 0;
  virtual Async<Result<Listed<domain::Alarm>>> list_alarms(AlarmFilter filter) = 0;
  virtual Async<Result<std::vector<domain::Alarm>>> active_alarms() = 0;
  /// What happened to an alarm, oldest first. Errors: alarm_unknown.
  virtual Async<Result<std::vector<domain::AlarmEvent>>> alarm_events(AlarmId id) = 0;
  /// Alarms raised in the half-open span, and those before it that were not cleared by its start.
  virtual Async<Result<std::vector<AlarmCount>>> alarm_counts(PropertyId property, UtcMs from,
                                                              UtcMs to) = 0;
};

/// A rule as set, with who and when.
struct SetAlarmRule {
  PropertyId property{};
  domain::watch::AlarmRule rule;
  UserId changed_by{};
  UtcMs changed_at{};
};

/// One weighed period of a loss tree.
struct LossPeriod {
  domain::watch::LossTreeId tree{};
  UtcMs from{}, to{};
  std::int64_t main_wh = 0, sub_wh = 0;
  std::optional<std::int64_t> loss_wh;  ///< empty: something was not known
  int mains_missing = 0, subs_missing = 0;
  std::string missing;  ///< `12 no_reading, 15 fell`: the first ones
  friend bool operator==(const LossPeriod&, const LossPeriod&) = default;
};

class WatchStore {
 public:
  virtual ~WatchStore() = default;
  virtual Async<Result<std::vector<SetAlarmRule>>> alarm_rules() = 0;
  virtual Async<Result<>> set_alarm_rule(SetAlarmRule rule) = 0;

  /// Trees in force. A tree that ends is kept with its periods.
  virtual Async<Result<std::vector<domain::watch::LossTree>>> loss_trees() = 0;
  /// Adds a tree (id 0) or ends tree.id and adds the new one in its place, in one transaction.
  /// Errors: loss_tree_unknown, loss_tree_invalid (the place has a tree already).
  virtual Async<Result<domain::watch::LossTree>> put_loss_tree(domain::watch::LossTree tree,
                                                               UserId by, UtcMs at) = 0;
  /// Errors: loss_tree_unknown.
  virtual Async<Result<>> end_loss_tree(domain::watch::LossTreeId id, UserId by, UtcMs at) = 0;
  /// The same period again is ignored.
  virtual Async<Result<>> add_loss_period(LossPeriod period) = 0;
  /// Newest first.
  virtual Async<Result<std::vector<LossPeriod>>> loss_periods(domain::watch::LossTreeId tree,
                                                              int limit) = 0;
};

}  // namespace paymeter::port
