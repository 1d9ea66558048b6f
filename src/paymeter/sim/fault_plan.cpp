// Drawing fates.
#include "paymeter/sim/fault_plan.hpp"

#include <charconv>
#include <string>

namespace paymeter::sim {
namespace {

struct RateName {
  std::string_view name;
  int FaultRates::* rate;
};
constexpr RateName kRateNames[] = {
    {"lost_request", &FaultRates::lost_request},
    {"lost_reply", &FaultRates::lost_reply},
    {"doubled_request", &FaultRates::doubled_request},
    {"doubled_reply", &FaultRates::doubled_reply},
    {"delayed_request", &FaultRates::delayed_request},
    {"late_reply", &FaultRates::late_reply},
    {"garbage", &FaultRates::garbage},
    {"damaged_request", &FaultRates::damaged_request},
    {"damaged_reply", &FaultRates::damaged_reply},
    {"power_loss", &FaultRates::power_loss},
};

struct SpanName {
  std::string_view name;
  Millis FaultRates::* span;
};
constexpr SpanName kSpanNames[] = {
    {"delay_max_ms", &FaultRates::delay_max},
    {"late_max_ms", &FaultRates::late_max},
    {"power_loss_ms", &FaultRates::power_loss_span},
};

constexpr int kAll = 10'000;
constexpr int kSpanMax = 600'000;
constexpr std::int64_t kGarbageMax = 40;

/// Errors: request_invalid.
Result<> set_one(FaultRates& rates, std::string_view item) {
  const auto equals = item.find('=');
  if (equals == item.npos) return fail(Errc::request_invalid, std::string(item));
  const auto name = item.substr(0, equals), text = item.substr(equals + 1);
  int value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size() || value < 0)
    return fail(Errc::request_invalid, std::string(item));
  for (const auto& known : kRateNames)
    if (known.name == name && value <= kAll) {
      rates.*known.rate = value;
      return {};
    }
  for (const auto& known : kSpanNames)
    if (known.name == name && value >= 1 && value <= kSpanMax) {
      rates.*known.span = Millis{value};
      return {};
    }
  return fail(Errc::request_invalid, std::string(item));
}

}  // namespace

Result<FaultRates> parse_fault_rates(std::string_view text) {
  FaultRates rates;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (auto set = set_one(rates, text.substr(0, comma)); !set) return fail(set.error());
    text = comma == text.npos ? std::string_view{} : text.substr(comma + 1);
  }
  return rates;
}

/// Every request draws the same number of dice for its yes-or-no fates, so that changing one rate
/// leaves the others' pattern alone.
Fate FaultPlan::next() {
  Fate fate;
  fate.lose_request = dice_.chance(rates_.lost_request) || stuck_;
  fate.lose_reply = dice_.chance(rates_.lost_reply);
  fate.double_request = dice_.chance(rates_.doubled_request);
  fate.double_reply = dice_.chance(rates_.doubled_reply);
  fate.damage_request = dice_.chance(rates_.damaged_request);
  fate.damage_reply = dice_.chance(rates_.damaged_reply);
  fate.power_loss = dice_.chance(rates_.power_loss);
  const auto delay = dice_.between(1, rates_.delay_max.value);
  if (dice_.chance(rates_.delayed_request)) fate.request_delay = Millis{delay};
  const auto lateness = dice_.between(1, rates_.late_max.value);
  if (dice_.chance(rates_.late_reply)) fate.reply_delay = Millis{lateness};
  if (dice_.chance(rates_.garbage))
    for (auto left = dice_.between(1, kGarbageMax); left > 0; --left)
      fate.garbage.push_back(static_cast<std::uint8_t>(dice_.next()));
  return fate;
}

void FaultPlan::damage(Buffer& frame) {
  const auto bit = dice_.below(frame.size() * 8);
  frame[bit / 8] = static_cast<std::uint8_t>(frame[bit / 8] ^ (1U << (bit % 8)));
}

}  // namespace paymeter::sim
