// Load limiting: look, read afresh, look again, then one transaction per step.
#include "paymeter/service/limiting.hpp"

#include <algorithm>

#include "paymeter/domain/idempotency.hpp"

namespace paymeter::service {

using domain::LimitingMode;
using domain::LimitingOutcome;
using domain::LimitingState;
using port::LimitingRow;
using port::LimitingRun;

Limiting::Limiting(Deps deps, Settings settings)
    : deps_(deps), settings_(settings), wake_(deps.runtime.make_wakeup()) {}

void Limiting::resume() { deps_.runtime.spawn("limiting", loop()); }

port::Async<Result<domain::LimitingPlan>> Limiting::add_plan(domain::LimitingPlan plan) {
  if (auto ok = domain::check_limiting_plan(plan); !ok) co_return fail(ok.error());
  plan.created_at = deps_.runtime.now();
  co_return co_await deps_.store.add_limiting_plan(std::move(plan));
}

/// Protected, without a relay, on no bus, lost: never shed.
std::optional<Errc> Limiting::why_not(MeterId meter) const {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) return Errc::meter_unknown;
  auto driver = deps_.drivers.make(live->meter);
  if (!driver || deps_.live.bus(live->meter.bus) == nullptr) return Errc::meter_not_collected;
  if (!(*driver)->abilities().relay) return Errc::meter_unsupported;
  if (live->meter.is_protected) return Errc::supply_protected;
  if (live->lost) return Errc::meter_lost;
  return std::nullopt;
}

std::optional<UtcMs> Limiting::measured_at(MeterId meter) const {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr || live->lost || !live->measured) return std::nullopt;
  return live->measured->at;
}

std::optional<std::int64_t> Limiting::fresh_power(MeterId meter) const {
  const auto at = measured_at(meter);
  if (!at || deps_.runtime.now() - *at > settings_.reading_age_max) return std::nullopt;
  return deps_.live.find(meter)->measured->power_w[3];
}

/// Whom a recorded intent protects.
port::Async<Result<std::unordered_set<MeterId>>> Limiting::forced_on() {
  const auto lasting = co_await deps_.store.lasting_intents();
  if (!lasting) co_return fail(lasting.error());
  std::unordered_set<MeterId> out;
  for (const domain::SupplyIntent& intent : *lasting)
    if (intent.kind == domain::SupplyIntentKind::force_on) out.insert(intent.meter);
  co_return out;
}

port::Async<Result<LimitingPreview>> Limiting::preview(domain::LimitingPlanId id,
                                                       std::optional<std::int64_t> target_w) {
  auto plan = co_await deps_.store.find_limiting_plan(id);
  if (!plan) co_return fail(plan.error());
  auto protected_ones = co_await forced_on();
  if (!protected_ones) co_return fail(protected_ones.error());
  if (target_w) plan->target_w = *target_w;
  View view;
  view.run.started_at = deps_.runtime.now();
  view.forced_on = std::move(*protected_ones);
  LimitingPreview out;
  for (std::size_t group = 0; group < plan->groups.size(); ++group)
    for (MeterId meter : plan->groups[group].meters) {
      LimitingRow row;
      row.meter = meter;
      row.group = static_cast<int>(group);
      view.rows.push_back(row);
      auto why = why_not(meter);
      if (!why && view.forced_on.contains(meter)) why = Errc::supply_protected;
      if (why)
        out.left_out.push_back({meter, *why});
      else
        out.meters.push_back({meter, fresh_power(meter), false});
    }
  view.plan = std::move(*plan);
  const auto moves = moves_of(view, nullptr);
  out.compared_w = moves.load_w;
  for (LimitingPreview::Line& line : out.meters) {
    line.is_first = std::ranges::find(moves.shed, line.meter) != moves.shed.end();
    out.load_w += line.power_w.value_or(0);
  }
  co_return out;
}

port::Async<Result<LimitingStarted>> Limiting::start(LimitingStart start) {
  if (auto key = domain::check_idempotency_key(start.idempotency_key); !key)
    co_return fail(key.error());
  if (start.reason.find_first_not_of(" \t\r\n") == std::string::npos)
    co_return fail(Errc::supply_reason_missing);
  const UtcMs now = deps_.runtime.now();
  const auto known =
      co_await deps_.store.limiting_run_of_key(start.property, start.idempotency_key);
  if (!known) co_return fail(known.error());
  if (*known && (*known)->plan == start.plan && (*known)->reason == start.reason)
    co_return LimitingStarted{**known, true};
  if (start.starts_at && *start.starts_at <= now)
    co_return fail(Errc::request_invalid, "starts_at: is over");
  const UtcMs starts_at = start.starts_at.value_or(now);
  if (start.ends_at && *start.ends_at <= starts_at)
    co_return fail(Errc::request_invalid, "ends_at: is over, or before the start");
  if (start.target_w && *start.target_w < 0)
    co_return fail(Errc::request_invalid, "target_w: below 0");
  const auto plan = co_await deps_.store.find_limiting_plan(start.plan);
  if (!plan) co_return fail(plan.error());
  if (plan->property != start.property) co_return fail(Errc::limiting_unknown);
  if (*known) co_return fail(Errc::vend_exists_with_different_request);
  const auto chosen = co_await preview(start.plan, start.target_w);
  if (!chosen) co_return fail(chosen.error());
  const auto count = static_cast<std::int64_t>(chosen->meters.size());
  if (start.count != count) co_return fail(Errc::batch_count_differs, std::to_string(count));
  LimitingRun run;
  run.property = start.property;
  run.plan = start.plan;
  run.target_w = start.target_w.value_or(plan->target_w);
  run.reason = start.reason;
  run.started_by = start.operator_id;
  run.started_at = starts_at;
  run.ends_at = start.ends_at;
  run.idempotency_key = start.idempotency_key;
  auto stored = co_await deps_.store.start_limiting(std::move(run));
  if (!stored) co_return fail(stored.error());
  deps_.events.publish(LimitingChanged{stored->property, stored->id, stored->state});
  wake_->raise();
  co_return LimitingStarted{std::move(*stored), false};
}

port::Async<Result<LimitingRun>> Limiting::end(domain::LimitingRunId run, UserId by,
                                               std::string reason) {
  auto ended = co_await deps_.store.end_limiting(
      {run, LimitingState::ending, by, deps_.runtime.now(), std::move(reason)});
  if (!ended) co_return ended;
  deps_.events.publish(LimitingChanged{ended->property, ended->id, ended->state});
  if (const auto at = drives_.find(run); at != drives_.end()) {
    at->second->is_ending = true;
    at->second->wake->raise();
  }
  wake_->raise();
  co_return ended;
}

port::Async<> Limiting::loop() {
  port::Runtime& runtime = deps_.runtime;
  while (!runtime.stopping()) {
    const auto runs = co_await deps_.store.open_limiting_runs();
    if (runs) {
      for (const LimitingRun& run : *runs) {
        if (drives_.contains(run.id)) continue;
        auto started = std::make_shared<Drive>();
        started->run = run.id;
        started->wake = runtime.make_wakeup();
        drives_.emplace(run.id, started);
        runtime.spawn("limiting run", drive(started));
      }
    }
    co_await wake_->wait_until(runtime.mono() + (runs ? minutes(1) : settings_.tick));
  }
}

port::Async<> Limiting::drive(DrivePtr drive) {
  port::Runtime& runtime = deps_.runtime;
  while (!runtime.stopping()) {
    (void)co_await look(drive);
    const auto run = co_await deps_.store.find_limiting_run(drive->run);
    if (run && run->state == LimitingState::ended) break;
    co_await drive->wake->wait_until(runtime.mono() + settings_.tick);
  }
  drives_.erase(drive->run);
}

port::Async<Result<Limiting::View>> Limiting::view_of(domain::LimitingRunId id) {
  View view;
  auto run = co_await deps_.store.find_limiting_run(id);
  if (!run) co_return fail(run.error());
  auto plan = co_await deps_.store.find_limiting_plan(run->plan);
  if (!plan) co_return fail(plan.error());
  auto rows = co_await deps_.store.limiting_rows(id);
  if (!rows) co_return fail(rows.error());
  auto protected_ones = co_await forced_on();
  if (!protected_ones) co_return fail(protected_ones.error());
  plan->target_w = run->target_w;
  view.run = std::move(*run);
  view.plan = std::move(*plan);
  view.rows = std::move(*rows);
  view.forced_on = std::move(*protected_ones);
  co_return view;
}

/// A refusal for good is not asked again at once.
bool Limiting::is_pausing(const LimitingRow& row) const {
  return row.has_failed && row.answered_at &&
         deps_.runtime.now() - *row.answered_at < settings_.retry_pause &&
         row.trouble != Errc::command_expired;
}

/// Off, or on their way, without the main meter having been read since.
std::vector<MeterId> Limiting::leaving(const View& view) const {
  const auto main_at =
      view.plan.main_meter ? measured_at(*view.plan.main_meter) : std::optional<UtcMs>{};
  std::vector<MeterId> out;
  for (const LimitingRow& row : view.rows) {
    const bool is_unseen = row.is_wanted_off && row.outcome == LimitingOutcome::off && main_at &&
                           row.answered_at && *row.answered_at >= *main_at;
    const bool is_under_way = row.outcome == LimitingOutcome::shedding && !row.has_failed;
    if (is_unseen || is_under_way) out.push_back(row.meter);
  }
  return out;
}

std::vector<domain::LimitingFact> Limiting::facts_of(const View& view, const Drive* drive) const {
  const auto gone = leaving(view);
  std::vector<domain::LimitingFact> facts;
  for (const LimitingRow& row : view.rows) {
    domain::LimitingFact fact;
    fact.meter = row.meter;
    fact.group = std::min(static_cast<std::size_t>(row.group), view.plan.groups.size() - 1);
    const bool is_leaving = std::ranges::find(gone, row.meter) != gone.end();
    fact.power_w = is_leaving ? row.power_w : fresh_power(row.meter);
    const auto why = why_not(row.meter);
    fact.is_protected = why == Errc::supply_protected || view.forced_on.contains(row.meter);
    fact.is_able = (!why || why == Errc::supply_protected) && !is_pausing(row);
    if (drive != nullptr) {
      const auto passed = drive->passed_over.find(row.meter);
      if (passed != drive->passed_over.end() && deps_.runtime.mono() < passed->second)
        fact.is_able = false;
    }
    const LiveMeter* live = deps_.live.find(row.meter);
    fact.is_open = live != nullptr && live->prepaid && live->prepaid->relay_open;
    fact.is_shed = row.is_wanted_off;
    fact.is_retry = row.is_wanted_off && row.has_failed;
    fact.overridden = row.is_overridden || row.outcome == LimitingOutcome::restoring;
    facts.push_back(fact);
  }
  return facts;
}

domain::LimitingMoves Limiting::moves_of(const View& view, const Drive* drive) const {
  const auto facts = facts_of(view, drive);
  if (view.plan.mode == LimitingMode::rota)
    return rota_moves(view.plan, facts, deps_.runtime.now() - view.run.started_at);
  const auto main_power = view.plan.main_meter ? fresh_power(*view.plan.main_meter) : std::nullopt;
  return target_moves(view.plan, facts, main_power, leaving(view));
}

port::Async<> Limiting::read_one(DrivePtr drive, MeterId meter) {
  const auto read = co_await deps_.collector.read_now(meter);
  if (read) drive->answered.insert(meter);
  if (--drive->reading == 0) drive->wake->raise();
}

port::Async<> Limiting::read_afresh(DrivePtr drive, std::vector<MeterId> meters) {
  drive->answered.clear();
  drive->reading += meters.size();
  for (MeterId meter : meters) deps_.runtime.spawn("limiting read", read_one(drive, meter));
  const MonoMs patience = deps_.runtime.mono() + settings_.read_patience;
  while (drive->reading > 0 && !drive->is_ending && deps_.runtime.mono() < patience &&
         !deps_.runtime.stopping())
    co_await drive->wake->wait_until(patience);
  const MonoMs until = deps_.runtime.mono() + settings_.passed_over;
  for (MeterId meter : meters)
    if (!drive->answered.contains(meter)) drive->passed_over[meter] = until;
}

/// Meters whose power is older than it should be while their load is being limited, oldest first,
/// and those that nobody has read since they were shed.
std::vector<MeterId> Limiting::to_refresh(const View& view) const {
  const UtcMs now = deps_.runtime.now();
  std::vector<std::pair<UtcMs, MeterId>> old;
  const auto offer = [&](MeterId meter, UtcMs not_before) {
    const LiveMeter* live = deps_.live.find(meter);
    if (live == nullptr || live->lost) return;
    const UtcMs at = live->measured ? live->measured->at : UtcMs{};
    if (at < not_before) old.emplace_back(at, meter);
  };
  const bool is_target = view.plan.mode == LimitingMode::target;
  if (is_target && view.plan.main_meter) offer(*view.plan.main_meter, now - settings_.main_refresh);
  for (const LimitingRow& row : view.rows) {
    const bool is_new = row.outcome == LimitingOutcome::off && !row.after_at && row.answered_at;
    if (is_new) offer(row.meter, *row.answered_at + Millis{1});
    if (is_target && !row.is_wanted_off && !why_not(row.meter))
      offer(row.meter, now - settings_.refresh);
  }
  std::ranges::sort(old);
  if (old.size() > settings_.sheds_per_tick) old.resize(settings_.sheds_per_tick);
  std::vector<MeterId> out;
  for (const auto& [at, meter] : old) out.push_back(meter);
  return out;
}

port::Async<Result<>> Limiting::look(DrivePtr drive) {
  auto view = co_await view_of(drive->run);
  if (!view) co_return fail(view.error());
  const LimitingRun& run = view->run;
  if (run.state == LimitingState::running && run.ends_at && *run.ends_at <= deps_.runtime.now()) {
    auto ended = co_await end(run.id, {}, "到时结束");
    if (!ended) co_return fail(ended.error());
    view->run = *ended;
  }
  if (view->run.state == LimitingState::ended) co_return Result<>{};
  if (view->run.state == LimitingState::ending) co_return co_await give_back(std::move(*view));
  if (view->run.started_at > deps_.runtime.now()) co_return Result<>{};
  co_return co_await limit(drive, std::move(*view));
}

port::Async<Result<>> Limiting::limit(DrivePtr drive, View view) {
  auto stale = to_refresh(view);
  if (!stale.empty()) co_await read_afresh(drive, std::move(stale));
  auto first = moves_of(view, drive.get());
  if (auto noted = co_await note(view, first); !noted) co_return noted;
  if (first.shed.size() > settings_.sheds_per_tick) first.shed.resize(settings_.sheds_per_tick);
  if (first.shed.empty() && first.restore.empty()) co_return Result<>{};
  // Nobody is shed on what was read a while ago: read, then decide again from what is there now.
  std::vector<MeterId> to_read = first.shed;
  const bool has_main = !to_read.empty() && view.plan.main_meter;
  if (has_main) to_read.push_back(*view.plan.main_meter);
  drive->answered.clear();
  if (!to_read.empty()) co_await read_afresh(drive, std::move(to_read));
  const auto answered = drive->answered;
  auto again = co_await view_of(view.run.id);
  if (!again) co_return fail(again.error());
  const auto moves = moves_of(*again, drive.get());
  port::LimitingStep next{again->run.id, deps_.runtime.now(), {}, {}, {}};
  next.deadline_at = next.at + settings_.switch_deadline;
  for (MeterId meter : moves.shed)
    if (answered.contains(meter) && next.shed.size() < settings_.sheds_per_tick)
      next.shed.push_back({meter, fresh_power(meter).value_or(0)});
  for (MeterId meter : moves.restore)
    if (next.restore.size() < settings_.restores_per_tick) next.restore.push_back(meter);
  if (next.shed.empty() && next.restore.empty()) co_return Result<>{};
  const auto wished = next.shed;
  auto sent = co_await step(again->run, std::move(next));
  if (!sent) co_return fail(sent.error());
  // Settling, protected meanwhile, somebody else's switch under way: others take its place.
  const MonoMs until = deps_.runtime.mono() + settings_.passed_over;
  for (const port::LimitingShed& wish : wished)
    if (std::ranges::find(*sent, wish.meter, &domain::Command::meter) == sent->end())
      drive->passed_over[wish.meter] = until;
  co_return Result<>{};
}

/// What the report says of this look; stored when it is news.
port::Async<Result<>> Limiting::note(View view, domain::LimitingMoves moves) {
  const bool is_blind = !moves.load_w;
  port::LimitingNote news{view.run.id, deps_.runtime.now(), {}, moves.short_of_target, {},
                          is_blind};
  for (const LimitingRow& row : view.rows) {
    if (row.outcome != LimitingOutcome::off || row.after_at || !row.answered_at) continue;
    const auto at = measured_at(row.meter);
    const auto power = fresh_power(row.meter);
    if (at && power && *at > *row.answered_at) news.after.push_back({row.meter, *power, *at});
  }
  const bool is_news = view.run.load_w != moves.load_w || view.run.is_blind() != is_blind ||
                       view.run.is_short != moves.short_of_target;
  if (is_news) news.load_w = moves.load_w;
  if (!is_news && news.after.empty()) co_return Result<>{};
  auto noted = co_await deps_.store.note_limiting(std::move(news));
  if (!noted) co_return fail(noted.error());
  deps_.events.publish(LimitingChanged{noted->property, noted->id, noted->state});
  co_return Result<>{};
}

port::Async<Result<>> Limiting::give_back(View view) {
  port::LimitingStep next{view.run.id, deps_.runtime.now(), {}, {}, {}};
  next.deadline_at = next.at + settings_.switch_deadline;
  bool is_unfinished = false;
  for (const LimitingRow& row : view.rows) {
    const bool is_restoring = row.outcome == LimitingOutcome::restoring;
    is_unfinished = is_unfinished || is_restoring;
    const bool is_due = row.is_wanted_off || (is_restoring && row.has_failed && !is_pausing(row));
    if (is_due && next.restore.size() < settings_.restores_per_tick)
      next.restore.push_back(row.meter);
  }
  if (!next.restore.empty()) {
    auto sent = co_await step(view.run, std::move(next));
    if (!sent) co_return fail(sent.error());
    co_return Result<>{};
  }
  if (is_unfinished) co_return Result<>{};
  auto ended = co_await deps_.store.end_limiting(
      {view.run.id, LimitingState::ended, view.run.ended_by, deps_.runtime.now(), {}});
  if (!ended) co_return fail(ended.error());
  deps_.events.publish(LimitingChanged{ended->property, ended->id, ended->state});
  co_return Result<>{};
}

port::Async<Result<std::vector<domain::Command>>> Limiting::step(LimitingRun run,
                                                                 port::LimitingStep step) {
  auto stored = co_await deps_.store.step_limiting(std::move(step));
  if (!stored) co_return stored;
  for (const domain::Command& command : *stored) deps_.events.publish(CommandChanged{command});
  deps_.events.publish(LimitingChanged{run.property, run.id, run.state});
  deps_.commands.take_up(*stored);
  co_return stored;
}

}  // namespace paymeter::service
