/// One SQLite connection through SQLite's own interface.
#pragma once

#include <sqlite3.h>

#include <memory>

#include "paymeter/store/connection.hpp"
#include "paymeter/store/statement_cache.hpp"

namespace paymeter::store {

class SqliteConnection final : public Connection {
 public:
  /// Opens the file, made when missing. `vfs` null: the system's own. Throws DbError.
  explicit SqliteConnection(const std::string& path, const char* vfs = nullptr);
  ~SqliteConnection() override;

  Dialect dialect() const override { return Dialect::sqlite; }
  std::int64_t execute(std::string_view sql, std::span<const Cell> parameters) override;
  void query(std::string_view sql, std::span<const Cell> parameters, std::vector<Cell>& row,
             RowSink sink) override;
  void script(const std::string& text) override;
  void begin_write() override;
  void begin_read() override;
  void commit() override;
  Transaction transaction() const override;
  std::int64_t changes() const override;

  sqlite3* handle() { return db_; }

 private:
  struct Statement {
    explicit Statement(sqlite3_stmt* prepared) : handle(prepared) {}
    ~Statement() { sqlite3_finalize(handle); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    sqlite3_stmt* handle;
    bool busy = false;
  };
  /// A statement in use; clean again at the end, whatever happened.
  class Use;
  std::unique_ptr<Statement> prepare(std::string_view sql);

  sqlite3* db_ = nullptr;
  StatementCache<Statement> cache_;
};

/// Throws what the connection says about its last call. `rc`: that call's result.
[[noreturn]] void throw_sqlite_error(sqlite3* db, int rc);

}  // namespace paymeter::store
