// Dates by the calendar arithmetic of base/time: a local date is a UTC date of a shifted clock.
#include "paymeter/domain/rating/local_day.hpp"

#include <array>

#include "paymeter/domain/rating/wide.hpp"

namespace paymeter::domain::rating {
namespace {

constexpr std::array<int, 12> kDaysOfMonth{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

}  // namespace

bool month_day_exists(MonthDay month_day) {
  return month_day.month >= 1 && month_day.month <= 12 && month_day.day >= 1 &&
         month_day.day <= kDaysOfMonth[static_cast<std::size_t>(month_day.month - 1)];
}

bool date_exists(const Date& date) {
  if (date.year < 0 || date.year > 9999) return false;
  if (!month_day_exists({date.month, date.day})) return false;
  return date.month != 2 || date.day != 29 || is_leap(date.year);
}

DayNumber day_number(const Date& date) {
  CivilTime civil;
  civil.year = date.year;
  civil.month = date.month;
  civil.day = date.day;
  return utc_from_civil(civil, Millis{0}).value / kDayMs;  // a midnight: divides exactly
}

LocalDay local_day(DayNumber number) {
  const CivilTime civil = civil_time(midnight(number, Millis{0}), Millis{0});
  return {number, {civil.year, civil.month, civil.day}, civil.weekday};
}

DayNumber day_number_at(UtcMs at, Millis utc_offset) {
  return static_cast<DayNumber>(floor_div(Int128{at.value} + utc_offset.value, kDayMs));
}

UtcMs midnight(DayNumber number, Millis utc_offset) {
  return UtcMs{number * kDayMs - utc_offset.value};
}

DayNumber first_day_from(int year, MonthDay month_day) {
  if (month_day == MonthDay{2, 29} && !is_leap(year)) month_day = {3, 1};
  return day_number({year, month_day.month, month_day.day});
}

}  // namespace paymeter::domain::rating
