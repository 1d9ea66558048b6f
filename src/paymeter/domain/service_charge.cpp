// Two postings, and what a record must say.
#include "paymeter/domain/service_charge.hpp"

#include "paymeter/domain/idempotency.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 2> kKinds{"charge", "payment"};

}  // namespace

std::string_view service_record_kind_name(ServiceRecordKind kind) { return spell(kKinds, kind); }
std::optional<ServiceRecordKind> service_record_kind_from_name(std::string_view name) {
  return unspell<ServiceRecordKind>(kKinds, name);
}

Result<> check_service_record(const ServiceRecord& record, Money limit) {
  if (auto ok = check_idempotency_key(record.idempotency_key); !ok) return ok;
  if (!is_service(record.service)) return fail(Errc::request_invalid, "service");
  if (record.method.has_value() != (record.kind == ServiceRecordKind::payment))
    return fail(Errc::request_invalid, "method");
  if (record.amount == Money{}) return fail(Errc::request_invalid, "amount_fen");
  if (record.amount > limit || record.amount < -limit) return fail(Errc::vend_amount_too_large);
  if (record.amount < Money{} && record.note.empty()) return fail(Errc::request_invalid, "note");
  return {};
}

LedgerAccountKey service_account_of(AccountId account, LedgerAccountKind service) {
  return {service, {}, {}, account};
}

Posting service_posting(const ServiceRecord& record) {
  const bool is_charge = record.kind == ServiceRecordKind::charge;
  const auto service = service_account_of(record.account, record.service);
  Posting posting{record.property,
                  is_charge ? PostingKind::service_charge : PostingKind::service_payment,
                  {},
                  record.at,
                  record.operator_id,
                  record.note,
                  {},
                  std::string(service_record_kind_name(record.kind)) + " " + record.number};
  if (is_charge)
    posting.entries = {{service, record.amount},
                       {{LedgerAccountKind::revenue,
                         {},
                         std::string(ledger_account_kind_name(record.service)),
                         {}},
                        -record.amount}};
  else
    posting.entries = {
        {{LedgerAccountKind::channel, {}, std::string(payment_method_name(*record.method)), {}},
         record.amount},
        {service, -record.amount}};
  return posting;
}

}  // namespace paymeter::domain
