// Opening accounts: one transaction stores the account and the commands that carry it out.
#include "paymeter/service/accounts.hpp"

namespace paymeter::service {
namespace {

/// Opening never expires by itself: an operator ends it. Far enough to mean "no deadline".
constexpr Millis kNoDeadline{10LL * 365 * 86'400'000};

std::vector<domain::Command> opening_commands(const LiveMeter& live, const LiveTable& table,
                                              const domain::Account& account) {
  std::vector<domain::Command> commands;
  domain::Command open;
  open.kind = domain::CommandKind::open_account;
  commands.push_back(open);
  for (auto kind : {domain::CommandKind::write_settings, domain::CommandKind::write_prices})
    if (auto command = download_command(live, table, kind)) commands.push_back(*command);
  for (domain::Command& command : commands) {
    command.property = live.meter.property;
    command.meter = live.meter.id;
    command.operator_id = account.operator_id;
    command.created_at = account.created_at;
    command.deadline_at = account.created_at + kNoDeadline;
  }
  return commands;
}

}  // namespace

port::Async<Result<domain::Account>> Accounts::open(OpeningRequest request) {
  domain::Account account;
  account.customer_name = request.customer_name;
  account.phone = request.phone;
  account.note = request.note;
  account.idempotency_key = request.idempotency_key;
  account.operator_id = request.operator_id;
  account.meters = {request.meter};
  account.created_at = deps_.runtime.now();
  if (auto ok = domain::check_new_account(account); !ok) co_return fail(ok.error());
  const LiveMeter* live = deps_.live.find(request.meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  if (!live->meter.prepaid || live->meter.wallet != domain::Wallet::meter)
    co_return fail(Errc::vend_wallet_unsupported);
  const domain::Property* property = deps_.live.property(live->meter.property);
  if (domain::has_zero_key(live->meter) && (property == nullptr || !property->is_test_site))
    co_return fail(Errc::vend_test_key);
  account.property = live->meter.property;

  auto opened =
      co_await deps_.store.open_account(account, opening_commands(*live, deps_.live, account));
  if (!opened) co_return fail(opened.error());
  deps_.live.set_account(opened->account);
  deps_.events.publish(AccountChanged{opened->account});
  deps_.events.publish(MeterChanged{request.meter});
  deps_.commands.take_up(opened->commands);
  co_return opened->account;
}

}  // namespace paymeter::service
