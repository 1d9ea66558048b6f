// Property fee, rent and shared areas of an account: charged, paid, listed.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

using domain::ServiceRecord;
using domain::ServiceRecordKind;

std::optional<domain::LedgerAccountKind> service_from_name(std::string_view name) {
  const auto kind = domain::ledger_account_kind_from_name(name);
  return kind && domain::is_service(*kind) ? kind : std::nullopt;
}

json::object render(const ServiceRecord& record) {
  json::object out{{"id", record.id.value},
                   {"account_id", record.account.value},
                   {"kind", domain::service_record_kind_name(record.kind)},
                   {"service", domain::ledger_account_kind_name(record.service)},
                   {"amount_fen", record.amount.fen},
                   {"method", nullptr},
                   {"period", record.period},
                   {"number", record.number},
                   {"note", record.note},
                   {"owed_after_fen", record.owed_after.fen},
                   {"at", format_rfc3339(record.at)}};
  if (record.method) out["method"] = domain::payment_method_name(*record.method);
  return out;
}

Answer add(Context& context, CallPtr call, ServiceRecordKind kind) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  ServiceRecord record;
  record.idempotency_key = call->idempotency_key;
  record.account = {call->ids.at(0)};
  record.kind = kind;
  record.service = fields->choice("service", service_from_name);
  record.amount = {fields->integer("amount_fen")};
  if (kind == ServiceRecordKind::payment)
    record.method = fields->choice("method", domain::payment_method_from_name);
  record.period = fields->text("period", Presence::optional, 40);
  record.note = fields->text("note", Presence::optional, 2000);
  record.operator_id = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "account #" + std::to_string(record.account.value);
  call->detail = std::string(domain::ledger_account_kind_name(record.service)) + ' ' +
                 domain::format_money(record.amount);
  const auto recorded = co_await context.station.service_charges.record(std::move(record));
  if (!recorded) co_return fail(recorded.error());
  call->detail += " number " + recorded->record.number;
  if (recorded->existed) call->detail += " (repeated key)";
  co_return created_response(render(recorded->record),
                             recorded->existed ? Novelty::repeated : Novelty::created);
}

Answer list(Context& context, CallPtr call, std::optional<ServiceRecordKind> kind) {
  Query query = call->query();
  port::ServiceFilter filter{{call->ids.at(0)}, kind, page_of(query)};
  if (query.problem()) co_return fail(*query.problem());
  const auto balances = co_await context.station.store.service_balances(filter.account);
  if (!balances) co_return fail(balances.error());
  const auto records = co_await context.station.store.list_service_records(filter);
  if (!records) co_return fail(records.error());
  json::array rows, owed;
  for (const auto& record : records->rows) rows.push_back(render(record));
  for (const auto& balance : *balances)
    owed.push_back(json::object{{"service", domain::ledger_account_kind_name(balance.service)},
                                {"owed_fen", balance.owed.fen}});
  co_return json_response(json::object{
      {"rows", std::move(rows)}, {"total", records->total}, {"balances", std::move(owed)}});
}

}  // namespace

Answer add_service_charge(Context& context, CallPtr call) {
  return add(context, std::move(call), ServiceRecordKind::charge);
}

Answer add_service_payment(Context& context, CallPtr call) {
  return add(context, std::move(call), ServiceRecordKind::payment);
}

Answer list_service_charges(Context& context, CallPtr call) {
  return list(context, std::move(call), std::nullopt);
}

Answer list_service_payments(Context& context, CallPtr call) {
  return list(context, std::move(call), ServiceRecordKind::payment);
}

}  // namespace paymeter::http
