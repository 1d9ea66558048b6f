// Dates, times, prices, days, steps and fees as JSON.
#include "paymeter/adapter/rate_format/json_writing.hpp"

#include <boost/json/value.hpp>

#include "paymeter/adapter/rate_format/decimal.hpp"

namespace paymeter::adapter::rate_format {

namespace json = boost::json;
namespace rating = domain::rating;

namespace {

/// `07`, and `2026` with width 4. Requires: a number of at most `width` digits.
std::string padded(int number, int width) {
  std::string text = std::to_string(number);
  return std::string(static_cast<std::size_t>(width) - text.size(), '0') + text;
}

template <class T>
json::array array_of(const std::vector<T>& values) {
  return json::array(values.begin(), values.end());
}

json::object table_json(const rating::StepTable& table) {
  json::object out;
  if (table.months) out["months"] = array_of(*table.months);
  json::array limits;
  for (const rating::StepLimit& limit : table.limits)
    limits.push_back(json::array{format_decimal(limit.at_e8, 8), text_of(limit.surcharge)});
  out["limits"] = std::move(limits);
  return out;
}

}  // namespace

std::string text_of(const rating::MonthDay& at) {
  return padded(at.month, 2) + '-' + padded(at.day, 2);
}

std::string text_of(const rating::Date& date) {
  return padded(date.year, 4) + '-' + text_of(rating::MonthDay{date.month, date.day});
}

std::string text_of(domain::Price price) { return format_decimal(price.e8, 8); }

std::string time_text(int minute) { return padded(minute / 60, 2) + ':' + padded(minute % 60, 2); }

json::array dates_json(const std::vector<rating::Date>& dates) {
  json::array out;
  for (const rating::Date& date : dates) out.push_back(json::value(text_of(date)));
  return out;
}

json::array day_json(const std::vector<rating::RateChange>& changes) {
  json::array out;
  for (const rating::RateChange& change : changes)
    out.push_back(json::array{time_text(change.minute), change.rate});
  return out;
}

json::object conditions_json(const rating::CalendarEntry& entry) {
  json::object out;
  if (entry.dates) out["dates"] = dates_json(*entry.dates);
  if (entry.weekdays) out["weekdays"] = array_of(*entry.weekdays);
  if (entry.months) out["months"] = array_of(*entry.months);
  if (entry.between)
    out["between"] = json::array{text_of(entry.between->first), text_of(entry.between->second)};
  return out;
}

json::array steps_json(const std::vector<rating::StepTable>& tables) {
  json::array out;
  for (const rating::StepTable& table : tables) out.push_back(table_json(table));
  return out;
}

json::object fee_json(const rating::Fee& fee) {
  return {{"name", fee.name},
          {"per", json::string(rating::fee_period_name(fee.per))},
          {"amount", domain::format_money(fee.amount)}};
}

}  // namespace paymeter::adapter::rate_format
