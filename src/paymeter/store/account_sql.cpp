// Accounts: opened together with their commands, confirmed when the meter says so.
#include <algorithm>

#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/filter.hpp"
#include "paymeter/store/household_sql.hpp"
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"
#include "paymeter/store/tenancy_sql.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Account;
using domain::AccountState;

/// The meters that the account has; of a closed one, those it had.
void load_meters(Db& db, Account& account) {
  constexpr std::string_view kNow =
      "select meter_id from account_meter where account_id = :account and to_at is null "
      "order by meter_id";
  constexpr std::string_view kEver =
      "select distinct meter_id from account_meter where account_id = :account order by meter_id";
  db.each<MeterId>(
      account.state == AccountState::closed ? kEver : kNow,
      [&](MeterId meter) { account.meters.push_back(meter); }, account.id);
}

Account with_meters(Db& db, Account account) {
  load_meters(db, account);
  return account;
}

std::optional<Account> account_of_key(Db& db, PropertyId property, const std::string& key) {
  return select_one<Account>(
      db, "where account.property_id = :property and account.idempotency_key = :key", property,
      key);
}

Result<AccountStore::Opened> repeated(Db& db, Account stored, const Account& asked) {
  std::vector<MeterId> meters = asked.meters, first_meters;
  std::sort(meters.begin(), meters.end());
  db.each<MeterId>(
      "select meter_id from account_meter where account_id = :account and from_at = :at "
      "order by meter_id",
      [&](MeterId meter) { first_meters.push_back(meter); }, stored.id, stored.created_at);
  load_meters(db, stored);
  if (first_meters != meters || stored.customer_name != asked.customer_name ||
      stored.phone != asked.phone || stored.shared_wallet != asked.shared_wallet ||
      !same_opening_household(db, stored, asked))
    return fail(Errc::vend_exists_with_different_request, "account " + stored.number);
  auto commands = commands_of_account(db, stored.id);
  return AccountStore::Opened{std::move(stored), std::move(*commands), true};
}

std::optional<AccountId> live_account_on(Db& db, MeterId meter) {
  return db.value<AccountId>(
      "select account_id from account_meter where meter_id = :meter and to_at is null", meter);
}

/// All meters exist, belong together and are free. Returns their property.
Result<PropertyId> property_of_meters(Db& db, const std::vector<MeterId>& meters) {
  std::optional<PropertyId> property;
  for (MeterId meter : meters) {
    const auto of_meter = property_of_meter(db, meter);
    if (!of_meter || (property && *property != *of_meter))
      return fail(Errc::meter_unknown, std::to_string(meter.value));
    property = of_meter;
  }
  if (!property) return fail(Errc::meter_unknown, "an account needs a meter");
  return *property;
}

/// One wallet is kept in one unit: kWh of one meter and m³ of another do not add up.
Result<> check_shareable(Db& db, const std::vector<MeterId>& meters) {
  for (MeterId meter : meters) {
    const auto quantity = db.value<MeterId>(
        "select meter_id from wallet_terms where meter_id = :meter and unit = 'quantity'", meter);
    if (quantity)
      return fail(Errc::wallet_terms_invalid,
                  "unit: meter " + std::to_string(meter.value) + " keeps its wallet in kWh or m³");
  }
  return check_alike(db, meters);
}

}  // namespace

Result<AccountStore::Opened> open_account(Db& db, Account account,
                                          std::vector<domain::Command> commands) {
  const auto property = property_of_meters(db, account.meters);
  if (!property) return fail(property.error());
  account.property = *property;
  if (auto stored = account_of_key(db, account.property, account.idempotency_key))
    return repeated(db, std::move(*stored), account);
  for (MeterId meter : account.meters)
    if (const auto other = live_account_on(db, meter))
      return fail(Errc::account_already_open, "account " + std::to_string(other->value));

  if (account.shared_wallet)
    if (auto ok = check_shareable(db, account.meters); !ok) return fail(ok.error());

  account.state = AccountState::opening;
  account.number = next_number(db, account.property, "account");
  account.id = AccountId{insert(db, account)};
  account.customer_number = static_cast<std::uint32_t>(account.id.value);
  update(db, account);
  if (account.opening_household) store_opening_household(db, account);
  for (MeterId meter : account.meters)
    db.execute(
        "insert into account_meter (account_id, meter_id, property_id, from_at) "
        "values (:account, :meter, :property, :at)",
        account.id, meter, account.property, account.created_at);
  for (MeterId meter : account.meters)
    if (auto supply = supply_after_closing(db, meter, account))
      commands.push_back(std::move(*supply));
  for (domain::Command& command : commands) {
    if (!command.meter) command.meter = account.meters.front();
    command.property = account.property;
    if (command.kind == domain::CommandKind::open_account)
      command.customer_number = account.customer_number;
    command = store_command(db, std::move(command), account.id, "");
  }
  return AccountStore::Opened{std::move(account), std::move(commands), false};
}

Result<Account> confirm_open(Db& db, AccountId id, MeterId meter, const domain::Epoch& epoch,
                             UtcMs at) {
  auto account = find_account(db, id);
  if (!account) return account;
  const auto joined = db.one<UtcMs, std::optional<UtcMs>>(
      "select from_at, opened_at from account_meter "
      "where account_id = :account and meter_id = :meter and to_at is null",
      id, meter);
  const auto money = meter_money(db, meter);
  // A device that replaced another: the account has long been open, the epoch is not known yet.
  if (!joined || !money) return account;
  const auto& [from_at, opened_at] = *joined;
  if (opened_at && money->epoch) return account;
  const auto expected = db.value<std::string>(
      "select new_serial from settlement where meter_id = :meter and state = 'opening'", meter);
  if (expected ? *expected != epoch.serial : opened_at.has_value())
    return fail(Errc::settlement_wrong_meter, "serial " + epoch.serial);
  // A meter that joined later is not billed for what it counted before, for whomever.
  db.execute(
      "update account_meter set opened_at = :at where account_id = :account "
      "and meter_id = :meter and opened_at is null and to_at is null",
      std::max(at, from_at), id, meter);
  db.execute(
      "update meter_money set epoch_serial = :serial, epoch_clear_count = :clear_count, "
      "purchase_count = 0 where meter_id = :meter",
      epoch.serial, epoch.clear_count, meter);
  if (account->state == AccountState::opening) {
    account->state = AccountState::open;
    account->opened_at = at;
    update(db, *account);
  }
  return account;
}

Result<Account> abandon_open(Db& db, AccountId id, UtcMs at) {
  auto account = find_account(db, id);
  if (!account || account->state == AccountState::closed) return account;
  if (account->state != AccountState::opening)
    return fail(Errc::account_already_open, "account " + account->number);
  account->state = AccountState::closed;
  account->closed_at = at;
  update(db, *account);
  db.execute("update account_meter set to_at = :at where account_id = :account and to_at is null",
             at, id);
  return account;
}

Result<Account> find_account(Db& db, AccountId id) {
  auto account = select_one<Account>(db, "where account.id = :id", id);
  if (!account) return fail(Errc::account_unknown, std::to_string(id.value));
  return with_meters(db, std::move(*account));
}

Result<Account> account_of_meter(Db& db, MeterId meter) {
  const auto id = live_account_on(db, meter);
  if (!id) return fail(Errc::account_not_open, "meter " + std::to_string(meter.value));
  return find_account(db, *id);
}

Result<Listed<Account>> list_accounts(Db& db, const AccountFilter& filter) {
  Filter where;
  where.add("account.state = :state", filter.state);
  where.add(
      "exists (select 1 from account_meter am where am.account_id = account.id "
      "and am.meter_id = :meter)",
      filter.meter);
  where.add("account.parent_id = :parent", filter.parent);
  where.add_text({{"account.number"},
                  {"account.customer_name"},
                  {"account.phone"},
                  {"meter.code",
                   "exists (select 1 from account_meter am join meter on meter.id = am.meter_id "
                   "where am.account_id = account.id and ",
                   ")"}},
                 filter.text);
  auto listed = where.list<Account>(db, "", filter.page);
  for (Account& account : listed.rows) load_meters(db, account);
  return listed;
}

Rows<Account> live_accounts(Db& db) {
  auto accounts = select<Account>(
      db, "where account.state in ('opening', 'open', 'closing') order by account.id");
  for (Account& account : accounts) load_meters(db, account);
  return accounts;
}

}  // namespace paymeter::store::sql
