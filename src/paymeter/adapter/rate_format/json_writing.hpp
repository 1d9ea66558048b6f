/// Values that the interchange and the product format write alike.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "paymeter/domain/rating/tariff.hpp"

namespace paymeter::adapter::rate_format {

std::string text_of(const domain::rating::MonthDay& at);
std::string text_of(const domain::rating::Date& date);
std::string text_of(domain::Price price);
/// `08:30`; 1440 is `24:00`.
std::string time_text(int minute);

boost::json::array dates_json(const std::vector<domain::rating::Date>& dates);
boost::json::array day_json(const std::vector<domain::rating::RateChange>& changes);
/// dates, weekdays, months, between: those that are there.
boost::json::object conditions_json(const domain::rating::CalendarEntry& entry);
boost::json::array steps_json(const std::vector<domain::rating::StepTable>& tables);
boost::json::object fee_json(const domain::rating::Fee& fee);

}  // namespace paymeter::adapter::rate_format
