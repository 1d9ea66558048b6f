/// The local calendar in days: dates, months and midnights in a zone with a fixed offset.
#pragma once

#include <compare>
#include <cstdint>

#include "paymeter/base/time.hpp"

namespace paymeter::domain::rating {

struct Date {
  int year = 1970, month = 1, day = 1;
  friend constexpr auto operator<=>(const Date&, const Date&) = default;
};

/// A date of every year: `02-29` too.
struct MonthDay {
  int month = 1, day = 1;
  friend constexpr auto operator<=>(const MonthDay&, const MonthDay&) = default;
};

struct Month {
  int year = 1970, month = 1;
  friend constexpr auto operator<=>(const Month&, const Month&) = default;
};

/// Days since 1970-01-01, counted on the local calendar.
using DayNumber = std::int64_t;

struct LocalDay {
  DayNumber number = 0;
  Date date;
  int weekday = 4;  ///< 1 = Monday … 7 = Sunday
};

inline constexpr std::int64_t kDayMs = 86'400'000;

/// Years 0–9999.
bool date_exists(const Date& date);
/// True for 02-29.
bool month_day_exists(MonthDay month_day);

/// Requires: date_exists(date).
DayNumber day_number(const Date& date);
LocalDay local_day(DayNumber number);

/// The local date of the instant `at`, `utc_offset` ahead of UTC.
DayNumber day_number_at(UtcMs at, Millis utc_offset);
/// The instant at which the local date begins.
UtcMs midnight(DayNumber number, Millis utc_offset);

/// The first date of `year` that is not before `month_day`: 03-01 for 02-29 in a common year.
DayNumber first_day_from(int year, MonthDay month_day);

}  // namespace paymeter::domain::rating
