// Checks of single rows: what no program would have written. Each answer names its row.
#include <algorithm>

#include "paymeter/codec/sha256.hpp"
#include "paymeter/store/chain_rows.hpp"
#include "paymeter/store/mark_checks.hpp"
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {
namespace {

struct RowCheck {
  std::string table, what;
  std::string sql;         ///< gives ids as text
  bool is_hashed = false;  ///< and a text and what its SHA-256 must be
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

/// Numbers on paper have no gaps: a row that vanished leaves one, a row too many shares one or
/// stands beyond the last. `series` is SQL for the name of a row's number series, `names` are all
/// that it can be.
void add_number_checks(std::vector<RowCheck>& out, const std::string& table,
                       const std::string& column, const std::string& series,
                       const std::string& names) {
  const std::string number = "cast(t." + column + " as bigint)";
  out.push_back({table, "stands behind a missing number",
                 "select cast(n.id as text) from (select t.id, " + number +
                     " as number, row_number() over (partition by t.property_id, " + series +
                     " order by " + number + ", t.id) as place from " + table +
                     " t) n where n.number <> n.place order by n.number"});
  out.push_back({"number_series", "has given numbers that no " + table + " has",
                 "select cast(s.property_id as text) from number_series s where s.name in (" +
                     names + ") and s.last_number <> (select count(*) from " + table +
                     " t where t.property_id = s.property_id and " + series +
                     " = s.name) order by s.property_id"});
  out.push_back({table, "has a number of a series that is missing",
                 "select cast(t.id as text) from " + table +
                     " t left join number_series s on s.property_id = t.property_id and s.name = " +
                     series + " where s.name is null order by t.id"});
}

/// Rows whose ids and numbers were given out together ascend together.
void add_order_check(std::vector<RowCheck>& out, const std::string& table,
                     const std::string& column, const std::string& key) {
  out.push_back({table, "has changed places with another",
                 "select cast(n.id as text) from (select t.id, cast(t." + column +
                     " as bigint) as number, lag(cast(t." + column +
                     " as bigint)) over (partition by " + key + " order by t.id) as before from " +
                     table + " t) n where n.before > n.number order by n.id"});
}

/// What two people decided has its proposal, the one that they read.
void add_decision_checks(std::vector<RowCheck>& out) {
  out.push_back({"posting", "has no approved proposal",
                 "select cast(p.id as text) from posting p left join proposal r "
                 "on p.document = 'proposal ' || cast(r.id as text) and r.state = 'approved' "
                 "and r.evidence = p.memo "
                 "where p.document like 'proposal %' and r.id is null order by p.id"});
  out.push_back({"vend_act", "has no approved proposal",
                 "select cast(a.id as text) from vend_act a left join proposal r "
                 "on a.note = 'proposal ' || cast(r.id as text) and r.state = 'approved' "
                 "and r.vend_id = a.vend_id where a.note like 'proposal %' "
                 "and (a.from_state = 'quarantine' or a.from_state = 'refund_failed' "
                 "and a.to_state = 'refunded') and r.id is null order by a.id"});
  out.push_back({"settlement", "was settled without its meter and without an approved proposal",
                 "select cast(s.id as text) from settlement s left join proposal r "
                 "on r.settlement_id = s.id and r.state = 'approved' "
                 "where s.without_meter = 1 and r.id is null order by s.id"});
}

/// A charge has its bill and its posting on its wallet, and a wallet's payments were all taken.
void add_billing_checks(std::vector<RowCheck>& out) {
  out.push_back({"billing_charge", "has no billing",
                 without("id", "billing_charge", "billing_id", "billing")});
  out.push_back({"billing_charge", "was booked on another wallet than its billing's",
                 "select cast(c.id as text) from billing_charge c "
                 "join billing b on b.id = c.billing_id "
                 "join posting p on p.property_id = c.property_id and p.document = c.document "
                 "and p.kind = 'charge' join ledger_entry e on e.posting_id = p.id "
                 "join ledger_account a on a.id = e.ledger_account_id and a.kind = 'wallet' "
                 "where a.meter_id <> b.meter_id "
                 "or b.meter_id = 0 and a.account_id <> b.account_id order by c.id"});
  // Billing takes every payment of a wallet, in their order.
  out.push_back({"vend", "has lost its lot",
                 "select cast(v.id as text) from vend v left join billing_lot own "
                 "on own.vend_id = v.id where own.id is null and v.wallet = 'platform' "
                 "and v.shared_wallet = 0 and (v.state = 'delivered' or v.to_meter_fen < 0 "
                 "and v.state in ('refund_due', 'refunded', 'refund_failed')) and exists "
                 "(select 1 from billing_lot l join vend w on w.id = l.vend_id "
                 "where w.meter_id = v.meter_id and w.account_id = v.account_id "
                 "and w.id > v.id and w.finished_at >= v.finished_at) order by v.id"});
  out.push_back({"billing_charge", "belongs to no month's bill",
                 "select cast(c.id as text) from billing_charge c left join billing_month m "
                 "on m.billing_id = c.billing_id and m.month = c.month "
                 "where m.id is null order by c.id"});
  out.push_back(
      {"billing_month", "has no billing", without("id", "billing_month", "billing_id", "billing")});
  // By the readings' times: the station's own clock may have been set back between two of them.
  out.push_back({"billing_charge", "has changed places with another",
                 "select cast(c.id as text) from (select id, to_at, "
                 "lag(to_at) over (partition by billing_id order by id) as to_before "
                 "from billing_charge) c where c.to_before > c.to_at order by c.id"});
}

/// A price is the one that was written, and stands as the last act about it left it.
void add_tariff_checks(std::vector<RowCheck>& out) {
  out.push_back({"tariff_version", "does not fit its digest",
                 "select cast(id as text), content, digest from tariff_version "
                 "order by tariff_version.id",
                 true});
  out.push_back({"tariff_version", "does not agree with its last act",
                 "select cast(v.id as text) from tariff_version v left join tariff_act a "
                 "on a.id = (select max(b.id) from tariff_act b where b.version_id = v.id) "
                 "where a.id is null or a.digest <> v.digest or a.at <> v.changed_at "
                 "or a.note <> v.note or (a.act = 'approve') <> (v.state = 'approved') "
                 "order by v.id"});
  out.push_back({"tariff_act", "is about a version that does not exist",
                 without("id", "tariff_act", "version_id", "tariff_version")});
}

/// What the database's own references say, which whoever has opened it may have switched off.
void add_reference_checks(std::vector<RowCheck>& out) {
  for (const char* table : {"vend", "settlement", "account_meter"}) {
    const std::string id = std::string(table) == "account_meter" ? "meter_id" : "id";
    out.push_back({table, "is about an account that does not exist",
                   without(id, table, "account_id", "account")});
    out.push_back(
        {table, "is about a meter that does not exist", without(id, table, "meter_id", "meter")});
  }
  out.push_back({"vend", "is for a meter that its account never had",
                 "select cast(v.id as text) from vend v left join (select distinct account_id, "
                 "meter_id from account_meter) m on m.account_id = v.account_id "
                 "and m.meter_id = v.meter_id where m.meter_id is null order by v.id"});
  out.push_back({"account_meter", "gives its meter a second account",
                 "select cast(t.meter_id as text) from account_meter t where t.to_at is null "
                 "group by t.meter_id having count(*) > 1 order by t.meter_id"});
  out.push_back({"proposal", "is about a settlement that does not exist",
                 "select cast(t.id as text) from proposal t left join settlement o "
                 "on o.id = t.settlement_id where t.settlement_id is not null and o.id is null "
                 "order by t.id"});
}

/// An order and its sale say the same; a device that was replaced has its change-over, and that
/// has one; a meter is not gone from under its money.
void add_place_checks(std::vector<RowCheck>& out) {
  out.push_back({"payment_order", "does not agree with its sale",
                 "select cast(o.id as text) from payment_order o left join vend v "
                 "on v.id = o.vend_id and v.property_id = o.property_id "
                 "and v.captured_fen = o.amount_fen "
                 "and (o.transaction_id is null) = (v.state in ('created', 'closed')) "
                 "where v.id is null order by o.id"});
  out.push_back({"device", "is not the one of its change-over",
                 "select cast(d.id as text) from device d left join settlement s "
                 "on s.id = d.settlement_id and s.meter_id = d.meter_id "
                 "and s.kind = 'change_over' where s.id is null "
                 "or exists (select 1 from device e where e.settlement_id = d.settlement_id "
                 "and e.id < d.id) order by d.id"});
  out.push_back({"settlement", "has lost the device that it ended",
                 "select cast(s.id as text) from settlement s left join device d "
                 "on d.settlement_id = s.id where s.kind = 'change_over' "
                 "and s.state in ('replacing', 'opening', 'done') and d.id is null "
                 "order by s.id"});
  out.push_back({"meter", "is missing",
                 "select cast(m.meter_id as text) from meter_money m left join meter o "
                 "on o.id = m.meter_id where o.id is null order by m.meter_id"});
  out.push_back({"meter", "has lost its row of money",
                 "select cast(o.id as text) from meter o left join meter_money m "
                 "on m.meter_id = o.id where m.meter_id is null order by o.id"});
  out.push_back({"chain_seal", "has a number that no seal has",
                 "select cast(number as text) from chain_seal where number < 1 "
                 "order by chain_seal.number"});
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
  add_number_checks(out, "vend", "slip_number", "'slip'", "'slip'");
  add_number_checks(out, "settlement", "number", "'settlement'", "'settlement'");
  add_number_checks(out, "account", "number", "'account'", "'account'");
  add_number_checks(out, "service_record", "number", "'service_' || t.kind",
                    "'service_charge', 'service_payment'");
  add_number_checks(out, "payment_order", "number", "'payment_order'", "'payment_order'");
  add_order_check(out, "settlement", "number", "t.property_id");
  add_order_check(out, "payment_order", "number", "t.property_id");
  add_order_check(out, "device", "settlement_id", "t.meter_id");
  add_order_check(out, "account", "number", "t.property_id");
  add_order_check(out, "service_record", "number", "t.property_id, t.kind");
  add_decision_checks(out);
  add_billing_checks(out);
  add_tariff_checks(out);
  add_reference_checks(out);
  add_place_checks(out);
  return out;
}

const std::vector<RowCheck>& row_checks() {
  static const std::vector<RowCheck> checks = make_checks();
  return checks;
}

}  // namespace

// Marks first: they name the row that was changed, the rest may name what no longer fits it.
std::string book_check_name(int part) {
  auto index = static_cast<std::size_t>(part);
  if (index < mark_check_count()) return mark_check_name(index);
  index -= mark_check_count();
  const auto& checks = row_checks();
  if (index < checks.size()) return checks[index].table + " " + checks[index].what;
  index -= checks.size();
  if (index < book_invariant_count())
    return "invariant " + std::to_string(index + 1) + " of the books";
  return "";
}

Result<ChainStore::BookCheck> check_books_part(Db& db, int part) {
  ChainStore::BookCheck out;
  auto index = static_cast<std::size_t>(part);
  if (index < mark_check_count()) {
    out.bad = check_marks(db, index);
    return out;
  }
  index -= mark_check_count();
  if (index >= row_checks().size()) {
    out.problems = check_book_invariant(db, index - row_checks().size());
    return out;
  }
  const RowCheck& check = row_checks()[index];
  constexpr std::size_t kNamedMax = 100;
  const std::size_t columns = check.is_hashed ? 3 : 1;
  each_text_row(db, check.sql, columns, {}, [&](const std::vector<domain::ChainField>& fields) {
    if (check.is_hashed && fields[1] && fields[2] && codec::sha256_hex(*fields[1]) == *fields[2])
      return;
    if (out.bad.size() < kNamedMax)
      out.bad.push_back({check.table, number_of(fields[0]).value_or(0), check.what, {}});
  });
  return out;
}

}  // namespace paymeter::store::sql
