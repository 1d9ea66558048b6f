/// Operations of load limiting over one connection. Contracts: port/limiting_store.hpp, same names.
#pragma once

#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

Result<domain::LimitingPlan> add_limiting_plan(Db& db, domain::LimitingPlan plan);
Result<domain::LimitingPlan> retire_limiting_plan(Db& db, domain::LimitingPlanId id, UtcMs at);
Result<domain::LimitingPlan> find_limiting_plan(Db& db, domain::LimitingPlanId id);
Rows<domain::LimitingPlan> list_limiting_plans(Db& db, PropertyId property);
Result<LimitingRun> start_limiting(Db& db, LimitingRun run);
Rows<domain::Command> step_limiting(Db& db, const LimitingStep& step);
Result<LimitingRun> end_limiting(Db& db, const LimitingStore::LimitingEnd& end);
Result<LimitingRun> note_limiting(Db& db, const LimitingNote& note);
Result<std::optional<LimitingRun>> limiting_run_of_key(Db& db, PropertyId property,
                                                       const std::string& key);
Result<LimitingRun> find_limiting_run(Db& db, domain::LimitingRunId id);
Result<Listed<LimitingRun>> list_limiting_runs(Db& db, PropertyId property, Page page);
Rows<LimitingRun> open_limiting_runs(Db& db);
Rows<LimitingRow> limiting_rows(Db& db, domain::LimitingRunId run);

}  // namespace paymeter::store::sql
