// Who holds a supply off or on: begun and ended, by operators' commands too.
#include <algorithm>

#include "paymeter/store/cut_columns.hpp"
#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/filter.hpp"
#include "paymeter/store/settlement_sql.hpp"

namespace paymeter::store::sql {
namespace {

using domain::CommandKind;
using domain::CommandOrigin;
using domain::SupplyIntent;
using domain::SupplyIntentKind;

/// An opening never expires by itself, and power is part of it.
constexpr Millis kNoDeadline{10LL * 365 * 86'400'000};

/// Empty: the command is nobody's lasting will.
std::optional<SupplyIntentKind> off_kind_of(CommandOrigin origin) {
  switch (origin) {
    case CommandOrigin::by_operator:
      return SupplyIntentKind::manual_trip;
    case CommandOrigin::settlement:
      return SupplyIntentKind::settlement;
    case CommandOrigin::limiting:
      return SupplyIntentKind::limiting;
    default:
      return std::nullopt;
  }
}

std::string command_subject(CommandId command) {
  return "command " + std::to_string(command.value);
}

/// Which lasting intents end, besides their kind.
constexpr std::string_view kWhicheverBegan = "";
constexpr std::string_view kOfASupersededTrip =
    " and exists (select 1 from command own where own.meter_id = supply_intent.meter_id "
    "and 'command ' || own.id = supply_intent.subject and own.state = 'superseded')";

void end_intents(Db& db, const CutStore::IntentEnd& end, std::string_view which) {
  db.execute(
      "update supply_intent set ended_by = :by, ended_at = :at, end_reason = :reason "
      "where meter_id = :meter and kind = :kind and ended_at is null" +
          std::string(which),
      end.by, end.at, end.reason, end.meter, end.kind);
}

CutStore::IntentEnd ended_by(const domain::Command& command, SupplyIntentKind kind) {
  return {command.meter, kind, command.operator_id, command.created_at,
          command_subject(command.id)};
}

void end_kind(Db& db, const domain::Command& command, SupplyIntentKind kind) {
  end_intents(db, ended_by(command, kind), kWhicheverBegan);
}

void begin_kind(Db& db, const domain::Command& command, SupplyIntentKind kind) {
  SupplyIntent intent;
  intent.meter = command.meter;
  intent.kind = kind;
  intent.subject = command_subject(command.id);
  intent.reason = command.reason;
  intent.begun_by = command.operator_id;
  intent.begun_at = command.created_at;
  (void)begin_supply_intent(db, intent);
}

/// A trip that was replaced before it arrived holds nothing: the new one stands for both.
void end_superseded_trip(Db& db, const domain::Command& trip) {
  end_intents(db, ended_by(trip, SupplyIntentKind::manual_trip), kOfASupersededTrip);
}

/// The newest of its kind that ever was in force: an operator's own trip or 保电 that failed was
/// not, nor was a trip that another one replaced before it arrived.
constexpr const char* kNewestInForce =
    "where supply_intent.meter_id = :meter and supply_intent.kind = :kind "
    "and not exists (select 1 from command own where own.meter_id = supply_intent.meter_id "
    "and 'command ' || own.id = supply_intent.subject and (own.state = 'failed' "
    "or (own.kind = 'trip' and own.state = 'superseded'))) order by supply_intent.id desc limit 1";
constexpr const char* kSwitchesSince =
    "select count(*) from command ended join command later on later.meter_id = ended.meter_id "
    "and later.id >= ended.id where ended.meter_id = :meter and 'command ' || ended.id = :reason "
    "and later.origin = 'operator' and later.kind in ('trip', 'force_on', 'release') "
    "and later.state in ('done', 'pending')";

/// Ended by a command since which no person's switch has arrived or may yet arrive, so it has not
/// ended at all. True: it lasts again.
bool restore(Db& db, const domain::Command& failed, SupplyIntentKind kind) {
  constexpr const char* kLasting =
      "select count(*) from supply_intent where meter_id = :meter and kind = :kind "
      "and ended_at is null";
  if (db.value<std::int64_t>(kLasting, failed.meter, kind).value_or(0) > 0) return true;
  auto ended = select_one<SupplyIntent>(db, kNewestInForce, failed.meter, kind);
  if (!ended || !ended->ended_at || !ended->end_reason.starts_with("command ")) return false;
  if (db.value<std::int64_t>(kSwitchesSince, failed.meter, ended->end_reason).value_or(0) > 0)
    return false;
  // After a closing the supply stays off until the meter is opened again; a settlement that was
  // called off holds nothing.
  if (kind == SupplyIntentKind::settlement && !is_settling(db, failed.meter) &&
      account_of_meter(db, failed.meter))
    return false;
  ended->begun_at = failed.finished_at.value_or(failed.created_at);
  ended->ended_by = UserId{};
  ended->ended_at.reset();
  ended->end_reason.clear();
  ended->id = domain::SupplyIntentId{insert(db, *ended)};
  return true;
}

/// A person's switch that never arrived has ended nothing, nor did one that it replaced. 保电 goes
/// first: where two are in doubt, unknown means stay on. A plan looks after what it holds, and an
/// own cut goes on re-closing until it sees who holds the supply off.
void restore_what_lasted(Db& db, const domain::Command& failed) {
  if (restore(db, failed, SupplyIntentKind::force_on)) return;
  for (const auto kind :
       {SupplyIntentKind::manual_trip, SupplyIntentKind::lock_out, SupplyIntentKind::overload,
        SupplyIntentKind::tenant_off, SupplyIntentKind::settlement})
    (void)restore(db, failed, kind);
}

/// What the station owed the meter until a person's switch took its place; since then nobody else
/// has switched it, and no switch has arrived or may yet arrive.
constexpr const char* kOwedBefore =
    "where command.meter_id = :meter and command.id < :failed and command.state = 'superseded' "
    "and command.kind in ('release', 'force_on') and command.origin in ('settlement', 'opening') "
    "and exists (select 1 from command by_hand where by_hand.meter_id = command.meter_id "
    "and by_hand.id > command.id and by_hand.origin = 'operator' "
    "and by_hand.kind in ('trip', 'force_on', 'release') "
    "and by_hand.created_at = command.finished_at) "
    "and not exists (select 1 from command later where later.meter_id = command.meter_id "
    "and later.id > command.id and later.kind in ('trip', 'force_on', 'release') "
    "and (later.state in ('done', 'pending') or later.origin <> 'operator')) "
    "order by command.id desc limit 1";

/// A supply that the station was about to give back is still owed when the switch that took the
/// place of its release never arrived: nobody would ever close it.
void renew_owed_switch(Db& db, const domain::Command& failed) {
  const auto owed = select_one<domain::Command>(db, kOwedBefore, failed.meter, failed.id);
  if (!owed) return;
  const bool is_protected =
      db.value<bool>("select is_protected from meter where id = :meter", failed.meter)
          .value_or(false);
  const auto target = domain::supply_target(*supply_intents(db, failed.meter), is_protected);
  if (target == domain::SupplyTarget::open) return;
  domain::Command again = *owed;
  again.kind = domain::command_for(target);
  again.tries = 0;
  again.result.reset();
  again.finished_at.reset();
  again.created_at = failed.finished_at.value_or(failed.created_at);
  (void)store_command(db, std::move(again), std::nullopt, "");
}

/// The own cut goes on until the meter has shown that it is closed, or held off by somebody else.
void reclose_own_cut(Db& db, const domain::Command& command) {
  end_kind(db, command, SupplyIntentKind::arrears);
  db.execute(
      "update own_cut set state = 'reclosing', reclose_from = :at, end_reason = :reason "
      "where meter_id = :meter and state in ('intended', 'shown')",
      command.created_at, command_subject(command.id), command.meter);
}

}  // namespace

Rows<SupplyIntent> supply_intents(Db& db, MeterId meter) {
  return select<SupplyIntent>(db,
                              "where supply_intent.meter_id = :meter "
                              "and supply_intent.ended_at is null order by supply_intent.id",
                              meter);
}

Result<Listed<SupplyIntent>> supply_intent_history(Db& db, MeterId meter, Page page) {
  Filter where;
  where.add("supply_intent.meter_id = :meter", std::optional(meter));
  return where.list<SupplyIntent>(db, "", page);
}

Rows<SupplyIntent> lasting_intents(Db& db) {
  return select<SupplyIntent>(db,
                              "where supply_intent.ended_at is null "
                              "order by supply_intent.meter_id, supply_intent.id");
}

Result<SupplyIntent> begin_supply_intent(Db& db, SupplyIntent intent) {
  const auto property = property_of_meter(db, intent.meter);
  if (!property) return fail(Errc::meter_unknown, std::to_string(intent.meter.value));
  if (auto lasts = select_one<SupplyIntent>(
          db,
          "where supply_intent.meter_id = :meter and supply_intent.kind = :kind "
          "and supply_intent.ended_at is null",
          intent.meter, intent.kind))
    return std::move(*lasts);
  // A settlement that was called off while its meter was being read holds nothing any more.
  if (intent.kind == SupplyIntentKind::settlement && !is_settling(db, intent.meter))
    return fail(Errc::settlement_state_conflict);
  intent.property = *property;
  intent.ended_at.reset();
  intent.id = domain::SupplyIntentId{insert(db, intent)};
  return intent;
}

Rows<SupplyIntent> end_supply_intent(Db& db, const CutStore::IntentEnd& end) {
  end_intents(db, end, kWhicheverBegan);
  return supply_intents(db, end.meter);
}

void note_supply_command(Db& db, const domain::Command& command) {
  const auto off = off_kind_of(command.origin);
  if (!domain::is_supply(command.kind) || !off) return;
  const bool by_person = command.origin == CommandOrigin::by_operator;
  if (command.kind == CommandKind::trip) {
    if (by_person) end_superseded_trip(db, command);
    // A settlement that is called off trips again what was tripped before it: that intent lasts.
    begin_kind(db, command, *off);
    if (by_person) end_kind(db, command, SupplyIntentKind::force_on);
    return;
  }
  end_kind(db, command, *off);
  if (command.origin != CommandOrigin::limiting) reclose_own_cut(db, command);
  if (!by_person) return;
  // Who closes a supply by hand closes it, whoever held it off.
  for (int i = 0; i <= static_cast<int>(SupplyIntentKind::force_on); ++i)
    end_kind(db, command, static_cast<SupplyIntentKind>(i));
  if (command.kind == CommandKind::force_on) begin_kind(db, command, SupplyIntentKind::force_on);
}

bool is_settling(Db& db, MeterId meter) {
  return db.value<bool>("select settling from meter_money where meter_id = :meter", meter)
      .value_or(false);
}

void end_settlement_intent(Db& db, MeterId meter, UtcMs at, const std::string& reason) {
  (void)end_supply_intent(db, {meter, SupplyIntentKind::settlement, UserId{}, at, reason});
}

std::optional<domain::Command> supply_after_closing(Db& db, MeterId meter,
                                                    const domain::Account& account) {
  const auto lasting = *supply_intents(db, meter);
  const bool was_closed = std::ranges::any_of(lasting, [](const SupplyIntent& intent) {
    return intent.kind == SupplyIntentKind::settlement;
  });
  if (!was_closed) return std::nullopt;
  end_settlement_intent(db, meter, account.created_at, "account " + account.number);
  if (!is_platform(db, meter)) return std::nullopt;
  const bool is_protected =
      db.value<bool>("select is_protected from meter where id = :meter", meter).value_or(false);
  const auto target = domain::supply_target(*supply_intents(db, meter), is_protected);
  if (target == domain::SupplyTarget::open) return std::nullopt;
  domain::Command command;
  command.meter = meter;
  command.property = account.property;
  command.kind = domain::command_for(target);
  command.origin = CommandOrigin::opening;
  command.reason = "account " + account.number;
  command.operator_id = account.operator_id;
  command.created_at = account.created_at;
  command.deadline_at = account.created_at + kNoDeadline;
  return command;
}

void note_supply_outcome(Db& db, const domain::Command& command) {
  if (!domain::is_supply(command.kind) || command.state != domain::CommandState::failed) return;
  db.execute(
      "update supply_intent set ended_at = :at, end_reason = :reason "
      "where meter_id = :meter and subject = :subject and ended_at is null",
      command.finished_at, std::string(command.result ? error_name(*command.result) : "failed"),
      command.meter, command_subject(command.id));
  if (command.origin != CommandOrigin::by_operator) return;
  restore_what_lasted(db, command);
  renew_owed_switch(db, command);
}

}  // namespace paymeter::store::sql
