// SqlStore's load limiting: dispatch only.
#include "paymeter/store/limiting_sql.hpp"
#include "paymeter/store/sql_store_perform.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::LimitingPlan;
using domain::LimitingPlanId;
using domain::LimitingRunId;
using port::LimitingRun;

Answer<LimitingPlan> SqlStore::add_limiting_plan(LimitingPlan plan) {
  return write([plan = std::move(plan)](Db& db) { return sql::add_limiting_plan(db, plan); });
}
Answer<LimitingPlan> SqlStore::retire_limiting_plan(LimitingPlanId id, UtcMs at) {
  return write([id, at](Db& db) { return sql::retire_limiting_plan(db, id, at); });
}
Answer<LimitingPlan> SqlStore::find_limiting_plan(LimitingPlanId id) {
  return read([id](Db& db) { return sql::find_limiting_plan(db, id); });
}
Answer<std::vector<LimitingPlan>> SqlStore::list_limiting_plans(PropertyId property) {
  return read([property](Db& db) { return sql::list_limiting_plans(db, property); });
}
Answer<LimitingRun> SqlStore::start_limiting(LimitingRun run) {
  return write([run = std::move(run)](Db& db) { return sql::start_limiting(db, run); });
}
Answer<std::vector<domain::Command>> SqlStore::step_limiting(port::LimitingStep step) {
  return write([step = std::move(step)](Db& db) { return sql::step_limiting(db, step); });
}
Answer<LimitingRun> SqlStore::end_limiting(LimitingEnd end) {
  return write([end = std::move(end)](Db& db) { return sql::end_limiting(db, end); });
}
Answer<LimitingRun> SqlStore::note_limiting(port::LimitingNote note) {
  return write([note = std::move(note)](Db& db) { return sql::note_limiting(db, note); });
}
Answer<std::optional<LimitingRun>> SqlStore::limiting_run_of_key(PropertyId property,
                                                                 std::string key) {
  return read([property, key = std::move(key)](Db& db) {
    return sql::limiting_run_of_key(db, property, key);
  });
}
Answer<LimitingRun> SqlStore::find_limiting_run(LimitingRunId id) {
  return read([id](Db& db) { return sql::find_limiting_run(db, id); });
}
Answer<port::Listed<LimitingRun>> SqlStore::list_limiting_runs(PropertyId property,
                                                               port::Page page) {
  return read([property, page](Db& db) { return sql::list_limiting_runs(db, property, page); });
}
Answer<std::vector<LimitingRun>> SqlStore::open_limiting_runs() {
  return read([](Db& db) { return sql::open_limiting_runs(db); });
}
Answer<std::vector<port::LimitingRow>> SqlStore::limiting_rows(LimitingRunId run) {
  return read([run](Db& db) { return sql::limiting_rows(db, run); });
}

}  // namespace paymeter::store
