/// Raises and clears alarms: memory decides what changed, the store keeps it, subscribers see it.
/// Levels are the rules' business (domain/watch), holds and lost gateways are decided here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "paymeter/domain/wallet.hpp"
#include "paymeter/domain/watch/alarm_rule.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/events.hpp"

namespace paymeter::service {

class AlarmService {
 public:
  AlarmService(port::Runtime& runtime, port::Store& store, EventHub& events);
  /// Loads the active alarms and follows the holds until the runtime stops. Call once before
  /// anything else; the service must outlive its task.
  port::Async<Result<>> start();
  /// Idempotent: a condition already raised (or already cleared) costs no write. With a hold in the
  /// property's rules it counts once it has lasted that long; say it again or only once, both work.
  /// A lost meter behind a lost gateway waits: it is raised when the gateway is back and it is not.
  port::Async<> raise(PropertyId property, domain::AlarmKind kind, MeterId meter, GatewayId gateway,
                      std::string detail);
  /// A subject is a meter, a gateway, or (both 0) `property`, which counts only then: of two
  /// properties' breakers each has its own alarm. Requires: one of the three.
  port::Async<> clear(domain::AlarmKind kind, MeterId meter, GatewayId gateway,
                      PropertyId property = {});
  /// Would apply_status change anything?
  bool status_differs(const domain::Meter& meter, const domain::PrepaidState& state) const;
  /// Raise, clear, or neither (`between` ends a hold under way).
  port::Async<> observe(PropertyId property, domain::AlarmKind kind, MeterId meter,
                        GatewayId gateway, domain::watch::Zone zone, std::string detail);
  /// Would `observe` change anything? For the poll path: no coroutine where nothing happens.
  bool matters(domain::AlarmKind kind, MeterId meter, GatewayId gateway, domain::watch::Zone zone,
               PropertyId property = {}) const;
  /// Applies the status bits of a reading (raise and clear).
  port::Async<> apply_status(const domain::Meter& meter, const domain::PrepaidState& state);
  /// The same for a platform wallet: its level, and whether billing is held.
  port::Async<> apply_wallet(domain::Meter meter, domain::WalletStanding standing);
  /// Errors: alarm_unknown, store errors.
  port::Async<Result<domain::Alarm>> acknowledge(AlarmId id, UserId by, std::string note = {});
  bool is_active(domain::AlarmKind kind, MeterId meter, GatewayId gateway,
                 PropertyId property = {}) const;
  std::vector<domain::Alarm> active() const;

  /// Which gateway a meter is behind; without it every lost meter is an alarm of its own.
  void set_gateway_of(std::function<GatewayId(MeterId)> gateway_of);
  /// The zone that a property's meters keep their clocks in; without it only a clock's own fault
  /// is an alarm.
  void set_zone_of(std::function<std::optional<Millis>(PropertyId)> zone_of);
  void set_rules(PropertyId property, domain::watch::AlarmRules rules);
  const domain::watch::AlarmRules& rules(PropertyId property) const;
  /// Meters that are lost behind a lost gateway, without an alarm of their own.
  std::size_t hidden() const { return hidden_.size(); }

 private:
  std::vector<domain::AlarmKind> active_status(MeterId meter) const;
  /// How far the meter's clock is ahead; empty = unknown.
  std::optional<Millis> clock_drift(const domain::Meter& meter,
                                    const domain::PrepaidState& state) const;
  bool is_clock_wrong(const domain::Meter& meter, const domain::PrepaidState& state) const;
  domain::AlarmChange status_change(const domain::Meter& meter,
                                    const domain::PrepaidState& state) const;
  /// Kind, meter, gateway; the property where it is the subject, else 0.
  using Key = std::tuple<domain::AlarmKind, MeterId, GatewayId, PropertyId>;
  static Key key_of(domain::AlarmKind kind, MeterId meter, GatewayId gateway, PropertyId property);
  static Key key_of(const domain::Alarm& alarm);
  /// A change that a hold has not let through yet.
  struct Pending {
    PropertyId property{};
    std::string detail;
    UtcMs since{}, due{};
  };
  /// A lost meter behind a lost gateway; `due` once the gateway is back.
  struct Hidden {
    PropertyId property{};
    GatewayId gateway{};
    std::string detail;
    std::optional<UtcMs> due;
  };

  port::Async<> loop();
  port::Async<> tick();
  UtcMs next_due() const;
  port::Async<> store_raise(PropertyId property, Key key, std::string detail);
  port::Async<> store_clear(Key key, std::string note);
  bool hide(PropertyId property, MeterId meter, const std::string& detail);
  port::Async<> fold(GatewayId gateway);
  void unfold(GatewayId gateway);
  bool any_gateway_lost() const;
  GatewayId gateway_of(MeterId meter) const;

  port::Runtime& runtime_;
  port::Store& store_;
  EventHub& events_;
  std::unique_ptr<port::Wakeup> wake_;
  bool is_running_ = false;  ///< two loops on one wakeup would wake each other for ever
  std::map<Key, domain::Alarm> active_;
  std::map<Key, Pending> pending_;
  std::map<MeterId, Hidden> hidden_;
  std::function<GatewayId(MeterId)> gateway_of_;
  std::function<std::optional<Millis>(PropertyId)> zone_of_;
  std::unordered_map<PropertyId, domain::watch::AlarmRules> rules_;
  domain::watch::AlarmRules default_rules_;
};

}  // namespace paymeter::service
