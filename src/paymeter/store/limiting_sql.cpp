// Load limiting: a wish to have a meter off, its command and its hold change in one transaction.
#include "paymeter/store/limiting_sql.hpp"

#include <algorithm>
#include <map>

#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/filter.hpp"
#include "paymeter/store/limiting_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Command;
using domain::CommandKind;
using domain::CommandOrigin;
using domain::CommandState;
using domain::LimitingOutcome;
using domain::LimitingPlan;
using domain::LimitingPlanId;
using domain::LimitingRunId;
using domain::LimitingState;

Result<LimitingRun> conflict(const LimitingRun& run) {
  return fail(Errc::limiting_state_conflict, std::string(limiting_state_name(run.state)));
}

void load_groups(Db& db, LimitingPlan& plan) {
  db.each<int, std::string, MeterId>(
      "select group_place, group_name, meter_id from limiting_member where plan_id = :plan "
      "order by group_place, place",
      [&](int group, const std::string& name, MeterId meter) {
        const auto index = static_cast<std::size_t>(group);
        if (plan.groups.size() <= index) plan.groups.resize(index + 1);
        plan.groups[index].name = name;
        plan.groups[index].meters.push_back(meter);
      },
      plan.id);
}

/// Somebody switched the meter by hand, or settles it, after the run's own last command.
bool is_overridden(Db& db, MeterId meter, std::optional<CommandId> command) {
  if (!command) return false;
  return db.value<std::int64_t>(
               "select count(*) from command where meter_id = :meter and id > :command "
               "and kind in ('trip', 'force_on', 'release') "
               "and origin in ('operator', 'settlement')",
               meter, *command)
             .value_or(0) > 0;
}

/// A switch that ended without the meter showing it goes on being tried.
LimitingOutcome outcome_of(const LimitingRow& row, bool is_under_way) {
  const bool is_open_end = is_under_way || row.has_failed;
  if (!row.is_wanted_off && is_open_end) return LimitingOutcome::restoring;
  if (row.is_overridden) return LimitingOutcome::overridden;
  if (!row.is_wanted_off) return LimitingOutcome::on;
  return is_open_end ? LimitingOutcome::shedding : LimitingOutcome::off;
}

Command new_command(const LimitingRun& run, const LimitingStep& step, MeterId meter,
                    CommandKind kind) {
  Command command;
  command.property = run.property;
  command.meter = meter;
  command.kind = kind;
  command.origin = CommandOrigin::limiting;
  command.reason = "限电 " + std::to_string(run.id.value) + " " + run.reason;
  command.operator_id = run.started_by;
  command.created_at = step.at;
  command.deadline_at = step.deadline_at;
  return command;
}

std::optional<LimitingRow> row_of(const std::vector<LimitingRow>& rows, MeterId meter) {
  const auto at = std::ranges::find(rows, meter, &LimitingRow::meter);
  if (at == rows.end()) return std::nullopt;
  return *at;
}

/// Somebody else's switch that has not arrived yet: it must not be superseded.
std::optional<CommandId> others_switch(Db& db, MeterId meter) {
  return db.value<CommandId>(
      "select id from command where meter_id = :meter and state = 'pending' "
      "and kind in ('trip', 'force_on', 'release') and origin <> 'limiting' order by id desc",
      meter);
}

bool may_shed(Db& db, const LimitingRow& row) {
  const bool is_new = row.outcome == LimitingOutcome::on;
  const bool is_again = row.has_failed && row.outcome == LimitingOutcome::shedding;
  if (!is_new && !is_again) return false;
  const auto meter = select_one<domain::Meter>(db, "where meter.id = :meter", row.meter);
  const auto lasting = supply_intents(db, row.meter);
  if (!meter || domain::protects(*lasting, meter->is_protected)) return false;
  const auto money = meter_money(db, row.meter);
  return !(money && money->settling) && !others_switch(db, row.meter);
}

Command shed(Db& db, const LimitingRun& run, const LimitingStep& step, const LimitingShed& wish) {
  // store_command begins the run's hold with the trip.
  const Command command =
      store_command(db, new_command(run, step, wish.meter, CommandKind::trip), std::nullopt, "");
  db.execute(
      "update limiting_row set wanted = 1, command_id = :command, power_w = :power, "
      "after_w = null, after_at = null, off_since = :at, times = times + 1 "
      "where run_id = :run and meter_id = :meter",
      command.id, wish.power_w, step.at, run.id, wish.meter);
  return command;
}

void end_hold(Db& db, const LimitingRun& run, const LimitingStep& step, MeterId meter) {
  (void)end_supply_intent(db, {meter, domain::SupplyIntentKind::limiting, run.ended_by, step.at,
                               "limiting run " + std::to_string(run.id.value)});
}

/// The release that gives the supply back. Empty when somebody else holds it off, or is about to
/// close it: then that switch is followed, and should it fail, a release of the run's own.
std::optional<Command> restore(Db& db, const LimitingRun& run, const LimitingStep& step,
                               const LimitingRow& row) {
  end_hold(db, run, step, row.meter);
  std::optional<Command> command;
  std::optional<CommandId> followed;
  const auto meter = select_one<domain::Meter>(db, "where meter.id = :meter", row.meter);
  const auto lasting = supply_intents(db, row.meter);
  const auto target = domain::supply_target(*lasting, meter && meter->is_protected);
  if (target != domain::SupplyTarget::open) {
    followed = others_switch(db, row.meter);
    if (!followed) {
      command = store_command(db, new_command(run, step, row.meter, domain::command_for(target)),
                              std::nullopt, "");
      followed = command->id;
    }
  } else {
    // A trip of the run's own that is still under way is not to arrive behind the other's back.
    db.execute(
        "update command set state = 'superseded', result = 'command_superseded', finished_at = :at "
        "where id = :id and state = 'pending' and origin = 'limiting'",
        step.at, row.command);
  }
  const Millis off = row.is_wanted_off && row.off_since ? step.at - *row.off_since : Millis{};
  db.execute(
      "update limiting_row set wanted = 0, command_id = :command, "
      "off_since = null, off_ms = off_ms + :off, overridden = :overridden "
      "where run_id = :run and meter_id = :meter",
      followed, off, row.is_overridden, run.id, row.meter);
  return command;
}

/// Wanted off, or its release ended without the meter showing it: giving back is tried for ever.
bool may_restore(const LimitingRow& row) {
  return row.is_wanted_off || (row.has_failed && row.outcome == LimitingOutcome::restoring);
}

}  // namespace

Result<LimitingPlan> add_limiting_plan(Db& db, LimitingPlan plan) {
  for (const auto& group : plan.groups)
    for (MeterId meter : group.meters)
      if (property_of_meter(db, meter) != plan.property)
        return fail(Errc::meter_unknown, std::to_string(meter.value));
  if (plan.main_meter && property_of_meter(db, *plan.main_meter) != plan.property)
    return fail(Errc::meter_unknown, std::to_string(plan.main_meter->value));
  plan.id = LimitingPlanId{insert(db, plan)};
  for (std::size_t group = 0; group < plan.groups.size(); ++group)
    for (std::size_t place = 0; place < plan.groups[group].meters.size(); ++place)
      db.execute(
          "insert into limiting_member (plan_id, property_id, group_place, group_name, place, "
          "meter_id) values (:plan, :property, :group_place, :name, :place, :meter)",
          plan.id, plan.property, group, plan.groups[group].name, place,
          plan.groups[group].meters[place]);
  return plan;
}

Result<LimitingPlan> retire_limiting_plan(Db& db, LimitingPlanId id, UtcMs at) {
  db.execute("update limiting_plan set retired_at = :at where id = :id and retired_at is null", at,
             id);
  return find_limiting_plan(db, id);
}

Result<LimitingPlan> find_limiting_plan(Db& db, LimitingPlanId id) {
  auto plan = select_one<LimitingPlan>(db, "where limiting_plan.id = :id", id);
  if (!plan) return fail(Errc::limiting_unknown, std::to_string(id.value));
  load_groups(db, *plan);
  return std::move(*plan);
}

Rows<LimitingPlan> list_limiting_plans(Db& db, PropertyId property) {
  auto plans = select<LimitingPlan>(
      db,
      "where limiting_plan.property_id = :property "
      "order by case when limiting_plan.retired_at is null then 0 else 1 end, limiting_plan.id",
      property);
  for (LimitingPlan& plan : plans) load_groups(db, plan);
  return plans;
}

Result<std::optional<LimitingRun>> limiting_run_of_key(Db& db, PropertyId property,
                                                       const std::string& key) {
  return select_one<LimitingRun>(
      db, "where limiting_run.property_id = :property and limiting_run.idempotency_key = :key",
      property, key);
}

Result<LimitingRun> start_limiting(Db& db, LimitingRun run) {
  if (auto stored = limiting_run_of_key(db, run.property, run.idempotency_key); *stored)
    return std::move(**stored);
  const auto plan = find_limiting_plan(db, run.plan);
  if (!plan) return fail(plan.error());
  if (plan->retired_at) return fail(Errc::limiting_state_conflict, "the plan is retired");
  const auto taken = db.value<MeterId>(
      "select limiting_member.meter_id from limiting_member "
      "join limiting_row on limiting_row.meter_id = limiting_member.meter_id "
      "join limiting_run on limiting_run.id = limiting_row.run_id "
      "where limiting_member.plan_id = :plan and limiting_run.ended_at is null",
      run.plan);
  if (taken) return fail(Errc::limiting_meter_taken, "meter " + std::to_string(taken->value));
  run.state = LimitingState::running;
  run.id = LimitingRunId{insert(db, run)};
  db.execute(
      "insert into limiting_row (run_id, property_id, meter_id, group_place, place, wanted, "
      "overridden, off_ms, times) "
      "select :run, property_id, meter_id, group_place, place, 0, 0, 0, 0 "
      "from limiting_member where plan_id = :plan",
      run.id, run.plan);
  return run;
}

Rows<Command> step_limiting(Db& db, const LimitingStep& step) {
  const auto run = find_limiting_run(db, step.run);
  if (!run) return fail(run.error());
  const bool is_over = run->state == LimitingState::ended;
  if (is_over || (!step.shed.empty() && run->state != LimitingState::running))
    return fail(conflict(*run).error());
  const auto rows = limiting_rows(db, step.run);
  std::vector<Command> out;
  for (const LimitingShed& wish : step.shed) {
    const auto row = row_of(*rows, wish.meter);
    if (row && may_shed(db, *row)) out.push_back(shed(db, *run, step, wish));
  }
  for (MeterId meter : step.restore) {
    const auto row = row_of(*rows, meter);
    if (!row || !may_restore(*row)) continue;
    if (auto command = restore(db, *run, step, *row)) out.push_back(std::move(*command));
  }
  return out;
}

Result<LimitingRun> end_limiting(Db& db, const LimitingStore::LimitingEnd& end) {
  auto run = find_limiting_run(db, end.run);
  if (!run) return run;
  if (end.to == LimitingState::ending) {
    if (run->state != LimitingState::running) return conflict(*run);
    run->ended_by = end.by;
    run->ending_at = end.at;
    run->end_reason = end.reason;
  } else {
    const auto rows = limiting_rows(db, end.run);
    const bool is_given_back = std::ranges::none_of(*rows, [](const LimitingRow& row) {
      return may_restore(row) || row.outcome == LimitingOutcome::restoring;
    });
    if (run->state != LimitingState::ending || !is_given_back) return conflict(*run);
    run->ended_at = end.at;
  }
  run->state = end.to;
  update(db, *run);
  return run;
}

Result<LimitingRun> note_limiting(Db& db, const LimitingNote& note) {
  auto run = find_limiting_run(db, note.run);
  if (!run) return run;
  for (const LimitingNote::After& after : note.after)
    db.execute(
        "update limiting_row set after_w = :power, after_at = :at "
        "where run_id = :run and meter_id = :meter and wanted = 1 and after_at is null",
        after.power_w, after.at, note.run, after.meter);
  if (note.load_w) {
    if (!run->load_before_w) run->load_before_w = note.load_w;
    run->load_w = note.load_w;
    run->load_at = note.at;
    run->is_short = note.is_short;
    update(db, *run);
  } else if (note.is_blind && !run->is_blind()) {
    run->load_w.reset();
    run->load_at = note.at;
    run->is_short = false;
    update(db, *run);
  }
  return run;
}

Result<LimitingRun> find_limiting_run(Db& db, LimitingRunId id) {
  auto run = select_one<LimitingRun>(db, "where limiting_run.id = :id", id);
  if (!run) return fail(Errc::limiting_unknown, std::to_string(id.value));
  return std::move(*run);
}

Result<Listed<LimitingRun>> list_limiting_runs(Db& db, PropertyId property, Page page) {
  Filter where;
  where.add("limiting_run.property_id = :property", std::optional(property));
  return where.list<LimitingRun>(db, "", page);
}

Rows<LimitingRun> open_limiting_runs(Db& db) {
  return select<LimitingRun>(db, "where limiting_run.ended_at is null order by limiting_run.id");
}

Rows<LimitingRow> limiting_rows(Db& db, LimitingRunId run) {
  std::vector<LimitingRow> out;
  std::vector<bool> is_under_way;
  db.each<MeterId, int, bool, std::optional<CommandId>, std::optional<std::int64_t>,
          std::optional<std::int64_t>, std::optional<UtcMs>, std::optional<UtcMs>, Millis, int,
          std::optional<CommandState>, std::optional<Errc>, std::optional<UtcMs>, bool>(
      "select limiting_row.meter_id, limiting_row.group_place, limiting_row.wanted, "
      "limiting_row.command_id, limiting_row.power_w, limiting_row.after_w, "
      "limiting_row.after_at, limiting_row.off_since, limiting_row.off_ms, limiting_row.times, "
      "command.state, command.result, command.finished_at, limiting_row.overridden "
      "from limiting_row left join command on command.id = limiting_row.command_id "
      "where limiting_row.run_id = :run order by limiting_row.group_place, limiting_row.place",
      [&](MeterId meter, int group, bool wanted, const std::optional<CommandId>& command,
          const std::optional<std::int64_t>& power_w, const std::optional<std::int64_t>& after_w,
          const std::optional<UtcMs>& after_at, const std::optional<UtcMs>& off_since,
          Millis off_total, int times, const std::optional<CommandState>& state,
          const std::optional<Errc>& trouble, const std::optional<UtcMs>& finished_at,
          bool overridden) {
        LimitingRow row;
        row.meter = meter;
        row.group = group;
        row.is_wanted_off = wanted;
        row.is_overridden = overridden;
        row.has_failed = state == CommandState::failed;
        row.command = command;
        row.trouble = trouble;
        row.power_w = power_w;
        row.after_w = after_w;
        row.after_at = after_at;
        row.answered_at = finished_at;
        row.off_since = off_since;
        row.off_total = off_total;
        row.times = times;
        out.push_back(row);
        is_under_way.push_back(state == CommandState::pending);
      },
      run);
  for (std::size_t i = 0; i < out.size(); ++i) {
    LimitingRow& row = out[i];
    row.is_overridden = row.is_overridden || is_overridden(db, row.meter, row.command);
    row.outcome = outcome_of(row, is_under_way[i]);
  }
  return out;
}

}  // namespace paymeter::store::sql
