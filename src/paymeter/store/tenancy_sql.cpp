// Accounts after their opening: further meters, holders, corrections, the account above.
#include "paymeter/store/tenancy_sql.hpp"

#include <algorithm>
#include <set>

#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Account;
using domain::AccountState;

/// Additions from before `meter_addition` kept their key in their first command.
std::string command_key(const std::string& key) { return "meters:" + key; }

std::optional<domain::Command> command_of_key(Db& db, PropertyId property, const std::string& key) {
  return select_one<domain::Command>(
      db, "where command.property_id = :property and command.idempotency_key = :key", property,
      key);
}

/// `3 7`: whatever order they were named in, and however often.
std::string meters_text(const std::vector<MeterId>& meters) {
  std::set<std::int64_t> ids;
  for (MeterId meter : meters) ids.insert(meter.value);
  std::string out;
  for (const std::int64_t id : ids) out += (out.empty() ? "" : " ") + std::to_string(id);
  return out;
}

/// Is it the same addition as the stored one of its key? Empty: the key is new.
std::optional<bool> is_same_addition(Db& db, const Account& account,
                                     const TenancyStore::MetersAdded& added) {
  const auto known = db.one<AccountId, std::string>(
      "select account_id, meters from meter_addition where property_id = :property "
      "and idempotency_key = :key",
      account.property, added.idempotency_key);
  if (known) return *known == std::tuple(account.id, meters_text(added.meters));
  const auto first = command_of_key(db, account.property, command_key(added.idempotency_key));
  if (!first) return std::nullopt;
  const auto of_account =
      db.value<AccountId>("select account_id from command where id = :id", first->id);
  return of_account == account.id && !added.meters.empty() && first->meter == added.meters.front();
}

Result<TenancyStore::Grown> repeated(Db& db, Account account, bool is_same) {
  if (!is_same) return fail(Errc::vend_exists_with_different_request, "account " + account.number);
  auto commands = commands_of_account(db, account.id);
  return TenancyStore::Grown{std::move(account), std::move(*commands), true};
}

Result<> may_join(Db& db, PropertyId property, MeterId meter) {
  if (property_of_meter(db, meter) != property)
    return fail(Errc::meter_unknown, std::to_string(meter.value));
  const auto other = db.value<std::string>(
      "select account.number from account_meter "
      "join account on account.id = account_meter.account_id "
      "where account_meter.meter_id = :meter and account_meter.to_at is null",
      meter);
  if (other) return fail(Errc::account_already_open, "account " + *other);
  return {};
}

bool is_in_quantity(Db& db, MeterId meter) {
  return db
      .value<MeterId>(
          "select meter_id from wallet_terms where meter_id = :meter and unit = 'quantity'", meter)
      .has_value();
}

/// How many accounts stand above one another, from this one up; empty when it never ends.
std::optional<int> height_above(Db& db, AccountId account) {
  std::optional<AccountId> above = account;
  for (int height = 0; height <= domain::kAccountDepthMax; ++height) {
    above =
        *db.value<std::optional<AccountId>>("select parent_id from account where id = :id", *above);
    if (!above) return height;
  }
  return std::nullopt;
}

/// How many accounts stand below one another, from this one down.
int depth_below(Db& db, AccountId account, int limit) {
  if (limit == 0) return 0;
  std::vector<AccountId> below;
  db.each<AccountId>(
      "select id from account where parent_id = :id", [&](AccountId id) { below.push_back(id); },
      account);
  int deepest = 0;
  for (AccountId id : below) deepest = std::max(deepest, 1 + depth_below(db, id, limit - 1));
  return deepest;
}

bool is_below(Db& db, AccountId account, AccountId top) {
  std::optional<AccountId> at = account;
  for (int steps = 0; at && steps <= domain::kAccountDepthMax + 1; ++steps) {
    if (*at == top) return true;
    at = *db.value<std::optional<AccountId>>("select parent_id from account where id = :id", *at);
  }
  return false;
}

Result<> may_stand_above(Db& db, const Account& account, AccountId parent) {
  const auto above = find_account(db, parent);
  if (!above || above->property != account.property || above->state == AccountState::closing ||
      above->state == AccountState::closed)
    return fail(Errc::account_parent_invalid);
  if (is_below(db, parent, account.id)) return fail(Errc::account_parent_invalid, "a circle");
  const auto height = height_above(db, parent);
  const int levels = 2 + height.value_or(domain::kAccountDepthMax) +
                     depth_below(db, account.id, domain::kAccountDepthMax);
  if (levels > domain::kAccountDepthMax)
    return fail(Errc::account_parent_invalid,
                "at most " + std::to_string(domain::kAccountDepthMax) + " above one another");
  return {};
}

/// What prices a meter.
struct Pricing {
  std::string code, utility;
  TariffId tariff{}, own{};
  std::string package;
  domain::Money fee{};
  std::int64_t included = 0;
};

Result<Pricing> pricing_of(Db& db, MeterId meter) {
  auto row = db.one<std::string, std::string, TariffId, TariffId, std::string, domain::Money,
                    std::int64_t>(
      "select meter.code, meter.utility, coalesce(meter.tariff_id, 0), "
      "coalesce(tariff_profile.tariff_id, 0), coalesce(wallet_terms.package_name, ''), "
      "coalesce(wallet_terms.package_fee_fen, 0), coalesce(wallet_terms.package_included, 0) "
      "from meter left join tariff_profile on tariff_profile.own_meter_id = meter.id "
      "left join wallet_terms on wallet_terms.meter_id = meter.id where meter.id = :meter",
      meter);
  if (!row) return fail(Errc::meter_unknown, std::to_string(meter.value));
  auto& [code, utility, tariff, own, package, fee, included] = *row;
  return Pricing{std::move(code), std::move(utility), tariff, own, std::move(package), fee,
                 included};
}

/// The first thing in which they differ; "" = nothing.
std::string_view difference(const Pricing& a, const Pricing& b) {
  if (a.utility != b.utility) return "utility";
  if (a.tariff != b.tariff) return "tariff";
  if (a.own != b.own) return "tariff of its own";  // no two meters have the same
  const bool same = a.package == b.package && a.fee == b.fee && a.included == b.included;
  return same ? "" : "package";
}

}  // namespace

Result<> check_alike(Db& db, const std::vector<MeterId>& meters) {
  std::optional<Pricing> first;
  for (const MeterId meter : meters) {
    auto pricing = pricing_of(db, meter);
    if (!pricing) return fail(pricing.error());
    if (!first)
      first = std::move(*pricing);
    else if (const auto what = difference(*first, *pricing); !what.empty())
      return fail(Errc::wallet_terms_invalid, std::string(what) + ": meters " + first->code +
                                                  " and " + pricing->code +
                                                  " differ, one shared wallet has one price");
  }
  return {};
}

Result<TenancyStore::Grown> add_meters(Db& db, const TenancyStore::MetersAdded& added) {
  auto account = find_account(db, added.account);
  if (!account) return fail(account.error());
  if (const auto is_same = is_same_addition(db, *account, added))
    return repeated(db, std::move(*account), *is_same);
  if (account->state != AccountState::open && account->state != AccountState::opening)
    return fail(Errc::account_not_open, "account " + account->number);
  if (account->shared_wallet) {
    std::vector<MeterId> together = account->meters;
    together.insert(together.end(), added.meters.begin(), added.meters.end());
    if (auto ok = check_alike(db, together); !ok) return fail(ok.error());
  }
  for (MeterId meter : added.meters) {
    if (auto ok = may_join(db, account->property, meter); !ok) return fail(ok.error());
    if (account->shared_wallet && is_in_quantity(db, meter))
      return fail(Errc::wallet_terms_invalid, "unit: account " + account->number +
                                                  " shares one wallet, which is kept in money");
    db.execute(
        "insert into account_meter (account_id, meter_id, property_id, from_at) "
        "values (:account, :meter, :property, :at)",
        account->id, meter, account->property, added.at);
  }
  db.execute(
      "insert into meter_addition (property_id, idempotency_key, account_id, meters, at) "
      "values (:property, :key, :account, :meters, :at)",
      account->property, added.idempotency_key, account->id, meters_text(added.meters), added.at);
  std::vector<domain::Command> commands = added.commands;
  for (MeterId meter : added.meters)
    if (auto supply = supply_after_closing(db, meter, *account)) {
      supply->created_at = added.at;
      commands.push_back(std::move(*supply));
    }
  TenancyStore::Grown grown;
  for (domain::Command command : commands) {
    command.property = account->property;
    if (command.kind == domain::CommandKind::open_account)
      command.customer_number = account->customer_number;
    grown.commands.push_back(store_command(db, std::move(command), account->id, ""));
  }
  grown.account = *find_account(db, account->id);
  return grown;
}

Result<Account> leave_unopened(Db& db, AccountId id, MeterId meter, UtcMs at) {
  const auto left = db.execute(
      "update account_meter set to_at = :at where account_id = :account and meter_id = :meter "
      "and opened_at is null and to_at is null",
      at, id, meter);
  if (left > 0)
    db.execute(
        "update account set state = 'closed', closed_at = :at where id = :account "
        "and not exists (select 1 from account_meter am where am.account_id = account.id "
        "and am.to_at is null)",
        at, id);
  mark_again<Account>(db, id);
  return find_account(db, id);
}

Result<Account> change_holder(Db& db, const TenancyStore::HolderChange& change) {
  auto account = find_account(db, change.account);
  if (!account) return account;
  const auto known =
      db.one<AccountId, std::string, std::optional<std::string>, std::optional<std::string>>(
          "select account_id, reason, next_name, next_phone from account_holder "
          "where property_id = :property and idempotency_key = :key",
          account->property, change.idempotency_key);
  if (known) {
    const auto& [id, reason, name, phone] = *known;
    const bool is_same = id == account->id && reason == change.reason &&
                         name.value_or(change.customer_name) == change.customer_name &&
                         phone.value_or(change.phone) == change.phone;
    if (!is_same) return fail(Errc::vend_exists_with_different_request);
    return account;
  }
  if (account->state != AccountState::open)
    return fail(Errc::account_not_open, "account " + account->number);
  const auto holder = db.value<std::int64_t>(
      "insert into account_holder (property_id, account_id, customer_name, phone, to_at, reason, "
      "operator_id, idempotency_key, next_name, next_phone) values (:property, :account, :name, "
      ":phone, :to, :reason, :operator, :key, :next_name, :next_phone) returning id",
      account->property, account->id, account->customer_name, account->phone, change.at,
      change.reason, change.by, change.idempotency_key, change.customer_name, change.phone);
  for (const TenancyStore::HolderMeter& meter : change.meters)
    db.execute(
        "insert into account_holder_meter (holder_id, meter_id, property_id, energy_wh, "
        "balance_fen, read_at) values (:holder, :meter, :property, :energy, :balance, :read)",
        *holder, meter.meter, account->property, meter.energy_wh, meter.balance, meter.read_at);
  account->customer_name = change.customer_name;
  account->phone = change.phone;
  update(db, *account);
  return account;
}

Rows<TenancyStore::Holder> holders(Db& db, AccountId account) {
  std::vector<TenancyStore::Holder> out;
  std::vector<std::int64_t> ids;
  db.each<std::int64_t, std::string, std::string, UtcMs, std::string, UserId>(
      "select id, customer_name, phone, to_at, reason, operator_id from account_holder "
      "where account_id = :account order by id",
      [&](std::int64_t id, const std::string& name, const std::string& phone, UtcMs to,
          const std::string& reason, UserId by) {
        ids.push_back(id);
        out.push_back({name, phone, to, reason, by, {}});
      },
      account);
  for (std::size_t i = 0; i < ids.size(); ++i)
    db.each<MeterId, std::optional<std::int64_t>, std::optional<domain::Money>,
            std::optional<UtcMs>>(
        "select meter_id, energy_wh, balance_fen, read_at from account_holder_meter "
        "where holder_id = :holder order by meter_id",
        [&](MeterId meter, std::optional<std::int64_t> energy, std::optional<domain::Money> balance,
            std::optional<UtcMs> read) { out[i].meters.push_back({meter, energy, balance, read}); },
        ids[i]);
  return out;
}

Result<Account> correct_account(Db& db, const TenancyStore::Correction& correction) {
  auto account = find_account(db, correction.account);
  if (!account) return account;
  account->customer_name = correction.customer_name;
  account->phone = correction.phone;
  account->note = correction.note;
  update(db, *account);
  return account;
}

Result<Account> set_parent(Db& db, AccountId id, std::optional<AccountId> parent) {
  auto account = find_account(db, id);
  if (!account) return account;
  if (account->state == AccountState::closed)
    return fail(Errc::account_not_open, "account " + account->number);
  if (parent)
    if (auto ok = may_stand_above(db, *account, *parent); !ok) return fail(ok.error());
  account->parent = parent;
  update(db, *account);
  return account;
}

}  // namespace paymeter::store::sql
