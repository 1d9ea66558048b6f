// Layers from below: date range, weekday, rest, holiday, event.
#include "paymeter/domain/tariff/day_table.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"

namespace paymeter::domain::tariff {
namespace {

using rating::LocalDay;

constexpr std::size_t kMinutes = 24 * 60;

bool in_scope(const HolidayScope& scope, const HolidayBreak& days, const rating::Date& date) {
  if (!scope.holiday.empty() && scope.holiday != days.holiday) return false;
  if (days_of(days) < scope.break_days_min) return false;
  const auto index = day_number(date) - day_number(days.first);
  switch (scope.extent) {
    case HolidayExtent::statutory:
      return std::ranges::find(days.statutory, date) != days.statutory.end();
    case HolidayExtent::first_days:
      return index < scope.first_days;
    case HolidayExtent::whole:
      return true;
  }
  return false;
}

}  // namespace

Hours joined(const Hours& hours) {
  Hours out;
  for (const rating::RateChange& change : hours)
    if (out.empty() || out.back().rate != change.rate) out.push_back(change);
  return out;
}

Hours with_overlay(const Hours& hours, const Overlay& overlay) {
  std::vector<const std::string*> minutes(kMinutes, nullptr);
  const auto paint = [&](int begin, int end, const std::string& rate) {
    std::fill(minutes.begin() + begin, minutes.begin() + end, &rate);
  };
  for (const rating::RateChange& change : hours) paint(change.minute, kMinutes, change.rate);
  for (const OverlaySpan& span : overlay) paint(span.begin, span.end, span.rate);
  Hours out;
  for (std::size_t minute = 0; minute < kMinutes; ++minute)
    if (out.empty() || out.back().rate != *minutes[minute])
      out.push_back({static_cast<int>(minute), *minutes[minute]});
  return out;
}

DayTable::DayTable(const ProductTariff& product)
    : product_(product), holidays_(product.holidays ? *product.holidays : china_holidays()) {
  for (const auto& [name, hours] : product.days) hours_[name] = joined(hours);
}

bool DayTable::reaches(const rating::Date& date) const {
  return (product_.calendar.holiday.empty() && product_.calendar.rest.empty()) ||
         day_off(holidays_, date).has_value();
}

bool DayTable::applies(const LayerRule& rule, const LocalDay& day) const {
  if (!matches(rule.when, day)) return false;
  if (rule.day_off && day_off(holidays_, day.date) != rule.day_off) return false;
  if (!rule.holiday) return true;
  const HolidayBreak* days = break_of(holidays_, day.date);
  return days != nullptr && in_scope(*rule.holiday, *days, day.date);
}

void DayTable::lay(const std::vector<LayerRule>& layer, const LocalDay& day, std::string& name) {
  const auto rule = std::ranges::find_if(
      layer, [&](const LayerRule& candidate) { return applies(candidate, day); });
  if (rule == layer.end()) return;
  if (rule->overlay.empty()) {
    name = rule->when.day;
    return;
  }
  const Hours& below = hours_.at(name);
  name += '+' + rule->overlay;
  if (!hours_.contains(name))
    hours_[name] = with_overlay(below, product_.overlays.at(rule->overlay));
}

const std::string& DayTable::by_range(const LocalDay& day) const {
  const auto range =
      std::ranges::find_if(product_.calendar.range,
                           [&](const rating::CalendarEntry& entry) { return matches(entry, day); });
  PAYMETER_ASSERT(range != product_.calendar.range.end());  // the last matches everything
  return range->day;
}

std::string DayTable::resolve(const LocalDay& day) {
  std::string name = by_range(day);
  lay(product_.calendar.weekday, day, name);
  lay(product_.calendar.rest, day, name);
  lay(product_.calendar.holiday, day, name);
  lay(product_.calendar.event, day, name);
  return name;
}

const std::string& DayTable::ordinary(const LocalDay& day) const {
  for (const LayerRule& rule : product_.calendar.weekday)
    if (rule.overlay.empty() && matches(rule.when, day)) return rule.when.day;
  return by_range(day);
}

}  // namespace paymeter::domain::tariff
