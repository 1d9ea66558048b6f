// From a product to the interchange tariff: dates that ordinary entries would get wrong are named.
#include <algorithm>
#include <set>

#include "paymeter/domain/tariff/day_table.hpp"

namespace paymeter::domain::tariff {
namespace {

using rating::DayNumber;
using rating::LocalDay;

std::string date_text(DayNumber number) {
  return format_rfc3339(rating::midnight(number, Millis{0})).substr(0, 10);
}

void put_calendar(const ProductTariff& product, DayNumber first, DayNumber last, Compiled& out) {
  if (product.days.empty()) return;
  DayTable table(product);
  std::map<std::string, std::vector<rating::Date>> named;
  bool warned = false;
  for (DayNumber number = first; number <= last; ++number) {
    const LocalDay day = rating::local_day(number);
    const std::string name = table.resolve(day);
    if (table.hours(name) != table.hours(table.ordinary(day))) named[name].push_back(day.date);
    if (!warned && !table.reaches(day.date)) {
      warned = true;
      out.warnings.push_back({Errc::tariff_horizon_passed, date_text(number)});
    }
  }
  std::vector<rating::CalendarEntry>& calendar = out.tariff.calendar;
  for (const auto& [name, dates] : named) {
    calendar.push_back({dates, {}, {}, {}, name});
    out.tariff.days[name] = table.hours(name);
  }
  for (const LayerRule& rule : product.calendar.weekday)
    if (rule.overlay.empty()) calendar.push_back(rule.when);
  for (const rating::CalendarEntry& entry : product.calendar.range) calendar.push_back(entry);
  for (const rating::CalendarEntry& entry : calendar)
    out.tariff.days.try_emplace(entry.day, table.hours(entry.day));
}

std::set<std::string> rates_of(const rating::Tariff& tariff) {
  std::set<std::string> rates;
  for (const auto& [name, hours] : tariff.days)
    for (const rating::RateChange& change : hours) rates.insert(change.rate);
  if (rates.empty()) rates.insert(std::string(rating::kFlatRate));
  return rates;
}

Result<rating::TariffLine> compile_line(const ProductLine& line,
                                        const std::set<std::string>& rates) {
  rating::TariffLine out;
  out.name = line.name;
  out.price = line.price;
  out.steps = line.steps;
  for (const std::string& rate : rates) {
    const auto price = line_price(line, rate);
    if (!price) return fail(price.error());
    if (!line.price) out.prices[rate] = *price;
  }
  return out;
}

Result<rating::Scale> scale_of(const Allowance& allowance, const Household& household) {
  if (household.households < 1 || household.households > rating::kHouseholdsMax ||
      household.people < 0 || household.people > kPeopleMax)
    return fail(Errc::tariff_value_invalid, "household: out of range");
  const std::int64_t people = std::clamp<std::int64_t>(household.people - allowance.people_included,
                                                       0, allowance.people_max);
  rating::Scale scale;
  scale.extra_e8 = allowance.per_person_e8 * people;
  if (allowance.rule == HouseholdRule::multiply)
    scale.households = household.households;
  else
    scale.extra_e8 += allowance.per_household_e8 * (household.households - 1);
  return scale;
}

}  // namespace

Result<Compiled> compile_checked(const ProductTariff& product, const Household& household,
                                 DayNumber first, DayNumber last) {
  Compiled out;
  rating::Tariff& tariff = out.tariff;
  tariff.name = product.name;
  tariff.utility = product.utility;
  tariff.currency = product.currency;
  tariff.time_zone = product.time_zone;
  tariff.rounding = product.rounding;
  tariff.cycle = product.cycle;
  tariff.fees = product.fees;
  const auto scale = scale_of(product.allowance, household);
  if (!scale) return fail(scale.error());
  tariff.scale = *scale;
  put_calendar(product, first, last, out);
  const std::set<std::string> rates = rates_of(tariff);
  for (const ProductLine& line : product.lines) {
    auto compiled = compile_line(line, rates);
    if (!compiled) return fail(compiled.error());
    tariff.lines.push_back(std::move(*compiled));
  }
  if (auto ok = check_tariff(tariff); !ok) return fail(ok.error());
  return out;
}

Result<Compiled> compile(const ProductTariff& product, const Household& household,
                         const Date& first, const Date& last) {
  auto warnings = check_product(product);
  if (!warnings) return fail(warnings.error());
  if (!date_exists(first) || !date_exists(last) || last < first)
    return fail(Errc::tariff_value_invalid, "span: not a span of dates");
  const DayNumber begin = day_number(first), end = day_number(last);
  if (end - begin >= kCompileDaysMax) return fail(Errc::tariff_value_invalid, "span: too long");
  auto out = compile_checked(product, household, begin, end);
  if (out) out->warnings.insert(out->warnings.begin(), warnings->begin(), warnings->end());
  return out;
}

}  // namespace paymeter::domain::tariff
