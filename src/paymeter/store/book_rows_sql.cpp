// Checks of single rows: what no program would have written. Each answer names its row.
#include <algorithm>

#include "paymeter/store/chain_rows.hpp"
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {
namespace {

struct RowCheck {
  std::string table, what;
  std::string sql;  ///< gives ids as text
};

template <class E>
std::string spelled_wrong(const std::string& table, const std::string& column) {
  std::string names;
  for (int i = 0; i <= static_cast<int>(Spelling<E>::last); ++i)
    names += (i == 0 ? "'" : ", '") + std::string(Spelling<E>::name(static_cast<E>(i))) + "'";
  return "select cast(id as text) from " + table + " where " + column + " is null or " + column +
         " not in (" + names + ") order by " + table + ".id";
}

std::string without(const std::string& id, const std::string& table, const std::string& column,
                    const std::string& other) {
  return "select cast(t." + id + " as text) from " + table + " t left join " + other +
         " o on o.id = t." + column + " where o.id is null order by t." + id;
}

/// A service record and its posting say the same, and neither is without the other.
void add_service_checks(std::vector<RowCheck>& out) {
  const std::string posting =
      "p.property_id = r.property_id and p.kind = 'service_' || r.kind "
      "and p.document = r.kind || ' ' || r.number";
  out.push_back(
      {"service_record", "does not agree with its posting",
       "select cast(r.id as text) from service_record r left join (select p.property_id, p.kind, "
       "p.document, a.kind as service, a.account_id, e.amount_fen from posting p "
       "join ledger_entry e on e.posting_id = p.id "
       "join ledger_account a on a.id = e.ledger_account_id) p on " +
           posting +
           " and p.service = r.service and p.account_id = r.account_id and p.amount_fen = "
           "case when r.kind = 'charge' then r.amount_fen else -r.amount_fen end "
           "where p.document is null order by r.id"});
  out.push_back({"posting", "has no service record",
                 "select cast(p.id as text) from posting p left join service_record r on " +
                     posting +
                     " where p.kind in ('service_charge', 'service_payment') and r.id is null "
                     "order by p.id"});
}

std::vector<RowCheck> make_checks() {
  const std::string most = std::to_string(domain::kMoneyMax.fen);
  std::vector<RowCheck> out;
  for (const char* table :
       {"posting", "ledger_entry", "ledger_account", "vend_act", "vend", "service_record"})
    out.push_back(
        {table, "belongs to no property", without("id", table, "property_id", "property")});
  for (const char* table : {"chain_seal", "chain_head"}) {
    const std::string id = std::string(table) == "chain_seal" ? "number" : "property_id";
    out.push_back({table, "belongs to no property", without(id, table, "property_id", "property")});
  }
  out.push_back(
      {"posting", "has an unknown kind", spelled_wrong<domain::PostingKind>("posting", "kind")});
  out.push_back({"ledger_account", "has an unknown kind",
                 spelled_wrong<domain::LedgerAccountKind>("ledger_account", "kind")});
  out.push_back(
      {"vend", "has an unknown state", spelled_wrong<domain::VendState>("vend", "state")});
  out.push_back({"vend", "has an unknown kind", spelled_wrong<domain::VendKind>("vend", "kind")});
  out.push_back({"vend", "has an unknown payment method",
                 spelled_wrong<domain::PaymentMethod>("vend", "method")});
  out.push_back({"vend", "has an unknown wallet", spelled_wrong<domain::Wallet>("vend", "wallet")});
  out.push_back({"posting", "is about a vend that does not exist",
                 "select cast(p.id as text) from posting p left join vend v on v.id = p.vend_id "
                 "where p.vend_id is not null and v.id is null order by p.id"});
  out.push_back(
      {"ledger_entry", "has no posting", without("id", "ledger_entry", "posting_id", "posting")});
  out.push_back({"ledger_entry", "has no ledger account",
                 without("id", "ledger_entry", "ledger_account_id", "ledger_account")});
  out.push_back({"vend_act", "is about a vend that does not exist",
                 without("id", "vend_act", "vend_id", "vend")});
  out.push_back({"ledger_entry", "mixes two properties",
                 "select cast(e.id as text) from ledger_entry e "
                 "join posting p on p.id = e.posting_id "
                 "join ledger_account a on a.id = e.ledger_account_id "
                 "where e.property_id is distinct from p.property_id "
                 "or e.property_id is distinct from a.property_id order by e.id"});
  out.push_back({"ledger_entry", "has an impossible amount",
                 "select cast(id as text) from ledger_entry where amount_fen is null "
                 "or amount_fen < -" +
                     most + " or amount_fen > " + most + " order by ledger_entry.id"});
  out.push_back({"ledger_account", "has no entries",
                 "select cast(a.id as text) from ledger_account a left join "
                 "(select distinct ledger_account_id as id from ledger_entry) e on e.id = a.id "
                 "where e.id is null order by a.id"});
  out.push_back({"ledger_account", "has a balance that is not the sum of its entries",
                 "select cast(a.id as text) from ledger_account a left join "
                 "(select ledger_account_id as id, sum(amount_fen) as total from ledger_entry "
                 "group by ledger_account_id) e on e.id = a.id "
                 "where a.balance_fen is distinct from coalesce(e.total, 0) order by a.id"});
  add_service_checks(out);
  return out;
}

const std::vector<RowCheck>& row_checks() {
  static const std::vector<RowCheck> checks = make_checks();
  return checks;
}

}  // namespace

std::string book_check_name(int part) {
  const auto index = static_cast<std::size_t>(part);
  const auto& checks = row_checks();
  if (index < checks.size()) return checks[index].table + " " + checks[index].what;
  if (index < checks.size() + book_invariant_count())
    return "invariant " + std::to_string(index - checks.size() + 1) + " of the books";
  return "";
}

Result<ChainStore::BookCheck> check_books_part(Db& db, int part) {
  ChainStore::BookCheck out;
  const auto index = static_cast<std::size_t>(part);
  if (index >= row_checks().size()) {
    out.problems = check_book_invariant(db, index - row_checks().size());
    return out;
  }
  const RowCheck& check = row_checks()[index];
  constexpr std::size_t kNamedMax = 100;
  each_text_row(db, check.sql, 1, {}, [&](const std::vector<domain::ChainField>& fields) {
    if (out.bad.size() < kNamedMax)
      out.bad.push_back({check.table, number_of(fields[0]).value_or(0), check.what, {}});
  });
  return out;
}

}  // namespace paymeter::store::sql
