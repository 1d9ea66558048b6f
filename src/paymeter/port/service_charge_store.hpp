/// Property fee, rent and shared-area charges as records, and the sums of a day's postings.
/// Errors of every method besides its own: those of port/store.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/service_charge.hpp"
#include "paymeter/port/async.hpp"
#include "paymeter/port/page.hpp"

namespace paymeter::port {

struct ServiceFilter {
  AccountId account{};
  std::optional<domain::ServiceRecordKind> kind;
  Page page;
};

/// What an account owes for one service; negative = paid ahead.
struct ServiceBalance {
  domain::LedgerAccountKind service{};
  domain::Money owed{};
};

/// Postings of a span by kind of posting and ledger account, both signs apart.
struct DaySum {
  domain::PostingKind posting{};
  domain::LedgerAccountKind account{};
  std::string label;  ///< channel: the payment method · revenue: what for
  domain::Money debit{}, credit{};
  std::int64_t entries = 0;
};

class ServiceChargeStore {
 public:
  virtual ~ServiceChargeStore() = default;
  /// Stores the record with its posting and gives id, property, number and owed_after. The same key
  /// with the same account, kind, service and amount returns the stored one (`existed`). Closed
  /// accounts, too, pay their debts. Errors: account_unknown, vend_exists_with_different_request,
  /// store_full, ledger_overflow.
  struct Recorded {
    domain::ServiceRecord record;
    bool existed = false;
  };
  virtual Async<Result<Recorded>> add_service_record(domain::ServiceRecord record) = 0;
  virtual Async<Result<Listed<domain::ServiceRecord>>> list_service_records(
      ServiceFilter filter) = 0;
  /// All three services, zeros too. Errors: account_unknown.
  virtual Async<Result<std::vector<ServiceBalance>>> service_balances(AccountId account) = 0;
  /// Half-open.
  virtual Async<Result<std::vector<DaySum>>> day_sums(PropertyId property, UtcMs from,
                                                      UtcMs to) = 0;
};

}  // namespace paymeter::port
