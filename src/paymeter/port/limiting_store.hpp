/// Load limiting in the store: plans, runs, and per meter whether the run wants it off. A wish and
/// its command change in one transaction, so that a crash in the middle leaves nobody off unknown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/limiting.hpp"
#include "paymeter/domain/supply.hpp"
#include "paymeter/port/async.hpp"
#include "paymeter/port/page.hpp"

namespace paymeter::port {

struct LimitingRun {
  domain::LimitingRunId id{};
  PropertyId property{};
  domain::LimitingPlanId plan{};
  domain::LimitingState state = domain::LimitingState::running;
  std::int64_t target_w = 0;  ///< target mode: the plan's, or what was asked for this time
  std::string reason;
  UserId started_by{};
  UtcMs started_at{};
  std::optional<UtcMs> ends_at;  ///< empty = until somebody ends it
  UserId ended_by{};             ///< 0 while running, and when time ended it
  std::optional<UtcMs> ending_at, ended_at;
  std::string end_reason;
  std::string idempotency_key;
  /// The load that the target is compared with: before the first meter was shed, and at the latest
  /// look. Empty = not looked yet; `load_w` with a `load_at`: the main meter was not read.
  std::optional<std::int64_t> load_before_w, load_w;
  std::optional<UtcMs> load_at;
  bool is_blind() const { return load_at && !load_w; }
  bool is_short = false;  ///< everything that may be off is off, and the load is above the target
};

struct LimitingRow {
  MeterId meter{};
  int group = 0;  ///< index into the plan's groups
  bool is_wanted_off = false;
  domain::LimitingOutcome outcome = domain::LimitingOutcome::on;
  bool is_overridden = false;  ///< switched by hand since: left alone until the run ends
  bool has_failed = false;     ///< its last command ended without the meter showing it
  std::optional<CommandId> command;
  std::optional<Errc> trouble;
  std::optional<std::int64_t> power_w;  ///< of the fresh reading right before it was shed
  /// Of the first reading after the meter showed that it is off; above 0 it still draws power.
  std::optional<std::int64_t> after_w;
  std::optional<UtcMs> after_at;
  std::optional<UtcMs> answered_at;  ///< when its newest command ended, one way or the other
  std::optional<UtcMs> off_since;
  Millis off_total{};  ///< of the times that are over
  int times = 0;       ///< how often it was shed
};

struct LimitingShed {
  MeterId meter{};
  std::int64_t power_w = 0;
};
struct LimitingStep {
  domain::LimitingRunId run{};
  UtcMs at{}, deadline_at{};  ///< of the commands that are stored
  std::vector<LimitingShed> shed;
  std::vector<MeterId> restore;
};

/// What a look at a run showed: for the report, nothing is decided by it later.
struct LimitingNote {
  struct After {
    MeterId meter{};
    std::int64_t power_w = 0;
    UtcMs at{};
  };
  domain::LimitingRunId run{};
  UtcMs at{};
  std::optional<std::int64_t> load_w;
  bool is_short = false;
  std::vector<After> after;
  bool is_blind = false;  ///< the main meter was not read: the load is not known any more
};

class LimitingStore {
 public:
  virtual ~LimitingStore() = default;
  /// Errors: meter_unknown (a meter of another property).
  virtual Async<Result<domain::LimitingPlan>> add_limiting_plan(domain::LimitingPlan plan) = 0;
  /// Errors: limiting_unknown. Retiring again changes nothing; a run goes on.
  virtual Async<Result<domain::LimitingPlan>> retire_limiting_plan(domain::LimitingPlanId id,
                                                                   UtcMs at) = 0;
  virtual Async<Result<domain::LimitingPlan>> find_limiting_plan(domain::LimitingPlanId id) = 0;
  /// By id; retired ones last.
  virtual Async<Result<std::vector<domain::LimitingPlan>>> list_limiting_plans(
      PropertyId property) = 0;

  /// Stores a run with a row per meter of its plan. The same key returns the stored run. Errors:
  /// limiting_unknown, limiting_state_conflict (the plan is retired), limiting_meter_taken (a
  /// meter is in a run that has not ended; detail: which).
  virtual Async<Result<LimitingRun>> start_limiting(LimitingRun run) = 0;
  /// Sheds and restores, as far as the rows and the meters allow it now, and returns the commands.
  /// Shed: only while running, not twice, not protected, not settling, not overridden, nobody
  /// else's switch under way. Restore: ends the run's own hold; nothing is sent when somebody else
  /// holds the supply off, and a switch of somebody else's that is under way takes its place.
  /// Errors: limiting_unknown, limiting_state_conflict (ended, or shedding while ending).
  virtual Async<Result<std::vector<domain::Command>>> step_limiting(LimitingStep step) = 0;
  /// running → ending; ending → ended when nothing is wanted off and no release is under way.
  /// Errors: limiting_unknown, limiting_state_conflict.
  struct LimitingEnd {
    domain::LimitingRunId run{};
    domain::LimitingState to = domain::LimitingState::ending;
    UserId by{};
    UtcMs at{};
    std::string reason;
  };
  virtual Async<Result<LimitingRun>> end_limiting(LimitingEnd end) = 0;
  /// The first load is kept as the one before. Errors: limiting_unknown.
  virtual Async<Result<LimitingRun>> note_limiting(LimitingNote note) = 0;
  virtual Async<Result<LimitingRun>> find_limiting_run(domain::LimitingRunId id) = 0;
  /// Empty: the key has started nothing.
  virtual Async<Result<std::optional<LimitingRun>>> limiting_run_of_key(PropertyId property,
                                                                        std::string key) = 0;
  virtual Async<Result<Listed<LimitingRun>>> list_limiting_runs(PropertyId property, Page page) = 0;
  /// Those that have not ended, by id.
  virtual Async<Result<std::vector<LimitingRun>>> open_limiting_runs() = 0;
  /// In the plan's order.
  virtual Async<Result<std::vector<LimitingRow>>> limiting_rows(domain::LimitingRunId run) = 0;
};

}  // namespace paymeter::port
