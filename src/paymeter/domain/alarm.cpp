// Alarms: spellings, severity, and the difference between what is active and what is present.
#include "paymeter/domain/alarm.hpp"

#include <algorithm>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr auto kKinds = std::to_array<std::string_view>({
    "alarm1",
    "alarm2",
    "arrears",
    "overload",
    "cover",
    "clock",
    "meter_lost",
    "gateway_lost",
    "vend_stuck",
    "vend_quarantined",
    "wrong_meter",
    "wallet_difference",
    "billing_held",
    "relay_welded",
    "reclose_failed",
    "relay_mismatch",
    "impossible_reading",
    "falling",
    "flying",
    "standing_still",
    "ct_ratio",
    "loss",
    "cut_breaker",
    "limiting_blind",
});
static_assert(kKinds.size() == static_cast<std::size_t>(kLastAlarmKind) + 1);
constexpr std::array<std::string_view, 3> kSeverities{"info", "warning", "critical"};
constexpr std::array<std::string_view, 3> kActs{"raised", "acknowledged", "cleared"};
constexpr std::array kStatusKinds{AlarmKind::alarm1,   AlarmKind::alarm2, AlarmKind::arrears,
                                  AlarmKind::overload, AlarmKind::cover,  AlarmKind::clock};

bool contains(const std::vector<AlarmKind>& kinds, AlarmKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

std::string_view alarm_kind_name(AlarmKind kind) { return spell(kKinds, kind); }
std::optional<AlarmKind> alarm_kind_from_name(std::string_view name) {
  return unspell<AlarmKind>(kKinds, name);
}
std::string_view severity_name(Severity severity) { return spell(kSeverities, severity); }
std::optional<Severity> severity_from_name(std::string_view name) {
  return unspell<Severity>(kSeverities, name);
}
std::string_view alarm_act_name(AlarmAct act) { return spell(kActs, act); }

Severity alarm_severity(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::alarm1:
      return Severity::info;
    case AlarmKind::alarm2:
    case AlarmKind::clock:
    case AlarmKind::cover:
    case AlarmKind::standing_still:
    case AlarmKind::loss:
      return Severity::warning;
    default:
      return Severity::critical;
  }
}

std::vector<AlarmKind> status_alarms(const PrepaidState& read) {
  std::vector<AlarmKind> present;
  if (read.account_open && read.alarm1) present.push_back(AlarmKind::alarm1);
  if (read.account_open && read.alarm2) present.push_back(AlarmKind::alarm2);
  if (read.account_open && read.arrears) present.push_back(AlarmKind::arrears);
  if (read.overload_trip) present.push_back(AlarmKind::overload);
  if (read.cover_opened) present.push_back(AlarmKind::cover);
  if (read.clock_fault) present.push_back(AlarmKind::clock);
  return present;
}

AlarmChange alarm_change(const std::vector<AlarmKind>& active,
                         const std::vector<AlarmKind>& present) {
  AlarmChange change;
  for (AlarmKind kind : kStatusKinds) {
    if (contains(present, kind) && !contains(active, kind)) change.raise.push_back(kind);
    if (!contains(present, kind) && contains(active, kind)) change.clear.push_back(kind);
  }
  return change;
}

}  // namespace paymeter::domain
