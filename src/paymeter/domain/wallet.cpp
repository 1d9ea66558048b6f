// Levels of a platform wallet, and lots of quantity wallets.
#include "paymeter/domain/wallet.hpp"

#include <algorithm>

#include "paymeter/domain/rating/reading_series.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

using rating::Int128;

constexpr std::array<std::string_view, 2> kUnits{"money", "quantity"};
constexpr std::array<std::string_view, 5> kLevels{"enough", "alarm1", "alarm2", "arrears",
                                                  "cut_due"};
constexpr int kMinutesOfDay = 24 * 60;
constexpr std::size_t kNameBytesMax = 128;
constexpr Money kTermMax{100'000'000'000};
constexpr Int128 kE9 = 1'000'000'000;  ///< price_e8 × Wh = 10^-9 fen

std::int64_t rounded(Int128 over, Int128 under) {
  return static_cast<std::int64_t>((2 * over + under) / (2 * under));
}

/// The part of a lot's value that its first `used` cost.
Money share(const QuantityLot& lot, std::int64_t used) {
  if (used >= lot.quantity) return lot.value;
  return {rounded(Int128{lot.value.fen} * used, lot.quantity)};
}

}  // namespace

std::string_view wallet_unit_name(WalletUnit unit) { return spell(kUnits, unit); }
std::optional<WalletUnit> wallet_unit_from_name(std::string_view name) {
  return unspell<WalletUnit>(kUnits, name);
}
std::string_view wallet_level_name(WalletLevel level) { return spell(kLevels, level); }

Result<> check_wallet_terms(const WalletTerms& terms) {
  const auto bad = [](const char* field) { return fail(Errc::wallet_terms_invalid, field); };
  if (terms.emergency_credit < Money{} || terms.emergency_credit > kTermMax)
    return bad("emergency_credit");
  if (terms.friendly_from < 0 || terms.friendly_from >= kMinutesOfDay) return bad("friendly_from");
  if (terms.friendly_to < 0 || terms.friendly_to >= kMinutesOfDay) return bad("friendly_to");
  if (terms.package_name.size() > kNameBytesMax) return bad("package_name");
  if (terms.package_fee < Money{} || terms.package_fee > kTermMax) return bad("package_fee");
  if (terms.package_included < 0 || terms.package_included > rating::kReadingMax)
    return bad("package_included");
  if (terms.package_name.empty() && (terms.package_fee != Money{} || terms.package_included != 0))
    return bad("package_name");
  if (terms.unit == WalletUnit::quantity && !terms.package_name.empty()) return bad("unit");
  if (terms.rise_per_hour_max < 0 || terms.rise_per_hour_max > rating::kReadingMax)
    return bad("rise_per_hour_max");
  return {};
}

bool is_friendly(int from, int to, int minute) {
  if (from <= to) return from <= minute && minute < to;
  return minute >= from || minute < to;
}

SupplyWanted supply_wanted(const WalletTerms& terms, const WalletFacts& facts) {
  const Money emergency = terms.emergency_on ? terms.emergency_credit : Money{};
  SupplyWanted wanted;
  wanted.left = facts.balance + facts.overdraft + emergency;
  const auto at_or_below = [&](Money limit) { return limit > Money{} && facts.balance <= limit; };
  if (at_or_below(facts.alarm1)) wanted.level = WalletLevel::alarm1;
  if (at_or_below(facts.alarm2)) wanted.level = WalletLevel::alarm2;
  if (facts.balance < Money{}) wanted.level = WalletLevel::arrears;
  if (wanted.left >= Money{} || !facts.is_sound) return wanted;
  wanted.is_postponed = is_friendly(terms.friendly_from, terms.friendly_to, facts.minute_of_day);
  if (!wanted.is_postponed) wanted.level = WalletLevel::cut_due;
  return wanted;
}

Result<QuantityLot> buy_quantity(Money money, Price price) {
  if (price.e8 <= 0) return fail(Errc::tariff_price_missing);
  const Int128 quantity = Int128{money.fen} * kE9 / price.e8;
  if (quantity > rating::kReadingMax) return fail(Errc::rating_amount_too_large);
  return QuantityLot{static_cast<std::int64_t>(quantity), {rounded(quantity * price.e8, kE9)}};
}

Money value_of_use(std::span<const QuantityLot> lots, std::int64_t used) {
  Money sum{};
  for (const QuantityLot& lot : lots) {
    if (used <= 0) break;
    sum = sum + share(lot, used);
    used -= lot.quantity;
  }
  return sum;
}

std::int64_t total_quantity(std::span<const QuantityLot> lots) {
  std::int64_t sum = 0;
  for (const QuantityLot& lot : lots) sum += lot.quantity;
  return sum;
}

Money return_quantity(std::vector<QuantityLot>& lots, std::int64_t used, Money money) {
  for (QuantityLot& lot : lots) {
    const std::int64_t used_here = std::clamp<std::int64_t>(used, 0, lot.quantity);
    used -= used_here;
    const Money held = lot.value - share(lot, used_here);
    if (money <= Money{} || held <= Money{}) continue;
    const Money taken = std::min(money, held);
    const auto quantity =
        taken == held
            ? lot.quantity - used_here
            : static_cast<std::int64_t>(Int128{lot.quantity - used_here} * taken.fen / held.fen);
    lot.quantity -= quantity;
    lot.value = lot.value - taken;
    money = money - taken;
  }
  return money;
}

}  // namespace paymeter::domain
