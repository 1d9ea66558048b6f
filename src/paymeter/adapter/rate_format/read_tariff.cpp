// From JSON values to a tariff: shapes here, meaning in domain::rating::check_tariff.
#include "paymeter/adapter/rate_format/json_reading.hpp"
#include "paymeter/adapter/rate_format/tariff_json.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace rating = domain::rating;
rating::CalendarEntry read_calendar_entry(const JsonNode& node) {
  node.expect_keys({"day"}, {"dates", "weekdays", "months", "between"});
  rating::CalendarEntry entry = read_conditions(node);
  entry.day = node["day"].text();
  return entry;
}

rating::Cycle read_cycle(const JsonNode& node) {
  rating::Cycle cycle;
  node.expect_keys({"kind"}, {"starts"});
  cycle.kind = word(node["kind"], rating::cycle_kind_from_name);
  if (cycle.kind == rating::CycleKind::season)
    node["kind"].complain(Errc::tariff_value_invalid, "must be month or year");
  if (cycle.kind == rating::CycleKind::year)
    cycle.starts = read_month_day(node["starts"]);
  else if (node.has("starts"))
    node["starts"].complain(Errc::tariff_key_unknown, "only a year has it");
  return cycle;
}

rating::Scale read_scale(const JsonNode& node) {
  rating::Scale scale;
  node.expect_keys({}, {"households", "extra"});
  if (node.has("households")) scale.households = node["households"].integer();
  if (node.has("extra")) scale.extra_e8 = node["extra"].decimal(kPricePlaces, rating::kLimitMaxE8);
  return scale;
}

rating::TariffLine read_line(const JsonNode& node) {
  rating::TariffLine line;
  node.expect_keys({"name"}, {"price", "prices", "steps"});
  line.name = node["name"].text();
  if (node.has("price")) {
    line.price = read_price(node["price"]);
    if (node.has("prices"))
      node["prices"].complain(Errc::tariff_value_invalid, "a line has price or prices, not both");
  } else {
    for (const auto& [rate, value] : node["prices"].members())
      line.prices[rate] = read_price(value);
  }
  if (node.has("steps")) line.steps = read_steps(node["steps"]);
  return line;
}

rating::Tariff read_root(const JsonNode& root) {
  rating::Tariff tariff;
  root.expect_keys({"name", "utility", "currency", "time_zone", "lines"},
                   {"rounding", "days", "calendar", "cycle", "scale", "fees"});
  tariff.name = root["name"].text();
  tariff.utility = word(root["utility"], rating::tariff_utility_from_name);
  tariff.currency = root["currency"].text();
  tariff.time_zone = root["time_zone"].text();
  if (root.has("rounding")) tariff.rounding = word(root["rounding"], rating::rounding_from_name);
  if (root.has("days"))
    for (const auto& [name, day] : root["days"].members()) tariff.days[name] = read_day(day);
  if (root.has("calendar"))
    for (const JsonNode& element : root["calendar"].elements())
      tariff.calendar.push_back(read_calendar_entry(element));
  if (root.has("cycle")) tariff.cycle = read_cycle(root["cycle"]);
  if (root.has("scale")) tariff.scale = read_scale(root["scale"]);
  for (const JsonNode& element : root["lines"].elements())
    tariff.lines.push_back(read_line(element));
  if (root.has("fees"))
    for (const JsonNode& element : root["fees"].elements())
      tariff.fees.push_back(read_fee(element));
  // Written but empty, they would cover no date; left out, every hour is flat.
  if (root.has("days") != root.has("calendar") || (root.has("days") && tariff.days.empty()) ||
      (root.has("calendar") && tariff.calendar.empty()))
    root[root.has("calendar") ? "calendar" : "days"].complain(Errc::tariff_calendar_incomplete,
                                                              "days and calendar need each other");
  return tariff;
}

}  // namespace

Result<rating::Tariff> read_tariff(std::string_view text) {
  const auto document = parse_strict_json(text, kTariffBytesMax);
  if (!document) return fail(document.error());
  JsonNode::Complaint complaint;
  rating::Tariff tariff = read_root(JsonNode(*document, {}, complaint));
  if (complaint) return fail(*complaint);
  if (auto ok = rating::check_tariff(tariff); !ok) return fail(ok.error());
  return tariff;
}

}  // namespace paymeter::adapter::rate_format
