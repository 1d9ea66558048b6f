// From a tariff to tariff.json; what has its default is left out.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "paymeter/adapter/rate_format/decimal.hpp"
#include "paymeter/adapter/rate_format/tariff_json.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace json = boost::json;
namespace rating = domain::rating;

/// `07`, and `2026` with width 4. Requires: a number of at most `width` digits.
std::string padded(int number, int width) {
  std::string text = std::to_string(number);
  return std::string(static_cast<std::size_t>(width) - text.size(), '0') + text;
}

std::string text_of(const rating::MonthDay& at) {
  return padded(at.month, 2) + '-' + padded(at.day, 2);
}

std::string text_of(const rating::Date& date) {
  return padded(date.year, 4) + '-' + text_of(rating::MonthDay{date.month, date.day});
}

std::string text_of(domain::Price price) { return format_decimal(price.e8, 8); }

template <class T>
json::array array_of(const std::vector<T>& values) {
  return json::array(values.begin(), values.end());
}

json::array day_json(const std::vector<rating::RateChange>& changes) {
  json::array out;
  for (const rating::RateChange& change : changes)
    out.push_back(json::array{padded(change.minute / 60, 2) + ':' + padded(change.minute % 60, 2),
                              change.rate});
  return out;
}

json::object entry_json(const rating::CalendarEntry& entry) {
  json::object out;
  if (entry.dates) {
    json::array dates;
    for (const rating::Date& date : *entry.dates) dates.push_back(json::value(text_of(date)));
    out["dates"] = std::move(dates);
  }
  if (entry.weekdays) out["weekdays"] = array_of(*entry.weekdays);
  if (entry.months) out["months"] = array_of(*entry.months);
  if (entry.between)
    out["between"] = json::array{text_of(entry.between->first), text_of(entry.between->second)};
  out["day"] = entry.day;
  return out;
}

json::object steps_json(const rating::StepTable& table) {
  json::object out;
  if (table.months) out["months"] = array_of(*table.months);
  json::array limits;
  for (const rating::StepLimit& limit : table.limits)
    limits.push_back(json::array{format_decimal(limit.at_e8, 8), text_of(limit.surcharge)});
  out["limits"] = std::move(limits);
  return out;
}

json::object line_json(const rating::TariffLine& line) {
  json::object out;
  out["name"] = line.name;
  if (line.price) {
    out["price"] = text_of(*line.price);
  } else {
    json::object prices;
    for (const auto& [rate, price] : line.prices) prices[rate] = text_of(price);
    out["prices"] = std::move(prices);
  }
  json::array steps;
  for (const rating::StepTable& table : line.steps) steps.push_back(steps_json(table));
  if (!steps.empty()) out["steps"] = std::move(steps);
  return out;
}

json::object fee_json(const rating::Fee& fee) {
  return {{"name", fee.name},
          {"per", json::string(rating::fee_period_name(fee.per))},
          {"amount", domain::format_money(fee.amount)}};
}

void put_calendar(json::object& out, const rating::Tariff& tariff) {
  if (tariff.days.empty()) return;
  json::object days;
  for (const auto& [name, changes] : tariff.days) days[name] = day_json(changes);
  out["days"] = std::move(days);
  json::array calendar;
  for (const rating::CalendarEntry& entry : tariff.calendar) calendar.push_back(entry_json(entry));
  out["calendar"] = std::move(calendar);
}

json::object tariff_json(const rating::Tariff& tariff) {
  json::object out;
  out["name"] = tariff.name;
  out["utility"] = rating::tariff_utility_name(tariff.utility);
  out["currency"] = tariff.currency;
  out["time_zone"] = tariff.time_zone;
  out["rounding"] = rating::rounding_name(tariff.rounding);
  put_calendar(out, tariff);
  json::object cycle{{"kind", json::string(rating::cycle_kind_name(tariff.cycle.kind))}};
  if (tariff.cycle.kind == rating::CycleKind::year) cycle["starts"] = text_of(tariff.cycle.starts);
  out["cycle"] = std::move(cycle);
  out["scale"] = {{"households", tariff.scale.households},
                  {"extra", format_decimal(tariff.scale.extra_e8, 8)}};
  json::array lines, fees;
  for (const rating::TariffLine& line : tariff.lines) lines.push_back(line_json(line));
  for (const rating::Fee& fee : tariff.fees) fees.push_back(fee_json(fee));
  out["lines"] = std::move(lines);
  out["fees"] = std::move(fees);
  return out;
}

}  // namespace

std::string write_tariff(const rating::Tariff& tariff) {
  std::string out;
  for (const auto& [key, value] : tariff_json(tariff)) {
    out += out.empty() ? "{ " : ",\n  ";
    out += json::serialize(json::value(key)) + ": " + json::serialize(value);
  }
  return out + " }\n";
}

}  // namespace paymeter::adapter::rate_format
