// SqlStore's automatic cuts: dispatch only.
#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/sql_store_perform.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::Enforcement;
using domain::Rehearsal;
using domain::SupplyIntent;

Answer<Enforcement> SqlStore::set_enforcement(Enforcement setting) {
  return write(
      [setting = std::move(setting)](Db& db) { return sql::set_enforcement(db, setting); });
}

Answer<std::vector<Enforcement>> SqlStore::enforcement(PropertyId property) {
  return read([property](Db& db) { return sql::enforcement(db, property); });
}

Answer<port::Listed<Enforcement>> SqlStore::enforcement_history(PropertyId property,
                                                                port::Page page) {
  return read([property, page](Db& db) { return sql::enforcement_history(db, property, page); });
}

Answer<std::vector<SupplyIntent>> SqlStore::supply_intents(MeterId meter) {
  return read([meter](Db& db) { return sql::supply_intents(db, meter); });
}

Answer<port::Listed<SupplyIntent>> SqlStore::supply_intent_history(MeterId meter, port::Page page) {
  return read([meter, page](Db& db) { return sql::supply_intent_history(db, meter, page); });
}

Answer<std::vector<SupplyIntent>> SqlStore::lasting_intents() {
  return read([](Db& db) { return sql::lasting_intents(db); });
}

Answer<SupplyIntent> SqlStore::begin_supply_intent(SupplyIntent intent) {
  return write(
      [intent = std::move(intent)](Db& db) { return sql::begin_supply_intent(db, intent); });
}

Answer<std::vector<SupplyIntent>> SqlStore::end_supply_intent(IntentEnd end) {
  return write([end = std::move(end)](Db& db) { return sql::end_supply_intent(db, end); });
}

Answer<port::CutFacts> SqlStore::cut_facts(MeterId meter, domain::rating::DayNumber day,
                                           UtcMs now) {
  return read([meter, day, now](Db& db) { return sql::cut_facts(db, meter, day, now); });
}

Answer<port::CutRecord> SqlStore::add_cut_decision(port::CutRecord record) {
  return write([record = std::move(record)](Db& db) { return sql::add_cut_decision(db, record); });
}

Answer<port::CutStore::CutBegun> SqlStore::begin_cut(CutBegin begin) {
  return write([begin = std::move(begin)](Db& db) { return sql::begin_cut(db, begin); });
}

Answer<port::OwnCut> SqlStore::step_cut(port::OwnCutStep step) {
  return write([step = std::move(step)](Db& db) { return sql::step_cut(db, step); });
}

Answer<std::vector<port::OwnCut>> SqlStore::lasting_cuts() {
  return read([](Db& db) { return sql::lasting_cuts(db); });
}

Answer<port::Listed<port::OwnCut>> SqlStore::list_cuts(port::OwnCutFilter filter) {
  return read([filter](Db& db) { return sql::list_cuts(db, filter); });
}

Answer<port::Listed<port::CutRecord>> SqlStore::list_cut_decisions(port::CutFilter filter) {
  return read([filter](Db& db) { return sql::list_cut_decisions(db, filter); });
}

Answer<std::optional<port::CutRecord>> SqlStore::last_cut_decision(MeterId meter) {
  return read([meter](Db& db) { return sql::last_cut_decision(db, meter); });
}

Answer<domain::CutBreaker> SqlStore::cut_breaker(PropertyId property) {
  return read([property](Db& db) -> Result<domain::CutBreaker> {
    return sql::stored_breaker(db, property);
  });
}

Answer<domain::CutBreaker> SqlStore::ask_breaker_release(PropertyId property, UserId by,
                                                         std::string reason, UtcMs at) {
  return write([property, by, reason = std::move(reason), at](Db& db) {
    return sql::ask_breaker_release(db, property, by, reason, at);
  });
}

Answer<domain::CutBreaker> SqlStore::release_breaker(PropertyId property,
                                                     domain::BreakerRelease release) {
  return write([property, release = std::move(release)](Db& db) {
    return sql::release_breaker(db, property, release);
  });
}

Answer<Rehearsal> SqlStore::make_rehearsal(Rehearsal draft,
                                           std::vector<domain::RehearsalLine> lines) {
  return write([draft = std::move(draft), lines = std::move(lines)](Db& db) {
    return sql::make_rehearsal(db, draft, lines);
  });
}

Answer<Rehearsal> SqlStore::decide_rehearsal(RehearsalAct act) {
  return write([act = std::move(act)](Db& db) { return sql::decide_rehearsal(db, act); });
}

Answer<port::CutStore::RehearsalSheet> SqlStore::find_rehearsal(domain::RehearsalId id) {
  return read([id](Db& db) { return sql::find_rehearsal(db, id); });
}

Answer<port::Listed<Rehearsal>> SqlStore::list_rehearsals(PropertyId property, port::Page page) {
  return read([property, page](Db& db) { return sql::list_rehearsals(db, property, page); });
}

}  // namespace paymeter::store
