// When a cycle begins, and seasons in words that know only years.
#include <algorithm>
#include <string>

#include "paymeter/domain/rating/tariff.hpp"

namespace paymeter::domain::rating {
namespace {

/// The last date not after `day` on which a year that starts on `starts` begins.
DayNumber year_start(MonthDay starts, const LocalDay& day) {
  const DayNumber this_year = first_day_from(day.date.year, starts);
  return this_year <= day.number ? this_year : first_day_from(day.date.year - 1, starts);
}

std::string date_text(DayNumber number) {
  return format_rfc3339(midnight(number, Millis{0})).substr(0, 10);
}

}  // namespace

DayNumber cycle_start_of(const Cycle& cycle, const LocalDay& day) {
  if (cycle.kind == CycleKind::month) return day.number - (day.date.day - 1);
  if (cycle.kind == CycleKind::year) return year_start(cycle.starts, day);
  DayNumber latest = year_start(cycle.season_starts.front(), day);
  for (const MonthDay starts : cycle.season_starts)
    latest = std::max(latest, year_start(starts, day));
  return latest;
}

Result<Cycle> narrow_cycle(const Cycle& cycle, DayNumber first, DayNumber last) {
  if (cycle.kind != CycleKind::season) return cycle;
  const DayNumber begins = cycle_start_of(cycle, local_day(first));
  const DayNumber other = cycle_start_of(cycle, local_day(last));
  if (other != begins)
    return fail(Errc::tariff_export_impossible, "a season begins on " + date_text(other));
  // The start as written, not the date it fell on: 02-29 begins on another date each year.
  const auto starts = std::ranges::find_if(cycle.season_starts, [&](MonthDay candidate) {
    return year_start(candidate, local_day(first)) == begins;
  });
  return Cycle{CycleKind::year, *starts};
}

}  // namespace paymeter::domain::rating
