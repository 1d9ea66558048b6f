// Dated households: given at the opening, or said later for months to come.
#include "paymeter/store/household_sql.hpp"

#include "paymeter/store/household_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::AccountState;
using domain::tariff::DatedHousehold;

/// Users' keys hold no colon.
std::string key_of_opening(const std::string& key) { return "opening:" + key; }

std::optional<DatedHousehold> household_of_key(Db& db, PropertyId property,
                                               const std::string& key) {
  return select_one<DatedHousehold>(db,
                                    "where account_household.property_id = :property "
                                    "and account_household.idempotency_key = :key",
                                    property, key);
}

}  // namespace

Result<HouseholdStore::HouseholdSet> set_household(Db& db, DatedHousehold household,
                                                   UtcMs month_begins) {
  const auto account = find_account(db, household.account);
  if (!account) return fail(account.error());
  household.property = account->property;
  if (auto known = household_of_key(db, household.property, household.idempotency_key)) {
    if (known->account != household.account || known->from != household.from ||
        known->household != household.household)
      return fail(Errc::vend_exists_with_different_request, "account " + account->number);
    return HouseholdStore::HouseholdSet{std::move(*known), true};
  }
  if (account->state != AccountState::open && account->state != AccountState::opening)
    return fail(Errc::account_not_open, "account " + account->number);
  if (month_begins <= household.at)
    return fail(Errc::household_month_begun, domain::tariff::month_text(household.from));
  household.id = HouseholdId{insert(db, household)};
  return HouseholdStore::HouseholdSet{std::move(household), false};
}

Rows<DatedHousehold> households(Db& db, AccountId account) {
  return select<DatedHousehold>(db,
                                "where account_household.account_id = :account "
                                "order by account_household.from_month, account_household.id",
                                account);
}

void store_opening_household(Db& db, const domain::Account& account) {
  DatedHousehold household = *account.opening_household;
  household.property = account.property;
  household.account = account.id;
  household.by = account.operator_id;
  household.at = account.created_at;
  household.idempotency_key = key_of_opening(account.idempotency_key);
  insert(db, household);
}

bool same_opening_household(Db& db, const domain::Account& stored, const domain::Account& asked) {
  const auto known = household_of_key(db, stored.property, key_of_opening(stored.idempotency_key));
  // The month is that of the first request: a repetition may come after midnight.
  if (!known || !asked.opening_household) return !known && !asked.opening_household;
  return known->household == asked.opening_household->household;
}

}  // namespace paymeter::store::sql
