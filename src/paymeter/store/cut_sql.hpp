/// Operations of automatic cuts over one connection. Contracts: port/cut_store.hpp, same names.
#pragma once

#include "paymeter/port/cut_store.hpp"
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

// supply_intent_sql.cpp
Rows<domain::SupplyIntent> supply_intents(Db& db, MeterId meter);
Result<Listed<domain::SupplyIntent>> supply_intent_history(Db& db, MeterId meter, Page page);
Rows<domain::SupplyIntent> lasting_intents(Db& db);
Result<domain::SupplyIntent> begin_supply_intent(Db& db, domain::SupplyIntent intent);
Rows<domain::SupplyIntent> end_supply_intent(Db& db, const CutStore::IntentEnd& end);
/// What a stored supply command means for who holds the supply. A person's or a settlement's
/// closing ends an own cut, too: it must not be open again by a frame that was under way.
void note_supply_command(Db& db, const domain::Command& command);
/// A switch that failed or expired holds nothing.
void note_supply_outcome(Db& db, const domain::Command& command);

bool is_settling(Db& db, MeterId meter);
/// A settlement that is over holds nothing; a closing's hold lasts while nobody has the meter.
void end_settlement_intent(Db& db, MeterId meter, UtcMs at, const std::string& reason);
/// Ends what a closing held off on a meter that `account` opens. A platform wallet's supply needs
/// a command as well, unless somebody else holds it off: not stored yet.
std::optional<domain::Command> supply_after_closing(Db& db, MeterId meter,
                                                    const domain::Account& account);

// cut_sql.cpp
Result<domain::Enforcement> set_enforcement(Db& db, domain::Enforcement setting);
Rows<domain::Enforcement> enforcement(Db& db, PropertyId property);
Result<Listed<domain::Enforcement>> enforcement_history(Db& db, PropertyId property, Page page);
Result<CutFacts> cut_facts(Db& db, MeterId meter, domain::rating::DayNumber day, UtcMs now);
Result<CutRecord> add_cut_decision(Db& db, CutRecord record);
Result<CutStore::CutBegun> begin_cut(Db& db, const CutStore::CutBegin& begin);
Result<OwnCut> step_cut(Db& db, const OwnCutStep& step);
Rows<OwnCut> lasting_cuts(Db& db);
Result<Listed<OwnCut>> list_cuts(Db& db, const OwnCutFilter& filter);
Result<Listed<CutRecord>> list_cut_decisions(Db& db, const CutFilter& filter);
Result<std::optional<CutRecord>> last_cut_decision(Db& db, MeterId meter);

// rehearsal_sql.cpp
domain::CutBreaker stored_breaker(Db& db, PropertyId property);
void store_breaker(Db& db, const domain::CutBreaker& breaker);
Result<domain::CutBreaker> ask_breaker_release(Db& db, PropertyId property, UserId by,
                                               const std::string& reason, UtcMs at);
Result<domain::CutBreaker> release_breaker(Db& db, PropertyId property,
                                           const domain::BreakerRelease& release);
Result<domain::Rehearsal> make_rehearsal(Db& db, domain::Rehearsal draft,
                                         const std::vector<domain::RehearsalLine>& lines);
Result<domain::Rehearsal> decide_rehearsal(Db& db, const CutStore::RehearsalAct& act);
Result<CutStore::RehearsalSheet> find_rehearsal(Db& db, domain::RehearsalId id);
Result<Listed<domain::Rehearsal>> list_rehearsals(Db& db, PropertyId property, Page page);

}  // namespace paymeter::store::sql
