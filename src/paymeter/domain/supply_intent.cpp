// Recorded intents: spellings, and what the relay is to be by them.
#include "paymeter/domain/supply_intent.hpp"

#include <algorithm>

#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 8> kKinds{"manual_trip", "lock_out",   "overload",
                                                 "limiting",    "tenant_off", "settlement",
                                                 "arrears",     "force_on"};
constexpr std::array<std::string_view, 3> kTargets{"open", "forced_on", "released"};

}  // namespace

std::string_view supply_intent_kind_name(SupplyIntentKind kind) { return spell(kKinds, kind); }
std::optional<SupplyIntentKind> supply_intent_kind_from_name(std::string_view name) {
  return unspell<SupplyIntentKind>(kKinds, name);
}
std::string_view supply_target_name(SupplyTarget target) { return spell(kTargets, target); }

bool holds_off(SupplyIntentKind kind) { return kind != SupplyIntentKind::force_on; }

SupplyTarget supply_target(std::span<const SupplyIntent> lasting, bool is_protected) {
  const bool off = std::ranges::any_of(
      lasting, [](const SupplyIntent& intent) { return holds_off(intent.kind); });
  // Re-closing that forgets the others would undo a manual trip.
  if (off && !mistake_made(Mistake::cut_reclose_all)) return SupplyTarget::open;
  return protects(lasting, is_protected) ? SupplyTarget::forced_on : SupplyTarget::released;
}

CommandKind command_for(SupplyTarget target) {
  if (target == SupplyTarget::open) return CommandKind::trip;
  return target == SupplyTarget::forced_on ? CommandKind::force_on : CommandKind::release;
}

bool held_off_by_others(std::span<const SupplyIntent> lasting) {
  return std::ranges::any_of(lasting, [](const SupplyIntent& intent) {
    return holds_off(intent.kind) && intent.kind != SupplyIntentKind::arrears;
  });
}

bool protects(std::span<const SupplyIntent> lasting, bool is_protected) {
  return is_protected || std::ranges::any_of(lasting, [](const SupplyIntent& intent) {
           return intent.kind == SupplyIntentKind::force_on;
         });
}

}  // namespace paymeter::domain
