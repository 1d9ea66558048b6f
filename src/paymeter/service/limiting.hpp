/// Load limiting 有序限电 on its way: reads afresh before it takes supply away, gives back what it
/// took and nothing else, goes on after a restart.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "paymeter/port/limiting_store.hpp"
#include "paymeter/service/commands.hpp"

namespace paymeter::service {

struct LimitingStart {
  std::string idempotency_key;
  PropertyId property{};
  domain::LimitingPlanId plan{};
  std::optional<std::int64_t> target_w;  ///< empty = the plan's
  std::string reason;
  std::optional<UtcMs> starts_at;  ///< empty = at once
  std::optional<UtcMs> ends_at;
  std::optional<std::int64_t> count;  ///< of the plan's meters that may be shed, as typed
  UserId operator_id{};
};

/// A run that was stored now, or by an earlier request of the same key. One whose start is to come
/// has its `started_at` in the future: its meters are taken, nothing is shed yet.
struct LimitingStarted {
  port::LimitingRun run;
  bool existed = false;
};

/// Whom a plan could switch off now, and whom not and why.
struct LimitingPreview {
  struct Line {
    MeterId meter{};
    std::optional<std::int64_t> power_w;  ///< of a fresh reading
    bool is_first = false;                ///< would go off at once
  };
  struct LeftOut {
    MeterId meter{};
    Errc why{};
  };
  std::vector<Line> meters;  ///< in the order of shedding
  std::vector<LeftOut> left_out;
  std::int64_t load_w = 0;  ///< of `meters`
  /// What the target is compared with: the main meter's (empty: not read), or the plan's.
  std::optional<std::int64_t> compared_w;
};

class Limiting {
 public:
  struct Settings {
    Millis tick{10'000};
    Millis reading_age_max{900'000};  ///< of readings that a target is compared with
    Millis refresh{300'000};          ///< power is read again while a target is kept
    Millis main_refresh{60'000};      ///< likewise of the main meter
    Millis switch_deadline{120'000};
    Millis read_patience{60'000};
    Millis passed_over{60'000};   ///< who did not answer, or may not be shed, is not chosen so long
    Millis retry_pause{300'000};  ///< after a meter refused for good
    std::size_t sheds_per_tick = 32;
    std::size_t restores_per_tick = 20;  ///< not everything at once: inrush
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    port::MeterDriverFactory& drivers;
    Collector& collector;
    Commands& commands;
    LiveTable& live;
    EventHub& events;
  };
  Limiting(Deps deps, Settings settings);

  /// Starts the loop, which takes up every run that has not ended.
  void resume();

  /// Errors: those of domain::check_limiting_plan and of the store.
  port::Async<Result<domain::LimitingPlan>> add_plan(domain::LimitingPlan plan);
  /// Errors: limiting_unknown. `target_w`: in place of the plan's.
  port::Async<Result<LimitingPreview>> preview(domain::LimitingPlanId plan,
                                               std::optional<std::int64_t> target_w = {});
  /// Errors, in order: vend_key_invalid, supply_reason_missing, request_invalid (a start or
  /// an end in the past, an end before the start, a target below 0), limiting_unknown,
  /// vend_exists_with_different_request (the key started another plan), batch_count_differs, those
  /// of start_limiting. A repeated key is answered with the stored run.
  port::Async<Result<LimitingStarted>> start(LimitingStart start);
  /// Ends a run: everything it holds off is given back. Errors: limiting_unknown,
  /// limiting_state_conflict.
  port::Async<Result<port::LimitingRun>> end(domain::LimitingRunId run, UserId by,
                                             std::string reason);

 private:
  /// A run on its way: one task each, so that nobody's slow meters keep another's supply.
  struct Drive {
    domain::LimitingRunId run{};
    std::unique_ptr<port::Wakeup> wake;
    bool is_ending = false;
    std::size_t reading = 0;  ///< meters that are being read for it
    std::unordered_set<MeterId> answered;
    std::unordered_map<MeterId, MonoMs> passed_over;  ///< until then
  };
  using DrivePtr = std::shared_ptr<Drive>;
  using Rows = std::vector<port::LimitingRow>;
  /// A run with what is known of it now.
  struct View {
    port::LimitingRun run;
    domain::LimitingPlan plan;  ///< with the run's target
    Rows rows;
    std::unordered_set<MeterId> forced_on;  ///< by a recorded intent
  };

  port::Async<> loop();
  port::Async<> drive(DrivePtr drive);
  port::Async<Result<>> look(DrivePtr drive);
  port::Async<Result<>> limit(DrivePtr drive, View view);
  port::Async<Result<>> give_back(View view);
  port::Async<Result<>> note(View view, domain::LimitingMoves moves);
  port::Async<Result<std::vector<domain::Command>>> step(port::LimitingRun run,
                                                         port::LimitingStep step);
  port::Async<Result<View>> view_of(domain::LimitingRunId run);
  port::Async<Result<std::unordered_set<MeterId>>> forced_on();
  std::vector<domain::LimitingFact> facts_of(const View& view, const Drive* drive) const;
  domain::LimitingMoves moves_of(const View& view, const Drive* drive) const;
  std::vector<MeterId> leaving(const View& view) const;
  std::optional<Errc> why_not(MeterId meter) const;
  std::vector<MeterId> to_refresh(const View& view) const;
  std::optional<std::int64_t> fresh_power(MeterId meter) const;
  std::optional<UtcMs> measured_at(MeterId meter) const;
  bool is_pausing(const port::LimitingRow& row) const;
  /// Reads all of them, side by side, until all have answered or the run is to end.
  port::Async<> read_afresh(DrivePtr drive, std::vector<MeterId> meters);
  port::Async<> read_one(DrivePtr drive, MeterId meter);

  Deps deps_;
  Settings settings_;
  std::unique_ptr<port::Wakeup> wake_;
  std::unordered_map<domain::LimitingRunId, DrivePtr> drives_;
};

}  // namespace paymeter::service
