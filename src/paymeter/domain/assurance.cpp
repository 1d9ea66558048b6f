// Relay and energy against intent.
#include "paymeter/domain/assurance.hpp"

#include <algorithm>

namespace paymeter::domain {
namespace {

constexpr std::int64_t kToleranceWhMin = 50;
constexpr std::int64_t kToleranceWhPerRatio = 30;

bool flows_while_open(const SwitchFacts& facts) {
  if (!facts.base || !facts.base->energy_wh || !facts.latest.energy_wh) return false;
  if (facts.base->at < facts.wanted_since || facts.latest.at <= facts.base->at) return false;
  // A register that fell says nothing about energy: that is another alarm's business.
  return *facts.latest.energy_wh - *facts.base->energy_wh >
         open_energy_tolerance_wh(facts.ct_ratio);
}

}  // namespace

std::int64_t open_energy_tolerance_wh(std::int64_t ct_ratio) {
  return std::max(kToleranceWhMin, kToleranceWhPerRatio * std::max<std::int64_t>(ct_ratio, 1));
}

SwitchFindings judge_switch(const SwitchFacts& facts) {
  SwitchFindings out;
  const bool in_grace = !facts.is_confirmed && facts.latest.at - facts.wanted_since < kSwitchGrace;
  if (facts.latest.at < facts.wanted_since || !facts.latest.relay_open || in_grace) return out;
  const bool is_open = *facts.latest.relay_open;
  if (facts.wanted == SupplyTarget::open) {
    out.relay_mismatch = !is_open;
    out.relay_welded = is_open && flows_while_open(facts);
    return out;
  }
  if (!is_open) return out;
  const bool may_be_open = facts.wanted == SupplyTarget::released && facts.opens_by_itself;
  if (may_be_open) return out;
  out.reclose_failed = facts.was_reclosed;
  out.relay_mismatch = !facts.was_reclosed;
  return out;
}

}  // namespace paymeter::domain
