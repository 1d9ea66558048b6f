// Carrying commands: read, send, read back. "Sent" is not "done".
#include "paymeter/service/command_lane.hpp"

#include <algorithm>

#include "paymeter/base/mistake.hpp"
#include "paymeter/service/command_work.hpp"
#include "paymeter/service/importer_text.hpp"
#include "paymeter/service/punctual_link.hpp"

namespace paymeter::service {

using domain::CommandKind;
using domain::CommandState;

CommandLane::CommandLane(Commands::Deps deps, Commands::Settings settings, MeterId meter)
    : deps_(deps), settings_(settings), meter_(meter), wake_(deps.runtime.make_wakeup()) {}

void CommandLane::push(const domain::Command& command) {
  const bool known = std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& other) {
    return other.command.id == command.id;
  });
  const MonoMs now = deps_.runtime.mono();
  if (!known) waiting_.push_back({command, settings_.retry_first, now, now});
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
  noted_.erase(id);
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
    const MonoMs since = due->since;
    // `due` may dangle from here on: newcomers move the others.
    auto finished = co_await self->look(command, since);
    if (finished && *finished) self->remove(command.id);
  }
}

/// One look at a command: is it still wanted, has it expired, else one try.
port::Async<Result<bool>> CommandLane::look(domain::Command command, MonoMs since) {
  auto stored = co_await deps_.store.find_command(command.id);
  if (!stored) co_return fail(stored.error());
  if (stored->state != CommandState::pending) {
    deps_.events.publish(CommandChanged{*stored});
    co_return true;
  }
  const Millis waited = deps_.runtime.mono() - since;
  const bool expired = domain::is_outdated(*stored, deps_.runtime.now(), waited);
  if (expired) co_return co_await give_up_on(*stored, {Errc::command_expired, {}});
  // A refused opening takes its downloads with it: the meter belongs to somebody else.
  const LiveMeter* live = deps_.live.find(meter_);
  const bool needs_account =
      stored->kind == CommandKind::write_settings || stored->kind == CommandKind::write_prices;
  if (needs_account && (live == nullptr || !live->account))
    co_return co_await give_up_on(*stored, {Errc::account_not_open, {}});
  co_return co_await attempt(*stored, since);
}

/// An old device may still answer at the place of the one that the account is opened on.
bool CommandLane::is_other_device(const domain::PrepaidState& read) const {
  const LiveMeter* live = deps_.live.find(meter_);
  return live != nullptr && !live->meter.serial.empty() && !read.epoch.serial.empty() &&
         live->meter.serial != read.epoch.serial;
}

port::Async<Result<bool>> CommandLane::attempt(domain::Command command, MonoMs since) {
  auto before = co_await deps_.collector.read_state(meter_, priority_of(command));
  if (!before) {
    (void)co_await deps_.store.note_try(command.id, before.error().code);
    co_return fail(before.error());
  }
  if (command.kind == CommandKind::open_account && is_other_device(*before)) {
    (void)co_await deps_.store.note_try(command.id, Errc::settlement_wrong_meter);
    co_return fail(Errc::settlement_wrong_meter, "serial " + before->epoch.serial);
  }
  auto shown = co_await look_at(command, *before, priority_of(command));
  if (shown && shown->reached) co_return co_await reached(command, since, *before);
  if (auto ok = may_send(command, *before); !ok) {
    if (shown) co_await note(command, shown->differences);
    co_return co_await give_up_on(command, ok.error());
  }
  if (auto ok = co_await may_still_be_sent(command); !ok) {
    const Errc why = ok.error().code;
    if (why != Errc::supply_protected && why != Errc::command_superseded)
      co_return fail(ok.error());
    co_return co_await give_up_on(command, ok.error());
  }
  auto reply = co_await send(command, before->epoch);
  // Never sent: the next look says what became of it.
  if (!reply && reply.error().code == Errc::command_superseded) co_return fail(reply.error());
  (void)co_await deps_.store.note_try(
      command.id, reply ? std::nullopt : std::optional<Errc>(reply.error().code));
  co_return co_await read_back(command, since, reply);
}

port::Async<Result<bool>> CommandLane::reached(domain::Command command, MonoMs since,
                                               domain::PrepaidState read) {
  if (domain::is_supply(command.kind) && deps_.runtime.mono() - since < kFrameLife) {
    const auto may_turn = co_await opposite_may_arrive(command);
    if (!may_turn) co_return fail(may_turn.error());
    if (*may_turn) co_return false;
  }
  co_return co_await finish(command, CommandState::done, {}, std::move(read));
}

port::Async<Result<bool>> CommandLane::opposite_may_arrive(domain::Command command) {
  port::CommandFilter filter;
  filter.meter = meter_;
  const auto newest = co_await deps_.store.list_commands(filter);
  if (!newest) co_return fail(newest.error());
  const UtcMs now = deps_.runtime.now();
  co_return std::ranges::any_of(newest->rows, [&](const domain::Command& other) {
    const bool is_opposite =
        domain::is_supply(other.kind) &&
        (other.kind == CommandKind::trip) != (command.kind == CommandKind::trip);
    // What was shown after one try has arrived; every other frame may have been held back.
    const bool is_out = other.tries > (other.state == CommandState::done ? 1 : 0);
    return is_opposite && is_out && other.id < command.id && other.finished_at &&
           now - *other.finished_at < kFrameLife;
  });
}

port::Async<Result<>> CommandLane::may_still_be_sent(domain::Command command) {
  using domain::CommandOrigin;
  const bool is_settling = command.origin == CommandOrigin::settlement;
  if (!domain::is_supply(command.kind) || is_settling) co_return Result<>{};
  const LiveMeter* live = deps_.live.find(meter_);
  const bool is_protected = live != nullptr && live->meter.is_protected;
  // The tenant became protected while the command waited.
  if (command.kind == CommandKind::trip && is_protected) co_return fail(Errc::supply_protected);
  if (command.origin != CommandOrigin::limiting || command.kind == CommandKind::trip)
    co_return Result<>{};
  // A plan gives back what nobody else holds off; an own cut may have begun since.
  const auto lasting = co_await deps_.store.supply_intents(meter_);
  if (!lasting) co_return fail(lasting.error());
  if (domain::supply_target(*lasting, is_protected) == domain::SupplyTarget::open)
    co_return fail(Errc::command_superseded);
  co_return Result<>{};
}

/// After a try: done, refused for good, or to be tried again.
port::Async<Result<bool>> CommandLane::read_back(domain::Command command, MonoMs since,
                                                 Result<port::WriteReply> reply) {
  auto after = co_await deps_.collector.read_state(meter_, BusPriority::read_back);
  if (!after) co_return fail(after.error());
  auto shown = co_await look_at(command, *after, BusPriority::read_back);
  if (!shown && shown.error().code != Errc::meter_unsupported) co_return fail(shown.error());
  if (shown && shown->reached) co_return co_await reached(command, since, *after);
  if (shown) co_await note(command, shown->differences);
  if (reply && *reply == port::WriteReply::refused)
    co_return co_await give_up_on(
        command, {Errc::meter_refused, "refusal " + std::to_string(after->last_refusal)});
  const bool is_hopeless = !reply && (reply.error().code == Errc::frame_bad_value ||
                                      reply.error().code == Errc::meter_unsupported ||
                                      reply.error().code == Errc::meter_exception);
  if (is_hopeless) co_return co_await give_up_on(command, reply.error());
  co_return false;
}

/// What the meter shows instead is kept once per change: people see which field differs.
port::Async<> CommandLane::note(domain::Command command, std::string differences) {
  const auto known = noted_.find(command.id);
  if (differences == (known == noted_.end() ? command.differences : known->second)) co_return;
  auto stored = co_await deps_.store.note_differences(command.id, differences);
  if (stored) noted_[command.id] = std::move(differences);
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
  const bool is_superseded = why.code == Errc::command_superseded;
  co_return co_await finish(
      command, is_superseded ? CommandState::superseded : CommandState::failed, why.code, {});
}

port::Async<Result<bool>> CommandLane::finish(domain::Command command, CommandState state,
                                              std::optional<Errc> result,
                                              domain::PrepaidState read) {
  if (command.kind == CommandKind::open_account && state == CommandState::done) {
    // Asked of the books: another station may have closed one account and opened the next while
    // this one stood still.
    const auto account = co_await deps_.store.account_of_meter(meter_);
    if (!account) co_return fail(account.error());
    if (account->customer_number != command.customer_number) co_return fail(Errc::account_unknown);
    // The account first: a crash in between repeats the confirmation, which changes nothing.
    auto opened =
        co_await deps_.store.confirm_open(account->id, meter_, read.epoch, deps_.runtime.now());
    if (!opened) co_return fail(opened.error());
    deps_.live.set_account(*opened);
    deps_.events.publish(AccountChanged{*opened});
    deps_.events.publish(MeterChanged{meter_});
  }
  if (state == CommandState::done) co_await note(command, "");
  auto finished =
      co_await deps_.store.finish_command(command.id, state, result, deps_.runtime.now());
  if (!finished && finished.error().code != Errc::command_state_conflict)
    co_return fail(finished.error());
  if (finished) deps_.events.publish(CommandChanged{*finished});
  if (state == CommandState::failed && domain::is_supply(command.kind)) co_await take_up_renewed();
  co_return true;
}

/// A switch that never arrived may have left another one owed to the meter: the store has it.
port::Async<> CommandLane::take_up_renewed() {
  port::CommandFilter filter;
  filter.meter = meter_;
  filter.state = CommandState::pending;
  const auto pending = co_await deps_.store.list_commands(filter);
  if (!pending) co_return;  // the next start finds it
  for (const auto& row : pending->rows) push(row);
}

/// The prepaid block says most; prices, tables and clock are read as well before "done".
port::Async<Result<ReadBack>> CommandLane::look_at(domain::Command command,
                                                   domain::PrepaidState read,
                                                   BusPriority priority) {
  if (auto shown = read_back_of(command, read)) co_return *shown;
  auto out = std::make_shared<Result<ReadBack>>(fail(Errc::link_stopped));
  const SiteTime time = site_time();
  auto ran = co_await deps_.collector.run(
      meter_, priority, [out, command, time](port::MeterDriver& driver, port::BusLink& link) {
        return look_at_command(driver, link, command, time, out);
      });
  if (!ran) co_return fail(ran.error());
  co_return *out;
}

SiteTime CommandLane::site_time() const {
  const LiveMeter* live = deps_.live.find(meter_);
  const domain::Property* property =
      live == nullptr ? nullptr : deps_.live.property(live->meter.property);
  const auto offset = fixed_zone_offset(property ? property->time_zone : "Asia/Shanghai");
  return {&deps_.runtime, offset.value_or(minutes(480))};
}

struct CommandLane::Sending {
  Commands::Deps deps;
  domain::Command command;
  domain::Epoch epoch;
  SiteTime time;
  std::shared_ptr<Result<port::WriteReply>> reply;
};

port::Async<> CommandLane::send_if_wanted(port::MeterDriver& driver, port::BusLink& link,
                                          std::shared_ptr<Sending> sending) {
  port::Runtime& runtime = sending->deps.runtime;
  const domain::Command& command = sending->command;
  if (!domain::is_supply(command.kind) || mistake_made(Mistake::trip_outdated)) {
    co_await send_command(driver, link, command, sending->epoch, sending->time, sending->reply);
    co_return;
  }
  PunctualLink in_time(link, runtime.mono() + kSwitchWithin);
  const auto stored = co_await sending->deps.store.find_command(command.id);
  const bool is_wanted = stored && stored->state == CommandState::pending &&
                         !domain::is_outdated(*stored, runtime.now(), {});
  if (!is_wanted) {
    *sending->reply = fail(Errc::command_superseded);
    co_return;
  }
  co_await send_command(driver, in_time, command, sending->epoch, sending->time, sending->reply);
}

port::Async<Result<port::WriteReply>> CommandLane::send(domain::Command command,
                                                        domain::Epoch epoch) {
  auto out = std::make_shared<Result<port::WriteReply>>(fail(Errc::link_stopped));
  auto sending = std::make_shared<Sending>(Sending{deps_, command, epoch, site_time(), out});
  auto ran = co_await deps_.collector.run(
      meter_, priority_of(command), [sending](port::MeterDriver& driver, port::BusLink& link) {
        return send_if_wanted(driver, link, sending);
      });
  if (!ran) co_return fail(ran.error());
  co_return *out;
}

}  // namespace paymeter::service
