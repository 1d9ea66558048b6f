/// Billing of platform wallets in the store: what was charged and the state from which charging
/// goes on change in one transaction. Part of port::Store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/account.hpp"
#include "paymeter/domain/ledger.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/rating/local_day.hpp"
#include "paymeter/domain/rating/reading_gate.hpp"
#include "paymeter/domain/wallet.hpp"
#include "paymeter/domain/wallet_shadow.hpp"
#include "paymeter/port/page.hpp"

namespace paymeter {
using BillingId = Id<struct BillingTag>;
}  // namespace paymeter

namespace paymeter::port {

/// Where billing of one wallet stands. `revision` 0: it never ran.
struct Billing {
  BillingId id{};
  PropertyId property{};
  MeterId meter{};  ///< 0 = the account's wallet, shared by its meters
  AccountId account{};
  std::int64_t revision = 0;
  std::string checkpoint;                    ///< domain/rating/billing_run.hpp
  domain::rating::RegisterReading posted{};  ///< charged up to here
  std::optional<domain::rating::BillingHold> held;
  UtcMs changed_at{};
};

/// 12 × year + month − 1: months that can be compared and counted.
using MonthNumber = std::int64_t;
constexpr MonthNumber month_number(domain::rating::Month month) {
  return 12LL * month.year + month.month - 1;
}
constexpr domain::rating::Month month_of(MonthNumber number) {
  return {static_cast<int>(number / 12), static_cast<int>(number % 12) + 1};
}

/// A month's bill as its last charge left it.
struct BilledMonth {
  std::int64_t id = 0;
  PropertyId property{};
  BillingId billing{};
  MonthNumber month = 0;
  domain::Money total{};
  std::string bill;  ///< domain/rating/bill_text.hpp
  UtcMs to_at{};
};

/// What one posting added to one month.
struct ChargeLine {
  std::int64_t id = 0;
  PropertyId property{};
  BillingId billing{};
  std::string document;  ///< of the posting: `charge 1203 2026-11-22#1`
  std::string cause;     ///< day, settlement, refund …
  domain::rating::DayNumber day = 0;
  MonthNumber month = 0;
  domain::rating::RegisterReading from, to;
  domain::Money amount{};
  UtcMs at{};
};

/// A lot of a quantity wallet, bought by `vend`. Vends that took money out have empty lots.
struct StoredLot {
  std::int64_t id = 0;
  PropertyId property{};
  BillingId billing{};
  VendId vend{};
  UtcMs at{};
  domain::Price price{};
  domain::QuantityLot lot;
};
/// A delivered vend of a wallet that no lot knows yet, in the order it was made.
struct WalletVend {
  VendId vend{};
  UtcMs at{};
  domain::Money to_meter{};
};

/// A device that stood at the meter's place before: registers are never compared across its end.
struct DeviceEnd {
  UtcMs to_at{};
  std::optional<std::int64_t> final_wh, next_start_wh;
};
struct BilledMeter {
  MeterId meter{};
  std::string code;
  UtcMs from{};             ///< opened on the account
  std::optional<UtcMs> to;  ///< left it
  std::vector<DeviceEnd> devices;
};

/// Everything that a run of billing starts from, of one instant.
struct BillingInput {
  Billing billing;
  bool is_shared = false;
  std::string account_number;
  std::string time_zone;
  domain::Utility utility = domain::Utility::electricity;
  std::vector<BilledMeter> meters;  ///< by id; one unless shared
  domain::Money wallet{};           ///< the ledger's balance
  domain::Money charged{};          ///< all that was ever posted
  std::vector<BilledMonth> months;  ///< since the month of billing.posted minus three, ascending
  std::vector<StoredLot> lots;
  std::vector<WalletVend> new_vends;
};

/// What a run posts for one month; amounts are differences to what was posted before.
struct MonthCharge {
  MonthNumber month = 0;
  domain::Money lines{}, fees{};
  domain::Money total{};  ///< of the month, after this
  std::string bill;
};
struct DayPosting {
  std::string cause = "day";
  domain::rating::DayNumber day = 0;
  domain::rating::RegisterReading from, to;
  std::vector<MonthCharge> months;
};
struct BillingRunStep {
  Billing billing;  ///< as it is to be; `revision` is what it was
  std::vector<DayPosting> postings;
  std::vector<StoredLot> lots;  ///< new (id 0) or changed
  UtcMs at{};
  UserId by{};
};

struct ChargeFilter {
  std::optional<MeterId> meter;  ///< also those of its account's shared wallet
  std::optional<AccountId> account;
  std::optional<MonthNumber> month;
  Page page;
};

class BillingStore {
 public:
  virtual ~BillingStore() = default;
  /// Errors: meter_unknown, vend_wallet_unsupported (no platform wallet), account_not_open (never
  /// had an account).
  virtual Async<Result<BillingInput>> billing_input(MeterId meter) = 0;
  /// Posts each day's charge (Dr wallet / Cr revenue) as `charge METER DAY#k`, and moves the state
  /// on, or neither. Errors: account_not_open (left), billing_state_conflict, ledger_overflow.
  virtual Async<Result<Billing>> store_billing_run(BillingRunStep step) = 0;
  virtual Async<Result<Listed<ChargeLine>>> list_charges(ChargeFilter filter) = 0;
  /// Bills of the month for the meter, one per account that had it; its account's shared bill
  /// counts. By account.
  struct MonthBillRow {
    Billing billing;
    BilledMonth month;
  };
  virtual Async<Result<std::vector<MonthBillRow>>> bills_of_month(MeterId meter,
                                                                  MonthNumber month) = 0;
  /// Defaults when none are stored. Errors: meter_unknown.
  virtual Async<Result<domain::WalletTerms>> wallet_terms(MeterId meter) = 0;
  /// Errors: meter_unknown, wallet_terms_invalid (unit or package of a live account with a bill).
  virtual Async<Result<domain::WalletTerms>> set_wallet_terms(domain::WalletTerms terms) = 0;

  /// Where the shadow of a meter wallet counts from, and what the books say now.
  struct ShadowBooks {
    std::optional<domain::ShadowPoint> point;
    domain::Money delivered{};
    bool is_moving = false;  ///< a vend is in flight, or the meter is in quarantine or settling
  };
  /// Errors: meter_unknown.
  virtual Async<Result<ShadowBooks>> shadow_books(MeterId meter) = 0;
  virtual Async<Result<>> set_shadow_point(domain::ShadowPoint point) = 0;
};

}  // namespace paymeter::port
