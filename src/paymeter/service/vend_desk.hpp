/// What refunds, grants, transfers and corrections have in common: a repeated key is answered
/// before any rule is asked, then the meter is looked at, then the vend is stored and carried.
#pragma once

#include <optional>
#include <string>

#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/live_table.hpp"
#include "paymeter/service/vending.hpp"

namespace paymeter::service {

using StoredVend = port::Stored<domain::Vend>;

/// Who asks for a vend on which meter; `note` is the reason where one is needed.
struct VendOrder {
  std::string idempotency_key;
  MeterId meter{};
  UserId operator_id{};
  std::string note;
};

class VendDesk {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Collector& collector;
    Vending& vending;
    LiveTable& live;
  };
  explicit VendDesk(Deps deps) : deps_(deps) {}
  port::Store& store() { return deps_.store; }
  Vending& vending() { return deps_.vending; }
  UtcMs now() const { return deps_.runtime.now(); }

  /// The vend that the order's key was used for at the meter's property, if there is one.
  /// Errors: meter_unknown.
  port::Async<Result<std::optional<domain::Vend>>> known(VendOrder order);

  /// A vend of `kind` that moves `amount` (below 0: out of the meter) without a fee.
  domain::Vend draft(const VendOrder& order, domain::VendKind kind, domain::Money amount);

  /// What the meter holds, by a read that starts now; a platform wallet after everything used up to
  /// that read was charged. Errors: vend_wallet_unsupported (nobody settles platform wallets),
  /// those of the collector and of Vending::settled_wallet.
  port::Async<Result<domain::Money>> fresh_balance(MeterId meter);

  /// Does the meter hold `amount` now? A platform wallet is settled first.
  /// Errors: vend_refund_exceeds_balance, those of the collector and of Vending::settled_wallet.
  port::Async<Result<>> check_holds(MeterId meter, domain::Money amount);

  bool same_account(MeterId a, MeterId b) const;

  /// Stores the vend and starts its carrier. Errors: those of VendStore::create_paid_vend.
  port::Async<Result<StoredVend>> place(domain::Vend vend);

  /// One step of a stored vend by a person, told to subscribers.
  port::Async<Result<domain::Vend>> step(port::VendStep step);

 private:
  Deps deps_;
};

/// Errors: vend_reason_missing (nothing but spaces).
Result<> check_reason(const std::string& reason);

/// The stored vend, when it is what was asked for. Errors: vend_exists_with_different_request.
Result<StoredVend> same_or_conflict(const domain::Vend& stored, const domain::Vend& asked);

}  // namespace paymeter::service
