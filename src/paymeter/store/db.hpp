/// One database connection: runs SQL texts as cached prepared statements, values in and out by
/// position. The only thing the SQL operations know; SQLite and PostgreSQL look the same.
#pragma once

#include <soci/soci.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "paymeter/store/cell.hpp"

namespace paymeter::store {

enum class Dialect : std::uint8_t { sqlite, postgresql };

/// Use from one thread at a time. Every call throws soci::soci_error when the engine fails and
/// BadValue when a stored value makes no sense.
/// Parameters are `:name` in the text and bound by order; a name must not occur twice in a text
/// (SQLite would count it once, PostgreSQL twice).
class Db {
 public:
  Db(std::unique_ptr<soci::session> session, Dialect dialect);
  ~Db();
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;

  Dialect dialect() const { return dialect_; }
  soci::session& session() { return *session_; }

  /// While the disk is nearly full no new sale is stored; the engine says so before each batch.
  bool disk_low() const { return disk_low_; }
  void set_disk_low(bool low) { disk_low_ = low; }

  /// Runs a text without result rows. Returns the number of rows it touched.
  template <class... A>
  std::int64_t execute(std::string_view sql, const A&... parameters) {
    std::vector<Cell> cells;
    cells.reserve(sizeof...(A));
    (cells.push_back(to_cell(parameters)), ...);
    return execute_cells(sql, cells);
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
    std::vector<Cell> cells;
    cells.reserve(sizeof...(A));
    (cells.push_back(to_cell(parameters)), ...);
    std::vector<Cell> row(sizeof...(T));
    std::size_t i = 0;
    ((row[i++].is_text = Sql<T>::text), ...);
    query_cells(sql, cells, row, [&] {
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

  /// Starts a transaction that is going to write: SQLite takes its one write lock here.
  void begin_write() { execute(dialect_ == Dialect::sqlite ? "begin immediate" : "begin"); }
  /// Ends a transaction whatever has become of it. Never throws.
  void roll_back() noexcept;

  std::int64_t execute_cells(std::string_view sql, std::vector<Cell>& parameters);
  /// `row` says the columns' types and is overwritten before each call of `on_row`.
  template <class F>
  void query_cells(std::string_view sql, std::vector<Cell>& parameters, std::vector<Cell>& row,
                   F on_row) {
    Running running(*this, sql, parameters, row);
    // To the end even when one row is enough: an unfinished statement would block the commit.
    while (running.next()) on_row();
  }

 private:
  /// A statement in use. Ends clean: reset and back in the cache, or thrown away after an error.
  class Running {
   public:
    Running(Db& db, std::string_view sql, std::vector<Cell>& parameters, std::vector<Cell>& row);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    bool next();
    std::int64_t affected_rows();

   private:
    Db& db_;
    std::unique_ptr<soci::statement> statement_;
    std::string sql_;
    bool started_ = false;
    bool finished_ = false;
    bool has_rows_ = false;
  };
  std::unique_ptr<soci::statement> take(const std::string& sql);

  std::unique_ptr<soci::session> session_;
  Dialect dialect_;
  bool disk_low_ = false;
  std::unordered_map<std::string, std::unique_ptr<soci::statement>> idle_;
};

}  // namespace paymeter::store
