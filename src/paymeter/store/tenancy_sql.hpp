/// Accounts after their opening as plain functions. Contracts: port/tenancy_store.hpp.
#pragma once

#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

/// One wallet has one price: its meters measure one utility by one tariff and one package, and none
/// has a tariff of its own beside others. Errors: wallet_terms_invalid (detail: what differs).
Result<> check_alike(Db& db, const std::vector<MeterId>& meters);
Result<TenancyStore::Grown> add_meters(Db& db, const TenancyStore::MetersAdded& added);
Result<domain::Account> leave_unopened(Db& db, AccountId account, MeterId meter, UtcMs at);
Result<domain::Account> change_holder(Db& db, const TenancyStore::HolderChange& change);
Rows<TenancyStore::Holder> holders(Db& db, AccountId account);
Result<domain::Account> correct_account(Db& db, const TenancyStore::Correction& correction);
Result<domain::Account> set_parent(Db& db, AccountId account, std::optional<AccountId> parent);

}  // namespace paymeter::store::sql
