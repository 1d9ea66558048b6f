// Commands as target states: ask first, send, read back, again until the meter shows it.
#include "paymeter/service/commands.hpp"

#include <algorithm>

#include "paymeter/domain/idempotency.hpp"
#include "paymeter/service/command_lane.hpp"

namespace paymeter::service {

Commands::Commands(Deps deps, Settings settings) : deps_(deps), settings_(settings) {}
Commands::~Commands() = default;

port::Async<Result<>> Commands::resume() {
  auto pending = co_await deps_.store.pending_commands();
  if (!pending) co_return fail(pending.error());
  std::sort(pending->begin(), pending->end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  take_up(*pending);
  co_return Result<>{};
}

port::Async<Result<domain::Command>> Commands::switch_supply(SupplyRequest request) {
  if (!domain::is_supply(request.kind)) co_return fail(Errc::request_invalid, "kind");
  if (auto key = domain::check_idempotency_key(request.idempotency_key); !key)
    co_return fail(key.error());
  const LiveMeter* live = deps_.live.find(request.meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  auto driver = deps_.drivers.make(live->meter);
  if (!driver) co_return fail(driver.error());
  if (!(*driver)->abilities().relay) co_return fail(Errc::meter_unsupported);
  if (auto ok = domain::check_supply_request(request.kind, request.reason, live->meter); !ok)
    co_return fail(ok.error());

  domain::Command command;
  command.property = live->meter.property;
  command.meter = request.meter;
  command.kind = request.kind;
  command.reason = request.reason;
  command.operator_id = request.operator_id;
  if (auto ok = co_await check_not_settling(request.meter); !ok) co_return fail(ok.error());
  co_return co_await add(command, request.idempotency_key);
}

port::Async<Result<domain::Command>> Commands::download(MeterId meter, domain::CommandKind kind,
                                                        UserId operator_id,
                                                        std::string idempotency_key) {
  if (auto key = domain::check_idempotency_key(idempotency_key); !key) co_return fail(key.error());
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  auto command = download_command(*live, deps_.live, kind);
  if (!command) co_return fail(command.error());
  if (!live->account || live->account->state != domain::AccountState::open)
    co_return fail(Errc::account_not_open);
  command->operator_id = operator_id;
  if (auto ok = co_await check_not_settling(meter); !ok) co_return fail(ok.error());
  co_return co_await add(*command, std::move(idempotency_key));
}

/// Closing and changing over need the relay as it is, and own the device.
port::Async<Result<>> Commands::check_not_settling(MeterId meter) {
  auto money = co_await deps_.store.meter_money(meter);
  if (!money) co_return fail(money.error());
  if (money->settling) co_return fail(Errc::meter_settling);
  co_return Result<>{};
}

Result<domain::Command> download_command(const LiveMeter& live, const LiveTable& table,
                                         domain::CommandKind kind) {
  if (!live.meter.prepaid || live.meter.wallet != domain::Wallet::meter)
    return fail(Errc::meter_unsupported);
  domain::Command command;
  command.property = live.meter.property;
  command.meter = live.meter.id;
  command.kind = kind;
  if (kind == domain::CommandKind::write_settings) {
    command.settings = live.meter.settings;
    command.version = live.prepaid ? live.prepaid->settings_version : 0;
    return command;
  }
  if (kind != domain::CommandKind::write_prices) return fail(Errc::request_invalid, "kind");
  const domain::Tariff* tariff = live.meter.tariff ? table.tariff(*live.meter.tariff) : nullptr;
  if (tariff == nullptr) return fail(Errc::meter_unsupported, "the meter has no tariff");
  command.prices = tariff->prices;
  command.version = live.prepaid ? live.prepaid->price_version : 0;
  return command;
}

port::Async<Result<domain::Command>> Commands::add(domain::Command command,
                                                   std::string idempotency_key) {
  command.created_at = deps_.runtime.now();
  command.deadline_at = command.created_at + settings_.deadline;
  auto stored = co_await deps_.store.add_command(command, std::move(idempotency_key));
  if (!stored) co_return stored;
  deps_.events.publish(CommandChanged{*stored});
  take_up({*stored});
  co_return stored;
}

void Commands::take_up(const std::vector<domain::Command>& commands) {
  for (const domain::Command& command : commands) {
    if (command.state != domain::CommandState::pending) continue;
    auto& lane = lanes_[command.meter];
    const bool is_new = lane == nullptr;
    if (is_new) lane = std::make_shared<CommandLane>(deps_, settings_, command.meter);
    lane->push(command);
    if (is_new) deps_.runtime.spawn("commands", run_lane(lane));
  }
}

port::Async<> Commands::run_lane(std::shared_ptr<CommandLane> lane) {
  co_await CommandLane::run(lane);
  lanes_.erase(lane->meter());
}

}  // namespace paymeter::service
