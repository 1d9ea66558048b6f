// Dates, times, prices, days, steps and fees from JSON values.
#include "paymeter/adapter/rate_format/json_reading.hpp"

#include <algorithm>

namespace paymeter::adapter::rate_format {

namespace rating = domain::rating;

namespace {

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

rating::StepTable read_step_table(const JsonNode& node) {
  rating::StepTable table;
  node.expect_keys({"limits"}, {"months"});
  if (node.has("months")) table.months = read_numbers(node["months"]);
  for (const JsonNode& element : node["limits"].elements()) {
    const auto pair = element.elements(2);
    table.limits.push_back(
        {pair[0].decimal(kPricePlaces, rating::kLimitMaxE8), read_price(pair[1])});
  }
  return table;
}

}  // namespace

int time_of_day(const JsonNode& node, Midnight midnight) {
  const std::vector<int> time = shaped(node, "##:##");
  const bool end = midnight == Midnight::as_end && time[0] == 24 && time[1] == 0;
  if (!end && (time[0] > 23 || time[1] > 59))
    node.complain(Errc::tariff_value_invalid, "must be 00:00 to 23:59");
  return time[0] * 60 + time[1];
}

rating::Date read_date(const JsonNode& node) {
  const std::vector<int> date = shaped(node, "####-##-##");
  return {date[0], date[1], date[2]};
}

rating::MonthDay read_month_day(const JsonNode& node) {
  const std::vector<int> date = shaped(node, "##-##");
  return {date[0], date[1]};
}

std::vector<rating::Date> read_dates(const JsonNode& node) {
  std::vector<rating::Date> dates;
  for (const JsonNode& element : node.elements()) dates.push_back(read_date(element));
  return dates;
}

std::vector<int> read_numbers(const JsonNode& node) {
  std::vector<int> out;
  for (const JsonNode& element : node.elements())
    // Clamped, so that a number beyond 32 bits stays out of every range.
    out.push_back(static_cast<int>(std::clamp<std::int64_t>(element.integer(), -1, 1'000)));
  return out;
}

domain::Price read_price(const JsonNode& node) {
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

rating::CalendarEntry read_conditions(const JsonNode& node) {
  rating::CalendarEntry entry;
  if (node.has("dates")) entry.dates = read_dates(node["dates"]);
  if (node.has("weekdays")) entry.weekdays = read_numbers(node["weekdays"]);
  if (node.has("months")) entry.months = read_numbers(node["months"]);
  if (node.has("between")) {
    const auto pair = node["between"].elements(2);
    entry.between.emplace(read_month_day(pair[0]), read_month_day(pair[1]));
  }
  return entry;
}

std::vector<rating::StepTable> read_steps(const JsonNode& node) {
  std::vector<rating::StepTable> tables;
  for (const JsonNode& element : node.elements()) tables.push_back(read_step_table(element));
  return tables;
}

rating::Fee read_fee(const JsonNode& node) {
  rating::Fee fee;
  node.expect_keys({"name", "per", "amount"});
  fee.name = node["name"].text();
  fee.per = word(node["per"], rating::fee_period_from_name);
  fee.amount = domain::Money{
      static_cast<std::int64_t>(node["amount"].decimal(kFeePlaces, rating::kFeeMax.fen))};
  return fee;
}

}  // namespace paymeter::adapter::rate_format
