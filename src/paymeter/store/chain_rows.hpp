/// Stored rows as the chain hashes them: every column as the text that lies in the database, so
/// that damage which no type could hold is seen, too.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/chain.hpp"
#include "paymeter/store/db.hpp"

namespace paymeter::store::sql {

/// Half-open downwards: ids > from and <= to.
struct ChainRange {
  PropertyId property{};
  std::int64_t posting_from = 0, posting_to = 0;
  std::int64_t act_from = 0, act_to = 0;
};

/// Postings with their entries, acts, then the vends and ledger accounts that they name, as far as
/// these exist: the order of a seal.
std::vector<domain::ChainRow> load_chain_rows(Db& db, const ChainRange& range);
/// A vend or a ledger account. Empty: there is no such row.
std::optional<domain::ChainRow> load_chain_row(Db& db, domain::ChainTable table, std::int64_t id);

/// The column's value as text. SQLite may hold bytes in any column: they are no text that looks the
/// same.
std::string text_of(const Db& db, const std::string& column);

/// A whole number and nothing else.
inline std::optional<std::int64_t> number_of(const domain::ChainField& field) {
  std::int64_t value = 0;
  if (!field || field->empty()) return std::nullopt;
  const char* end = field->data() + field->size();
  const auto [at, error] = std::from_chars(field->data(), end, value);
  if (error != std::errc{} || at != end) return std::nullopt;
  return value;
}

/// Calls `take(fields)` for every row; `columns` are SQL expressions that give texts.
template <class Take>
void each_text_row(Db& db, const std::string& sql, std::size_t columns,
                   const std::vector<Cell>& parameters, Take take) {
  std::vector<Cell> row(columns);
  for (Cell& cell : row) cell.is_text = true;
  db.query_cells(sql, parameters, row, [&] {
    std::vector<domain::ChainField> fields;
    fields.reserve(columns);
    for (const Cell& cell : row)
      fields.push_back(cell.null ? std::nullopt : domain::ChainField(cell.text));
    take(fields);
  });
}

}  // namespace paymeter::store::sql
