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

port::Async<Result<port::StoredCommand>> Commands::switch_supply(SupplyRequest request) {
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

Result<domain::Command> Commands::make_download(const LiveMeter& live,
                                                const DownloadRequest& request) const {
  auto command = download_command(live, deps_.live, request.kind);
  if (!command) return command;
  command->operator_id = request.operator_id;
  command->reason = request.reason;
  command->tables = request.tables;
  command->settings = request.settings.applied_to(command->settings);
  if (auto ok = domain::check_settings(command->settings); !ok) return fail(ok.error());
  if (auto ok = domain::check_time_tables(request.tables); !ok)
    return fail(Errc::request_invalid, ok.error().detail);
  auto driver = deps_.drivers.make(live.meter);
  if (!driver) return fail(driver.error());
  const port::MeterAbilities& abilities = (*driver)->abilities();
  const bool lacks_clock = request.kind == domain::CommandKind::set_clock && !abilities.clock;
  const bool lacks_tables =
      request.kind == domain::CommandKind::write_time_tables && !abilities.time_tables;
  if (lacks_clock || lacks_tables) return fail(Errc::meter_unsupported);
  const bool needs_account = request.kind == domain::CommandKind::write_settings ||
                             request.kind == domain::CommandKind::write_prices;
  if (needs_account && (!live.account || live.account->state != domain::AccountState::open))
    return fail(Errc::account_not_open);
  return command;
}

port::Async<Result<port::StoredCommand>> Commands::download(DownloadRequest request) {
  if (auto key = domain::check_idempotency_key(request.idempotency_key); !key)
    co_return fail(key.error());
  const LiveMeter* live = deps_.live.find(request.meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  auto command = make_download(*live, request);
  if (!command) co_return fail(command.error());
  if (auto ok = co_await check_not_settling(request.meter); !ok) co_return fail(ok.error());
  co_return co_await add(*command, std::move(request.idempotency_key),
                         request.settings.empty() ? Configure::no : Configure::yes);
}

port::Async<Result<domain::Command>> Commands::synchronise_clock(ClockRequest request) {
  const LiveMeter* live = deps_.live.find(request.meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  auto driver = deps_.drivers.make(live->meter);
  if (!driver || !(*driver)->abilities().clock) co_return fail(Errc::meter_unsupported);
  auto command = download_command(*live, deps_.live, domain::CommandKind::set_clock);
  if (!command) co_return fail(command.error());
  if (auto ok = co_await check_not_settling(request.meter); !ok) co_return fail(ok.error());
  port::CommandFilter under_way;
  under_way.meter = request.meter;
  under_way.kind = domain::CommandKind::set_clock;
  under_way.state = domain::CommandState::pending;
  const auto known = co_await deps_.store.list_commands(under_way);
  if (!known) co_return fail(known.error());
  if (known->total > 0) co_return fail(Errc::command_state_conflict, "pending");
  command->origin = domain::CommandOrigin::clock_sync;
  command->reason = std::move(request.reason);
  command->created_at = deps_.runtime.now();
  command->deadline_at = command->created_at + request.deadline;
  auto stored = co_await deps_.store.add_command(*command, {});
  if (!stored) co_return fail(stored.error());
  deps_.events.publish(CommandChanged{stored->plain()});
  take_up({stored->plain()});
  co_return stored->plain();
}

port::Async<Result<port::StoredCommand>> Commands::resend(CommandId id, UserId operator_id,
                                                          std::string idempotency_key) {
  auto old = co_await deps_.store.find_command(id);
  if (!old) co_return fail(old.error());
  if (old->state == domain::CommandState::pending)
    co_return fail(Errc::command_state_conflict, std::string(command_state_name(old->state)));
  if (domain::is_supply(old->kind))
    co_return co_await switch_supply(
        {std::move(idempotency_key), old->meter, old->kind, old->reason, operator_id});
  DownloadRequest request{
      std::move(idempotency_key), old->meter, old->kind, {}, old->tables, old->reason, operator_id};
  co_return co_await download(std::move(request));
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
  domain::Command command;
  command.property = live.meter.property;
  command.meter = live.meter.id;
  command.kind = kind;
  if (kind == domain::CommandKind::write_time_tables || kind == domain::CommandKind::set_clock)
    return command;
  if (!live.meter.prepaid || live.meter.wallet != domain::Wallet::meter)
    return fail(Errc::meter_unsupported);
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

port::Async<Result<port::StoredCommand>> Commands::add(domain::Command command,
                                                       std::string idempotency_key,
                                                       Configure configure) {
  command.created_at = deps_.runtime.now();
  command.deadline_at = command.created_at + settings_.deadline;
  auto stored = configure == Configure::yes
                    ? co_await deps_.store.configure_meter(command, std::move(idempotency_key))
                    : co_await deps_.store.add_command(command, std::move(idempotency_key));
  if (!stored) co_return stored;
  LiveMeter* live = deps_.live.find(command.meter);
  if (configure == Configure::yes && live != nullptr && !stored->existed)
    live->meter.settings = stored->settings;
  deps_.events.publish(CommandChanged{stored->plain()});
  take_up({stored->plain()});
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
