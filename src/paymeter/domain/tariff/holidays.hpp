/// Public holidays as data: breaks, their statutory dates, and the days worked instead. A calendar
/// has a horizon: beyond it nothing is known, and nothing is guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/domain/rating/local_day.hpp"

namespace paymeter::domain::tariff {

using rating::Date;

struct HolidayBreak {
  std::string holiday;  ///< `spring_festival`; the same every year
  Date first, last;     ///< days off, inclusive, weekends within them too
  std::vector<Date> statutory;
  std::vector<Date> make_up_workdays;
  friend bool operator==(const HolidayBreak&, const HolidayBreak&) = default;
};

struct HolidayCalendar {
  std::string name;
  std::string source;  ///< who announced it, and when
  Date from, until;    ///< the horizon, inclusive
  std::vector<HolidayBreak> breaks;
  friend bool operator==(const HolidayCalendar&, const HolidayCalendar&) = default;
};

/// Mainland China. 2026: 33 days off, 6 make-up workdays.
/// Source: 国务院办公厅关于2026年部分节假日安排的通知, 2025-11-04 (read as reprinted by gmw.cn,
/// 2025-11/04); statutory dates by 全国年节及纪念日放假办法 (2025): 元旦 1, 春节 4 from New Year's
/// Eve on, 清明 1, 劳动节 2, 端午 1, 中秋 1, 国庆 3.
const HolidayCalendar& china_holidays();
inline constexpr std::string_view kChinaHolidays = "china";

enum class DayOff : std::uint8_t { workday, make_up_workday, rest_day };

/// Empty: beyond the horizon.
std::optional<DayOff> day_off(const HolidayCalendar& calendar, const Date& date);
/// The break that contains `date`, or null.
const HolidayBreak* break_of(const HolidayCalendar& calendar, const Date& date);
int days_of(const HolidayBreak& days);

/// Errors: tariff_value_invalid (dates that do not exist, breaks outside the horizon, not
/// ascending or overlapping, statutory dates outside their break, a make-up workday inside one).
Result<> check_holidays(const HolidayCalendar& calendar);

}  // namespace paymeter::domain::tariff
