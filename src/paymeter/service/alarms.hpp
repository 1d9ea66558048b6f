/// Raises and clears alarms: memory decides what changed, the store keeps it, subscribers see it.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "paymeter/domain/wallet.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/events.hpp"

namespace paymeter::service {

class AlarmService {
 public:
  AlarmService(port::Runtime& runtime, port::Store& store, EventHub& events);
  /// Loads the active alarms. Call once before anything else.
  port::Async<Result<>> start();
  /// Idempotent: a condition already raised (or already cleared) costs no write.
  port::Async<> raise(PropertyId property, domain::AlarmKind kind, MeterId meter, GatewayId gateway,
                      std::string detail);
  port::Async<> clear(domain::AlarmKind kind, MeterId meter, GatewayId gateway);
  /// Would apply_status change anything?
  bool status_differs(const domain::Meter& meter, const domain::PrepaidState& state) const;
  /// Applies the status bits of a reading (raise and clear).
  port::Async<> apply_status(const domain::Meter& meter, const domain::PrepaidState& state);
  /// The same for a platform wallet: its level, and whether billing is held.
  port::Async<> apply_wallet(domain::Meter meter, domain::WalletStanding standing);
  port::Async<Result<domain::Alarm>> acknowledge(AlarmId id, UserId by);
  bool is_active(domain::AlarmKind kind, MeterId meter, GatewayId gateway) const;
  std::vector<domain::Alarm> active() const;

 private:
  std::vector<domain::AlarmKind> active_status(MeterId meter) const;
  domain::AlarmChange status_change(const domain::Meter& meter,
                                    const domain::PrepaidState& state) const;
  using Key = std::tuple<domain::AlarmKind, MeterId, GatewayId>;
  port::Runtime& runtime_;
  port::Store& store_;
  EventHub& events_;
  std::map<Key, domain::Alarm> active_;
};

}  // namespace paymeter::service
