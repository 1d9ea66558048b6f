// Accounts after their opening.
#include "paymeter/service/tenancy.hpp"

#include "paymeter/domain/idempotency.hpp"
#include "paymeter/service/accounts.hpp"
#include "paymeter/service/dated_household.hpp"

namespace paymeter::service {
namespace {

/// The rules of what people type are those of an opening.
Result<> check_typed(const std::string& name, const std::string& phone, const std::string& note,
                     const std::string& key) {
  domain::Account typed;
  typed.customer_name = name;
  typed.phone = phone;
  typed.note = note;
  typed.idempotency_key = key;
  return domain::check_new_account(typed);
}

constexpr const char* kNoKey = "no-key-needed";

}  // namespace

void Tenancy::tell(const domain::Account& account) {
  deps_.live.set_account(account);
  deps_.events.publish(AccountChanged{account});
  for (MeterId meter : account.meters) deps_.events.publish(MeterChanged{meter});
}

port::Async<Result<domain::Account>> Tenancy::add_meters(MeterAddition request) {
  if (auto key = domain::check_idempotency_key(request.idempotency_key); !key)
    co_return fail(key.error());
  if (request.meters.empty()) co_return fail(Errc::request_invalid, "no meters");
  port::TenancyStore::MetersAdded added;
  added.account = request.account;
  added.meters = request.meters;
  added.idempotency_key = request.idempotency_key;
  added.at = deps_.runtime.now();
  for (MeterId meter : request.meters) {
    if (auto ok = check_openable(deps_.live, meter); !ok) co_return fail(ok.error());
    for (domain::Command& command :
         opening_commands(deps_.live, meter, request.operator_id, added.at))
      added.commands.push_back(std::move(command));
  }
  auto grown = co_await deps_.store.add_meters(std::move(added));
  if (!grown) co_return fail(grown.error());
  auto confirmed = co_await confirm_platform(deps_.store, deps_.live, grown->account);
  if (!confirmed) co_return fail(confirmed.error());
  grown->account = std::move(*confirmed);
  tell(grown->account);
  deps_.commands.take_up(grown->commands);
  co_return grown->account;
}

port::Async<Result<port::TenancyStore::HolderMeter>> Tenancy::read_meter(MeterId meter) {
  if (auto read = co_await deps_.collector.read_now(meter); !read) co_return fail(read.error());
  port::TenancyStore::HolderMeter out;
  out.meter = meter;
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  if (live->measured) out.energy_wh = live->measured->energy_wh;
  if (live->prepaid) {
    out.read_at = live->prepaid->at;
    if (live->prepaid->account_open) out.balance = live->prepaid->balance;
  } else if (live->measured) {
    out.read_at = live->measured->at;
  }
  co_return out;
}

port::Async<Result<domain::Account>> Tenancy::change_holder(HolderRequest request) {
  if (auto ok = check_typed(request.customer_name, request.phone, "", request.idempotency_key); !ok)
    co_return fail(ok.error());
  if (request.reason.empty()) co_return fail(Errc::vend_reason_missing);
  auto account = co_await deps_.store.find_account(request.account);
  if (!account) co_return account;
  port::TenancyStore::HolderChange change;
  change.account = request.account;
  change.customer_name = request.customer_name;
  change.phone = request.phone;
  change.reason = request.reason;
  change.idempotency_key = request.idempotency_key;
  change.by = request.operator_id;
  if (account->state != domain::AccountState::open) co_return fail(Errc::account_not_open);
  for (MeterId meter : account->meters) {
    auto read = co_await read_meter(meter);
    if (!read) co_return fail(read.error());
    change.meters.push_back(*read);
  }
  change.at = deps_.runtime.now();
  auto changed = co_await deps_.store.change_holder(std::move(change));
  if (!changed) co_return changed;
  tell(*changed);
  co_return changed;
}

port::Async<Result<domain::Account>> Tenancy::correct(CorrectionRequest request) {
  if (auto ok = check_typed(request.customer_name, request.phone, request.note, kNoKey); !ok)
    co_return fail(ok.error());
  if (request.reason.empty()) co_return fail(Errc::vend_reason_missing);
  auto corrected = co_await deps_.store.correct_account(
      {request.account, request.customer_name, request.phone, request.note});
  if (!corrected) co_return corrected;
  tell(*corrected);
  co_return corrected;
}

port::Async<Result<port::HouseholdStore::HouseholdSet>> Tenancy::set_household(
    HouseholdRequest request) {
  if (auto ok = domain::tariff::check_household(request.from, request.household); !ok)
    co_return fail(ok.error());
  if (auto key = domain::check_idempotency_key(request.idempotency_key); !key)
    co_return fail(key.error());
  if (request.reason.empty()) co_return fail(Errc::vend_reason_missing);
  const auto account = co_await deps_.store.find_account(request.account);
  if (!account) co_return fail(account.error());
  domain::tariff::DatedHousehold household;
  household.account = request.account;
  household.from = request.from;
  household.household = request.household;
  household.reason = request.reason;
  household.by = request.operator_id;
  household.at = deps_.runtime.now();
  household.idempotency_key = request.idempotency_key;
  const UtcMs begins = begin_of(deps_.live, account->property, request.from);
  co_return co_await deps_.store.set_household(std::move(household), begins);
}

port::Async<Result<domain::Account>> Tenancy::set_parent(AccountId account,
                                                         std::optional<AccountId> parent) {
  auto changed = co_await deps_.store.set_parent(account, parent);
  if (!changed) co_return changed;
  tell(*changed);
  co_return changed;
}

}  // namespace paymeter::service
