// Spellings of the tariff's words, by tables.
#include "paymeter/domain/rating/tariff.hpp"

#include <algorithm>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain::rating {
namespace {

constexpr std::array<std::string_view, 4> kUtilities{"electricity", "water", "heat", "cooling"};
constexpr std::array<std::string_view, 2> kRoundings{"half_up", "down"};
constexpr std::array<std::string_view, 3> kCycleKinds{"month", "year", "season"};
constexpr std::array<std::string_view, 2> kFeePeriods{"day", "month"};

}  // namespace

std::string_view tariff_utility_name(TariffUtility utility) { return spell(kUtilities, utility); }
std::optional<TariffUtility> tariff_utility_from_name(std::string_view name) {
  return unspell<TariffUtility>(kUtilities, name);
}

std::string_view rounding_name(Rounding rounding) { return spell(kRoundings, rounding); }
std::optional<Rounding> rounding_from_name(std::string_view name) {
  return unspell<Rounding>(kRoundings, name);
}

std::string_view cycle_kind_name(CycleKind kind) { return spell(kCycleKinds, kind); }
std::optional<CycleKind> cycle_kind_from_name(std::string_view name) {
  return unspell<CycleKind>(kCycleKinds, name);
}

std::string_view fee_period_name(FeePeriod period) { return spell(kFeePeriods, period); }
std::optional<FeePeriod> fee_period_from_name(std::string_view name) {
  return unspell<FeePeriod>(kFeePeriods, name);
}

bool matches(const CalendarEntry& entry, const LocalDay& day) {
  const auto has = [](const auto& list, const auto& value) {
    return !list || std::ranges::find(*list, value) != list->end();
  };
  const MonthDay at{day.date.month, day.date.day};
  return has(entry.dates, day.date) && has(entry.weekdays, day.weekday) &&
         has(entry.months, day.date.month) &&
         (!entry.between || is_between(at, entry.between->first, entry.between->second));
}

bool is_standard_rate(std::string_view rate) {
  return std::ranges::find(kStandardRates, rate) != kStandardRates.end();
}

}  // namespace paymeter::domain::rating
