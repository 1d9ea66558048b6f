// Who holds a supply off or on: begun and ended, by operators' commands too.
#include "paymeter/store/cut_columns.hpp"
#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/filter.hpp"

namespace paymeter::store::sql {
namespace {

using domain::CommandKind;
using domain::CommandOrigin;
using domain::SupplyIntent;
using domain::SupplyIntentKind;

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

void end_kind(Db& db, const domain::Command& command, SupplyIntentKind kind) {
  db.execute(
      "update supply_intent set ended_by = :by, ended_at = :at, end_reason = :reason "
      "where meter_id = :meter and kind = :kind and ended_at is null",
      command.operator_id, command.created_at, "command " + std::to_string(command.id.value),
      command.meter, kind);
}

void begin_kind(Db& db, const domain::Command& command, SupplyIntentKind kind) {
  SupplyIntent intent;
  intent.meter = command.meter;
  intent.kind = kind;
  intent.subject = "command " + std::to_string(command.id.value);
  intent.reason = command.reason;
  intent.begun_by = command.operator_id;
  intent.begun_at = command.created_at;
  (void)begin_supply_intent(db, intent);
}

/// The own cut goes on until the meter has shown that it is closed, or held off by somebody else.
void reclose_own_cut(Db& db, const domain::Command& command) {
  end_kind(db, command, SupplyIntentKind::arrears);
  db.execute(
      "update own_cut set state = 'reclosing', reclose_from = :at, end_reason = :reason "
      "where meter_id = :meter and state in ('intended', 'shown')",
      command.created_at, "command " + std::to_string(command.id.value), command.meter);
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
  intent.property = *property;
  intent.ended_at.reset();
  intent.id = domain::SupplyIntentId{insert(db, intent)};
  return intent;
}

Rows<SupplyIntent> end_supply_intent(Db& db, const CutStore::IntentEnd& end) {
  db.execute(
      "update supply_intent set ended_by = :by, ended_at = :at, end_reason = :reason "
      "where meter_id = :meter and kind = :kind and ended_at is null",
      end.by, end.at, end.reason, end.meter, end.kind);
  return supply_intents(db, end.meter);
}

void note_supply_command(Db& db, const domain::Command& command) {
  const auto off = off_kind_of(command.origin);
  if (!domain::is_supply(command.kind) || !off) return;
  const bool by_person = command.origin == CommandOrigin::by_operator;
  if (command.kind == CommandKind::trip) {
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

void note_supply_outcome(Db& db, const domain::Command& command) {
  if (!domain::is_supply(command.kind) || command.state != domain::CommandState::failed) return;
  db.execute(
      "update supply_intent set ended_at = :at, end_reason = :reason "
      "where meter_id = :meter and subject = :subject and ended_at is null",
      command.finished_at, std::string(command.result ? error_name(*command.result) : "failed"),
      command.meter, "command " + std::to_string(command.id.value));
}

}  // namespace paymeter::store::sql
