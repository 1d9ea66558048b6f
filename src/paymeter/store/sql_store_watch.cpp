// SqlStore's alarms, rules, loss trees and commissioning: dispatch only.
#include "paymeter/store/commissioning_sql.hpp"
#include "paymeter/store/sql_store_perform.hpp"
#include "paymeter/store/watch_sql.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::Alarm;
using domain::watch::LossTree;
using domain::watch::LossTreeId;
using namespace domain::commissioning;

Answer<Alarm> SqlStore::raise_alarm(Alarm alarm) {
  return write([alarm = std::move(alarm)](Db& db) { return sql::raise_alarm(db, alarm); });
}

Answer<void> SqlStore::clear_alarm(port::AlarmClear clear) {
  return write([clear = std::move(clear)](Db& db) { return sql::clear_alarm(db, clear); });
}

Answer<Alarm> SqlStore::acknowledge_alarm(AlarmId id, UserId by, UtcMs at, std::string note) {
  return write([=](Db& db) { return sql::acknowledge_alarm(db, id, by, at, note); });
}

Answer<Alarm> SqlStore::find_alarm(AlarmId id) {
  return read([=](Db& db) { return sql::find_alarm(db, id); });
}

Answer<port::Listed<Alarm>> SqlStore::list_alarms(port::AlarmFilter filter) {
  return read([filter](Db& db) { return sql::list_alarms(db, filter); });
}

Answer<std::vector<Alarm>> SqlStore::active_alarms() {
  return read([](Db& db) { return sql::active_alarms(db); });
}

Answer<std::vector<domain::AlarmEvent>> SqlStore::alarm_events(AlarmId id) {
  return read([=](Db& db) { return sql::alarm_events(db, id); });
}

Answer<std::vector<port::AlarmCount>> SqlStore::alarm_counts(PropertyId property, UtcMs from,
                                                             UtcMs to) {
  return read([=](Db& db) { return sql::alarm_counts(db, property, from, to); });
}

Answer<std::vector<port::SetAlarmRule>> SqlStore::alarm_rules() {
  return read([](Db& db) { return sql::alarm_rules(db); });
}

Answer<void> SqlStore::set_alarm_rule(port::SetAlarmRule rule) {
  return write([rule](Db& db) { return sql::set_alarm_rule(db, rule); });
}

Answer<std::vector<LossTree>> SqlStore::loss_trees() {
  return read([](Db& db) { return sql::loss_trees(db); });
}

Answer<LossTree> SqlStore::put_loss_tree(LossTree tree, UserId by, UtcMs at) {
  return write([=](Db& db) { return sql::put_loss_tree(db, tree, by, at); });
}

Answer<void> SqlStore::end_loss_tree(LossTreeId id, UserId by, UtcMs at) {
  return write([=](Db& db) { return sql::end_loss_tree(db, id, by, at); });
}

Answer<void> SqlStore::add_loss_period(port::LossPeriod period) {
  return write([=](Db& db) { return sql::add_loss_period(db, period); });
}

Answer<std::vector<port::LossPeriod>> SqlStore::loss_periods(LossTreeId tree, int limit) {
  return read([=](Db& db) { return sql::loss_periods(db, tree, limit); });
}

Answer<port::CommissioningStore::Started> SqlStore::add_check(SiteCheck check) {
  return write([=](Db& db) { return sql::add_check(db, check); });
}

Answer<void> SqlStore::store_results(SiteCheck check, std::vector<MeterResult> results) {
  return write([check, results = std::move(results)](Db& db) {
    return sql::store_results(db, check, results);
  });
}

Answer<SiteCheck> SqlStore::find_check(CheckId id) {
  return read([=](Db& db) { return sql::find_check(db, id); });
}

Answer<port::Listed<SiteCheck>> SqlStore::list_checks(PropertyId property, port::Page page) {
  return read([=](Db& db) { return sql::list_checks(db, property, page); });
}

Answer<std::vector<MeterResult>> SqlStore::check_results(CheckId id) {
  return read([=](Db& db) { return sql::check_results(db, id); });
}

Answer<std::int64_t> SqlStore::interrupt_checks(UtcMs at) {
  return write([=](Db& db) { return sql::interrupt_checks(db, at); });
}

Answer<port::CommissioningStore::PulseStarted> SqlStore::add_pulse(PulseTest test) {
  return write([=](Db& db) { return sql::add_pulse(db, test); });
}

Answer<void> SqlStore::step_pulse(PulseTest test, PulseState from, int rounds) {
  return write([=](Db& db) { return sql::step_pulse(db, test, from, rounds); });
}

Answer<PulseTest> SqlStore::find_pulse(PulseId id) {
  return read([=](Db& db) { return sql::find_pulse(db, id); });
}

Answer<port::Listed<PulseTest>> SqlStore::list_pulses(PropertyId property,
                                                      std::optional<MeterId> expected,
                                                      port::Page page) {
  return read([=](Db& db) { return sql::list_pulses(db, property, expected, page); });
}

Answer<SignedReport> SqlStore::add_report(SignedReport report) {
  return write([=](Db& db) { return sql::add_report(db, report); });
}

Answer<SignedReport> SqlStore::find_report(std::int64_t id) {
  return read([=](Db& db) { return sql::find_report(db, id); });
}

Answer<std::vector<SignedReport>> SqlStore::list_reports(CheckId check) {
  return read([=](Db& db) { return sql::list_reports(db, check); });
}

}  // namespace paymeter::store
