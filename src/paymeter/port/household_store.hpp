/// Households of accounts in the store: appended, never changed. Part of port::Store; the first one
/// comes with the opening (AccountStore::open_account).
#pragma once

#include <vector>

#include "paymeter/domain/tariff/household.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

class HouseholdStore {
 public:
  virtual ~HouseholdStore() = default;

  struct HouseholdSet {
    domain::tariff::DatedHousehold household;
    bool existed = false;
  };
  /// Says who stands behind an account from a month on; `month_begins` is that month's first
  /// instant where the account is. The same key with the same content returns what was stored
  /// (`existed`), whatever has become of the account. Gives id and property. Errors, in order:
  /// account_unknown, vend_exists_with_different_request, account_not_open (neither opening nor
  /// open), household_month_begun (not after household.at).
  virtual Async<Result<HouseholdSet>> set_household(domain::tariff::DatedHousehold household,
                                                    UtcMs month_begins) = 0;
  /// Everything that was ever said of the account, by month and in the order it was said.
  virtual Async<Result<std::vector<domain::tariff::DatedHousehold>>> households(
      AccountId account) = 0;
};

}  // namespace paymeter::port
