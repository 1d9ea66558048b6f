/// Values that the interchange and the product format write alike: read with complaints.
#pragma once

#include <vector>

#include "paymeter/adapter/rate_format/strict_json.hpp"
#include "paymeter/domain/rating/tariff.hpp"

namespace paymeter::adapter::rate_format {

inline constexpr int kPricePlaces = 8, kFeePlaces = 2;

/// A word of a table, or a complaint.
template <class E>
E word(const JsonNode& node, std::optional<E> (*from_name)(std::string_view)) {
  const std::string text = node.text();
  const std::optional<E> value = from_name(text);
  if (!value) node.complain(Errc::tariff_value_invalid, "unknown word '" + text + "'");
  return value.value_or(E{});
}

/// `HH:MM` in minutes; `24:00` only with Midnight::as_end.
enum class Midnight : std::uint8_t { not_as_end, as_end };
int time_of_day(const JsonNode& node, Midnight midnight = Midnight::not_as_end);
domain::rating::Date read_date(const JsonNode& node);
domain::rating::MonthDay read_month_day(const JsonNode& node);
std::vector<domain::rating::Date> read_dates(const JsonNode& node);
std::vector<int> read_numbers(const JsonNode& node);
domain::Price read_price(const JsonNode& node);

std::vector<domain::rating::RateChange> read_day(const JsonNode& node);
/// weekdays, months, between, dates: those that are there. Keys are checked by the caller.
domain::rating::CalendarEntry read_conditions(const JsonNode& node);
std::vector<domain::rating::StepTable> read_steps(const JsonNode& node);
domain::rating::Fee read_fee(const JsonNode& node);

}  // namespace paymeter::adapter::rate_format
