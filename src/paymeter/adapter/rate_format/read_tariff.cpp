// From JSON values to a tariff: shapes here, meaning in domain::rating::check_tariff.
#include <algorithm>

#include "paymeter/adapter/rate_format/strict_json.hpp"
#include "paymeter/adapter/rate_format/tariff_json.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace rating = domain::rating;
using domain::Money;
using domain::Price;

constexpr int kPricePlaces = 8, kFeePlaces = 2;

/// A word of a table, or a complaint.
template <class E>
E word(const JsonNode& node, std::optional<E> (*from_name)(std::string_view)) {
  const std::string text = node.text();
  const std::optional<E> value = from_name(text);
  if (!value) node.complain(Errc::tariff_value_invalid, "unknown word '" + text + "'");
  return value.value_or(E{});
}

/// The numbers of a text shaped like `pattern`, in which # stands for a digit: `##:##`.
std::vector<int> shaped(const JsonNode& node, std::string_view pattern) {
  const std::string text = node.text();
  bool fits = text.size() == pattern.size();
  std::vector<int> numbers{0};
  for (std::size_t i = 0; fits && i < text.size(); ++i) {
    if (pattern[i] == '#') {
      fits = text[i] >= '0' && text[i] <= '9';
      numbers.back() = numbers.back() * 10 + (text[i] - '0');
    } else {
      fits = text[i] == pattern[i];
      numbers.push_back(0);
    }
  }
  if (!fits) node.complain(Errc::tariff_value_invalid, "must look like " + std::string(pattern));
  numbers.resize(static_cast<std::size_t>(
                     std::ranges::count_if(pattern, [](char c) { return c == '-' || c == ':'; })) +
                 1);
  return numbers;
}

int time_of_day(const JsonNode& node) {
  const std::vector<int> time = shaped(node, "##:##");
  if (time[0] > 23 || time[1] > 59)
    node.complain(Errc::tariff_value_invalid, "must be 00:00 to 23:59");
  return time[0] * 60 + time[1];
}

rating::Date date(const JsonNode& node) {
  const std::vector<int> date = shaped(node, "####-##-##");
  return {date[0], date[1], date[2]};
}

rating::MonthDay month_day(const JsonNode& node) {
  const std::vector<int> date = shaped(node, "##-##");
  return {date[0], date[1]};
}

std::vector<int> numbers(const JsonNode& node) {
  std::vector<int> out;
  for (const JsonNode& element : node.elements())
    // Clamped, so that a number beyond 32 bits stays out of every range.
    out.push_back(static_cast<int>(std::clamp<std::int64_t>(element.integer(), -1, 1'000)));
  return out;
}

Price price(const JsonNode& node) {
  return {static_cast<std::int64_t>(node.decimal(kPricePlaces, rating::kPriceMaxE8))};
}

std::vector<rating::RateChange> read_day(const JsonNode& node) {
  std::vector<rating::RateChange> changes;
  for (const JsonNode& element : node.elements()) {
    const auto pair = element.elements(2);
    changes.push_back({time_of_day(pair[0]), pair[1].text()});
  }
  return changes;
}

rating::CalendarEntry read_calendar_entry(const JsonNode& node) {
  node.expect_keys({"day"}, {"dates", "weekdays", "months", "between"});
  rating::CalendarEntry entry;
  if (node.has("dates")) {
    entry.dates.emplace();
    for (const JsonNode& element : node["dates"].elements()) entry.dates->push_back(date(element));
  }
  if (node.has("weekdays")) entry.weekdays = numbers(node["weekdays"]);
  if (node.has("months")) entry.months = numbers(node["months"]);
  if (node.has("between")) {
    const auto pair = node["between"].elements(2);
    entry.between.emplace(month_day(pair[0]), month_day(pair[1]));
  }
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
    cycle.starts = month_day(node["starts"]);
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

rating::StepTable read_step_table(const JsonNode& node) {
  rating::StepTable table;
  node.expect_keys({"limits"}, {"months"});
  if (node.has("months")) table.months = numbers(node["months"]);
  for (const JsonNode& element : node["limits"].elements()) {
    const auto pair = element.elements(2);
    table.limits.push_back({pair[0].decimal(kPricePlaces, rating::kLimitMaxE8), price(pair[1])});
  }
  return table;
}

rating::TariffLine read_line(const JsonNode& node) {
  rating::TariffLine line;
  node.expect_keys({"name"}, {"price", "prices", "steps"});
  line.name = node["name"].text();
  if (node.has("price")) {
    line.price = price(node["price"]);
    if (node.has("prices"))
      node["prices"].complain(Errc::tariff_value_invalid, "a line has price or prices, not both");
  } else {
    for (const auto& [rate, value] : node["prices"].members()) line.prices[rate] = price(value);
  }
  if (node.has("steps"))
    for (const JsonNode& element : node["steps"].elements())
      line.steps.push_back(read_step_table(element));
  return line;
}

rating::Fee read_fee(const JsonNode& node) {
  rating::Fee fee;
  node.expect_keys({"name", "per", "amount"});
  fee.name = node["name"].text();
  fee.per = word(node["per"], rating::fee_period_from_name);
  fee.amount =
      Money{static_cast<std::int64_t>(node["amount"].decimal(kFeePlaces, rating::kFeeMax.fen))};
  return fee;
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
