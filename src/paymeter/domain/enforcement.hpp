/// Is automatic cutting on: for whom, since when, by whom. Nothing is on that nobody switched on.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter::domain {

using EnforcementId = Id<struct EnforcementTag>;

/// rehearsed: only who stood in the day's approved rehearsal is cut.
enum class EnforcementMode : std::uint8_t { off, rehearsed, on };
std::string_view enforcement_mode_name(EnforcementMode mode);
std::optional<EnforcementMode> enforcement_mode_from_name(std::string_view name);

/// One person's setting for a property, one of its buildings, or one meter. The newest of a scope
/// counts; the older ones are its history.
struct Enforcement {
  EnforcementId id{};
  PropertyId property{};
  BuildingId building{};  ///< 0 = the property, or a meter
  MeterId meter{};        ///< 0 = the property, or a building
  EnforcementMode mode = EnforcementMode::off;
  std::string reason;
  UserId changed_by{};
  UtcMs changed_at{};
  friend bool operator==(const Enforcement&, const Enforcement&) = default;
};
/// Errors: enforcement_invalid (building and meter at once; reason shorter than 4 characters).
Result<> check_enforcement(const Enforcement& setting);

/// What holds for a meter. `settings`: the newest of each scope. An `off` anywhere on the way from
/// the property to the meter wins; else the nearest setting; none: off.
struct EnforcementStanding {
  EnforcementMode mode = EnforcementMode::off;
  EnforcementId by_setting{};  ///< the one that decides; 0 = nobody ever set one
  friend bool operator==(const EnforcementStanding&, const EnforcementStanding&) = default;
};
EnforcementStanding enforcement_of(std::span<const Enforcement> settings, BuildingId building,
                                   MeterId meter);

}  // namespace paymeter::domain
