/// After every reading the balance of a meter wallet is compared with the platform's shadow; a
/// difference raises an alarm, agreement clears it. Nothing is booked.
#pragma once

#include <memory>
#include <set>

#include "paymeter/domain/wallet_shadow.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

class WalletShadow {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    AlarmService& alarms;
    LiveTable& live;
    EventHub& events;
  };
  WalletShadow(Deps deps, domain::ShadowTolerance tolerance);

  /// Follows the stored readings until the runtime stops. The service must outlive its task.
  void start();

  /// Compares now; nothing = nothing to compare (no meter wallet, no account, not read yet, money
  /// on its way, rates unknown). Errors: those of the store.
  port::Async<Result<std::optional<domain::ShadowResult>>> compare(MeterId meter);

 private:
  port::Async<> loop();

  Deps deps_;
  domain::ShadowTolerance tolerance_;
  std::unique_ptr<port::Wakeup> wake_;
  EventHub::Token token_;
  std::set<MeterId> due_;
};

}  // namespace paymeter::service
