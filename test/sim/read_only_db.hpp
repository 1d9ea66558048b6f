/// A look into a station's SQLite file through a connection of its own: the store's own code is
/// what is being checked.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

namespace paymeter::town {

/// Not for use while another connection of the same thread is inside a write.
struct ReadOnlyDb {
  /// Throws std::runtime_error when the database refuses, as `each` does.
  explicit ReadOnlyDb(const std::string& path) {
    if (sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
      throw std::runtime_error("read-only view: " + path);
  }
  ~ReadOnlyDb() {
    for (const auto& [sql, statement] : statements) sqlite3_finalize(statement);
    sqlite3_close(db);
  }
  ReadOnlyDb(const ReadOnlyDb&) = delete;
  ReadOnlyDb& operator=(const ReadOnlyDb&) = delete;

  /// Calls `take(statement)` per row.
  template <class F>
  void each(const std::string& sql, std::int64_t parameter, F take) {
    sqlite3_stmt*& statement = statements[sql];
    if (statement == nullptr &&
        sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      throw std::runtime_error("read-only view: " + std::string(sqlite3_errmsg(db)) + ": " + sql);
    if (sqlite3_bind_parameter_count(statement) > 0) sqlite3_bind_int64(statement, 1, parameter);
    int rc = 0;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) take(statement);
    sqlite3_reset(statement);
    if (rc != SQLITE_DONE) throw std::runtime_error("read-only view: " + sql);
  }

  sqlite3* db = nullptr;
  std::map<std::string, sqlite3_stmt*> statements;
};

inline std::string text_of(sqlite3_stmt* row, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  return text == nullptr ? "" : text;
}
inline bool is_null(sqlite3_stmt* row, int column) {
  return sqlite3_column_type(row, column) == SQLITE_NULL;
}
template <class T>
T number_of(sqlite3_stmt* row, int column) {
  return static_cast<T>(sqlite3_column_int64(row, column));
}
inline std::optional<std::int64_t> number_or_none(sqlite3_stmt* row, int column) {
  return is_null(row, column) ? std::nullopt : std::optional(sqlite3_column_int64(row, column));
}

}  // namespace paymeter::town
