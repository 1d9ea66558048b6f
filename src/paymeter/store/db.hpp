/// One database connection: runs SQL texts as cached prepared statements, values in and out by
/// position. The only thing the SQL operations know; SQLite and PostgreSQL look the same.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "paymeter/store/cell.hpp"
#include "paymeter/store/connection.hpp"

struct sqlite3;
struct pg_conn;

namespace paymeter::store {

/// Use from one thread at a time. Every call throws DbError when the engine fails and BadValue when
/// a stored value makes no sense.
/// Parameters are `:name` in the text and bound by order; a name must not occur twice in a text
/// (SQLite would count it once, PostgreSQL twice).
class Db {
 public:
  explicit Db(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;

  Dialect dialect() const { return connection_->dialect(); }
  Connection& connection() { return *connection_; }

  /// For bulk paths (COPY, a bound loop): the library's own handle, inside the running operation
  /// and on its thread only. Failures: throw_sqlite_error and throw_postgresql_error, so that the
  /// engine knows what to do. Requires: that dialect.
  sqlite3* sqlite();
  pg_conn* postgresql();

  /// While the disk is nearly full no new sale is stored; the engine says so before each batch.
  bool disk_low() const { return disk_low_; }
  void set_disk_low(bool low) { disk_low_ = low; }

  /// Runs a text without result rows. Returns the number of rows it touched.
  template <class... A>
  std::int64_t execute(std::string_view sql, const A&... parameters) {
    return connection_->execute(sql, cells_of_values(parameters...));
  }

  /// The only row's columns: `db.one<MeterId, std::string>("select id, code …", x)`. Empty = no
  /// row. Further rows are ignored.
  template <class... T, class... A>
  std::optional<std::tuple<T...>> one(std::string_view sql, const A&... parameters) {
    std::optional<std::tuple<T...>> out;
    each<T...>(
        sql,
        [&](const T&... columns) {
          if (!out) out.emplace(columns...);
        },
        parameters...);
    return out;
  }

  /// The only column of the only row.
  template <class T, class... A>
  std::optional<T> value(std::string_view sql, const A&... parameters) {
    auto row = one<T>(sql, parameters...);
    if (!row) return std::nullopt;
    return std::get<0>(std::move(*row));
  }

  /// Calls `take(const T&...)` for every row, in order.
  template <class... T, class F, class... A>
  void each(std::string_view sql, F take, const A&... parameters) {
    each_cells<T...>(sql, cells_of_values(parameters...), take);
  }
  /// The same with the parameters as cells.
  template <class... T, class F>
  void each_cells(std::string_view sql, std::span<const Cell> parameters, F take) {
    std::vector<Cell> row(sizeof...(T));
    std::size_t i = 0;
    ((row[i++].is_text = Sql<T>::text), ...);
    query_cells(sql, parameters, row, [&] {
      std::tuple<T...> columns;
      std::apply(
          [&](T&... column) {
            std::size_t at = 0;
            (from_cell(row[at++], column), ...);
            take(column...);
          },
          columns);
    });
  }

  /// Starts a transaction that is going to write: takes the database's one write lock.
  void begin_write() { connection_->begin_write(); }
  void commit() { connection_->commit(); }
  /// Ends a transaction whatever has become of it. Never throws.
  void roll_back() noexcept;

  std::int64_t execute_cells(std::string_view sql, std::span<const Cell> parameters) {
    return connection_->execute(sql, parameters);
  }
  /// `row` says the columns' types and is overwritten before each call of `on_row`.
  template <class F>
  void query_cells(std::string_view sql, std::span<const Cell> parameters, std::vector<Cell>& row,
                   F on_row) {
    connection_->query(sql, parameters, row,
                       {&on_row, [](void* target) { (*static_cast<F*>(target))(); }});
  }

 private:
  template <class... A>
  static std::array<Cell, sizeof...(A)> cells_of_values(const A&... parameters) {
    return {to_cell(parameters)...};
  }

  std::unique_ptr<Connection> connection_;
  bool disk_low_ = false;
};

}  // namespace paymeter::store
