// What was charged: lists, bills, and the invariants between charges and postings.
#include "paymeter/store/filter.hpp"
#include "paymeter/store/wallet_columns.hpp"
#include "paymeter/store/wallet_sql.hpp"

namespace paymeter::store::sql {

Result<Listed<ChargeLine>> list_charges(Db& db, const ChargeFilter& filter) {
  Filter where;
  where.add(
      "exists (select 1 from account_meter am where am.account_id = billing.account_id "
      "and am.meter_id = :meter and billing.meter_id in (0, am.meter_id))",
      filter.meter);
  where.add("billing.account_id = :account", filter.account);
  where.add("billing_charge.month = :month", filter.month);
  return where.list<ChargeLine>(db, "join billing on billing.id = billing_charge.billing_id",
                                filter.page);
}

Rows<BillingStore::MonthBillRow> bills_of_month(Db& db, MeterId meter, MonthNumber month) {
  if (!property_of_meter(db, meter)) return fail(Errc::meter_unknown, std::to_string(meter.value));
  std::vector<BillingStore::MonthBillRow> out;
  const auto billings = select<Billing>(
      db,
      "where exists (select 1 from account_meter am where am.account_id = billing.account_id "
      "and am.meter_id = :meter and billing.meter_id in (0, am.meter_id)) order by billing.id",
      meter);
  for (const Billing& billing : billings)
    if (auto bill = select_one<BilledMonth>(
            db, "where billing_month.billing_id = :billing and billing_month.month = :month",
            billing.id, month))
      out.push_back({billing, std::move(*bill)});
  return out;
}

void charges_against_postings(Db& db, std::vector<std::string>& out) {
  db.each<std::string, std::int64_t, std::int64_t>(
      "select e.document, cast(sum(e.charged) as bigint), cast(sum(e.booked) as bigint) from ("
      "select property_id, document, amount_fen as charged, 0 as booked from billing_charge "
      "union all select p.property_id, p.document, 0, l.amount_fen from posting p "
      "join ledger_entry l on l.posting_id = p.id "
      "join ledger_account a on a.id = l.ledger_account_id "
      "where p.kind = 'charge' and a.kind = 'wallet') e "
      "group by e.property_id, e.document having sum(e.charged) <> sum(e.booked) "
      "order by e.document",
      [&](const std::string& document, std::int64_t charged, std::int64_t booked) {
        out.push_back(document + ": billing says " + std::to_string(charged) +
                      " fen, the books say " + std::to_string(booked));
      });
  db.each<std::string>(
      "select p.document from posting p left join billing_charge c "
      "on c.property_id = p.property_id and c.document = p.document "
      "where p.kind = 'charge' and c.id is null order by p.document",
      [&](const std::string& document) { out.push_back(document + " belongs to no billing"); });
  db.each<std::string>(
      "select distinct c.document from billing_charge c left join posting p "
      "on p.property_id = c.property_id and p.kind = 'charge' and p.document = c.document "
      "where p.id is null order by c.document",
      [&](const std::string& document) { out.push_back(document + " was never posted"); });
  db.each<std::int64_t, std::int64_t, std::int64_t, std::int64_t>(
      "select e.billing_id, e.month, cast(sum(e.billed) as bigint), cast(sum(e.charged) as bigint) "
      "from (select billing_id, month, total_fen as billed, 0 as charged from billing_month "
      "union all select billing_id, month, 0, amount_fen from billing_charge) e "
      "group by e.billing_id, e.month having sum(e.billed) <> sum(e.charged) "
      "order by e.billing_id, e.month",
      [&](std::int64_t billing, std::int64_t month, std::int64_t billed, std::int64_t charged) {
        out.push_back("billing " + std::to_string(billing) + ", month " + std::to_string(month) +
                      ": the bill says " + std::to_string(billed) + " fen, its charges add up to " +
                      std::to_string(charged));
      });
}

}  // namespace paymeter::store::sql
