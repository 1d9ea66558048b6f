/// Dated households as plain functions. Contracts: port/household_store.hpp.
#pragma once

#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

Result<HouseholdStore::HouseholdSet> set_household(Db& db, domain::tariff::DatedHousehold household,
                                                   UtcMs month_begins);
Rows<domain::tariff::DatedHousehold> households(Db& db, AccountId account);

/// The household that came with an opening is stored under a key that no person's can be.
/// Requires: the account is stored; `account.opening_household` is set.
void store_opening_household(Db& db, const domain::Account& account);
/// Was the account opened with the household that is asked for now, or without one as now?
bool same_opening_household(Db& db, const domain::Account& stored, const domain::Account& asked);

}  // namespace paymeter::store::sql
