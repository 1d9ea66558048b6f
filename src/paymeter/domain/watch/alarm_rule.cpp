// Defaults and bounds of the alarm rules.
#include "paymeter/domain/watch/alarm_rule.hpp"

namespace paymeter::domain::watch {
namespace {

constexpr Millis kHoldMax = minutes(7 * 24 * 60);
constexpr std::int64_t kPercentMax = 10'000, kPerMilleMax = 1'000'000;
constexpr std::int64_t kLevelMax = 1'000'000'000'000;
constexpr std::int64_t kClockSecondsMax = 86'400;

/// The most that a kind's levels may be; 0 = it has none.
std::int64_t level_max(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::impossible_reading:
    case AlarmKind::flying:
      return kPercentMax;
    case AlarmKind::loss:
      return kPerMilleMax;
    case AlarmKind::falling:
    case AlarmKind::standing_still:
      return kLevelMax;
    case AlarmKind::clock:
      return kClockSecondsMax;
    default:
      return 0;
  }
}

bool has_floor(AlarmKind kind) {
  return kind == AlarmKind::flying || kind == AlarmKind::standing_still || kind == AlarmKind::loss;
}

}  // namespace

bool may_be_set(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::alarm1:
    case AlarmKind::alarm2:
    case AlarmKind::arrears:
    case AlarmKind::vend_stuck:
    case AlarmKind::vend_quarantined:
    case AlarmKind::wrong_meter:
    case AlarmKind::wallet_difference:
    case AlarmKind::billing_held:
    case AlarmKind::relay_welded:
    case AlarmKind::reclose_failed:
    case AlarmKind::relay_mismatch:
    case AlarmKind::cut_breaker:
    case AlarmKind::limiting_blind:
      return false;
    default:
      return true;
  }
}

bool obeys_rules(AlarmKind kind, MeterId meter) {
  return kind != AlarmKind::clock || meter != MeterId{};
}

AlarmRule default_rule(AlarmKind kind) {
  AlarmRule rule;
  rule.kind = kind;
  switch (kind) {
    case AlarmKind::meter_lost:
    case AlarmKind::gateway_lost:
      rule.holds.clear_after = minutes(1);
      break;
    case AlarmKind::impossible_reading:
      rule.raise_at = 200;
      rule.clear_at = 150;
      rule.holds.clear_after = minutes(15);
      break;
    case AlarmKind::flying:
      rule.raise_at = 120;
      rule.clear_at = 100;
      rule.floor = 1'000;
      rule.holds.clear_after = minutes(15);
      break;
    case AlarmKind::falling:
      rule.raise_at = 1;
      break;
    case AlarmKind::standing_still:
      rule.raise_at = 500;
      rule.floor = 50;
      rule.holds.clear_after = minutes(15);
      break;
    case AlarmKind::clock:
      // Five minutes are what a cut by the meter's own time may rest on (vending.md).
      rule.raise_at = 300;
      rule.clear_at = 60;
      break;
    case AlarmKind::loss:
      rule.raise_at = 80;
      rule.clear_at = 50;
      rule.floor = 1'000;
      break;
    default:
      break;
  }
  return rule;
}

Result<> check_rule(const AlarmRule& rule) {
  const auto bad = [](const char* field) { return fail(Errc::alarm_rule_invalid, field); };
  if (!may_be_set(rule.kind)) return bad("kind");
  const std::int64_t most = level_max(rule.kind);
  const bool has_levels = most != 0;
  if (has_levels ? rule.raise_at < 1 || rule.raise_at > most : rule.raise_at != 0)
    return bad("raise_at");
  // Equal levels would be a single line, on which a value could flap.
  if (has_levels ? rule.clear_at < 0 || rule.clear_at >= rule.raise_at : rule.clear_at != 0)
    return bad("clear_at");
  if (has_floor(rule.kind) ? rule.floor < 0 || rule.floor > kLevelMax : rule.floor != 0)
    return bad("floor");
  if (rule.holds.raise_after < Millis{} || rule.holds.raise_after > kHoldMax)
    return bad("raise_after_s");
  if (rule.holds.clear_after < Millis{} || rule.holds.clear_after > kHoldMax)
    return bad("clear_after_s");
  return {};
}

AlarmRules::AlarmRules() {
  for (std::size_t i = 0; i < rules_.size(); ++i)
    rules_[i] = default_rule(static_cast<AlarmKind>(i));
}

AlarmRules::AlarmRules(const std::vector<AlarmRule>& rules) : AlarmRules() {
  for (const AlarmRule& rule : rules) set(rule);
}

}  // namespace paymeter::domain::watch
