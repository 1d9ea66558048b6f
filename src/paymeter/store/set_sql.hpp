/// One statement for many rows of parameters: run row by row where a statement costs a function
/// call (SQLite), sent once with a column in each parameter where it costs a journey (PostgreSQL).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/store/db.hpp"

namespace paymeter::store {

/// Rows with the same columns, one after the other.
class ParameterRows {
 public:
  /// `expected`: rows, to make room for.
  explicit ParameterRows(std::size_t columns, std::size_t expected = 1) : columns_(columns) {
    cells_.reserve(columns * expected);
  }
  /// Requires: as many values as there are columns.
  template <class... A>
  void add(const A&... values) {
    (cells_.push_back(to_cell(values)), ...);
  }
  /// Requires: as many cells as there are columns.
  void add_cells(std::vector<Cell> cells);

  std::size_t columns() const { return columns_; }
  std::size_t size() const { return cells_.size() / columns_; }
  bool empty() const { return cells_.empty(); }
  std::span<const Cell> rows(std::size_t first, std::size_t count) const {
    return std::span(cells_).subspan(first * columns_, count * columns_);
  }

 private:
  std::size_t columns_;
  std::vector<Cell> cells_;
};

/// The two spellings of a statement over rows; parameters in the order of the columns.
struct SetText {
  std::string_view each;  ///< for one row: `:name` is a value
  /// For all rows: `:name::bigint[]` or `:name::text[]` is a column. With an answer: its first
  /// column says which row it belongs to, from 1 (`unnest(…) with ordinality`), and rows have one
  /// answer each at most.
  std::string_view all;
};

/// An insert of whole rows.
class RowInsert {
 public:
  struct Column {
    std::string_view name;
    bool is_text = false;
  };
  RowInsert(std::string_view table, const std::vector<Column>& columns);
  void run(Db& db, const ParameterRows& rows) const;

 private:
  std::size_t columns_;
  /// `insert … values (…), (…)`: as few statements as make up any number of rows.
  static constexpr std::size_t kStrides[] = {64, 16, 4, 1};
  std::string values_[std::size(kStrides)];
  std::string arrays_;
};

/// The rows' columns as PostgreSQL's array literals, one text each.
std::vector<Cell> column_arrays(const ParameterRows& rows);

/// Runs `text` for all rows.
void execute_set(Db& db, const SetText& text, const ParameterRows& rows);

/// Calls `take(row, const T&...)` for every row (from 0) that has an answer.
template <class... T, class F>
void each_of_set(Db& db, const SetText& text, const ParameterRows& rows, F take) {
  if (rows.empty()) return;
  if (db.dialect() == Dialect::postgresql) {
    const std::vector<Cell> arrays = column_arrays(rows);
    db.each_cells<std::int64_t, T...>(text.all, arrays, [&](std::int64_t row, const T&... columns) {
      take(static_cast<std::size_t>(row - 1), columns...);
    });
    return;
  }
  for (std::size_t row = 0; row < rows.size(); ++row)
    db.each_cells<T...>(text.each, rows.rows(row, 1),
                        [&](const T&... columns) { take(row, columns...); });
}

/// The next `count` ids of a table, ascending, for rows that are inserted with their ids within
/// this transaction.
std::vector<std::int64_t> next_ids(Db& db, const std::string& table, std::size_t count);

}  // namespace paymeter::store
