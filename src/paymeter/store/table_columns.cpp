// A command's prices and time tables as one text and back.
#include "paymeter/store/table_columns.hpp"

#include <charconv>

namespace paymeter::store {
namespace {

/// Takes a number and the character behind it off the front.
std::int64_t take_number(std::string_view& text, char end) {
  std::int64_t value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto used = static_cast<std::size_t>(at - text.data());
  if (error != std::errc{} || used >= text.size() || text[used] != end)
    throw BadValue("bad list of numbers");
  text.remove_prefix(used + 1);
  return value;
}

}  // namespace

std::string prices_to_text(const domain::PriceTable& prices) {
  if (prices == domain::PriceTable{}) return "";
  std::string out;
  for (const domain::Price& price : prices.rate_price)
    out += (out.empty() ? "" : ",") + std::to_string(price.e8);
  out += ";";
  for (const domain::PriceStep& step : prices.steps)
    out += std::to_string(step.from.wh) + ":" + std::to_string(step.surcharge.e8) + ";";
  return out;
}

domain::PriceTable prices_from_text(const std::string& stored) {
  domain::PriceTable prices;
  if (stored.empty()) return prices;
  std::string_view text = stored;
  for (std::size_t i = 0; i < prices.rate_price.size(); ++i)
    prices.rate_price[i].e8 = take_number(text, i + 1 < prices.rate_price.size() ? ',' : ';');
  while (!text.empty()) {
    domain::PriceStep step;
    step.from.wh = take_number(text, ':');
    step.surcharge.e8 = take_number(text, ';');
    prices.steps.push_back(step);
  }
  return prices;
}

std::string time_tables_to_text(const domain::TimeTables& tables) {
  if (tables == domain::TimeTables{}) return "";
  std::string out;
  for (const auto& day : tables.days) {
    for (const domain::DaySlot& slot : day)
      out += std::to_string(slot.minute_of_day) + "=" + std::to_string(slot.rate) + ",";
    out += ";";
  }
  for (const domain::SeasonStart& season : tables.seasons)
    out += std::to_string(season.month) + "-" + std::to_string(season.day) + "=" +
           std::to_string(season.day_table) + ",";
  return out + ";";
}

domain::TimeTables time_tables_from_text(const std::string& stored) {
  domain::TimeTables tables;
  if (stored.empty()) return tables;
  std::string_view text = stored;
  const auto is_at_end = [&text] {
    if (text.empty()) throw BadValue("bad time tables");
    if (text.front() != ';') return false;
    text.remove_prefix(1);
    return true;
  };
  const auto number = [&text](char end) { return static_cast<int>(take_number(text, end)); };
  for (auto& day : tables.days)
    while (!is_at_end()) {
      const int minute = number('=');
      day.push_back({minute, number(',')});
    }
  while (!is_at_end()) {
    const int month = number('-'), day = number('=');
    tables.seasons.push_back({month, day, number(',')});
  }
  return tables;
}

}  // namespace paymeter::store
