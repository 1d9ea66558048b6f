// What kind of day it is for cutting.
#include "paymeter/domain/cut_calendar.hpp"

#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/rating/local_day.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

using tariff::DayOff;
using tariff::HolidayCalendar;

constexpr std::array<std::string_view, 5> kKinds{"workday", "weekend", "holiday", "eve", "unknown"};
constexpr int kSaturday = 6;

/// A Friday is the eve of a holiday that begins on Saturday, Sunday or Monday.
CutDayKind eve_or_workday(const HolidayCalendar& calendar, rating::DayNumber day) {
  for (;;) {
    const rating::Date date = rating::local_day(++day).date;
    const auto kind = tariff::day_off(calendar, date);
    if (!kind)
      return mistake_made(Mistake::cut_beyond_horizon) ? CutDayKind::workday : CutDayKind::unknown;
    if (tariff::break_of(calendar, date) != nullptr)
      return mistake_made(Mistake::cut_eve) ? CutDayKind::workday : CutDayKind::eve;
    if (*kind != DayOff::rest_day) return CutDayKind::workday;
  }
}

CutDayKind kind_of(const HolidayCalendar& calendar, rating::DayNumber day) {
  const rating::LocalDay local = rating::local_day(day);
  const auto kind = tariff::day_off(calendar, local.date);
  if (!kind && !mistake_made(Mistake::cut_beyond_horizon)) return CutDayKind::unknown;
  if (tariff::break_of(calendar, local.date) != nullptr && !mistake_made(Mistake::cut_holiday))
    return CutDayKind::holiday;
  if (local.weekday >= kSaturday && !mistake_made(Mistake::cut_weekend)) return CutDayKind::weekend;
  return eve_or_workday(calendar, day);
}

}  // namespace

std::string_view cut_day_kind_name(CutDayKind kind) { return spell(kKinds, kind); }

CutMoment cut_moment(const HolidayCalendar& calendar, UtcMs at, Millis utc_offset) {
  const rating::DayNumber day = rating::day_number_at(at, utc_offset);
  return {kind_of(calendar, day), at - rating::midnight(day, utc_offset)};
}

}  // namespace paymeter::domain
