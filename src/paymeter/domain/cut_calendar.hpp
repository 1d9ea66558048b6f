/// On which days and hours an automatic cut may happen: workdays that are no holiday and no eve of
/// one, within a calendar that knows the day. What is not known is no such day.
#pragma once

#include <cstdint>
#include <string_view>

#include "paymeter/base/time.hpp"
#include "paymeter/domain/tariff/holidays.hpp"

namespace paymeter::domain {

enum class CutDayKind : std::uint8_t {
  workday,
  weekend,  ///< Saturday and Sunday, make-up workdays too
  holiday,
  eve,      ///< the last workday before a holiday
  unknown,  ///< beyond the calendar's horizon, or the days after it are
};
std::string_view cut_day_kind_name(CutDayKind kind);

/// The local day and time of an instant, as the cutting rules need it.
struct CutMoment {
  CutDayKind day = CutDayKind::unknown;
  Millis since_midnight{};
  friend bool operator==(const CutMoment&, const CutMoment&) = default;
};
/// Zones with a fixed offset only.
CutMoment cut_moment(const tariff::HolidayCalendar& calendar, UtcMs at, Millis utc_offset);

}  // namespace paymeter::domain
