/// Conditions of a list, put together piece by piece with their parameters.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/store/tables.hpp"

namespace paymeter::store {

/// A column to search, as it is or inside a condition on another table.
struct TextColumn {
  std::string_view column;
  std::string_view before = "";  ///< `exists (select … where … and `
  std::string_view after = "";   ///< `)`
};

class Filter {
 public:
  /// `condition` holds one `:name` that no other condition has. An empty optional adds nothing.
  template <class T>
  void add(std::string_view condition, const std::optional<T>& value) {
    if (!value) return;
    add(condition);
    cells_.push_back(to_cell(*value));
  }
  void add(std::string_view condition);
  /// Any of `columns` contains `text` as a part, letters' case aside. Empty text adds nothing.
  void add_text(const std::vector<TextColumn>& columns, const std::string& text);

  /// The page of matching rows, newest first, and how many match in all. `joins` may be empty.
  template <class T>
  port::Listed<T> list(Db& db, std::string_view joins, port::Page page) const {
    const std::string table(Table<T>::name);
    port::Listed<T> out;
    std::vector<Cell> cells = cells_;
    std::vector<Cell> count(1);
    db.query_cells("select count(*) from " + table + " " + tail(joins), cells, count,
                   [&] { out.total = count[0].number; });
    cells = cells_;
    cells.push_back(to_cell(std::clamp(page.limit, 1, 1000)));
    cells.push_back(to_cell(std::max(page.offset, 0)));
    out.rows = select_cells<T>(
        db, tail(joins) + " order by " + table + ".id desc limit :limit offset :offset", cells);
    return out;
  }

  /// The sum of each of `columns` over the matching rows of `table`; 0 without rows.
  std::vector<std::int64_t> sums(Db& db, std::string_view table, std::string_view joins,
                                 const std::vector<std::string_view>& columns) const;

 private:
  std::string tail(std::string_view joins) const;

  std::string where_;
  std::vector<Cell> cells_;
  int texts_ = 0;
};

}  // namespace paymeter::store
