// The parts of Db that know which library is below.
#include "paymeter/store/db.hpp"

#include "paymeter/base/assert.hpp"
#include "paymeter/store/postgresql_connection.hpp"
#include "paymeter/store/sqlite_connection.hpp"

namespace paymeter::store {

sqlite3* Db::sqlite() {
  PAYMETER_ASSERT(dialect() == Dialect::sqlite);
  return static_cast<SqliteConnection&>(*connection_).handle();
}

pg_conn* Db::postgresql() {
  PAYMETER_ASSERT(dialect() == Dialect::postgresql);
  return static_cast<PostgresqlConnection&>(*connection_).handle();
}

void Db::roll_back() noexcept {
  try {
    execute("rollback");
  } catch (const std::exception&) {
    // After some errors the engine has rolled back by itself and says that there is nothing left.
  }
}

}  // namespace paymeter::store
