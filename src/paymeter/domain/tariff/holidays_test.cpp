// The built-in calendar is the State Council's notice; beyond its horizon nothing is known.
#include "paymeter/domain/tariff/holidays.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain::tariff {
namespace {

TEST(ChinaHolidays, AreThoseOfTheNotice) {
  const HolidayCalendar& china = china_holidays();
  ASSERT_TRUE(check_holidays(china));
  int off = 0, make_up = 0, statutory = 0;
  for (const HolidayBreak& days : china.breaks) {
    off += days_of(days);
    make_up += static_cast<int>(days.make_up_workdays.size());
    statutory += static_cast<int>(days.statutory.size());
    for (const Date& date : days.make_up_workdays)
      EXPECT_GE(rating::local_day(day_number(date)).weekday, 6) << days.holiday << ": a weekend";
  }
  EXPECT_EQ(off, 33);
  EXPECT_EQ(make_up, 6);
  EXPECT_EQ(statutory, 13) << "by law since 2025";
}

TEST(ChinaHolidays, KindsOfDays) {
  struct Row {
    const char* reason;
    Date date;
    std::optional<DayOff> off;
  };
  for (const Row& row :
       {Row{"an ordinary Tuesday", {2026, 3, 3}, DayOff::workday},
        Row{"an ordinary Sunday", {2026, 3, 8}, DayOff::rest_day},
        Row{"a Tuesday within a break", {2026, 2, 17}, DayOff::rest_day},
        Row{"worked on a Saturday", {2026, 10, 10}, DayOff::make_up_workday},
        Row{"worked on a Sunday before its break", {2026, 9, 20}, DayOff::make_up_workday},
        Row{"New Year 2027 is not known to be off", {2027, 1, 1}, std::nullopt},
        Row{"before the horizon", {2025, 12, 31}, std::nullopt}})
    EXPECT_EQ(day_off(china_holidays(), row.date), row.off) << row.reason;
}

TEST(Holidays, AreChecked) {
  struct Row {
    const char* reason;
    void (*spoil)(HolidayCalendar&);
  };
  for (const Row& row :
       {Row{"ends before it begins", [](HolidayCalendar& c) { c.breaks[0].last = {2025, 12, 31}; }},
        Row{"not a date", [](HolidayCalendar& c) { c.breaks[1].last = {2026, 2, 30}; }},
        Row{"breaks overlap", [](HolidayCalendar& c) { c.breaks[1].first = {2026, 1, 3}; }},
        Row{"beyond the horizon", [](HolidayCalendar& c) { c.until = {2026, 10, 6}; }},
        Row{"statutory date outside",
            [](HolidayCalendar& c) { c.breaks[0].statutory = {{2026, 1, 4}}; }},
        Row{"worked within a break",
            [](HolidayCalendar& c) { c.breaks[0].make_up_workdays = {{2026, 2, 16}}; }},
        Row{"horizon turned round", [](HolidayCalendar& c) { c.from = {2027, 1, 1}; }}}) {
    HolidayCalendar calendar = china_holidays();
    row.spoil(calendar);
    const auto checked = check_holidays(calendar);
    ASSERT_FALSE(checked) << row.reason;
    EXPECT_EQ(checked.error().code, Errc::tariff_value_invalid) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::domain::tariff
