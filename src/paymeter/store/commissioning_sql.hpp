/// Checks, pulse tests and signed reports in SQL. Contracts: port/commissioning_store.hpp.
#pragma once

#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

using domain::commissioning::CheckId;
using domain::commissioning::MeterResult;
using domain::commissioning::PulseId;
using domain::commissioning::PulseState;
using domain::commissioning::PulseTest;
using domain::commissioning::SignedReport;
using domain::commissioning::SiteCheck;

Result<CommissioningStore::Started> add_check(Db& db, SiteCheck check);
Result<> store_results(Db& db, const SiteCheck& check, const std::vector<MeterResult>& results);
Result<SiteCheck> find_check(Db& db, CheckId id);
Result<Listed<SiteCheck>> list_checks(Db& db, PropertyId property, Page page);
Rows<MeterResult> check_results(Db& db, CheckId id);
Result<std::int64_t> interrupt_checks(Db& db, UtcMs at);
Result<CommissioningStore::PulseStarted> add_pulse(Db& db, PulseTest test);
Result<> step_pulse(Db& db, const PulseTest& test, PulseState from, int rounds);
Result<PulseTest> find_pulse(Db& db, PulseId id);
Result<Listed<PulseTest>> list_pulses(Db& db, PropertyId property, std::optional<MeterId> expected,
                                      Page page);
Result<SignedReport> add_report(Db& db, SignedReport report);
Result<SignedReport> find_report(Db& db, std::int64_t id);
Rows<SignedReport> list_reports(Db& db, CheckId check);

}  // namespace paymeter::store::sql
