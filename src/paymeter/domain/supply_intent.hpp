/// Who holds a meter's supply off, or on: recorded intents. The relay follows them; its own bits
/// never say why it is open. Only its owner ends an intent (docs/switching.md).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/supply.hpp"

namespace paymeter::domain {

using SupplyIntentId = Id<struct SupplyIntentTag>;

enum class SupplyIntentKind : std::uint8_t {
  manual_trip,  ///< 拉闸 by an operator
  lock_out,     ///< for work on the installation
  overload,     ///< the meter or the platform tripped for power
  limiting,     ///< 有序限电: a plan
  tenant_off,   ///< the tenant's own switch
  settlement,   ///< closing or change-over
  arrears,      ///< the platform's own automatic cut
  force_on,     ///< 保电: held on, protected from every automatic cut
};
std::string_view supply_intent_kind_name(SupplyIntentKind kind);
std::optional<SupplyIntentKind> supply_intent_kind_from_name(std::string_view name);
/// All but force_on.
bool holds_off(SupplyIntentKind kind);

struct SupplyIntent {
  SupplyIntentId id{};
  PropertyId property{};
  MeterId meter{};
  SupplyIntentKind kind = SupplyIntentKind::manual_trip;
  std::string subject;  ///< what it comes from: `command 12`, `cut 5`, `plan 3`
  std::string reason;
  UserId begun_by{};  ///< 0 = the platform itself
  UtcMs begun_at{};
  UserId ended_by{};
  std::optional<UtcMs> ended_at;
  std::string end_reason;
  friend bool operator==(const SupplyIntent&, const SupplyIntent&) = default;
};

/// What the relay is to be, by the intents that last. 保电 never wins over a person's trip: the
/// newer of the two has ended the other.
enum class SupplyTarget : std::uint8_t { open, forced_on, released };
std::string_view supply_target_name(SupplyTarget target);
SupplyTarget supply_target(std::span<const SupplyIntent> lasting, bool is_protected);
CommandKind command_for(SupplyTarget target);

/// Does a lasting intent other than arrears hold the supply off?
bool held_off_by_others(std::span<const SupplyIntent> lasting);
/// Does a recorded intent protect the meter (保电)? `is_protected`: its configuration.
bool protects(std::span<const SupplyIntent> lasting, bool is_protected);

}  // namespace paymeter::domain
