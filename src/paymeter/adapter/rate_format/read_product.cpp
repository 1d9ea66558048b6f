// From JSON values to a product: shapes here, meaning in domain::tariff::check_product.
#include <array>

#include "paymeter/adapter/rate_format/json_reading.hpp"
#include "paymeter/adapter/rate_format/product_json.hpp"
#include "paymeter/adapter/rate_format/tariff_json.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace rating = domain::rating;
namespace tariff = domain::tariff;

constexpr std::array<std::string_view, 2> kComponentKinds{"fixed", "floating"};
constexpr std::array<std::string_view, 2> kHouseholdRules{"multiply", "add"};
constexpr std::array<std::string_view, 3> kDaysOff{"workday", "make_up_workday", "rest_day"};

std::optional<tariff::ComponentKind> component_kind(std::string_view name) {
  return domain::unspell<tariff::ComponentKind>(kComponentKinds, name);
}
std::optional<tariff::HouseholdRule> household_rule(std::string_view name) {
  return domain::unspell<tariff::HouseholdRule>(kHouseholdRules, name);
}
std::optional<tariff::DayOff> day_off(std::string_view name) {
  return domain::unspell<tariff::DayOff>(kDaysOff, name);
}

tariff::Overlay read_overlay(const JsonNode& node) {
  tariff::Overlay overlay;
  for (const JsonNode& element : node.elements()) {
    const auto triple = element.elements(3);
    overlay.push_back(
        {time_of_day(triple[0]), time_of_day(triple[1], Midnight::as_end), triple[2].text()});
  }
  return overlay;
}

tariff::HolidayBreak read_break(const JsonNode& node) {
  node.expect_keys({"holiday", "days", "statutory", "make_up_workdays"});
  tariff::HolidayBreak days;
  days.holiday = node["holiday"].text();
  const auto pair = node["days"].elements(2);
  days.first = read_date(pair[0]);
  days.last = read_date(pair[1]);
  days.statutory = read_dates(node["statutory"]);
  days.make_up_workdays = read_dates(node["make_up_workdays"]);
  return days;
}

tariff::HolidayCalendar read_holidays(const JsonNode& node) {
  node.expect_keys({"name", "source", "from", "until", "breaks"});
  tariff::HolidayCalendar calendar;
  calendar.name = node["name"].text();
  calendar.source = node["source"].text();
  calendar.from = read_date(node["from"]);
  calendar.until = read_date(node["until"]);
  for (const JsonNode& element : node["breaks"].elements())
    calendar.breaks.push_back(read_break(element));
  return calendar;
}

int small_number(const JsonNode& node) {
  const std::int64_t number = node.integer();
  if (number < 0 || number > 366) node.complain(Errc::tariff_value_invalid, "must be 0 to 366");
  return static_cast<int>(number);
}

tariff::LayerRule read_rule(const JsonNode& node, std::string_view layer) {
  tariff::LayerRule rule;
  if (layer == "event")
    node.expect_keys({"dates"}, {"day", "overlay"});
  else if (layer == "holiday")
    node.expect_keys({"extent"}, {"holiday", "first_days", "break_days_min", "weekdays", "months",
                                  "between", "day", "overlay"});
  else if (layer == "rest")
    node.expect_keys({"kind"}, {"weekdays", "months", "between", "day", "overlay"});
  else
    node.expect_keys({"weekdays"}, {"months", "between", "day", "overlay"});
  rule.when = read_conditions(node);
  if (node.has("day")) rule.when.day = node["day"].text();
  if (node.has("overlay")) rule.overlay = node["overlay"].text();
  if (layer == "rest") rule.day_off = word(node["kind"], day_off);
  if (layer == "holiday") {
    tariff::HolidayScope& scope = rule.holiday.emplace();
    scope.extent = word(node["extent"], tariff::holiday_extent_from_name);
    if (node.has("holiday")) scope.holiday = node["holiday"].text();
    if (node.has("first_days")) scope.first_days = small_number(node["first_days"]);
    if (node.has("break_days_min")) scope.break_days_min = small_number(node["break_days_min"]);
  }
  return rule;
}

tariff::ProductCalendar read_calendar(const JsonNode& node) {
  node.expect_keys({"range"}, {"event", "holiday", "rest", "weekday"});
  tariff::ProductCalendar calendar;
  const auto layer = [&](std::string_view name, std::vector<tariff::LayerRule>& rules) {
    if (!node.has(name)) return;
    for (const JsonNode& element : node[name].elements()) rules.push_back(read_rule(element, name));
  };
  layer("event", calendar.event);
  layer("holiday", calendar.holiday);
  layer("rest", calendar.rest);
  layer("weekday", calendar.weekday);
  for (const JsonNode& element : node["range"].elements()) {
    element.expect_keys({"day"}, {"weekdays", "months", "between"});
    calendar.range.push_back(read_conditions(element));
    calendar.range.back().day = element["day"].text();
  }
  return calendar;
}

rating::Cycle read_cycle(const JsonNode& node) {
  node.expect_keys({"kind"}, {"starts"});
  rating::Cycle cycle;
  cycle.kind = word(node["kind"], rating::cycle_kind_from_name);
  if (cycle.kind == rating::CycleKind::month) {
    if (node.has("starts")) node["starts"].complain(Errc::tariff_key_unknown, "a month has none");
  } else if (cycle.kind == rating::CycleKind::year) {
    cycle.starts = read_month_day(node["starts"]);
  } else {
    for (const JsonNode& element : node["starts"].elements())
      cycle.season_starts.push_back(read_month_day(element));
  }
  return cycle;
}

tariff::Allowance read_allowance(const JsonNode& node) {
  node.expect_keys({"households"},
                   {"per_household", "people_included", "people_max", "per_person"});
  tariff::Allowance allowance;
  allowance.rule = word(node["households"], household_rule);
  if (node.has("per_household"))
    allowance.per_household_e8 = node["per_household"].decimal(kPricePlaces, rating::kLimitMaxE8);
  if (node.has("people_included")) allowance.people_included = node["people_included"].integer();
  if (node.has("people_max")) allowance.people_max = node["people_max"].integer();
  if (node.has("per_person"))
    allowance.per_person_e8 = node["per_person"].decimal(kPricePlaces, rating::kLimitMaxE8);
  return allowance;
}

tariff::Component read_component(const JsonNode& node) {
  node.expect_keys({"name", "amount", "kind"});
  return {node["name"].text(), read_price(node["amount"]), word(node["kind"], component_kind)};
}

tariff::Factor read_factor(const JsonNode& node) {
  node.expect_keys({"factor"}, {"of"});
  tariff::Factor factor;
  factor.e6 = static_cast<std::int64_t>(node["factor"].decimal(6, tariff::kFactorMaxE6));
  if (node.has("of")) factor.of = node["of"].text();
  return factor;
}

tariff::ProductLine read_line(const JsonNode& node) {
  node.expect_keys({"name"}, {"price", "printed", "components", "factors", "price_places",
                              "price_rounding", "steps"});
  tariff::ProductLine line;
  line.name = node["name"].text();
  if (node.has("price")) line.price = read_price(node["price"]);
  if (node.has("printed"))
    for (const auto& [rate, price] : node["printed"].members())
      line.printed[rate] = read_price(price);
  if (node.has("components"))
    for (const JsonNode& element : node["components"].elements())
      line.components.push_back(read_component(element));
  if (node.has("factors"))
    for (const auto& [rate, factor] : node["factors"].members())
      line.factors[rate] = read_factor(factor);
  if (node.has("price_places")) line.price_rounding.places = small_number(node["price_places"]);
  if (node.has("price_rounding"))
    line.price_rounding.rule = word(node["price_rounding"], rating::rounding_from_name);
  if (node.has("steps")) line.steps = read_steps(node["steps"]);
  return line;
}

tariff::ProductTariff read_root(const JsonNode& root) {
  root.expect_keys({"format", "name", "utility", "currency", "time_zone", "lines"},
                   {"rounding", "days", "overlays", "holidays", "calendar", "cycle", "allowance",
                    "fees", "service_percent"});
  tariff::ProductTariff product;
  if (root["format"].integer() != 1)
    root["format"].complain(Errc::tariff_value_invalid, "must be 1");
  product.name = root["name"].text();
  product.utility = word(root["utility"], rating::tariff_utility_from_name);
  product.currency = root["currency"].text();
  product.time_zone = root["time_zone"].text();
  if (root.has("rounding")) product.rounding = word(root["rounding"], rating::rounding_from_name);
  if (root.has("days"))
    for (const auto& [name, day] : root["days"].members()) product.days[name] = read_day(day);
  if (root.has("overlays"))
    for (const auto& [name, overlay] : root["overlays"].members())
      product.overlays[name] = read_overlay(overlay);
  if (root.has("holidays")) product.holidays = read_holidays(root["holidays"]);
  if (root.has("calendar")) product.calendar = read_calendar(root["calendar"]);
  if (root.has("cycle")) product.cycle = read_cycle(root["cycle"]);
  if (root.has("allowance")) product.allowance = read_allowance(root["allowance"]);
  for (const JsonNode& element : root["lines"].elements())
    product.lines.push_back(read_line(element));
  if (root.has("fees"))
    for (const JsonNode& element : root["fees"].elements())
      product.fees.push_back(read_fee(element));
  if (root.has("service_percent"))
    product.service_e4 =
        static_cast<std::int64_t>(root["service_percent"].decimal(2, tariff::kServiceMaxE4));
  return product;
}

}  // namespace

Result<tariff::ProductTariff> read_product(std::string_view text) {
  const auto document = parse_strict_json(text, kTariffBytesMax);
  if (!document) return fail(document.error());
  JsonNode::Complaint complaint;
  tariff::ProductTariff product = read_root(JsonNode(*document, {}, complaint));
  if (complaint) return fail(*complaint);
  if (auto ok = tariff::check_product(product); !ok) return fail(ok.error());
  return product;
}

}  // namespace paymeter::adapter::rate_format
