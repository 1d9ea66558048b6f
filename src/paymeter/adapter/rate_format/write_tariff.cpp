// From a tariff to tariff.json; what has its default is left out.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "paymeter/adapter/rate_format/decimal.hpp"
#include "paymeter/adapter/rate_format/json_writing.hpp"
#include "paymeter/adapter/rate_format/tariff_json.hpp"
#include "paymeter/base/assert.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace json = boost::json;
namespace rating = domain::rating;

json::object entry_json(const rating::CalendarEntry& entry) {
  json::object out = conditions_json(entry);
  out["day"] = entry.day;
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
  if (!line.steps.empty()) out["steps"] = steps_json(line.steps);
  return out;
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
  PAYMETER_ASSERT(tariff.cycle.kind != rating::CycleKind::season);
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
