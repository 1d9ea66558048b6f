// Decimal text, digit by digit: no locale and no floating point.
#include "paymeter/adapter/rate_format/decimal.hpp"

#include <algorithm>

namespace paymeter::adapter::rate_format {
namespace {

using domain::rating::Int128;

constexpr std::size_t kWholeDigitsMax = 16;

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<Int128> parse_decimal(std::string_view text, int places) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest =
      point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
  const std::size_t rest_max =
      point == std::string_view::npos ? 1 : static_cast<std::size_t>(places);
  if (!all_digits(whole) || !all_digits(rest) || whole.size() > kWholeDigitsMax ||
      rest.size() > rest_max)
    return std::nullopt;
  Int128 value = 0;
  for (const char digit : whole) value = value * 10 + (digit - '0');
  for (std::size_t i = 0; i < static_cast<std::size_t>(places); ++i)
    value = value * 10 + (i < rest.size() ? rest[i] - '0' : 0);
  return negative ? -value : value;
}

std::string format_fixed(Int128 value, int places) {
  std::string digits;  // from the right
  Int128 rest = value < 0 ? -value : value;
  for (int i = 0; i <= places || rest > 0; ++i, rest /= 10) {
    if (i == places && places > 0) digits += '.';
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  }
  if (value < 0) digits += '-';
  std::ranges::reverse(digits);
  return digits;
}

std::string format_decimal(Int128 value, int places) {
  std::string text = format_fixed(value, places);
  if (places == 0) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace paymeter::adapter::rate_format
