// Opening accounts: one transaction stores the account and the commands that carry it out.
#include "paymeter/service/accounts.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/service/dated_household.hpp"

namespace paymeter::service {
namespace {

/// Opening never expires by itself: an operator ends it. Far enough to mean "no deadline".
constexpr Millis kNoDeadline{10LL * 365 * 86'400'000};

/// From the month of the opening on. A meter that nobody knows is refused later.
domain::tariff::DatedHousehold household_from(const LiveTable& live, const OpeningRequest& request,
                                              UtcMs at) {
  const LiveMeter* found = live.find(request.meter);
  domain::tariff::DatedHousehold out;
  out.from = month_at(live, found == nullptr ? PropertyId{} : found->meter.property, at);
  out.household = *request.household;
  out.reason = "opening";
  return out;
}

}  // namespace

Result<> check_openable(const LiveTable& live, MeterId meter) {
  const LiveMeter* found = live.find(meter);
  if (found == nullptr) return fail(Errc::meter_unknown, std::to_string(meter.value));
  if (!found->meter.prepaid) return fail(Errc::vend_wallet_unsupported);
  if (found->meter.wallet == domain::Wallet::platform) return {};
  const domain::Property* property = live.property(found->meter.property);
  if (domain::has_zero_key(found->meter) && (property == nullptr || !property->is_test_site))
    return fail(Errc::vend_test_key);
  return {};
}

std::vector<domain::Command> opening_commands(const LiveTable& table, MeterId meter, UserId by,
                                              UtcMs at) {
  const LiveMeter* live = table.find(meter);
  PAYMETER_ASSERT(live != nullptr);
  if (live->meter.wallet == domain::Wallet::platform) return {};
  std::vector<domain::Command> commands(1);
  commands.front().kind = domain::CommandKind::open_account;
  for (auto kind : {domain::CommandKind::write_settings, domain::CommandKind::write_prices})
    if (auto command = download_command(*live, table, kind)) commands.push_back(*command);
  for (domain::Command& command : commands) {
    command.property = live->meter.property;
    command.meter = meter;
    command.origin = domain::CommandOrigin::opening;
    command.operator_id = by;
    command.created_at = at;
    command.deadline_at = at + kNoDeadline;
  }
  return commands;
}

port::Async<Result<OpenedAccount>> Accounts::open(OpeningRequest request) {
  domain::Account account;
  account.customer_name = request.customer_name;
  account.phone = request.phone;
  account.note = request.note;
  account.idempotency_key = request.idempotency_key;
  account.operator_id = request.operator_id;
  account.meters = {request.meter};
  for (MeterId meter : request.further_meters)
    if (std::ranges::find(account.meters, meter) == account.meters.end())
      account.meters.push_back(meter);
  account.shared_wallet = request.shared_wallet;
  account.created_at = deps_.runtime.now();
  if (auto ok = domain::check_new_account(account); !ok) co_return fail(ok.error());
  if (request.household) {
    account.opening_household = household_from(deps_.live, request, account.created_at);
    auto ok = domain::tariff::check_household(account.opening_household->from, *request.household);
    if (!ok) co_return fail(ok.error());
  }
  std::vector<domain::Command> commands;
  for (MeterId meter : account.meters) {
    if (auto ok = check_openable(deps_.live, meter); !ok) co_return fail(ok.error());
    if (account.shared_wallet && deps_.live.find(meter)->meter.wallet == domain::Wallet::meter)
      co_return fail(Errc::vend_wallet_unsupported, "a meter wallet cannot be shared");
    const auto more = opening_commands(deps_.live, meter, account.operator_id, account.created_at);
    commands.insert(commands.end(), more.begin(), more.end());
  }
  account.property = deps_.live.find(request.meter)->meter.property;

  const std::vector<MeterId> meters = account.meters;
  auto opened = co_await deps_.store.open_account(std::move(account), std::move(commands));
  if (!opened) co_return fail(opened.error());
  auto confirmed = co_await confirm_platform(deps_.store, deps_.live, opened->account);
  if (!confirmed) co_return fail(confirmed.error());
  opened->account = std::move(*confirmed);
  deps_.live.set_account(opened->account);
  deps_.events.publish(AccountChanged{opened->account});
  for (MeterId meter : meters) deps_.events.publish(MeterChanged{meter});
  deps_.commands.take_up(opened->commands);
  std::vector<MeterId> billed;
  for (MeterId meter : meters)
    if (const LiveMeter* live = deps_.live.find(meter);
        live != nullptr && live->meter.wallet == domain::Wallet::platform)
      billed.push_back(meter);
  if (deps_.collector != nullptr && !billed.empty())
    deps_.runtime.spawn("opening reading", read_at_opening(std::move(billed)));
  co_return OpenedAccount{std::move(opened->account), opened->existed};
}

/// A bill begins with the first reading after the opening: the next in turn may be minutes away.
port::Async<> Accounts::read_at_opening(std::vector<MeterId> meters) {
  for (MeterId meter : meters) (void)co_await deps_.collector->read_now(meter);
  (void)co_await deps_.collector->flush();
}

port::Async<Result<domain::Account>> confirm_platform(port::Store& store, const LiveTable& live,
                                                      domain::Account account) {
  for (MeterId meter : std::vector(account.meters)) {
    const LiveMeter* found = live.find(meter);
    if (found == nullptr || found->meter.wallet != domain::Wallet::platform) continue;
    auto confirmed = co_await store.confirm_open(
        account.id, meter, domain::Epoch{found->meter.serial, 0}, account.created_at);
    // Open already, with its device out of its place.
    if (!confirmed && confirmed.error().code == Errc::settlement_wrong_meter) continue;
    if (!confirmed) co_return confirmed;
    account = std::move(*confirmed);
  }
  co_return account;
}

port::Async<Result<>> Accounts::resume() {
  auto accounts = co_await deps_.store.live_accounts();
  if (!accounts) co_return fail(accounts.error());
  for (const domain::Account& account : *accounts) {
    if (account.state == domain::AccountState::closing) continue;
    auto confirmed = co_await confirm_platform(deps_.store, deps_.live, account);
    if (!confirmed) co_return fail(confirmed.error());
    deps_.live.set_account(*confirmed);
  }
  co_return Result<>{};
}

port::Async<std::vector<Result<OpenedAccount>>> Accounts::open_each(
    std::vector<OpeningRequest> rows) {
  std::vector<Result<OpenedAccount>> out;
  for (OpeningRequest& row : rows) out.push_back(co_await open(std::move(row)));
  co_return out;
}

}  // namespace paymeter::service
