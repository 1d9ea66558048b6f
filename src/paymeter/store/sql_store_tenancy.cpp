// SqlStore's accounts after their opening: dispatch only.
#include "paymeter/store/household_sql.hpp"
#include "paymeter/store/sql_store_perform.hpp"
#include "paymeter/store/tenancy_sql.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::Account;

Answer<port::TenancyStore::Grown> SqlStore::add_meters(MetersAdded added) {
  return write([added = std::move(added)](Db& db) { return sql::add_meters(db, added); });
}

Answer<Account> SqlStore::leave_unopened(AccountId account, MeterId meter, UtcMs at) {
  return write(
      [account, meter, at](Db& db) { return sql::leave_unopened(db, account, meter, at); });
}

Answer<Account> SqlStore::change_holder(HolderChange change) {
  return write([change = std::move(change)](Db& db) { return sql::change_holder(db, change); });
}

Answer<std::vector<port::TenancyStore::Holder>> SqlStore::holders(AccountId account) {
  return read([account](Db& db) { return sql::holders(db, account); });
}

Answer<Account> SqlStore::correct_account(Correction correction) {
  return write([correction = std::move(correction)](Db& db) {
    return sql::correct_account(db, correction);
  });
}

Answer<Account> SqlStore::set_parent(AccountId account, std::optional<AccountId> parent) {
  return write([account, parent](Db& db) { return sql::set_parent(db, account, parent); });
}

Answer<port::HouseholdStore::HouseholdSet> SqlStore::set_household(
    domain::tariff::DatedHousehold household, UtcMs month_begins) {
  return write([household = std::move(household), month_begins](Db& db) {
    return sql::set_household(db, household, month_begins);
  });
}

Answer<std::vector<domain::tariff::DatedHousehold>> SqlStore::households(AccountId account) {
  return read([account](Db& db) { return sql::households(db, account); });
}

}  // namespace paymeter::store
