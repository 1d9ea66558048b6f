// Batches: rows stored whole at the beginning, started together with their commands, counted.
#include <algorithm>

#include "paymeter/store/batch_columns.hpp"
#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/filter.hpp"
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Batch;
using domain::BatchCounts;
using domain::BatchOutcome;
using domain::BatchRow;
using domain::BatchState;
using domain::Command;
using domain::CommandState;
using Act = BatchMove::Act;

/// What a row is, from its own state and its command's: the two can never disagree.
BatchOutcome outcome_of(const std::string& row, const std::optional<CommandState>& command) {
  if (row == "waiting") return BatchOutcome::waiting;
  if (row == "cancelled") return BatchOutcome::cancelled;
  if (row == "left_out") return BatchOutcome::left_out;
  if (row == "refused" || !command) return BatchOutcome::failed;
  if (*command == CommandState::pending) return BatchOutcome::sending;
  return *command == CommandState::done ? BatchOutcome::done : BatchOutcome::failed;
}

std::string_view condition_of(BatchOutcome outcome) {
  switch (outcome) {
    case BatchOutcome::waiting:
      return "command_batch_row.state = 'waiting'";
    case BatchOutcome::sending:
      return "command_batch_row.state = 'started' and command.state = 'pending'";
    case BatchOutcome::done:
      return "command_batch_row.state = 'started' and command.state = 'done'";
    case BatchOutcome::failed:
      return "(command_batch_row.state = 'refused' or (command_batch_row.state = 'started' and "
             "command.state in ('failed', 'superseded')))";
    case BatchOutcome::cancelled:
      return "command_batch_row.state = 'cancelled'";
    case BatchOutcome::left_out:
      return "command_batch_row.state = 'left_out'";
  }
  return "";
}

constexpr std::string_view kWithCommand =
    " from command_batch_row left join command on command.id = command_batch_row.command_id "
    "where command_batch_row.batch_id = :batch";

void refuse_row(Db& db, const BatchStart& start, int place, Errc why) {
  db.execute(
      "update command_batch_row set state = 'refused', reason = :reason, changed_at = :at "
      "where batch_id = :batch and place = :place and state = 'waiting'",
      why, start.at, start.batch, place);
}

Result<> check_act(const Batch& batch, const BatchMove& move, const BatchCounts& counts) {
  const bool is_busy = counts.waiting + counts.sending > 0;
  const auto allowed = [&] {
    switch (move.act) {
      case Act::pause:
        return batch.state == BatchState::running;
      case Act::resume:
        return batch.state == BatchState::paused;
      case Act::cancel:
        return batch.state == BatchState::running || batch.state == BatchState::paused;
      case Act::retry:
        return batch.state != BatchState::cancelled;
      case Act::finish:
        return !batch.finished_at && !is_busy &&
               (batch.state == BatchState::running || batch.state == BatchState::cancelled);
    }
    return false;
  };
  if (allowed()) return {};
  return fail(Errc::batch_state_conflict, std::string(batch_state_name(batch.state)));
}

/// A switch, an opening's or a settlement's too, that was stored after the batch (after the row's
/// own last command, when it is tried again).
constexpr std::string_view kNewerSwitches =
    "select count(*) from command newer join command_batch on command_batch.id = :batch "
    "where newer.meter_id = :meter and newer.kind in ('trip', 'force_on', 'release') "
    "and newer.origin in ('operator', 'settlement', 'opening') "
    "and newer.id > command_batch.after_command and newer.id > coalesce((select max(own.id) "
    "from command own where own.meter_id = newer.meter_id and own.batch_id = command_batch.id), 0)";

/// A hold that began after the batch. One that began before and was given back is no news.
constexpr std::string_view kNewerHolds =
    "select count(*) from supply_intent held join command_batch on command_batch.id = :batch "
    "where held.meter_id = :meter and held.ended_at is null and held.kind <> 'force_on' "
    "and held.id > command_batch.after_intent and not exists (select 1 from supply_intent before "
    "where before.meter_id = held.meter_id and before.kind = held.kind "
    "and before.subject = held.subject and before.id <= command_batch.after_intent)";

/// Why a switch of this batch must not go out any more, by what was stored since it was ordered:
/// hours may lie between a batch and its last row.
std::optional<Errc> why_overtaken(Db& db, BatchId batch, const Command& command) {
  if (!domain::is_supply(command.kind)) return std::nullopt;
  if (command.kind == domain::CommandKind::trip) {
    const bool is_protected =
        db.value<bool>("select is_protected from meter where id = :meter", command.meter)
            .value_or(false);
    if (domain::protects(*supply_intents(db, command.meter), is_protected))
      return Errc::supply_protected;
  } else if (db.value<std::int64_t>(kNewerHolds, batch, command.meter).value_or(0) > 0) {
    return Errc::command_superseded;
  }
  if (db.value<std::int64_t>(kNewerSwitches, batch, command.meter).value_or(0) > 0)
    return Errc::command_superseded;
  return std::nullopt;
}

/// Failed rows wait again; what they were sent before stays in the list of commands. A row that
/// somebody's newer will has overtaken is not asked for again.
void let_failed_wait(Db& db, const BatchMove& move) {
  db.execute(
      "update command_batch_row set state = 'waiting', command_id = null, reason = null, "
      "changed_at = :at where batch_id = :batch and ((state = 'refused' and "
      "reason <> 'command_superseded') or (state = 'started' and "
      "command_id in (select id from command where state = 'failed')))",
      move.at, move.batch);
}

void cancel_waiting(Db& db, const BatchMove& move) {
  db.execute(
      "update command_batch_row set state = 'cancelled', changed_at = :at "
      "where batch_id = :batch and state = 'waiting'",
      move.at, move.batch);
}

}  // namespace

Result<BatchStore::Added> add_batch(Db& db, Batch batch, const std::vector<BatchRow>& rows) {
  if (auto stored = *find_batch_by_key(db, batch.property, batch.idempotency_key)) {
    if (stored->kind != batch.kind || stored->selection != batch.selection ||
        stored->settings != batch.settings || stored->tables != batch.tables)
      return fail(Errc::vend_exists_with_different_request);
    return BatchStore::Added{std::move(*stored), true};
  }
  const bool is_empty =
      std::ranges::all_of(rows, [](const BatchRow& row) { return row.reason.has_value(); });
  if (is_empty) return fail(Errc::batch_empty);
  batch.state = BatchState::running;
  batch.finished_at.reset();
  batch.id = BatchId{insert(db, batch)};
  db.execute(
      "update command_batch set after_command = coalesce((select max(id) from command), 0), "
      "after_intent = coalesce((select max(id) from supply_intent), 0) where id = :id",
      batch.id);
  int place = 0;
  for (const BatchRow& row : rows)
    db.execute(
        "insert into command_batch_row (batch_id, property_id, place, meter_id, state, reason, "
        "changed_at) values (:batch, :property, :place, :meter, :state, :reason, :at)",
        batch.id, batch.property, ++place, row.meter, row.reason ? "left_out" : "waiting",
        row.reason, batch.created_at);
  return BatchStore::Added{std::move(batch), false};
}

Rows<Command> start_rows(Db& db, const BatchStart& start) {
  const auto batch = find_batch(db, start.batch);
  if (!batch) return fail(batch.error());
  if (batch->state != BatchState::running)
    return fail(Errc::batch_state_conflict, std::string(batch_state_name(batch->state)));
  std::vector<Command> out;
  for (const BatchRowStart& row : start.rows) {
    if (row.refused) {
      refuse_row(db, start, row.place, *row.refused);
      continue;
    }
    const auto money = meter_money(db, row.command.meter);
    if (money && money->settling) {
      refuse_row(db, start, row.place, Errc::meter_settling);
      continue;
    }
    if (const auto why = why_overtaken(db, start.batch, row.command)) {
      refuse_row(db, start, row.place, *why);
      continue;
    }
    // Whoever turns the row from waiting stores the command: nobody does it twice.
    const auto turned = db.execute(
        "update command_batch_row set state = 'started', changed_at = :at "
        "where batch_id = :batch and place = :place and state = 'waiting'",
        start.at, start.batch, row.place);
    if (turned != 1) continue;
    if (row.configure) set_meter_settings(db, row.command.meter, *row.configure);
    Command command = row.command;
    command.batch = start.batch;
    command = store_command(db, std::move(command), std::nullopt, "");
    db.execute(
        "update command_batch_row set command_id = :command "
        "where batch_id = :batch and place = :place",
        command.id, start.batch, row.place);
    out.push_back(std::move(command));
  }
  return out;
}

Result<Batch> move_batch(Db& db, const BatchMove& move) {
  auto batch = find_batch(db, move.batch);
  if (!batch) return batch;
  const auto counts = batch_counts(db, move.batch);
  if (auto ok = check_act(*batch, move, *counts); !ok) return fail(ok.error());
  switch (move.act) {
    case Act::pause:
      batch->state = BatchState::paused;
      break;
    case Act::resume:
      batch->state = BatchState::running;
      break;
    case Act::cancel:
      cancel_waiting(db, move);
      batch->state = BatchState::cancelled;
      if (counts->sending == 0) batch->finished_at = move.at;
      break;
    case Act::retry:
      let_failed_wait(db, move);
      if (batch->state == BatchState::finished) batch->state = BatchState::running;
      batch->finished_at.reset();
      break;
    case Act::finish:
      if (batch->state == BatchState::running) batch->state = BatchState::finished;
      batch->finished_at = move.at;
      break;
  }
  update(db, *batch);
  return batch;
}

Result<Batch> find_batch(Db& db, BatchId id) {
  auto batch = select_one<Batch>(db, "where command_batch.id = :id", id);
  if (!batch) return fail(Errc::batch_unknown, std::to_string(id.value));
  return std::move(*batch);
}

Result<std::optional<Batch>> find_batch_by_key(Db& db, PropertyId property,
                                               const std::string& key) {
  return select_one<Batch>(
      db, "where command_batch.property_id = :property and command_batch.idempotency_key = :key",
      property, key);
}

Result<Listed<Batch>> list_batches(Db& db, const BatchFilter& filter) {
  Filter where;
  where.add("command_batch.property_id = :property", filter.property);
  where.add("command_batch.state = :state", filter.state);
  where.add("command_batch.kind = :kind", filter.kind);
  return where.list<Batch>(db, "", filter.page);
}

Rows<Batch> open_batches(Db& db) {
  return select<Batch>(db, "where command_batch.finished_at is null order by command_batch.id");
}

Result<BatchCounts> batch_counts(Db& db, BatchId id) {
  BatchCounts out;
  std::string sql = "select command_batch_row.state, command.state, count(*)";
  sql.append(kWithCommand).append(" group by command_batch_row.state, command.state");
  db.each<std::string, std::optional<CommandState>, std::int64_t>(
      sql,
      [&](const std::string& row, const std::optional<CommandState>& command, std::int64_t count) {
        switch (outcome_of(row, command)) {
          case BatchOutcome::waiting:
            out.waiting += count;
            break;
          case BatchOutcome::sending:
            out.sending += count;
            break;
          case BatchOutcome::done:
            out.done += count;
            break;
          case BatchOutcome::failed:
            out.failed += count;
            break;
          case BatchOutcome::cancelled:
            out.cancelled += count;
            break;
          case BatchOutcome::left_out:
            out.left_out += count;
            break;
        }
      },
      id);
  return out;
}

Result<Listed<BatchRow>> list_batch_rows(Db& db, const BatchRowFilter& filter) {
  std::string tail(kWithCommand);
  if (filter.outcome) tail.append(" and ").append(condition_of(*filter.outcome));
  Listed<BatchRow> out;
  out.total = db.value<std::int64_t>("select count(*)" + tail, filter.batch).value_or(0);
  db.each<int, MeterId, std::string, std::optional<CommandId>, std::optional<Errc>,
          std::optional<CommandState>, std::optional<Errc>, std::optional<std::string>,
          std::optional<int>, std::optional<UtcMs>>(
      "select command_batch_row.place, command_batch_row.meter_id, command_batch_row.state, "
      "command_batch_row.command_id, command_batch_row.reason, command.state, command.result, "
      "command.differences, command.tries, command.finished_at" +
          tail + " order by command_batch_row.place limit :limit offset :offset",
      [&](int place, MeterId meter, const std::string& state,
          const std::optional<CommandId>& command, const std::optional<Errc>& reason,
          const std::optional<CommandState>& command_state, const std::optional<Errc>& result,
          const std::optional<std::string>& differences, const std::optional<int>& tries,
          const std::optional<UtcMs>& finished_at) {
        out.rows.push_back({place, meter, outcome_of(state, command_state), command,
                            result ? result : reason, differences.value_or(""), tries.value_or(0),
                            finished_at});
      },
      filter.batch, std::clamp(filter.page.limit, 1, 1000), std::max(filter.page.offset, 0));
  return out;
}

Rows<BatchStore::WaitingRow> waiting_rows(Db& db, BatchId id) {
  std::vector<BatchStore::WaitingRow> out;
  db.each<int, MeterId>(
      "select place, meter_id from command_batch_row where batch_id = :batch and state = 'waiting' "
      "order by place",
      [&](int place, MeterId meter) { out.push_back({place, meter}); }, id);
  return out;
}

Rows<MeterId> settling_meters(Db& db, PropertyId property) {
  std::vector<MeterId> out;
  db.each<MeterId>(
      "select meter_money.meter_id from meter_money join meter on meter.id = meter_money.meter_id "
      "where meter.property_id = :property and meter_money.settling = 1 order by 1",
      [&](MeterId meter) { out.push_back(meter); }, property);
  return out;
}

void set_meter_settings(Db& db, MeterId meter, const domain::MeterSettings& settings) {
  db.execute(
      "update meter set settings_alarm1_fen = :alarm1, settings_alarm2_fen = :alarm2, "
      "settings_overload_w = :overload, settings_overdraft_fen = :overdraft where id = :meter",
      settings.alarm1, settings.alarm2, settings.overload_w, settings.overdraft, meter);
  mark_again<domain::Meter>(db, meter);
}

Result<StoredCommand> configure_meter(Db& db, const Command& command,
                                      const std::string& idempotency_key) {
  const auto known = db.value<CommandId>(
      "select command.id from command join meter on meter.property_id = command.property_id "
      "where meter.id = :meter and command.idempotency_key = :key",
      command.meter, idempotency_key);
  // A repeated key must not undo what was configured since.
  if (!known) set_meter_settings(db, command.meter, command.settings);
  return add_command(db, command, idempotency_key);
}

Result<> note_differences(Db& db, CommandId id, const std::string& differences) {
  db.execute("update command set differences = :differences where id = :id and state = 'pending'",
             differences, id);
  return {};
}

}  // namespace paymeter::store::sql
