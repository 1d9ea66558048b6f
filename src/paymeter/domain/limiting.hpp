/// Load limiting 有序限电: whom a plan switches off, in which order, and whom never. A plan
/// switches on again only what it switched off itself (vending.md, re-closing).
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

using LimitingPlanId = Id<struct LimitingPlanTag>;
using LimitingRunId = Id<struct LimitingRunTag>;

/// target: group after group, meter after meter, until the load fits. rota 轮停: some groups are
/// off at a time, and take turns.
enum class LimitingMode : std::uint8_t { target, rota };
std::string_view limiting_mode_name(LimitingMode mode);
std::optional<LimitingMode> limiting_mode_from_name(std::string_view name);

/// ending: everything is to be on again, not every meter has shown it yet.
enum class LimitingState : std::uint8_t { running, ending, ended };
std::string_view limiting_state_name(LimitingState state);
std::optional<LimitingState> limiting_state_from_name(std::string_view name);

/// What became of a meter in a run. overridden: an operator switched it meanwhile, the run
/// leaves it alone.
enum class LimitingOutcome : std::uint8_t { on, shedding, off, restoring, overridden };
std::string_view limiting_outcome_name(LimitingOutcome outcome);

struct LimitingGroup {
  std::string name;
  std::vector<MeterId> meters;  ///< in the order of shedding
  friend bool operator==(const LimitingGroup&, const LimitingGroup&) = default;
};

/// A plan never changes; a new one takes its place.
struct LimitingPlan {
  LimitingPlanId id{};
  PropertyId property{};
  std::string name;
  LimitingMode mode = LimitingMode::target;
  std::int64_t target_w = 0;          ///< target: the load shall be at or below
  std::optional<MeterId> main_meter;  ///< whose power is the load; empty = the sum of the plan's
  Millis turn{3'600'000};             ///< rota: how long a group is off
  int groups_off = 1;                 ///< rota: how many at a time
  std::vector<LimitingGroup> groups;  ///< first is shed first
  UserId created_by{};
  UtcMs created_at{};
  std::optional<UtcMs> retired_at;
};
inline constexpr Millis kTurnMin{600'000};
/// Errors: request_invalid (no name, no group, an empty group, a meter twice, a target below 0, a
/// turn under 10 minutes, more groups off than there are, the main meter in a group).
Result<> check_limiting_plan(const LimitingPlan& plan);

/// What is known of one meter of a running plan.
struct LimitingFact {
  MeterId meter{};
  std::size_t group = 0;                ///< index into the plan's groups
  std::optional<std::int64_t> power_w;  ///< of a reading that is fresh; empty = unknown
  bool is_protected = false;
  bool is_able = true;    ///< a relay, collected, answers, not settling
  bool is_open = false;   ///< the relay is open, whoever opened it
  bool is_shed = false;   ///< this run wants it off
  bool is_retry = false;  ///< … and its last trip ended without the meter showing it
  bool overridden = false;
};

/// The next steps. Unknown means stay on: a meter without a fresh reading is not shed for a target.
/// Who became protected meanwhile gets the supply back.
struct LimitingMoves {
  std::vector<MeterId> shed, restore;
  /// What was compared with the target. Empty: the plan has a main meter and it was not read.
  std::optional<std::int64_t> load_w = 0;
  bool short_of_target = false;  ///< everything that may be off is off, and the load is above
  friend bool operator==(const LimitingMoves&, const LimitingMoves&) = default;
};
/// `main_power_w`: fresh, of the plan's main meter; empty = not read: the load is unknown and
/// nobody is shed, since the plan's own meters say nothing about a main meter's target. Without a
/// main meter the sum of the plan's meters counts. Meters that are still on their way off count as
/// off. Nothing is restored for a target before the run ends: what is shed would come and go with
/// every cloud.
LimitingMoves target_moves(const LimitingPlan& plan, const std::vector<LimitingFact>& facts,
                           std::optional<std::int64_t> main_power_w,
                           const std::vector<MeterId>& on_their_way_off);
/// Which groups are off this long after the start.
std::vector<bool> rota_groups_off(const LimitingPlan& plan, Millis since_start);
LimitingMoves rota_moves(const LimitingPlan& plan, const std::vector<LimitingFact>& facts,
                         Millis since_start);

}  // namespace paymeter::domain
