// Checks with their results, pulse tests step by step, reports that never change.
#include "paymeter/store/commissioning_sql.hpp"

#include "paymeter/store/commissioning_columns.hpp"
#include "paymeter/store/filter.hpp"

namespace paymeter::store::sql {
namespace {

using domain::commissioning::CheckState;

std::string number(std::int64_t id) { return std::to_string(id); }

}  // namespace

Result<CommissioningStore::Started> add_check(Db& db, SiteCheck check) {
  if (auto known = select_one<SiteCheck>(
          db, "where site_check.property_id = :property and site_check.idempotency_key = :key",
          check.property, check.idempotency_key)) {
    if (known->scope != check.scope || known->scope_id != check.scope_id)
      return fail(Errc::vend_exists_with_different_request, "check " + number(known->id.value));
    return CommissioningStore::Started{std::move(*known), true};
  }
  check.state = CheckState::running;
  check.id = CheckId{insert(db, check)};
  return CommissioningStore::Started{std::move(check), false};
}

Result<> store_results(Db& db, const SiteCheck& check, const std::vector<MeterResult>& results) {
  const auto stored = find_check(db, check.id);
  if (!stored) return fail(stored.error());
  if (stored->state != CheckState::running)
    return fail(Errc::check_state_conflict, std::string(check_state_name(stored->state)));
  for (const MeterResult& result : results) {
    db.execute("delete from site_check_result where check_id = :check and meter_id = :meter",
               check.id, result.meter);
    db.execute(
        "insert into site_check_result (property_id, check_id, meter_id, at, serial_found, points) "
        "values (:property, :check, :meter, :at, :serial, :points)",
        stored->property, check.id, result.meter, result.at, result.serial_found,
        points_to_text(result.points));
  }
  SiteCheck next = *stored;
  next.state = check.state;
  next.ok = check.ok;
  next.failed = check.failed;
  next.unknown = check.unknown;
  next.finished_at = check.finished_at;
  update(db, next);
  return {};
}

Result<SiteCheck> find_check(Db& db, CheckId id) {
  auto check = select_one<SiteCheck>(db, "where site_check.id = :id", id);
  if (!check) return fail(Errc::check_unknown, number(id.value));
  return std::move(*check);
}

Result<Listed<SiteCheck>> list_checks(Db& db, PropertyId property, Page page) {
  Filter where;
  where.add("site_check.property_id = :property", std::optional(property));
  return where.list<SiteCheck>(db, "", page);
}

Rows<MeterResult> check_results(Db& db, CheckId id) {
  std::vector<MeterResult> out;
  db.each<MeterId, UtcMs, std::string, std::string>(
      "select meter_id, at, serial_found, points from site_check_result where check_id = :check "
      "order by meter_id",
      [&](MeterId meter, UtcMs at, const std::string& serial, const std::string& points) {
        out.push_back({id, meter, at, points_from_text(points), serial});
      },
      id);
  return out;
}

Result<std::int64_t> interrupt_checks(Db& db, UtcMs at) {
  return db.execute(
      "update site_check set state = 'interrupted', finished_at = :at where state = 'running'", at);
}

Result<CommissioningStore::PulseStarted> add_pulse(Db& db, PulseTest test) {
  if (auto known = select_one<PulseRow>(
          db, "where pulse_test.property_id = :property and pulse_test.idempotency_key = :key",
          test.property, test.idempotency_key)) {
    if (known->test.expected != test.expected || known->test.load_w != test.load_w)
      return fail(Errc::vend_exists_with_different_request, "test " + number(known->test.id.value));
    return CommissioningStore::PulseStarted{test_of(std::move(*known)), true};
  }
  test.id = PulseId{insert(db, row_of(test))};
  return CommissioningStore::PulseStarted{std::move(test), false};
}

Result<> step_pulse(Db& db, const PulseTest& test, PulseState from, int rounds) {
  const auto stored = select_one<PulseRow>(db, "where pulse_test.id = :id", test.id);
  if (!stored) return fail(Errc::check_unknown, number(test.id.value));
  if (stored->test.state != from || stored->rounds_done != rounds)
    return fail(Errc::check_state_conflict, std::string(pulse_state_name(stored->test.state)));
  update(db, row_of(test));
  return {};
}

Result<PulseTest> find_pulse(Db& db, PulseId id) {
  auto row = select_one<PulseRow>(db, "where pulse_test.id = :id", id);
  if (!row) return fail(Errc::check_unknown, number(id.value));
  return test_of(std::move(*row));
}

Result<Listed<PulseTest>> list_pulses(Db& db, PropertyId property, std::optional<MeterId> expected,
                                      Page page) {
  Filter where;
  where.add("pulse_test.property_id = :property", std::optional(property));
  where.add("pulse_test.expected_meter_id = :meter", expected);
  auto rows = where.list<PulseRow>(db, "", page);
  Listed<PulseTest> out;
  out.total = rows.total;
  for (PulseRow& row : rows.rows) out.rows.push_back(test_of(std::move(row)));
  return out;
}

Result<SignedReport> add_report(Db& db, SignedReport report) {
  report.id = insert(db, report);
  return report;
}

Result<SignedReport> find_report(Db& db, std::int64_t id) {
  auto report = select_one<SignedReport>(db, "where site_report.id = :id", id);
  if (!report) return fail(Errc::check_unknown, "report " + number(id));
  return std::move(*report);
}

Rows<SignedReport> list_reports(Db& db, CheckId check) {
  auto reports = select<SignedReport>(
      db, "where site_report.check_id = :check order by site_report.id desc", check);
  for (SignedReport& report : reports) report.content.clear();
  return reports;
}

}  // namespace paymeter::store::sql
