// The columns that are sealed, and reading them as text.
#include "paymeter/store/chain_rows.hpp"

#include <array>
#include <set>
#include <span>

namespace paymeter::store::sql {
namespace {

using domain::ChainField;
using domain::ChainRow;
using domain::ChainTable;
using Fields = std::vector<ChainField>;

// The order is part of the format. Of a vend only what never changes, of a ledger account all but
// its balance, which must be the sum of its entries.
constexpr std::string_view kPosting[] = {"id",       "property_id", "kind",        "vend_id",
                                         "document", "at",          "operator_id", "memo"};
constexpr std::size_t kPostingVend = 3;
constexpr std::string_view kEntry[] = {"id", "property_id", "posting_id", "ledger_account_id",
                                       "amount_fen"};
constexpr std::size_t kEntryPosting = 2, kEntryAccount = 3;
constexpr std::string_view kAct[] = {"id",         "property_id", "vend_id", "at",  "user_id",
                                     "from_state", "to_state",    "reason",  "note"};
constexpr std::size_t kActVend = 2;
constexpr std::string_view kVend[] = {
    "id",          "property_id",  "meter_id",   "account_id",   "idempotency_key",
    "kind",        "captured_fen", "fees_fen",   "to_meter_fen", "tag",
    "slip_number", "operator_id",  "created_at", "wallet",       "shared_wallet"};
constexpr std::string_view kAccount[] = {"id",       "property_id", "kind",
                                         "meter_id", "account_id",  "label"};

std::span<const std::string_view> columns_of(ChainTable table) {
  switch (table) {
    case ChainTable::posting:
      return kPosting;
    case ChainTable::ledger_entry:
      return kEntry;
    case ChainTable::vend_act:
      return kAct;
    case ChainTable::vend:
      return kVend;
    case ChainTable::ledger_account:
      break;
  }
  return kAccount;
}

std::string select_texts(const Db& db, ChainTable table) {
  const std::string name(domain::chain_table_name(table));
  std::string out = "select ";
  for (const std::string_view column : columns_of(table)) {
    if (out.size() > 7) out += ", ";
    out += text_of(db, name + "." + std::string(column));
  }
  return out + " from " + name + " ";
}

/// Calls `take(ChainRow, const Fields&)`. Orders must name the table: a bare `id` would be the text
/// that is selected here under the same name.
template <class Take>
void each_row(Db& db, ChainTable table, const std::string& rest,
              const std::vector<Cell>& parameters, Take take) {
  each_text_row(
      db, select_texts(db, table) + rest, columns_of(table).size(), parameters,
      [&](const Fields& fields) {
        const auto id = number_of(fields[0]);
        if (!id) throw BadValue("an id is no number");
        take(ChainRow{table, *id, domain::canonical_bytes(domain::chain_table_name(table), fields)},
             fields);
      });
}

std::vector<Cell> cells(PropertyId property, std::int64_t from, std::int64_t to) {
  return {to_cell(property), to_cell(from), to_cell(to)};
}

void note(std::set<std::int64_t>& ids, const ChainField& field) {
  if (const auto id = number_of(field)) ids.insert(*id);
}

}  // namespace

std::string text_of(const Db& db, const std::string& column) {
  const std::string text = "cast(" + column + " as text)";
  if (db.dialect() == Dialect::postgresql) return text;
  return "case typeof(" + column + ") when 'blob' then 'bytes ' || hex(" + column + ") else " +
         text + " end";
}

std::vector<ChainRow> load_chain_rows(Db& db, const ChainRange& range) {
  struct Entry {
    std::int64_t posting = 0;
    ChainRow row;
  };
  std::vector<Entry> entries;
  std::vector<ChainRow> rows;
  std::set<std::int64_t> vends, accounts;
  const auto postings = cells(range.property, range.posting_from, range.posting_to);
  each_row(db, ChainTable::ledger_entry,
           "join posting p on p.id = ledger_entry.posting_id where +p.property_id = :property "
           "and p.id > :from and p.id <= :to order by p.id, ledger_entry.id",
           postings, [&](ChainRow row, const Fields& fields) {
             entries.push_back({number_of(fields[kEntryPosting]).value_or(0), std::move(row)});
             note(accounts, fields[kEntryAccount]);
           });
  auto entry = entries.begin();
  each_row(db, ChainTable::posting,
           "where +property_id = :property and id > :from and id <= :to order by posting.id",
           postings, [&](ChainRow row, const Fields& fields) {
             const std::int64_t id = row.id;
             rows.push_back(std::move(row));
             note(vends, fields[kPostingVend]);
             for (; entry != entries.end() && entry->posting == id; ++entry)
               rows.push_back(std::move(entry->row));
           });
  if (entry != entries.end()) throw BadValue("an entry lies between the postings");
  each_row(db, ChainTable::vend_act,
           "where +property_id = :property and id > :from and id <= :to order by vend_act.id",
           cells(range.property, range.act_from, range.act_to),
           [&](ChainRow row, const Fields& fields) {
             rows.push_back(std::move(row));
             note(vends, fields[kActVend]);
           });
  for (const std::int64_t id : vends)
    if (auto row = load_chain_row(db, ChainTable::vend, id)) rows.push_back(std::move(*row));
  for (const std::int64_t id : accounts)
    if (auto row = load_chain_row(db, ChainTable::ledger_account, id))
      rows.push_back(std::move(*row));
  return rows;
}

std::optional<ChainRow> load_chain_row(Db& db, ChainTable table, std::int64_t id) {
  std::optional<ChainRow> out;
  each_row(db, table, "where id = :id", {to_cell(id)},
           [&](ChainRow row, const Fields&) { out = std::move(row); });
  return out;
}

}  // namespace paymeter::store::sql
