/// Opens the embedded database: one SQLite file in WAL mode, every acknowledged write synced.
#pragma once

#include "paymeter/store/options.hpp"

namespace paymeter::store {

struct SqliteOptions : StoreOptions {
  std::string path;  ///< a file, made when missing; `:memory:` only with inline_
  std::string vfs;   ///< tests: SQLite's way to the disk; empty: its own
};

/// Opens, checks and migrates. In threads mode the callers' executors must outlive the store; the
/// destructor finishes every write that was taken.
/// Errors: store_version (the file is newer than this program), store_failed (not a database,
/// damaged, not writable; detail says what and which file), store_busy (locked by another program).
Result<std::unique_ptr<port::Store>> open_sqlite(SqliteOptions options);

/// One connection, set up as the store's own are; nothing is migrated. Throws DbError.
std::unique_ptr<Db> connect_sqlite(const SqliteOptions& options);

}  // namespace paymeter::store
