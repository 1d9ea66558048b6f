// SqlStore's settlements: dispatch only.
#include "paymeter/store/settlement_sql.hpp"
#include "paymeter/store/sql_store_perform.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::Settlement;

Answer<port::SettlementStore::Begun> SqlStore::begin_settlements(
    std::vector<Settlement> settlements) {
  return write([settlements = std::move(settlements)](Db& db) {
    return sql::begin_settlements(db, settlements);
  });
}

Answer<Settlement> SqlStore::step_settlement(port::SettlementStep step) {
  return write([step = std::move(step)](Db& db) { return sql::step_settlement(db, step); });
}

Answer<Settlement> SqlStore::find_settlement(SettlementId id) {
  return read([id](Db& db) { return sql::find_settlement(db, id); });
}

Answer<port::Listed<Settlement>> SqlStore::list_settlements(port::SettlementFilter filter) {
  return read([filter = std::move(filter)](Db& db) { return sql::list_settlements(db, filter); });
}

Answer<std::vector<Settlement>> SqlStore::unfinished_settlements() {
  return read([](Db& db) { return sql::unfinished_settlements(db); });
}

Answer<std::vector<port::SettlementStore::Device>> SqlStore::devices(MeterId meter) {
  return read([meter](Db& db) { return sql::devices(db, meter); });
}

}  // namespace paymeter::store
