// Builds the where clause of a list.
#include "paymeter/store/filter.hpp"

namespace paymeter::store {
namespace {

/// The text as a pattern that matches itself anywhere: % and _ are ordinary characters here.
std::string contains_pattern(const std::string& text) {
  std::string out = "%";
  for (char c : text) {
    if (c == '%' || c == '_' || c == '!') out.push_back('!');
    out.push_back(c);
  }
  return out + "%";
}

}  // namespace

void Filter::add(std::string_view condition) {
  where_ += (where_.empty() ? "where " : " and ") + std::string(condition);
}

void Filter::add_text(const std::vector<TextColumn>& columns, const std::string& text) {
  if (text.empty()) return;
  std::string any;
  for (const TextColumn& searched : columns) {
    any += any.empty() ? "(" : " or ";
    any.append(searched.before).append("lower(").append(searched.column).append(")");
    any.append(" like lower(:text" + std::to_string(++texts_) + ") escape '!'");
    any.append(searched.after);
    cells_.push_back(to_cell(contains_pattern(text)));
  }
  add(any + ")");
}

std::vector<std::int64_t> Filter::sums(Db& db, std::string_view table, std::string_view joins,
                                       const std::vector<std::string_view>& columns) const {
  std::string sql = "select ";
  for (std::string_view column : columns) {
    if (column != columns.front()) sql += ", ";
    sql.append("cast(coalesce(sum(").append(column).append("), 0) as bigint)");
  }
  sql.append(" from ").append(table).append(" ").append(tail(joins));
  std::vector<Cell> cells = cells_;
  std::vector<Cell> row(columns.size());
  std::vector<std::int64_t> out;
  db.query_cells(sql, cells, row, [&] {
    for (const Cell& cell : row) out.push_back(cell.number);
  });
  return out;
}

std::string Filter::tail(std::string_view joins) const { return std::string(joins) + " " + where_; }

}  // namespace paymeter::store
