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
  wrong_meter,         // from selling and identity checks
  wallet_difference,   // the meter's balance is not what the platform's shadow says
  billing_held,        // readings of a platform wallet make no sense, or no price is in force
  relay_welded,        // energy while the relay is open: welded contacts, or a bypass
  reclose_failed,      // still open after the platform's own cut ended
  relay_mismatch,      // relay and recorded intents disagree
  impossible_reading,  // a value that no sound meter shows
  falling,             // 示度下降: the register is below what it has shown
  flying,              // 飞走: more energy than the connection can carry
  standing_still,      // 停走: power flows and the register does not move
  ct_ratio,            // the meter's own CT ratio is not the configured one
  loss,                // main meter − sub-meters, on the main meter
  cut_breaker,         // 断供熔断: automatic cuts stand still until two people agree
  limiting_blind,  // 有序限电: a plan's main meter is not read, so nobody is shed for its target
};
inline constexpr AlarmKind kLastAlarmKind = AlarmKind::limiting_blind;
std::string_view alarm_kind_name(AlarmKind kind);
std::optional<AlarmKind> alarm_kind_from_name(std::string_view name);

enum class Severity : std::uint8_t { info, warning, critical };
Severity alarm_severity(AlarmKind kind);
std::string_view severity_name(Severity severity);
std::optional<Severity> severity_from_name(std::string_view name);

struct Alarm {
  AlarmId id{};
  PropertyId property{};
  AlarmKind kind = AlarmKind::alarm1;
  MeterId meter{};      ///< 0 for gateway alarms; both 0: of the property
  GatewayId gateway{};  ///< 0 for meter alarms
  std::string detail;
  UtcMs raised_at{};
  std::optional<UtcMs> cleared_at, acknowledged_at;
  UserId acknowledged_by{};
  std::string note;  ///< of the acknowledgement
};

/// What happened to an alarm, in order.
enum class AlarmAct : std::uint8_t { raised, acknowledged, cleared };
std::string_view alarm_act_name(AlarmAct act);
struct AlarmEvent {
  AlarmId alarm{};
  AlarmAct act = AlarmAct::raised;
  UtcMs at{};
  UserId by{};  ///< 0 = the station itself
  std::string note;
  friend bool operator==(const AlarmEvent&, const AlarmEvent&) = default;
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
