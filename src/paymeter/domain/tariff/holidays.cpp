// The built-in calendar, and what kind of day a date is.
#include "paymeter/domain/tariff/holidays.hpp"

#include <algorithm>

namespace paymeter::domain::tariff {
namespace {

using rating::day_number;

bool within(const Date& date, const Date& first, const Date& last) {
  return first <= date && date <= last;
}

HolidayCalendar make_china() {
  HolidayCalendar out;
  out.name = kChinaHolidays;
  out.source = "国务院办公厅关于2026年部分节假日安排的通知 (2025-11-04)";
  out.from = {2026, 1, 1};
  out.until = {2026, 12, 31};
  const auto on = [](int month, int day) { return Date{2026, month, day}; };
  out.breaks = {
      {"new_year", on(1, 1), on(1, 3), {on(1, 1)}, {on(1, 4)}},
      {"spring_festival",
       on(2, 15),
       on(2, 23),
       {on(2, 16), on(2, 17), on(2, 18), on(2, 19)},
       {on(2, 14), on(2, 28)}},
      {"qingming", on(4, 4), on(4, 6), {on(4, 5)}, {}},
      {"labour_day", on(5, 1), on(5, 5), {on(5, 1), on(5, 2)}, {on(5, 9)}},
      {"dragon_boat", on(6, 19), on(6, 21), {on(6, 19)}, {}},
      {"mid_autumn", on(9, 25), on(9, 27), {on(9, 25)}, {}},
      {"national_day",
       on(10, 1),
       on(10, 7),
       {on(10, 1), on(10, 2), on(10, 3)},
       {on(9, 20), on(10, 10)}},
  };
  return out;
}

Result<> invalid(const HolidayBreak& days, std::string_view why) {
  return fail(Errc::tariff_value_invalid, days.holiday + ": " + std::string(why));
}

Result<> check_break(const HolidayCalendar& calendar, const HolidayBreak& days) {
  if (days.holiday.empty()) return invalid(days, "a holiday needs a name");
  std::vector<Date> dates{days.first, days.last};
  dates.insert(dates.end(), days.statutory.begin(), days.statutory.end());
  dates.insert(dates.end(), days.make_up_workdays.begin(), days.make_up_workdays.end());
  for (const Date& date : dates)
    if (!date_exists(date)) return invalid(days, "is not a date");
  if (days.last < days.first) return invalid(days, "must not end before it begins");
  if (!within(days.first, calendar.from, calendar.until) ||
      !within(days.last, calendar.from, calendar.until))
    return invalid(days, "is outside the calendar's horizon");
  for (const Date& date : days.statutory)
    if (!within(date, days.first, days.last)) return invalid(days, "statutory date outside it");
  for (const Date& date : days.make_up_workdays)
    if (break_of(calendar, date) != nullptr) return invalid(days, "make-up workday inside a break");
  return {};
}

}  // namespace

const HolidayCalendar& china_holidays() {
  static const HolidayCalendar calendar = make_china();
  return calendar;
}

const HolidayBreak* break_of(const HolidayCalendar& calendar, const Date& date) {
  const auto found = std::ranges::find_if(calendar.breaks, [&](const HolidayBreak& days) {
    return within(date, days.first, days.last);
  });
  return found == calendar.breaks.end() ? nullptr : &*found;
}

int days_of(const HolidayBreak& days) {
  return static_cast<int>(day_number(days.last) - day_number(days.first) + 1);
}

std::optional<DayOff> day_off(const HolidayCalendar& calendar, const Date& date) {
  if (!within(date, calendar.from, calendar.until)) return std::nullopt;
  if (break_of(calendar, date) != nullptr) return DayOff::rest_day;
  for (const HolidayBreak& days : calendar.breaks)
    if (std::ranges::find(days.make_up_workdays, date) != days.make_up_workdays.end())
      return DayOff::make_up_workday;
  const bool weekend = rating::local_day(day_number(date)).weekday >= 6;
  return weekend ? DayOff::rest_day : DayOff::workday;
}

Result<> check_holidays(const HolidayCalendar& calendar) {
  if (!date_exists(calendar.from) || !date_exists(calendar.until) || calendar.until < calendar.from)
    return fail(Errc::tariff_value_invalid, "holidays: the horizon is not a span of dates");
  for (std::size_t i = 0; i < calendar.breaks.size(); ++i) {
    const HolidayBreak& days = calendar.breaks[i];
    if (auto ok = check_break(calendar, days); !ok) return ok;
    if (i > 0 && days.first <= calendar.breaks[i - 1].last)
      return invalid(days, "breaks must ascend and not overlap");
  }
  return {};
}

}  // namespace paymeter::domain::tariff
