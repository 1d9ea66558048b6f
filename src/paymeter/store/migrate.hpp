/// Numbered migrations, embedded into the program, brought into a database in order.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/store/db.hpp"

namespace paymeter::store {

/// One file of store/migrations. The text is shared by both engines; what they spell differently is
///   @identity@    a generated 64-bit primary key that never gives an id twice
///   @clustered@   rows lie in the order of the primary key, where the engine can
///   --@sqlite, --@postgresql, --@all   lines that start a section for one engine or both
struct Migration {
  int number;  ///< from 1, ascending
  std::string_view name;
  std::string_view sql;
};
std::span<const Migration> migrations();

/// The text as `dialect` wants it.
std::string migration_text(std::string_view sql, Dialect dialect);

/// Brings the database to the newest schema; each migration is one transaction.
/// Errors: store_version (the database is newer than this program), store_failed.
Result<> migrate(Db& db);

/// Runs a script of many statements as it stands. Throws DbError.
void execute_script(Db& db, const std::string& script);

}  // namespace paymeter::store
