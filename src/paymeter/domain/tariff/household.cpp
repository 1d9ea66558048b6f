// Which household a month is priced by, and what an era of a timeline is called.
#include "paymeter/domain/tariff/household.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "paymeter/base/assert.hpp"
#include "paymeter/domain/tariff/product.hpp"

namespace paymeter::domain::tariff {
namespace {

constexpr int kVersionBits = 32;
constexpr std::int64_t kVersionsMax = std::int64_t{1} << kVersionBits;
constexpr std::int64_t kRowsMax = std::int64_t{1} << 31;
constexpr int kYearFirst = 1970, kYearLast = 9999;
constexpr std::size_t kMonthLength = 7;

bool month_exists(const rating::Month& month) {
  return month.year >= kYearFirst && month.year <= kYearLast && month.month >= 1 &&
         month.month <= 12;
}

}  // namespace

Result<> check_household(const rating::Month& from, const Household& household) {
  if (!month_exists(from)) return fail(Errc::household_invalid, "from: no month");
  if (household.households < 1 || household.households > rating::kHouseholdsMax)
    return fail(Errc::household_invalid,
                "households: 1 to " + std::to_string(rating::kHouseholdsMax));
  if (household.people < 0 || household.people > kPeopleMax)
    return fail(Errc::household_invalid, "people: 0 to " + std::to_string(kPeopleMax));
  return {};
}

const DatedHousehold* household_in_force(std::span<const DatedHousehold> all, rating::Month month) {
  const DatedHousehold* found = nullptr;
  for (const DatedHousehold& one : all)
    if (one.from <= month &&
        (found == nullptr || std::tuple(found->from, found->id) < std::tuple(one.from, one.id)))
      found = &one;
  return found;
}

rating::Month month_of_day(rating::DayNumber day) {
  const rating::Date date = rating::local_day(day).date;
  return {date.year, date.month};
}

rating::DayNumber first_day(rating::Month month) {
  return rating::day_number({month.year, month.month, 1});
}

std::string month_text(rating::Month month) {
  const std::string year = std::to_string(month.year), number = std::to_string(month.month);
  return std::string(4 - std::min<std::size_t>(4, year.size()), '0') + year +
         (month.month < 10 ? "-0" : "-") + number;
}

std::optional<rating::Month> month_from_text(std::string_view text) {
  if (text.size() != kMonthLength || text[4] != '-') return std::nullopt;
  rating::Month month;
  const auto take = [](std::string_view digits, int& value) {
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && stop == digits.data() + digits.size();
  };
  if (!take(text.substr(0, 4), month.year) || !take(text.substr(5), month.month) ||
      !month_exists(month))
    return std::nullopt;
  return month;
}

std::int64_t write_era_name(const EraName& name) {
  PAYMETER_ASSERT(name.version.value >= 0 && name.version.value < kVersionsMax);
  PAYMETER_ASSERT(name.household.value >= 0 && name.household.value < kRowsMax);
  return name.household.value << kVersionBits | name.version.value;
}

EraName read_era_name(std::int64_t name) {
  return {TariffVersionId{name & (kVersionsMax - 1)}, HouseholdId{name >> kVersionBits}};
}

}  // namespace paymeter::domain::tariff
