/// Property fee 物业费, rent 租金 and shared-area charges 公摊: owed and paid on ledger accounts of
/// their own, which neither spend a utility balance nor cause a cut.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paymeter/base/ids.hpp"
#include "paymeter/domain/ledger.hpp"

namespace paymeter::domain {

using ServiceRecordId = Id<struct ServiceRecordTag>;

enum class ServiceRecordKind : std::uint8_t {
  charge,   ///< owed: the account's debt rises
  payment,  ///< paid: it falls, below zero when paid ahead
};
std::string_view service_record_kind_name(ServiceRecordKind kind);
std::optional<ServiceRecordKind> service_record_kind_from_name(std::string_view name);

/// One charge or payment, as it stands on its slip. A wrong one is undone by another of the
/// opposite sign, with a note that says why.
struct ServiceRecord {
  ServiceRecordId id{};
  PropertyId property{};
  AccountId account{};
  ServiceRecordKind kind = ServiceRecordKind::charge;
  LedgerAccountKind service = LedgerAccountKind::property_fee;
  Money amount{};                       ///< fen; negative = undoes an earlier one
  std::optional<PaymentMethod> method;  ///< payments only
  std::string period;                   ///< charges: what it is for, `2026-11`; may be empty
  std::string number;                   ///< 单号, one series per property and kind
  std::string note;
  Money owed_after{};  ///< debt of this service after it; negative = paid ahead
  UserId operator_id{};
  UtcMs at{};
  std::string idempotency_key;
};

/// Errors: request_invalid (no such service, a payment without a method, a charge with one, no
/// amount, an undoing without a note), vend_amount_too_large, vend_key_invalid.
Result<> check_service_record(const ServiceRecord& record, Money limit);

/// The account's ledger account for the service.
LedgerAccountKey service_account_of(AccountId account, LedgerAccountKind service);
/// Charge: Dr service / Cr revenue of the service. Payment: Dr channel / Cr service. Requires: a
/// record that check_service_record passes, with its number.
Posting service_posting(const ServiceRecord& record);

}  // namespace paymeter::domain
