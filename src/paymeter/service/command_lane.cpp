// Carrying commands: read, send, read back. "Sent" is not "done".
#include "paymeter/service/command_lane.hpp"

#include <algorithm>

namespace paymeter::service {
namespace {

using domain::CommandKind;
using domain::CommandState;

BusPriority priority_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::force_on:
    case CommandKind::release:
      return BusPriority::reclose;
    case CommandKind::trip:
      return BusPriority::trip;
    default:
      return BusPriority::command;
  }
}

port::Async<> prices_work(port::MeterDriver& driver, port::BusLink& link,
                          std::shared_ptr<Result<domain::PriceTable>> out) {
  *out = co_await driver.read_prices(link);
}

port::Async<> send_work(port::MeterDriver& driver, port::BusLink& link, domain::Command command,
                        domain::Epoch epoch, std::shared_ptr<Result<port::WriteReply>> out) {
  switch (command.kind) {
    case CommandKind::open_account:
      *out = co_await driver.open_account(link, epoch, command.customer_number);
      break;
    case CommandKind::write_settings:
      *out = co_await driver.write_settings(link, epoch, command.version, command.settings);
      break;
    case CommandKind::write_prices:
      *out = co_await driver.write_prices(link, epoch, command.version, command.prices);
      break;
    default:
      *out = co_await driver.switch_supply(link, command.kind);
  }
}

/// Reasons in the meter itself why sending would be wrong or useless.
Result<> may_send(const domain::Command& command, const domain::PrepaidState& read) {
  switch (command.kind) {
    case CommandKind::open_account:
      if (read.account_open) return fail(Errc::account_open_for_other);
      if (read.balance != domain::Money{} || read.purchase_count != 0)
        return fail(Errc::account_meter_not_clear);
      return {};
    case CommandKind::write_settings:
      if (read.settings_version > command.version)
        return fail(Errc::meter_refused, "the meter holds a newer settings version");
      return {};
    case CommandKind::write_prices:
      if (read.price_version > command.version)
        return fail(Errc::meter_refused, "the meter holds a newer price version");
      return {};
    default:
      return {};
  }
}

}  // namespace

CommandLane::CommandLane(Commands::Deps deps, Commands::Settings settings, MeterId meter)
    : deps_(deps), settings_(settings), meter_(meter), wake_(deps.runtime.make_wakeup()) {}

void CommandLane::push(const domain::Command& command) {
  const bool known = std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& other) {
    return other.command.id == command.id;
  });
  if (!known) waiting_.push_back({command, settings_.retry_first, deps_.runtime.mono()});
  // The newcomer may have superseded an older one: look at all of them again.
  for (Waiting& waiting : waiting_) waiting.next_try = deps_.runtime.mono();
  wake_->raise();
}

CommandLane::Waiting* CommandLane::next() {
  Waiting* first_download = nullptr;
  Waiting* earliest = nullptr;
  for (Waiting& waiting : waiting_) {
    const bool is_switch = domain::is_supply(waiting.command.kind);
    if (!is_switch && first_download != nullptr) continue;
    if (!is_switch) first_download = &waiting;
    if (earliest == nullptr || waiting.next_try < earliest->next_try ||
        (is_switch && !domain::is_supply(earliest->command.kind) &&
         waiting.next_try <= deps_.runtime.mono()))
      earliest = &waiting;
  }
  return earliest;
}

void CommandLane::remove(CommandId id) {
  std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.command.id == id; });
}

port::Async<> CommandLane::run(std::shared_ptr<CommandLane> self) {
  port::Runtime& runtime = self->deps_.runtime;
  while (!runtime.stopping()) {
    Waiting* due = self->next();
    if (due == nullptr) co_return;
    if (due->next_try > runtime.mono()) {
      co_await self->wake_->wait_until(due->next_try);
      continue;
    }
    const Millis pause = due->pause;
    due->next_try = runtime.mono() + pause;
    due->pause = std::min(pause * 2, self->settings_.retry_max);
    const domain::Command command = due->command;
    // `due` may dangle from here on: newcomers move the others.
    auto finished = co_await self->look(command);
    if (finished && *finished) self->remove(command.id);
  }
}

/// One look at a command: is it still wanted, has it expired, else one try.
port::Async<Result<bool>> CommandLane::look(domain::Command command) {
  auto stored = co_await deps_.store.find_command(command.id);
  if (!stored) co_return fail(stored.error());
  if (stored->state != CommandState::pending) {
    deps_.events.publish(CommandChanged{*stored});
    co_return true;
  }
  // Account data must arrive however long it takes; a switch asked for long ago must not.
  const bool expired =
      domain::is_supply(stored->kind) && deps_.runtime.now() >= stored->deadline_at;
  if (expired) co_return co_await give_up_on(*stored, {Errc::command_expired, {}});
  // A refused opening takes its downloads with it: the meter belongs to somebody else.
  const LiveMeter* live = deps_.live.find(meter_);
  const bool is_download =
      !domain::is_supply(stored->kind) && stored->kind != CommandKind::open_account;
  if (is_download && (live == nullptr || !live->account))
    co_return co_await give_up_on(*stored, {Errc::account_not_open, {}});
  co_return co_await attempt(*stored);
}

/// An old device may still answer at the place of the one that the account is opened on.
bool CommandLane::is_other_device(const domain::PrepaidState& read) const {
  const LiveMeter* live = deps_.live.find(meter_);
  return live != nullptr && !live->meter.serial.empty() && !read.epoch.serial.empty() &&
         live->meter.serial != read.epoch.serial;
}

port::Async<Result<bool>> CommandLane::attempt(domain::Command command) {
  auto before = co_await deps_.collector.read_state(meter_, priority_of(command.kind));
  if (!before) {
    (void)co_await deps_.store.note_try(command.id, before.error().code);
    co_return fail(before.error());
  }
  if (command.kind == CommandKind::open_account && is_other_device(*before)) {
    (void)co_await deps_.store.note_try(command.id, Errc::settlement_wrong_meter);
    co_return fail(Errc::settlement_wrong_meter, "serial " + before->epoch.serial);
  }
  if (domain::target_reached(command, *before)) {
    auto shown = co_await prices_shown(command);
    if (shown && *shown) co_return co_await finish(command, CommandState::done, {}, *before);
  } else if (auto ok = may_send(command, *before); !ok) {
    co_return co_await give_up_on(command, ok.error());
  }
  auto reply = co_await send(command, before->epoch);
  (void)co_await deps_.store.note_try(
      command.id, reply ? std::nullopt : std::optional<Errc>(reply.error().code));
  auto after = co_await deps_.collector.read_state(meter_, BusPriority::read_back);
  if (!after) co_return fail(after.error());
  if (domain::target_reached(command, *after)) {
    auto shown = co_await prices_shown(command);
    if (shown && *shown) co_return co_await finish(command, CommandState::done, {}, *after);
    co_return shown;
  }
  if (reply && *reply == port::WriteReply::refused)
    co_return co_await give_up_on(
        command, {Errc::meter_refused, "refusal " + std::to_string(after->last_refusal)});
  const bool is_hopeless = !reply && (reply.error().code == Errc::frame_bad_value ||
                                      reply.error().code == Errc::meter_unsupported ||
                                      reply.error().code == Errc::meter_exception);
  if (is_hopeless) co_return co_await give_up_on(command, reply.error());
  co_return false;
}

port::Async<Result<bool>> CommandLane::give_up_on(domain::Command command, Error why) {
  if (command.kind == CommandKind::open_account) {
    const LiveMeter* live = deps_.live.find(meter_);
    // A meter that never held the account leaves it, and an account without meters ends.
    if (live != nullptr && live->account &&
        live->account->customer_number == command.customer_number) {
      auto left =
          co_await deps_.store.leave_unopened(live->account->id, meter_, deps_.runtime.now());
      if (!left) co_return fail(left.error());
      deps_.live.set_account(*left);
      deps_.events.publish(AccountChanged{*left});
      deps_.events.publish(MeterChanged{meter_});
    }
  }
  co_return co_await finish(command, CommandState::failed, why.code, {});
}

port::Async<Result<bool>> CommandLane::finish(domain::Command command, CommandState state,
                                              std::optional<Errc> result,
                                              domain::PrepaidState read) {
  if (command.kind == CommandKind::open_account && state == CommandState::done) {
    const LiveMeter* live = deps_.live.find(meter_);
    if (live == nullptr || !live->account) co_return fail(Errc::account_unknown);
    // The account first: a crash in between repeats the confirmation, which changes nothing.
    auto opened = co_await deps_.store.confirm_open(live->account->id, meter_, read.epoch,
                                                    deps_.runtime.now());
    if (!opened) co_return fail(opened.error());
    deps_.live.set_account(*opened);
    deps_.events.publish(AccountChanged{*opened});
    deps_.events.publish(MeterChanged{meter_});
  }
  auto finished =
      co_await deps_.store.finish_command(command.id, state, result, deps_.runtime.now());
  if (!finished && finished.error().code != Errc::command_state_conflict)
    co_return fail(finished.error());
  if (finished) deps_.events.publish(CommandChanged{*finished});
  co_return true;
}

/// The prepaid block carries only the price version: compare the block itself before "done".
port::Async<Result<bool>> CommandLane::prices_shown(domain::Command command) {
  if (command.kind != CommandKind::write_prices) co_return true;
  auto out = std::make_shared<Result<domain::PriceTable>>(fail(Errc::link_stopped));
  auto ran = co_await deps_.collector.run(meter_, BusPriority::read_back,
                                          [out](port::MeterDriver& driver, port::BusLink& link) {
                                            return prices_work(driver, link, out);
                                          });
  if (!ran) co_return fail(ran.error());
  if (!*out) co_return fail(out->error());
  co_return **out == command.prices;
}

port::Async<Result<port::WriteReply>> CommandLane::send(domain::Command command,
                                                        domain::Epoch epoch) {
  auto out = std::make_shared<Result<port::WriteReply>>(fail(Errc::link_stopped));
  auto ran = co_await deps_.collector.run(
      meter_, priority_of(command.kind),
      [out, command, epoch](port::MeterDriver& driver, port::BusLink& link) {
        return send_work(driver, link, command, epoch, out);
      });
  if (!ran) co_return fail(ran.error());
  co_return *out;
}

}  // namespace paymeter::service
