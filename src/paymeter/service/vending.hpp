/// Selling: one coroutine carries one vend from PAID to its end; every state is stored before a
/// byte leaves, the meter is the judge. Source: docs/vending.md.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/port/stored.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

struct VendCarrier;  // one vend under way: vend_carrier.hpp

struct SaleRequest {
  std::string idempotency_key;
  MeterId meter{};
  domain::Money captured{};
  domain::PaymentMethod method = domain::PaymentMethod::cash;
  UserId operator_id{};
  std::string note;
};

class Vending {
 public:
  struct Settings {
    domain::Money sale_limit{10'000'000};      ///< one sale at most (100,000.00)
    domain::Money balance_limit{100'000'000};  ///< 囤积金额上限: balance after the sale at most
    int alarm_after_attempts = 6;              ///< K of vending.md
    Millis retry_first{1'000};                 ///< back-off doubles up to retry_max
    Millis retry_max{60'000};
    /// What could not be sent for so long is owed back. 0 = never. A quarantined meter's vends wait
    /// for people, and those of a meter that is being settled for its end.
    Millis paid_deadline{7LL * 86'400'000};
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Collector& collector;
    AlarmService& alarms;
    LiveTable& live;
    EventHub& events;
  };
  Vending(Deps deps, Settings settings);
  ~Vending();

  /// Takes up every unfinished vend. Call once, after the collector has started.
  port::Async<Result<>> resume();

  /// Stores the captured sale and starts its delivery; returns as soon as it is durable (PAID).
  /// The same key with the same request returns the stored vend (`existed`), whatever its state.
  /// Errors, in order: vend_key_invalid, vend_amount_not_positive, vend_amount_too_large,
  /// meter_unknown, vend_wallet_unsupported, vend_test_key, account_not_open, meter_quarantined,
  /// vend_balance_limit, vend_exists_with_different_request, store errors.
  port::Async<Result<port::Stored<domain::Vend>>> sell(SaleRequest request);

  /// PAID → REFUND_DUE at once; SENT → CANCELLING (the meter judges by a burn).
  /// Errors: vend_unknown, vend_state_conflict.
  port::Async<Result<domain::Vend>> cancel(VendId id, UserId by, std::string reason);

  /// Returns when the vend is final or at `deadline`; the vend as it is then. Errors: vend_unknown.
  port::Async<Result<domain::Vend>> wait_final(VendId id, MonoMs deadline);

  /// Ends the pause of a vend that is backing off (补发: try again now).
  port::Async<Result<domain::Vend>> retry_now(VendId id);

  /// Carries a vend that another service stored, or wakes its carrier; tells subscribers about it.
  /// CREATED and final vends have no carrier.
  void take_up(const domain::Vend& vend);

  /// May money go into this meter's wallet, or out of it (`into_meter` below 0)? Errors, in order:
  /// meter_unknown, vend_wallet_unsupported, vend_test_key, account_not_open, vend_balance_limit.
  Result<> check_meter(MeterId meter, domain::Money into_meter) const;
  const Settings& settings() const { return settings_; }

  /// What of a payment is kept as the tariff's service fee; nobody = nothing.
  using FeeRule =
      std::function<port::Async<Result<domain::Money>>(MeterId, domain::Money captured)>;
  void set_fee_rule(FeeRule rule) { fee_rule_ = std::move(rule); }
  /// Errors: vend_amount_not_positive (nothing would be left), those of the rule.
  port::Async<Result<domain::Money>> fee_of(MeterId meter, domain::Money captured);
  /// The vend that the key was used for at the meter's property. Errors: meter_unknown.
  port::Async<Result<std::optional<domain::Vend>>> known(MeterId meter, std::string key);

  /// Who makes a platform wallet's balance true before money leaves it. `fresh`: the meter is read
  /// first. A wallet whose billing is held has no balance (its hold's reason is the error).
  enum class WalletLook : std::uint8_t { stored, fresh };
  using WalletSettler = std::function<port::Async<Result<domain::Money>>(MeterId, WalletLook)>;
  void set_wallet_settler(WalletSettler settler) { wallet_settler_ = std::move(settler); }
  /// The wallet's balance after everything used up to now was charged. Errors:
  /// vend_wallet_unsupported (no settler), those of Billing::settle, the hold's reason; fresh: of
  /// the read.
  port::Async<Result<domain::Money>> settled_wallet(MeterId meter, WalletLook look);

 private:
  enum class Found : std::uint8_t { now, at_start };
  void start_carrier(const domain::Vend& vend, Found found);
  port::Async<> carry(std::shared_ptr<VendCarrier> carrier);
  port::Async<> take_up_other_half(VendId first);
  void wake_carriers_of(MeterId meter);

  Deps deps_;
  Settings settings_;
  WalletSettler wallet_settler_;
  FeeRule fee_rule_;
  std::unordered_map<VendId, std::shared_ptr<VendCarrier>> carriers_;
};

}  // namespace paymeter::service
