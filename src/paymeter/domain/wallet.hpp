/// The platform's own wallet, pure rules: how low is low, when cutting is due, and wallets that are
/// kept in quantities. Balances are fen everywhere; nothing here cuts anything.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/money.hpp"
#include "paymeter/domain/quantity.hpp"
#include "paymeter/domain/rating/reading_gate.hpp"

namespace paymeter::domain {

/// quantity: a sale buys kWh or m³ at the price in force, use takes them away again.
enum class WalletUnit : std::uint8_t { money, quantity };
std::string_view wallet_unit_name(WalletUnit unit);
std::optional<WalletUnit> wallet_unit_from_name(std::string_view name);

/// What a wallet may do, per meter. Alarm levels and overdraft are the meter's settings.
struct WalletTerms {
  MeterId meter{};
  PropertyId property{};
  WalletUnit unit = WalletUnit::money;
  Money emergency_credit{};   ///< may be used up once it is switched on
  bool emergency_on = false;  ///< switched on by tenant or operator until the next sale
  int friendly_from = 0;      ///< minutes after local midnight; from = to: no friendly hours
  int friendly_to = 0;        ///< exclusive; before `from`: across midnight
  std::string package_name;   ///< 包月: empty = none
  Money package_fee{};        ///< per month
  std::int64_t package_included = 0;   ///< Wh or litres per month at no price
  std::int64_t rise_per_hour_max = 0;  ///< Wh or litres; 0 = judged by the connection
  UserId changed_by{};
  UtcMs changed_at{};
  friend bool operator==(const WalletTerms&, const WalletTerms&) = default;
};
/// Errors: wallet_terms_invalid (detail names the field).
Result<> check_wallet_terms(const WalletTerms& terms);

/// Each level includes those before it.
enum class WalletLevel : std::uint8_t { enough, alarm1, alarm2, arrears, cut_due };
std::string_view wallet_level_name(WalletLevel level);

struct WalletFacts {
  Money balance{};  ///< ledger minus what is used and not yet posted
  Money alarm1{}, alarm2{}, overdraft{};
  bool is_sound = true;   ///< billing is not held: the balance means something
  int minute_of_day = 0;  ///< local
};
struct SupplyWanted {
  WalletLevel level = WalletLevel::enough;
  bool is_postponed = false;  ///< it would be cut_due, but the hours are friendly
  Money left{};               ///< until cutting is due; below 0: past it
  friend bool operator==(const SupplyWanted&, const SupplyWanted&) = default;
};
/// alarm1, alarm2: balance at or below · arrears: below 0 · cut_due: below −(overdraft + emergency
/// credit when it is on). Unknown means stay on: without a sound balance never more than arrears.
/// 0 switches alarm1 and alarm2 off.
SupplyWanted supply_wanted(const WalletTerms& terms, const WalletFacts& facts);

/// True from `from` to before `to`, across midnight too; never when they are equal.
bool is_friendly(int from, int to, int minute);

/// Where a platform wallet stands: what the console shows and the cutting rules will read.
struct WalletStanding {
  AccountId account{};
  bool is_shared = false;
  WalletUnit unit = WalletUnit::money;
  Money ledger{};                             ///< the books' balance
  Money unposted{};                           ///< used since the last charge was posted
  Money balance{};                            ///< ledger − unposted
  std::optional<std::int64_t> quantity_left;  ///< of a quantity wallet; below 0: used on credit
  SupplyWanted supply;
  std::optional<rating::BillingHold> held;
  UtcMs billed_to{};  ///< of the last reading that counts
  UtcMs as_of{};
  friend bool operator==(const WalletStanding&, const WalletStanding&) = default;
};

// ---------------------------------------------------------------- quantity wallets
/// What one payment bought. `value`: what the quantity costs; the payment's rest stays money.
struct QuantityLot {
  std::int64_t quantity = 0;  ///< Wh or litres
  Money value{};
  friend bool operator==(const QuantityLot&, const QuantityLot&) = default;
};
/// ⌊money / price⌋ in Wh or litres. Requires: money >= 0.
/// Errors: tariff_price_missing (price not above 0), rating_amount_too_large.
Result<QuantityLot> buy_quantity(Money money, Price price);

/// What the first `used` of the lots cost, oldest first: each lot's share is rounded from its
/// beginning, so that a used-up lot costs exactly its value. Beyond the lots: nothing yet.
Money value_of_use(std::span<const QuantityLot> lots, std::int64_t used);
std::int64_t total_quantity(std::span<const QuantityLot> lots);

/// Gives back money at the price of the lots, the oldest unused first. `lots` shrink.
/// Returns what of `money` the lots did not hold. Requires: money >= 0, used >= 0.
Money return_quantity(std::vector<QuantityLot>& lots, std::int64_t used, Money money);

}  // namespace paymeter::domain
