// Service charges and payments, and the sums of a day.
#include "paymeter/store/filter.hpp"
#include "paymeter/store/service_record_columns.hpp"
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::LedgerAccountKind;
using domain::ServiceRecord;

Result<ServiceChargeStore::Recorded> repeated(ServiceRecord known, const ServiceRecord& asked) {
  if (known.account != asked.account || known.kind != asked.kind ||
      known.service != asked.service || known.amount != asked.amount ||
      known.method != asked.method || known.period != asked.period)
    return fail(Errc::vend_exists_with_different_request, "record " + known.number);
  return ServiceChargeStore::Recorded{std::move(known), true};
}

/// No more is given back than was paid: the rest would be money out of the till for nothing.
Result<> check_paid(Db& db, const ServiceRecord& record) {
  if (record.kind != domain::ServiceRecordKind::payment || record.amount >= domain::Money{})
    return {};
  const auto paid = db.value<domain::Money>(
      "select cast(coalesce(sum(amount_fen), 0) as bigint) from service_record "
      "where account_id = :account and kind = :kind and service = :service",
      record.account, record.kind, record.service);
  if (*paid + record.amount >= domain::Money{}) return {};
  return fail(Errc::request_invalid, "amount_fen: paid were " + domain::format_money(*paid));
}

}  // namespace

Result<ServiceChargeStore::Recorded> add_service_record(Db& db, ServiceRecord record) {
  const auto property =
      db.value<PropertyId>("select property_id from account where id = :account", record.account);
  if (!property) return fail(Errc::account_unknown, std::to_string(record.account.value));
  record.property = *property;
  if (auto known =
          select_one<ServiceRecord>(db, "where property_id = :property and idempotency_key = :key",
                                    record.property, record.idempotency_key))
    return repeated(std::move(*known), record);
  if (db.disk_low()) return fail(Errc::store_full);
  if (auto paid = check_paid(db, record); !paid) return fail(paid.error());
  record.number = next_number(db, record.property,
                              "service_" + std::string(service_record_kind_name(record.kind)));
  if (auto posted = post(db, domain::service_posting(record)); !posted) return fail(posted.error());
  record.owed_after = ledger_balance(db, record.property,
                                     domain::service_account_of(record.account, record.service));
  record.id = domain::ServiceRecordId{insert(db, record)};
  return ServiceChargeStore::Recorded{std::move(record), false};
}

Result<Listed<ServiceRecord>> list_service_records(Db& db, const ServiceFilter& filter) {
  Filter where;
  where.add("service_record.account_id = :account", std::optional(filter.account));
  where.add("service_record.kind = :kind", filter.kind);
  return where.list<ServiceRecord>(db, "", filter.page);
}

Rows<ServiceBalance> service_balances(Db& db, AccountId account) {
  const auto property =
      db.value<PropertyId>("select property_id from account where id = :account", account);
  if (!property) return fail(Errc::account_unknown, std::to_string(account.value));
  std::vector<ServiceBalance> out;
  for (const auto service :
       {LedgerAccountKind::property_fee, LedgerAccountKind::rent, LedgerAccountKind::shared_area})
    out.push_back(
        {service, ledger_balance(db, *property, domain::service_account_of(account, service))});
  return out;
}

Rows<DaySum> day_sums(Db& db, PropertyId property, UtcMs from, UtcMs to) {
  std::vector<DaySum> out;
  db.each<domain::PostingKind, LedgerAccountKind, std::string, domain::Money, domain::Money,
          std::int64_t>(
      "select p.kind, a.kind, a.label, "
      "cast(sum(case when e.amount_fen > 0 then e.amount_fen else 0 end) as bigint), "
      "cast(sum(case when e.amount_fen < 0 then -e.amount_fen else 0 end) as bigint), "
      "cast(count(*) as bigint) "
      "from posting p join ledger_entry e on e.posting_id = p.id "
      "join ledger_account a on a.id = e.ledger_account_id "
      "where p.property_id = :property and p.at >= :from and p.at < :to "
      "group by p.kind, a.kind, a.label order by p.kind, a.kind, a.label",
      [&](domain::PostingKind posting, LedgerAccountKind account, const std::string& label,
          domain::Money debit, domain::Money credit, std::int64_t entries) {
        out.push_back({posting, account, label, debit, credit, entries});
      },
      property, from, to);
  return out;
}

}  // namespace paymeter::store::sql
