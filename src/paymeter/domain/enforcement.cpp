// Which setting decides about a meter.
#include "paymeter/domain/enforcement.hpp"

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 3> kModes{"off", "rehearsed", "on"};
constexpr std::size_t kReasonBytesMin = 4;
constexpr std::size_t kReasonBytesMax = 500;

/// 0 property, 1 building, 2 meter; -1 is about somebody else.
int nearness(const Enforcement& setting, BuildingId building, MeterId meter) {
  if (setting.meter) return setting.meter == meter ? 2 : -1;
  if (setting.building) return setting.building == building ? 1 : -1;
  return 0;
}

}  // namespace

std::string_view enforcement_mode_name(EnforcementMode mode) { return spell(kModes, mode); }
std::optional<EnforcementMode> enforcement_mode_from_name(std::string_view name) {
  return unspell<EnforcementMode>(kModes, name);
}

Result<> check_enforcement(const Enforcement& setting) {
  if (setting.building && setting.meter) return fail(Errc::enforcement_invalid, "scope");
  if (setting.reason.size() < kReasonBytesMin || setting.reason.size() > kReasonBytesMax)
    return fail(Errc::enforcement_invalid, "reason");
  return {};
}

EnforcementStanding enforcement_of(std::span<const Enforcement> settings, BuildingId building,
                                   MeterId meter) {
  EnforcementStanding found;
  int nearest = -1;
  for (const Enforcement& setting : settings) {
    const int near = nearness(setting, building, meter);
    if (near < 0) continue;
    if (setting.mode == EnforcementMode::off) return {EnforcementMode::off, setting.id};
    if (near <= nearest) continue;
    nearest = near;
    found = {setting.mode, setting.id};
  }
  return found;
}

}  // namespace paymeter::domain
