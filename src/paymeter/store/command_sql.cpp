// Intents towards meters: stored before anything is sent, finished once.
#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/filter.hpp"
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Command;
using domain::CommandKind;
using domain::CommandState;

/// A newer intent of the same sort makes the pending one pointless.
void supersede_older(Db& db, const Command& command) {
  constexpr std::string_view kSameKind =
      "update command set state = 'superseded', result = 'command_superseded', finished_at = :at "
      "where meter_id = :meter and state = 'pending' and kind = :kind";
  constexpr std::string_view kSupply =
      "update command set state = 'superseded', result = 'command_superseded', finished_at = :at "
      "where meter_id = :meter and state = 'pending' and kind in ('trip', 'force_on', 'release')";
  if (domain::is_supply(command.kind))
    db.execute(kSupply, command.created_at, command.meter);
  else if (command.kind != CommandKind::open_account)
    db.execute(kSameKind, command.created_at, command.meter, command.kind);
}

/// One more than the last given and the last seen in the meter (command.version as passed): the
/// meter takes only what is newer than its own.
std::uint32_t next_version(Db& db, const Command& command) {
  const bool settings = command.kind == CommandKind::write_settings;
  if (!settings && command.kind != CommandKind::write_prices) return 0;
  const auto money = meter_money(db, command.meter);
  const std::uint32_t given = settings ? money->settings_version : money->price_version;
  const std::uint32_t next = std::max(given, command.version) + 1;
  db.execute(settings ? "update meter_money set settings_version = :version where meter_id = :meter"
                      : "update meter_money set price_version = :version where meter_id = :meter",
             next, command.meter);
  return next;
}

}  // namespace

Command store_command(Db& db, Command command, std::optional<AccountId> account,
                      const std::string& idempotency_key) {
  supersede_older(db, command);
  command.version = next_version(db, command);
  if (command.kind == CommandKind::write_prices) fill_prices(db, command);
  command.state = CommandState::pending;
  command.id = CommandId{insert(db, command)};
  const auto key = idempotency_key.empty() ? std::nullopt : std::optional(idempotency_key);
  if (account || key)
    db.execute("update command set account_id = :account, idempotency_key = :key where id = :id",
               account, key, command.id);
  note_supply_command(db, command);
  return command;
}

Rows<Command> commands_of_account(Db& db, AccountId account) {
  return select<Command>(db, "where command.account_id = :account order by command.id", account);
}

Result<StoredCommand> add_command(Db& db, Command command, const std::string& idempotency_key) {
  const auto property = property_of_meter(db, command.meter);
  if (!property) return fail(Errc::meter_unknown, std::to_string(command.meter.value));
  command.property = *property;
  const bool is_settlements_trip =
      command.origin == domain::CommandOrigin::settlement && command.kind == CommandKind::trip;
  if (is_settlements_trip && !is_settling(db, command.meter))
    return fail(Errc::settlement_state_conflict, "called off");
  if (!idempotency_key.empty())
    if (auto stored = select_one<Command>(
            db, "where command.property_id = :property and command.idempotency_key = :key",
            command.property, idempotency_key))
      return StoredCommand{std::move(*stored), true};
  return StoredCommand{store_command(db, std::move(command), std::nullopt, idempotency_key), false};
}

Result<Command> finish_command(Db& db, CommandId id, CommandState state, std::optional<Errc> result,
                               UtcMs at) {
  const auto finished = db.execute(
      "update command set state = :state, result = :result, finished_at = :at "
      "where id = :id and state = 'pending'",
      state, result, at, id);
  auto command = find_command(db, id);
  if (command && finished == 1) note_supply_outcome(db, *command);
  if (!command || finished == 1) return command;
  return fail(Errc::command_state_conflict, std::string(command_state_name(command->state)));
}

Result<> note_try(Db& db, CommandId id, std::optional<Errc> trouble) {
  // What was superseded while its frame was on the way has been tried as well.
  if (db.execute("update command set tries = tries + 1, result = :result "
                 "where id = :id and state = 'pending'",
                 trouble, id) == 0)
    db.execute("update command set tries = tries + 1 where id = :id and state = 'superseded'", id);
  return {};
}

Result<Command> find_command(Db& db, CommandId id) {
  auto command = select_one<Command>(db, "where command.id = :id", id);
  if (!command) return fail(Errc::command_unknown, std::to_string(id.value));
  return std::move(*command);
}

Result<Listed<Command>> list_commands(Db& db, const CommandFilter& filter) {
  Filter where;
  where.add("command.meter_id = :meter", filter.meter);
  where.add("command.kind = :kind", filter.kind);
  where.add("command.state = :state", filter.state);
  return where.list<Command>(db, "", filter.page);
}

Rows<Command> pending_commands(Db& db) {
  return select<Command>(db, "where command.state = 'pending' order by command.id");
}

}  // namespace paymeter::store::sql
