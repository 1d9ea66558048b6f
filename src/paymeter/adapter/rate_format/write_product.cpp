// From a product to its canonical text.
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "paymeter/adapter/rate_format/decimal.hpp"
#include "paymeter/adapter/rate_format/json_writing.hpp"
#include "paymeter/adapter/rate_format/product_json.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace json = boost::json;
namespace rating = domain::rating;
namespace tariff = domain::tariff;

json::object holidays_json(const tariff::HolidayCalendar& calendar) {
  json::object out{{"name", calendar.name},
                   {"source", calendar.source},
                   {"from", text_of(calendar.from)},
                   {"until", text_of(calendar.until)}};
  json::array breaks;
  for (const tariff::HolidayBreak& days : calendar.breaks)
    breaks.push_back(json::object{{"holiday", days.holiday},
                                  {"days", json::array{text_of(days.first), text_of(days.last)}},
                                  {"statutory", dates_json(days.statutory)},
                                  {"make_up_workdays", dates_json(days.make_up_workdays)}});
  out["breaks"] = std::move(breaks);
  return out;
}

json::object rule_json(const tariff::LayerRule& rule) {
  json::object out;
  if (rule.holiday) {
    if (!rule.holiday->holiday.empty()) out["holiday"] = rule.holiday->holiday;
    out["extent"] = tariff::holiday_extent_name(rule.holiday->extent);
    if (rule.holiday->first_days > 0) out["first_days"] = rule.holiday->first_days;
    if (rule.holiday->break_days_min > 0) out["break_days_min"] = rule.holiday->break_days_min;
  }
  if (rule.day_off)
    out["kind"] = *rule.day_off == tariff::DayOff::rest_day ? "rest_day" : "make_up_workday";
  for (auto& [key, value] : conditions_json(rule.when)) out[key] = value;
  if (rule.overlay.empty())
    out["day"] = rule.when.day;
  else
    out["overlay"] = rule.overlay;
  return out;
}

json::object calendar_json(const tariff::ProductCalendar& calendar) {
  json::object out;
  const auto layer = [&](const char* name, const std::vector<tariff::LayerRule>& rules) {
    json::array list;
    for (const tariff::LayerRule& rule : rules) list.push_back(rule_json(rule));
    out[name] = std::move(list);
  };
  layer("event", calendar.event);
  layer("holiday", calendar.holiday);
  layer("rest", calendar.rest);
  layer("weekday", calendar.weekday);
  json::array range;
  for (const rating::CalendarEntry& entry : calendar.range) {
    json::object rule = conditions_json(entry);
    rule["day"] = entry.day;
    range.push_back(std::move(rule));
  }
  out["range"] = std::move(range);
  return out;
}

json::object cycle_json(const rating::Cycle& cycle) {
  json::object out{{"kind", json::string(rating::cycle_kind_name(cycle.kind))}};
  if (cycle.kind == rating::CycleKind::year) out["starts"] = text_of(cycle.starts);
  if (cycle.kind == rating::CycleKind::season) {
    json::array starts;
    for (const rating::MonthDay start : cycle.season_starts)
      starts.push_back(json::value(text_of(start)));
    out["starts"] = std::move(starts);
  }
  return out;
}

json::object allowance_json(const tariff::Allowance& allowance) {
  return {{"households", allowance.rule == tariff::HouseholdRule::add ? "add" : "multiply"},
          {"per_household", format_decimal(allowance.per_household_e8, 8)},
          {"people_included", allowance.people_included},
          {"people_max", allowance.people_max},
          {"per_person", format_decimal(allowance.per_person_e8, 8)}};
}

json::object line_json(const tariff::ProductLine& line) {
  json::object out{{"name", line.name}}, printed, factors;
  if (line.price) out["price"] = text_of(*line.price);
  for (const auto& [rate, price] : line.printed) printed[rate] = text_of(price);
  if (!line.price) out["printed"] = std::move(printed);
  json::array components;
  for (const tariff::Component& part : line.components)
    components.push_back(json::object{
        {"name", part.name},
        {"amount", text_of(part.amount)},
        {"kind", part.kind == tariff::ComponentKind::floating ? "floating" : "fixed"}});
  for (const auto& [rate, factor] : line.factors)
    factors[rate] = {{"factor", format_decimal(factor.e6, 6)}, {"of", factor.of}};
  out["components"] = std::move(components);
  out["factors"] = std::move(factors);
  out["price_places"] = line.price_rounding.places;
  out["price_rounding"] = rating::rounding_name(line.price_rounding.rule);
  out["steps"] = steps_json(line.steps);
  return out;
}

json::object product_json(const tariff::ProductTariff& product) {
  json::object out{{"format", 1},
                   {"name", product.name},
                   {"utility", json::string(rating::tariff_utility_name(product.utility))},
                   {"currency", product.currency},
                   {"time_zone", product.time_zone},
                   {"rounding", json::string(rating::rounding_name(product.rounding))}};
  json::object days, overlays;
  for (const auto& [name, hours] : product.days) days[name] = day_json(hours);
  for (const auto& [name, overlay] : product.overlays) {
    json::array spans;
    for (const tariff::OverlaySpan& span : overlay)
      spans.push_back(json::array{time_text(span.begin), time_text(span.end), span.rate});
    overlays[name] = std::move(spans);
  }
  out["days"] = std::move(days);
  out["overlays"] = std::move(overlays);
  if (product.holidays) out["holidays"] = holidays_json(*product.holidays);
  out["calendar"] = calendar_json(product.calendar);
  out["cycle"] = cycle_json(product.cycle);
  out["allowance"] = allowance_json(product.allowance);
  json::array lines, fees;
  for (const tariff::ProductLine& line : product.lines) lines.push_back(line_json(line));
  for (const rating::Fee& fee : product.fees) fees.push_back(fee_json(fee));
  out["lines"] = std::move(lines);
  out["fees"] = std::move(fees);
  out["service_percent"] = format_decimal(product.service_e4, 2);
  return out;
}

}  // namespace

std::string write_product(const tariff::ProductTariff& product) {
  return json::serialize(product_json(product));
}

}  // namespace paymeter::adapter::rate_format
