// An agreed reading as text.
#include "paymeter/domain/agreed_reading.hpp"

#include <charconv>

#include "paymeter/domain/rating/reading_series.hpp"

namespace paymeter::domain {
namespace {

constexpr std::string_view kMiddle = " Wh at ";

}  // namespace

std::string format_agreed_reading(const AgreedReading& reading) {
  return std::to_string(reading.register_wh) + std::string(kMiddle) + format_rfc3339(reading.at);
}

std::optional<AgreedReading> parse_agreed_reading(std::string_view text) {
  const std::size_t middle = text.find(kMiddle);
  if (middle == std::string_view::npos) return std::nullopt;
  AgreedReading out;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + middle, out.register_wh);
  if (error != std::errc{} || stop != text.data() + middle) return std::nullopt;
  if (out.register_wh < 0 || out.register_wh > rating::kReadingMax) return std::nullopt;
  const auto at = parse_rfc3339(text.substr(middle + kMiddle.size()));
  if (!at) return std::nullopt;
  out.at = *at;
  return out;
}

}  // namespace paymeter::domain
