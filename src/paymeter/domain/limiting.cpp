// Load limiting: who goes off next, whose turn it is, and who is never touched.
#include "paymeter/domain/limiting.hpp"

#include <algorithm>
#include <set>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {
constexpr std::array<std::string_view, 2> kModes{"target", "rota"};
constexpr std::array<std::string_view, 3> kStates{"running", "ending", "ended"};
constexpr std::array<std::string_view, 5> kOutcomes{"on", "shedding", "off", "restoring",
                                                    "overridden"};

bool may_be_shed(const LimitingFact& fact) {
  if (!fact.is_able || fact.is_protected || fact.overridden) return false;
  return fact.is_shed ? fact.is_retry : !fact.is_open;
}

/// For a target. Shedding what uses nothing would take supply away for nothing; a trip that arrived
/// although nobody saw it is made the run's own.
bool is_worth_it(const LimitingFact& fact) {
  return fact.power_w.value_or(0) > 0 || (fact.is_retry && fact.is_open);
}

/// The facts by group, in the plan's order within each.
std::vector<const LimitingFact*> in_order(const LimitingPlan& plan,
                                          const std::vector<LimitingFact>& facts) {
  std::vector<const LimitingFact*> out;
  for (const LimitingGroup& group : plan.groups)
    for (MeterId meter : group.meters) {
      const auto at = std::ranges::find(facts, meter, &LimitingFact::meter);
      if (at != facts.end()) out.push_back(&*at);
    }
  return out;
}

std::int64_t load_of(const std::vector<LimitingFact>& facts,
                     std::optional<std::int64_t> main_power_w,
                     const std::vector<MeterId>& on_their_way_off) {
  const auto is_leaving = [&](const LimitingFact& fact) {
    return std::ranges::find(on_their_way_off, fact.meter) != on_their_way_off.end();
  };
  std::int64_t load = main_power_w.value_or(0);
  for (const LimitingFact& fact : facts) {
    if (main_power_w && is_leaving(fact)) load -= fact.power_w.value_or(0);
    if (!main_power_w && !is_leaving(fact) && !fact.is_open) load += fact.power_w.value_or(0);
  }
  return load;
}

}  // namespace

std::string_view limiting_mode_name(LimitingMode mode) { return spell(kModes, mode); }
std::optional<LimitingMode> limiting_mode_from_name(std::string_view name) {
  return unspell<LimitingMode>(kModes, name);
}
std::string_view limiting_state_name(LimitingState state) { return spell(kStates, state); }
std::optional<LimitingState> limiting_state_from_name(std::string_view name) {
  return unspell<LimitingState>(kStates, name);
}
std::string_view limiting_outcome_name(LimitingOutcome outcome) {
  return spell(kOutcomes, outcome);
}

Result<> check_limiting_plan(const LimitingPlan& plan) {
  if (plan.name.empty() || plan.name.size() > 128) return fail(Errc::request_invalid, "name");
  if (plan.groups.empty()) return fail(Errc::request_invalid, "groups: there is none");
  std::set<MeterId> seen;
  if (plan.main_meter) seen.insert(*plan.main_meter);
  for (const LimitingGroup& group : plan.groups) {
    if (group.meters.empty()) return fail(Errc::request_invalid, "groups: one is empty");
    for (MeterId meter : group.meters)
      if (!seen.insert(meter).second)
        return fail(Errc::request_invalid,
                    "groups: meter " + std::to_string(meter.value) + " stands twice");
  }
  if (plan.target_w < 0) return fail(Errc::request_invalid, "target_w: below 0");
  if (plan.mode == LimitingMode::target) return {};
  if (plan.turn < kTurnMin) return fail(Errc::request_invalid, "turn: under 10 minutes");
  if (plan.groups_off < 1 || plan.groups_off > static_cast<int>(plan.groups.size()))
    return fail(Errc::request_invalid, "groups_off: 1 to the number of groups");
  return {};
}

LimitingMoves target_moves(const LimitingPlan& plan, const std::vector<LimitingFact>& facts,
                           std::optional<std::int64_t> main_power_w,
                           const std::vector<MeterId>& on_their_way_off) {
  LimitingMoves moves;
  moves.load_w.reset();
  const auto ordered = in_order(plan, facts);
  for (const LimitingFact* fact : ordered)
    if (fact->is_shed && fact->is_protected) moves.restore.push_back(fact->meter);
  if (plan.main_meter && !main_power_w) return moves;
  std::int64_t expected = load_of(facts, main_power_w, on_their_way_off);
  moves.load_w = expected;
  for (const LimitingFact* fact : ordered) {
    if (expected <= plan.target_w) return moves;
    if (!may_be_shed(*fact) || !is_worth_it(*fact)) continue;
    moves.shed.push_back(fact->meter);
    expected -= fact->power_w.value_or(0);
  }
  moves.short_of_target = expected > plan.target_w;
  return moves;
}

std::vector<bool> rota_groups_off(const LimitingPlan& plan, Millis since_start) {
  const auto count = static_cast<std::int64_t>(plan.groups.size());
  std::vector<bool> off(plan.groups.size(), false);
  const std::int64_t turn = std::max<std::int64_t>(since_start.value, 0) / plan.turn.value;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(plan.groups_off, count); ++i)
    off.at(static_cast<std::size_t>((turn * plan.groups_off + i) % count)) = true;
  return off;
}

LimitingMoves rota_moves(const LimitingPlan& plan, const std::vector<LimitingFact>& facts,
                         Millis since_start) {
  const auto off = rota_groups_off(plan, since_start);
  LimitingMoves moves;
  std::int64_t load_w = 0;
  for (const LimitingFact* fact : in_order(plan, facts)) {
    if (!fact->is_open) load_w += fact->power_w.value_or(0);
    if (off.at(fact->group) && may_be_shed(*fact)) moves.shed.push_back(fact->meter);
    const bool is_due = !off.at(fact->group) || fact->is_protected;
    if (is_due && fact->is_shed) moves.restore.push_back(fact->meter);
  }
  moves.load_w = load_w;
  return moves;
}

}  // namespace paymeter::domain
