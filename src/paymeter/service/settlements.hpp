/// Closing 销户 and change-over 换表: one coroutine carries one settlement from its trip to its end
/// and goes on after a crash from what is stored. Source: docs/vending.md, "Opening, closing,
/// changing over".
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/commands.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"
#include "paymeter/service/settled_wallet.hpp"
#include "paymeter/service/site_keeper.hpp"
#include "paymeter/service/vending.hpp"

namespace paymeter::service {

struct SettlementCarrier;  // one settlement under way: settlement_carrier.hpp

/// Who settles what, and why.
struct SettlementRequest {
  std::string idempotency_key;
  std::string reason;
  UserId operator_id{};
};

/// What a person says about the device that now stands at the meter's place.
struct ReplacementRequest {
  SettlementId settlement{};
  std::string serial;  ///< as printed on the device; empty = take the one that answers
  std::optional<std::uint32_t> ct_ratio;
  std::optional<std::array<std::uint8_t, 16>> key;  ///< empty: the old device's
  UserId operator_id{};
};

using StoredSettlement = port::Stored<domain::Settlement>;

/// Bringing a balance below 0 to exactly 0.
struct CollectionRequest {
  std::string idempotency_key;
  SettlementId settlement{};
  domain::VendKind kind = domain::VendKind::sale;  ///< sale (collected) or adjustment (waived)
  domain::PaymentMethod method = domain::PaymentMethod::cash;
  std::string reason;  ///< adjustment: required
  UserId operator_id{};
};

class Settlements {
 public:
  struct Settings {
    Millis retry_first{1'000};
    Millis retry_max{60'000};
    int alarm_after_tries = 6;
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    port::MeterDriverFactory& drivers;
    Collector& collector;
    Commands& commands;
    Vending& vending;
    AlarmService& alarms;
    LiveTable& live;
    EventHub& events;
    SiteKeeper& site;
  };
  Settlements(Deps deps, Settings settings);
  ~Settlements();

  /// Who charges what a platform wallet's meters used; without one such wallets cannot be settled.
  void set_wallet_ender(WalletEnder ender) { wallet_ender_ = std::move(ender); }

  /// Takes up every settlement under way. Call once, after commands and vending have resumed.
  port::Async<Result<>> resume();

  /// Closes the account: every meter that it has. A repeated key returns the first settlements. A
  /// platform wallet is billed exactly to the final reading, then what is left is given back; an
  /// account's shared wallet ends with its last meter.
  /// Errors, in order: vend_key_invalid, vend_reason_missing, account_unknown, account_not_open,
  /// vend_wallet_unsupported (not prepaid, or nobody bills platform wallets), supply_protected,
  /// settlement_under_way, meter_quarantined, vend_exists_with_different_request, store errors.
  port::Async<Result<std::vector<StoredSettlement>>> close_account(AccountId account,
                                                                   SettlementRequest request);
  /// Takes one of many meters out of its account. Errors: as close_account, account_meter_last.
  port::Async<Result<StoredSettlement>> close_meter(MeterId meter, SettlementRequest request);
  /// A protected meter may be changed over: whoever swaps the device cuts the supply anyway.
  /// Errors: as close_account without supply_protected.
  port::Async<Result<StoredSettlement>> change_over(MeterId meter, SettlementRequest request);

  /// The new device has been connected: it is read, checked and opened. Once more while it is being
  /// opened corrects key, serial or CT ratio. Errors, in order: settlement_unknown,
  /// settlement_state_conflict, vend_test_key, those of a read, reading_missing (platform wallet:
  /// no register to go on from), request_invalid (a serial must be told where the model cannot say
  /// its own), settlement_same_device, settlement_wrong_meter (not the serial that was told, or
  /// another meter's), account_meter_not_clear (a meter wallet), store errors.
  port::Async<Result<domain::Settlement>> replaced(ReplacementRequest request);

  /// Stores a sale or an adjustment of exactly what is owed; the settlement goes on by itself when
  /// it has arrived. Errors, in order: vend_key_invalid, settlement_unknown, request_invalid
  /// (another kind; an adjustment on a platform wallet, which two people propose and decide),
  /// vend_reason_missing, those of `owed`, settlement_state_conflict (nothing is owed), those of
  /// create_paid_vend.
  port::Async<Result<port::Stored<domain::Vend>>> collect(CollectionRequest request);

  /// What a settlement in `debt` still has to get. Errors: settlement_unknown,
  /// settlement_state_conflict (not in debt), vend_meter_busy (it is being collected), those of a
  /// read, those of billing.
  port::Async<Result<domain::Money>> owed(SettlementId id);

  /// Before the clear: the meter stays in its account, and the trip that the settlement made is
  /// undone. Errors: settlement_unknown, settlement_state_conflict, vend_meter_busy.
  port::Async<Result<domain::Settlement>> cancel(SettlementId id, UserId by);

  /// What another service changed in the store (two people agreed on a dead meter's balance): live
  /// table, subscribers and carriers follow.
  port::Async<Result<domain::Settlement>> changed_elsewhere(SettlementId id);

 private:
  friend struct SettlementCarrier;
  Result<> check_meter(MeterId meter, domain::SettlementKind kind) const;
  bool is_on_platform(MeterId meter) const;
  port::Async<Result<domain::Money>> owed_in_meter(domain::Settlement settlement);
  Result<domain::Meter> described_meter(const domain::Settlement& settlement,
                                        const ReplacementRequest& request) const;
  port::Async<Result<std::vector<StoredSettlement>>> begin(domain::Account account,
                                                           std::vector<MeterId> meters,
                                                           domain::SettlementKind kind,
                                                           SettlementRequest request);
  /// The settlements that the key began of the account's meters, or of this meter. Errors:
  /// vend_exists_with_different_request (the key began another kind).
  port::Async<Result<std::vector<StoredSettlement>>> known(port::SettlementFilter of,
                                                           domain::SettlementKind kind,
                                                           std::string key);
  port::Async<Result<StoredSettlement>> begin_one(MeterId meter, domain::SettlementKind kind,
                                                  SettlementRequest request);
  /// Stores the step and tells everybody what followed from it.
  port::Async<Result<domain::Settlement>> apply(port::SettlementStep step);
  port::Async<> tell(domain::Settlement settlement);
  void start_carrier(const domain::Settlement& settlement);
  port::Async<> carry(std::shared_ptr<SettlementCarrier> carrier);
  port::Async<> forget_wallet(MeterId meter);
  void heard(const Event& event);

  Deps deps_;
  Settings settings_;
  WalletEnder wallet_ender_;
  std::unordered_map<SettlementId, std::shared_ptr<SettlementCarrier>> carriers_;
  EventHub::Token subscription_;
};

}  // namespace paymeter::service
