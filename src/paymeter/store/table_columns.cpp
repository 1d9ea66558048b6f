// A command's prices as one text and back.
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
    throw BadValue("bad price list");
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

}  // namespace paymeter::store
