/// Platform wallets: readings become charges, the wallet's balance is kept true, levels raise
/// alarms. Nothing is cut here: `cut_due` is computed and shown.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "paymeter/domain/rating/billing_run.hpp"
#include "paymeter/domain/wallet.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/port/tariff_format.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"
#include "paymeter/service/settled_wallet.hpp"
#include "paymeter/service/tariff_timeline.hpp"

namespace paymeter::service {

/// A month's bill of a meter's wallet, as its charges left it.
struct WalletBill {
  port::Billing billing;
  domain::rating::MonthBill bill;
  UtcMs to_at{};
};

class Billing {
 public:
  struct Settings {
    Millis late_window{35LL * 86'400'000};  ///< readings may come so late and still be priced;
                                            ///< older ones raise wallet_difference
    Millis lag_max = minutes(180);          ///< a shared wallet waits so long for a silent meter
    Millis silence_max = minutes(180);      ///< after so long without a reading billing is held
    Millis sweep{600'000};                  ///< every wallet is looked at so often
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    const port::TariffFormat& format;
    LiveTable& live;
    AlarmService& alarms;
    EventHub& events;
  };
  Billing(Deps deps, Settings settings);

  /// Looks at every platform wallet, then at those that something happened to, until the runtime
  /// stops. The service must outlive its task.
  void start();

  /// Bills what is stored: posts closed days, brings the live table, alarms and events up to date.
  /// Errors: those of BillingStore::billing_input and store_billing_run; tariff_not_in_force and
  /// others of compile_timeline, rating_state_invalid (these also hold billing with an alarm).
  port::Async<Result<domain::WalletStanding>> bill(MeterId meter);

  /// Posts everything up to the last reading, so that the books' balance is true: before a refund,
  /// a closing, a transfer. `cause` stands in the posting. Errors: as bill.
  port::Async<Result<domain::WalletStanding>> settle(MeterId meter, std::string cause, UserId by);

  /// As settle, with what is owed: a wallet in kWh or m³ that was used beyond its lots owes that
  /// much at the price of now. Errors: as bill.
  port::Async<Result<SettledWallet>> settle_to_end(MeterId meter, std::string cause, UserId by);

  /// Errors: bill_unknown, meter_unknown.
  port::Async<Result<std::vector<WalletBill>>> bills(MeterId meter, domain::rating::Month month);

  /// In words; empty = the last look at every wallet went well.
  std::vector<std::string> problems() const;

 private:
  enum class Scope : std::uint8_t { closed_days, everything };
  struct Order {
    MeterId meter{};
    Scope scope = Scope::closed_days;
    std::string cause = "day";
    UserId by{};
  };
  struct Pass;
  static domain::Money due_of(const Pass& pass);
  port::Async<> loop();
  port::Async<Result<SettledWallet>> bill_with_retry(Order order);
  port::Async<Result<SettledWallet>> bill_once(Order order);
  port::Async<Result<>> prepare(std::shared_ptr<Pass> pass);
  port::Async<Result<>> load_readings(std::shared_ptr<Pass> pass);
  port::Async<Result<domain::rating::GateLimits>> limits_of(std::shared_ptr<Pass> pass,
                                                            MeterId meter);
  port::Async<> show(std::shared_ptr<Pass> pass);
  port::Async<> hold_for(MeterId meter, Error why);
  /// Raises wallet_difference on those of the meters that a reading came for which is too old to be
  /// billed: an adjustment by hand makes the wallet true.
  port::Async<> tell_too_late(std::set<MeterId> meters);
  void mark_all();
  void on_event(const Event& event);

  Deps deps_;
  Settings settings_;
  std::unique_ptr<port::Wakeup> wake_;
  EventHub::Token token_;
  std::set<MeterId> due_;
  std::set<MeterId> arrived_;  ///< readings of these came since the last look
  MonoMs started_{};
  std::map<MeterId, std::string> problems_;
};

}  // namespace paymeter::service
