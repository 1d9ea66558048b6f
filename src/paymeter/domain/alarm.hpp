/// Alarms: lasting conditions that are raised and cleared, never messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/meter.hpp"

namespace paymeter::domain {

enum class AlarmKind : std::uint8_t {
  alarm1,
  alarm2,
  arrears,
  overload,
  cover,
  clock,  // from the meter's status
  meter_lost,
  gateway_lost,  // from the collector
  vend_stuck,
  vend_quarantined,
  wrong_meter,        // from selling and identity checks
  wallet_difference,  // the meter's balance is not what the platform's shadow says
  billing_held,       // readings of a platform wallet make no sense, or no price is in force
  relay_welded,       // energy while the relay is open: welded contacts, or a bypass
  reclose_failed,     // still open after the platform's own cut ended
  relay_mismatch,     // relay and recorded intents disagree
};
std::string_view alarm_kind_name(AlarmKind kind);
std::optional<AlarmKind> alarm_kind_from_name(std::string_view name);

enum class Severity : std::uint8_t { info, warning, critical };
Severity alarm_severity(AlarmKind kind);
std::string_view severity_name(Severity severity);

struct Alarm {
  AlarmId id{};
  PropertyId property{};
  AlarmKind kind = AlarmKind::alarm1;
  MeterId meter{};      ///< 0 for gateway alarms
  GatewayId gateway{};  ///< 0 for meter alarms
  std::string detail;
  UtcMs raised_at{};
  std::optional<UtcMs> cleared_at, acknowledged_at;
  UserId acknowledged_by{};
};

/// The status alarms that `read` shows as present (account closed: none of the money alarms).
std::vector<AlarmKind> status_alarms(const PrepaidState& read);

/// What must change so that the active set equals `present`, within the kinds of status alarms.
struct AlarmChange {
  std::vector<AlarmKind> raise;
  std::vector<AlarmKind> clear;
};
AlarmChange alarm_change(const std::vector<AlarmKind>& active,
                         const std::vector<AlarmKind>& present);

}  // namespace paymeter::domain
