/// Accounts after their opening: further meters, change of holder 过户, corrections, the account
/// above.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/commands.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

struct MeterAddition {
  std::string idempotency_key;
  AccountId account{};
  std::vector<MeterId> meters;
  UserId operator_id{};
};

struct HolderRequest {
  std::string idempotency_key;
  AccountId account{};
  std::string customer_name, phone;  ///< of the new holder
  std::string reason;
  UserId operator_id{};
};

/// Who stands behind the account from the first of a coming month on.
struct HouseholdRequest {
  std::string idempotency_key;
  AccountId account{};
  domain::rating::Month from;
  domain::tariff::Household household;
  std::string reason;
  UserId operator_id{};
};

struct CorrectionRequest {
  AccountId account{};
  std::string customer_name, phone, note;
  std::string reason;
};

class Tenancy {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Collector& collector;
    Commands& commands;
    LiveTable& live;
    EventHub& events;
  };
  explicit Tenancy(Deps deps) : deps_(deps) {}

  /// The meters join the account and are opened one by one. Errors, in order: vend_key_invalid,
  /// request_invalid (no meters), those of check_openable, those of TenancyStore::add_meters.
  port::Async<Result<domain::Account>> add_meters(MeterAddition request);

  /// 过户: every meter of the account is read now; what it shows is the border between the two
  /// holders. Money and meters stay with the account. Errors, in order: account_invalid,
  /// vend_key_invalid, vend_reason_missing, account_unknown, account_not_open, those of a read (a
  /// meter that does not answer), store errors.
  port::Async<Result<domain::Account>> change_holder(HolderRequest request);

  /// Name, phone and note as they should have been typed. Errors, in order: account_invalid,
  /// vend_reason_missing, account_unknown.
  port::Async<Result<domain::Account>> correct(CorrectionRequest request);

  /// Changes what the account's months are priced by, never one that has begun: no bill changes.
  /// Errors, in order: household_invalid, vend_key_invalid, vend_reason_missing, account_unknown,
  /// those of HouseholdStore::set_household.
  port::Async<Result<port::HouseholdStore::HouseholdSet>> set_household(HouseholdRequest request);

  /// Errors: those of TenancyStore::set_parent.
  port::Async<Result<domain::Account>> set_parent(AccountId account,
                                                  std::optional<AccountId> parent);

 private:
  port::Async<Result<port::TenancyStore::HolderMeter>> read_meter(MeterId meter);
  void tell(const domain::Account& account);

  Deps deps_;
};

}  // namespace paymeter::service
