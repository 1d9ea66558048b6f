// Days and hours on which a cut may happen, by the holidays of 2026.
#include "paymeter/domain/cut_calendar.hpp"

#include <gtest/gtest.h>

#include "paymeter/domain/cut_testing.hpp"

namespace paymeter::domain {
namespace {

constexpr Millis kOffset = testing::kShanghai;

UtcMs local(int year, int month, int day, int hour, int minute = 0, int millisecond = 0) {
  return utc_from_civil({year, month, day, hour, minute, 0, 1}, kOffset) + Millis{millisecond};
}
CutDayKind kind(int year, int month, int day) {
  return cut_moment(tariff::china_holidays(), local(year, month, day, 12), kOffset).day;
}

struct Row {
  int year, month, day;
  CutDayKind kind;
  const char* why;
};
constexpr Row kDays[] = {
    {2026, 11, 24, CutDayKind::workday, "an ordinary Tuesday"},
    {2026, 11, 27, CutDayKind::workday, "a Friday before an ordinary weekend"},
    {2026, 11, 28, CutDayKind::weekend, "Saturday"},
    {2026, 11, 29, CutDayKind::weekend, "Sunday"},
    {2026, 2, 14, CutDayKind::weekend, "a make-up workday is a Saturday all the same"},
    {2026, 2, 13, CutDayKind::workday, "the next day is worked, the eve comes after it"},
    {2026, 2, 16, CutDayKind::holiday, "a Monday of Spring Festival"},
    {2026, 2, 23, CutDayKind::holiday, "its last day"},
    {2026, 2, 24, CutDayKind::workday, "the first workday after it"},
    {2026, 4, 3, CutDayKind::eve, "the Friday before Qingming"},
    {2026, 4, 6, CutDayKind::holiday, "a Monday off"},
    {2026, 4, 30, CutDayKind::eve, "the Thursday before Labour Day"},
    {2026, 9, 24, CutDayKind::eve, "the Thursday before Mid-Autumn"},
    {2026, 9, 30, CutDayKind::eve, "the Wednesday before National Day"},
    {2026, 12, 30, CutDayKind::workday, "the day after it is known"},
    {2026, 12, 31, CutDayKind::unknown, "tomorrow may be a holiday"},
    {2027, 1, 4, CutDayKind::unknown, "beyond the horizon"},
    {2025, 12, 31, CutDayKind::unknown, "before the calendar begins"},
};

TEST(CutCalendar, KindsOfDays) {
  for (const Row& row : kDays)
    EXPECT_EQ(cut_day_kind_name(kind(row.year, row.month, row.day)), cut_day_kind_name(row.kind))
        << row.month << "-" << row.day << ": " << row.why;
}

TEST(CutCalendar, EveryDayBeforeAHolidayIsNoWorkday) {
  const auto& calendar = tariff::china_holidays();
  for (const auto& days : calendar.breaks) {
    const auto first = rating::day_number(days.first);
    if (days.first == calendar.from) continue;
    const UtcMs noon = rating::midnight(first - 1, kOffset) + minutes(720);
    EXPECT_NE(cut_moment(calendar, noon, kOffset).day, CutDayKind::workday) << days.holiday;
  }
}

TEST(CutCalendar, AFridayIsTheEveOfAHolidayThatBeginsOnMonday) {
  tariff::HolidayCalendar calendar;
  calendar.from = {2026, 1, 1};
  calendar.until = {2026, 12, 31};
  calendar.breaks = {{"monday", {2026, 11, 30}, {2026, 11, 30}, {}, {}}};
  EXPECT_EQ(cut_moment(calendar, local(2026, 11, 27, 12), kOffset).day, CutDayKind::eve);
}

TEST(CutCalendar, TheLocalTimeToTheMillisecond) {
  const auto at = [](UtcMs when) {
    return cut_moment(tariff::china_holidays(), when, kOffset).since_midnight;
  };
  EXPECT_EQ(at(local(2026, 11, 24, 0)), Millis{0});
  EXPECT_EQ(at(local(2026, 11, 24, 9)), minutes(540));
  EXPECT_EQ(at(local(2026, 11, 24, 9) - Millis{1}), minutes(540) - Millis{1});
  EXPECT_EQ(at(local(2026, 11, 24, 16)), minutes(960));
  EXPECT_EQ(at(local(2026, 11, 25, 0) - Millis{1}), minutes(1440) - Millis{1});
  // 2026-11-27 is a Friday in Shanghai from 16:00 UTC of Thursday on.
  EXPECT_EQ(cut_moment(tariff::china_holidays(), local(2026, 11, 28, 0), kOffset).day,
            CutDayKind::weekend);
  EXPECT_EQ(cut_moment(tariff::china_holidays(), local(2026, 11, 28, 0) - Millis{1}, kOffset).day,
            CutDayKind::workday);
}

}  // namespace
}  // namespace paymeter::domain
