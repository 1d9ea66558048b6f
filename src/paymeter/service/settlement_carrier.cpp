// One settlement under way. The order of store and wire in here is the protocol of docs/vending.md.
#include "paymeter/service/settlement_carrier.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/service/accounts.hpp"

namespace paymeter::service {
namespace {

using domain::SettlementKind;
using domain::SettlementMove;
using domain::SettlementState;
using domain::Vend;
using domain::VendKind;
using domain::VendState;

constexpr Millis kNoDeadline{10LL * 365 * 86'400'000};

port::Async<> clear_work(port::MeterDriver& driver, port::BusLink& link, domain::Epoch epoch,
                         std::shared_ptr<Result<port::WriteReply>> out) {
  *out = co_await driver.clear_account(link, epoch);
}

/// Keys of people hold no colon, so that none of theirs can be taken for one of these.
std::string key_of(const domain::Settlement& settlement, int k) {
  return "settle:" + std::to_string(settlement.id.value) + ":" + std::to_string(k);
}

bool is_closing(const domain::Settlement& settlement) {
  return settlement.kind == SettlementKind::closing;
}

}  // namespace

std::string trip_reason(const domain::Settlement& settlement) {
  return (is_closing(settlement) ? "销户 " : "换表 ") + settlement.number;
}

SettlementCarrier::SettlementCarrier(Settlements& owner, const domain::Settlement& settlement)
    : id(settlement.id),
      meter(settlement.meter),
      wake(owner.deps_.runtime.make_wakeup()),
      owner_(owner),
      deps_(owner.deps_) {}

port::Async<> SettlementCarrier::run(std::shared_ptr<SettlementCarrier> self) {
  port::Runtime& runtime = self->deps_.runtime;
  const Settlements::Settings& settings = self->owner_.settings_;
  Millis pause = settings.retry_first;
  while (!runtime.stopping()) {
    auto settlement = co_await self->deps_.store.find_settlement(self->id);
    if (settlement && domain::is_over(settlement->state)) co_return;
    if (settlement) {
      auto looked = co_await self->look(*settlement);
      if (looked && looked->moved) {
        if (self->tries_ >= settings.alarm_after_tries)
          co_await self->deps_.alarms.clear(domain::AlarmKind::vend_stuck, self->meter, {});
        pause = settings.retry_first;
        self->tries_ = 0;
        continue;
      }
      co_await self->note(*settlement, looked ? looked->trouble : looked.error().code);
    }
    co_await self->wake->wait_until(runtime.mono() + pause);
    pause = self->look_now ? settings.retry_first : std::min(pause * 2, settings.retry_max);
    self->look_now = false;
  }
}

port::Async<SettlementCarrier::Look> SettlementCarrier::look(domain::Settlement settlement) {
  const bool has_device = settlement.state != SettlementState::replacing &&
                          settlement.state != SettlementState::opening;
  if (has_device && owner_.is_on_platform(meter)) co_return co_await look_at_wallet(settlement);
  switch (settlement.state) {
    case SettlementState::tripping:
    case SettlementState::returning:
    case SettlementState::debt:
    case SettlementState::clearing:
      co_return co_await look_at_meter(settlement);
    case SettlementState::opening:
      co_return co_await look_at_opening(settlement);
    default:
      co_return Outcome{};  // replacing waits for a person
  }
}

port::Async<SettlementCarrier::Look> SettlementCarrier::look_at_meter(
    domain::Settlement settlement) {
  PAYMETER_ASSERT(settlement.epoch.has_value());
  auto money = co_await deps_.store.meter_money(meter);
  if (!money) co_return fail(money.error());
  if (money->quarantined) co_return Outcome{false, Errc::meter_quarantined};
  domain::SettlementFacts facts;
  facts.epoch = *settlement.epoch;
  facts.clear_sent = settlement.state == SettlementState::clearing;
  auto busy = co_await vend_under_way(settlement);
  if (!busy) co_return fail(busy.error());
  facts.vend_under_way = *busy;
  // The facts are stored; the read starts after them.
  auto read = co_await deps_.collector.read_state(meter, BusPriority::command);
  if (!read) co_return fail(read.error());
  const SettlementMove move = domain::next_move(facts, *read);
  if (move == SettlementMove::wrong_meter) co_return co_await wrong_meter(settlement, facts);
  const bool is_off = read->relay_open && read->forced;
  auto held = co_await (is_off ? hold_off(settlement) : trip(settlement));
  if (!held) co_return fail(held.error());
  co_return co_await follow(settlement, move, *read);
}

port::Async<SettlementCarrier::Look> SettlementCarrier::follow(domain::Settlement settlement,
                                                               SettlementMove move,
                                                               domain::PrepaidState read) {
  if (move == SettlementMove::wait) co_return Outcome{};
  if (move == SettlementMove::cleared) co_return co_await finish_device(settlement);
  if (settlement.state == SettlementState::tripping)
    co_return co_await take_final_reading(settlement);
  const bool is_returning = settlement.state == SettlementState::returning;
  const bool is_debt = settlement.state == SettlementState::debt;
  const bool is_clearing = settlement.state == SettlementState::clearing;
  switch (move) {
    case SettlementMove::take_out:
      if (is_returning) co_return co_await take_out(settlement, read.balance);
      co_return co_await go(step_of(settlement, SettlementState::returning));
    case SettlementMove::need_money:
      if (is_debt) co_return Outcome{false, Errc::settlement_debt};
      co_return co_await go(
          step_of(settlement, is_returning ? SettlementState::debt : SettlementState::returning));
    case SettlementMove::clear:
      if (is_clearing) co_return co_await clear(settlement);
      co_return co_await go(step_of(
          settlement, is_returning ? SettlementState::clearing : SettlementState::returning));
    default:
      co_return Outcome{};
  }
}

/// With the relay open the register stands still: what it shows now is the device's last word.
port::Async<SettlementCarrier::Look> SettlementCarrier::take_final_reading(
    domain::Settlement settlement) {
  if (auto read = co_await deps_.collector.read_now(meter); !read) co_return fail(read.error());
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr || !live->prepaid) co_return fail(Errc::meter_unknown);
  if (live->prepaid->epoch != *settlement.epoch) co_return Outcome{};  // the next look judges it
  auto step = step_of(settlement, SettlementState::returning);
  step.final_at = live->prepaid->at;
  step.final_balance = live->prepaid->balance;
  if (live->measured) step.final_wh = live->measured->energy_wh;
  co_return co_await go(step);
}

/// A refund, or a transfer to the device that will stand here, of exactly the balance.
port::Async<SettlementCarrier::Look> SettlementCarrier::take_out(domain::Settlement settlement,
                                                                 domain::Money balance) {
  Vend vend;
  for (int k = 1;; ++k) {
    vend.idempotency_key = key_of(settlement, k);
    auto known = co_await deps_.store.find_vend_by_key(settlement.property, vend.idempotency_key);
    if (!known) co_return fail(known.error());
    if (!*known) break;
  }
  vend.property = settlement.property;
  vend.meter = meter;
  vend.account = settlement.account;
  vend.kind = is_closing(settlement) ? VendKind::refund : VendKind::transfer_out;
  vend.captured = vend.to_meter = -balance;
  vend.tag = deps_.runtime.random_u32();
  vend.settles = true;
  vend.operator_id = settlement.operator_id;
  vend.note = trip_reason(settlement);
  vend.created_at = deps_.runtime.now();
  if (is_closing(settlement)) {
    auto made = co_await deps_.store.create_paid_vend(vend);
    if (!made) co_return fail(made.error());
    deps_.vending.take_up(made->vend);
    co_return Outcome{};
  }
  Vend in = vend;
  in.kind = VendKind::transfer_in;
  in.tag = deps_.runtime.random_u32();
  auto made = co_await deps_.store.create_transfer(vend, in);
  if (!made) co_return fail(made.error());
  deps_.vending.take_up(made->out);
  co_return Outcome{};
}

/// `clearing` is stored already; whether the frame arrived is for the next read to say.
port::Async<SettlementCarrier::Look> SettlementCarrier::clear(domain::Settlement settlement) {
  auto out = std::make_shared<Result<port::WriteReply>>(fail(Errc::link_stopped));
  const domain::Epoch epoch = *settlement.epoch;
  auto ran = co_await deps_.collector.run(
      meter, BusPriority::command, [out, epoch](port::MeterDriver& driver, port::BusLink& link) {
        return clear_work(driver, link, epoch, out);
      });
  if (!ran) co_return fail(ran.error());
  domain::SettlementFacts facts{epoch, false, true};
  auto read = co_await deps_.collector.read_state(meter, BusPriority::read_back);
  if (!read) co_return fail(read.error());
  if (domain::next_move(facts, *read) == SettlementMove::cleared)
    co_return co_await finish_device(settlement);
  if (*out && **out == port::WriteReply::refused) co_return Outcome{false, Errc::meter_refused};
  if (!*out) co_return fail(out->error());
  co_return Outcome{};
}

/// The last vend that took money out is the settlement's: its slip goes with the closing's.
port::Async<SettlementCarrier::Look> SettlementCarrier::finish_device(
    domain::Settlement settlement) {
  auto step = step_of(settlement,
                      is_closing(settlement) ? SettlementState::done : SettlementState::replacing);
  for (int k = 1;; ++k) {
    auto known = co_await deps_.store.find_vend_by_key(settlement.property, key_of(settlement, k));
    if (!known) co_return fail(known.error());
    if (!*known) break;
    if ((*known)->state != VendState::closed) step.vend = (*known)->id;
  }
  co_return co_await go(step);
}

/// An RTU reply that comes late can pass for this one: people are called when two reads agree.
port::Async<SettlementCarrier::Look> SettlementCarrier::wrong_meter(domain::Settlement settlement,
                                                                    domain::SettlementFacts facts) {
  auto again = co_await deps_.collector.read_state(meter, BusPriority::command);
  if (!again) co_return fail(again.error());
  if (domain::next_move(facts, *again) != SettlementMove::wrong_meter) co_return Outcome{};
  co_await deps_.alarms.raise(
      settlement.property, domain::AlarmKind::vend_quarantined, meter, {},
      trip_reason(settlement) + " settlement_wrong_meter, serial " + again->epoch.serial);
  co_return Outcome{false, Errc::settlement_wrong_meter};
}

/// The new device holds the account when the platform knows its epoch.
port::Async<SettlementCarrier::Look> SettlementCarrier::look_at_opening(
    domain::Settlement settlement) {
  auto money = co_await deps_.store.meter_money(meter);
  if (!money) co_return fail(money.error());
  if (money->epoch && money->epoch->serial == settlement.new_serial)
    co_return co_await go(step_of(settlement, SettlementState::done));
  port::CommandFilter filter;
  filter.meter = meter;
  auto commands = co_await deps_.store.list_commands(filter);
  if (!commands) co_return fail(commands.error());
  for (const domain::Command& command : commands->rows) {
    if (command.kind != domain::CommandKind::open_account) continue;
    if (command.state == domain::CommandState::pending) co_return Outcome{};
    // The device said no (its key, or another's account in it): `replaced` is asked again.
    co_return Outcome{false, command.result.value_or(Errc::meter_refused)};
  }
  co_return Outcome{};
}

port::Async<SettlementCarrier::Look> SettlementCarrier::go(port::SettlementStep step) {
  auto stepped = co_await owner_.apply(std::move(step));
  if (!stepped) co_return fail(stepped.error());
  co_return Outcome{true, {}};
}

/// Is there anything whose frames may still change the balance, or that must end first?
port::Async<Result<bool>> SettlementCarrier::vend_under_way(domain::Settlement settlement) {
  if (mistake_made(Mistake::close_at_once)) co_return false;
  auto vends = co_await deps_.store.unfinished_vends();
  if (!vends) co_return fail(vends.error());
  for (const Vend& vend : *vends)
    if (vend.meter == meter && (vend.state != VendState::paid || vend.settles)) co_return true;
  if (!is_closing(settlement)) co_return false;
  // Money that is on its way here from another meter: it arrives as PAID, then it is owed back.
  port::VendFilter filter;
  filter.meter = meter;
  filter.state = VendState::created;
  filter.page.limit = 1;
  auto created = co_await deps_.store.list_vends(filter);
  if (!created) co_return fail(created.error());
  co_return created->total > 0;
}

/// At most one trip of the settlement is pending; the command service carries it.
port::Async<Result<>> SettlementCarrier::trip(domain::Settlement settlement) {
  port::CommandFilter filter;
  filter.meter = meter;
  filter.state = domain::CommandState::pending;
  auto pending = co_await deps_.store.list_commands(filter);
  if (!pending) co_return fail(pending.error());
  for (const domain::Command& command : pending->rows)
    if (command.kind == domain::CommandKind::trip) co_return Result<>{};
  domain::Command command;
  command.property = settlement.property;
  command.meter = meter;
  command.kind = domain::CommandKind::trip;
  command.reason = trip_reason(settlement);
  command.origin = domain::CommandOrigin::settlement;
  command.operator_id = settlement.operator_id;
  command.created_at = deps_.runtime.now();
  command.deadline_at = command.created_at + kNoDeadline;
  auto stored = co_await deps_.store.add_command(command, "");
  if (!stored) co_return fail(stored.error());
  deps_.events.publish(CommandChanged{stored->plain()});
  deps_.commands.take_up({stored->plain()});
  co_return Result<>{};
}

/// Off already, by somebody whose will may end before the settlement's.
port::Async<Result<>> SettlementCarrier::hold_off(domain::Settlement settlement) {
  if (settlement.state != SettlementState::tripping) co_return Result<>{};
  domain::SupplyIntent intent;
  intent.meter = meter;
  intent.kind = domain::SupplyIntentKind::settlement;
  intent.subject = "settlement " + std::to_string(settlement.id.value);
  intent.reason = trip_reason(settlement);
  intent.begun_by = settlement.operator_id;
  intent.begun_at = deps_.runtime.now();
  auto begun = co_await deps_.store.begin_supply_intent(std::move(intent));
  if (!begun) co_return fail(begun.error());
  co_return Result<>{};
}

/// Keeps why it does not go on, once per reason, and calls people when it lasts.
port::Async<> SettlementCarrier::note(domain::Settlement settlement, std::optional<Errc> trouble) {
  tries_ = trouble ? tries_ + 1 : 0;
  const bool waits_for_money = trouble == Errc::settlement_debt;
  if (trouble && !waits_for_money && tries_ == owner_.settings_.alarm_after_tries)
    co_await deps_.alarms.raise(settlement.property, domain::AlarmKind::vend_stuck, meter, {},
                                trip_reason(settlement) + " " + std::string(error_name(*trouble)));
  if (settlement.trouble == trouble) co_return;
  auto step = step_of(settlement, settlement.state);
  step.trouble = trouble;
  (void)co_await owner_.apply(step);
}

port::SettlementStep SettlementCarrier::step_of(const domain::Settlement& settlement,
                                                SettlementState to) const {
  port::SettlementStep step;
  step.settlement = settlement.id;
  step.from = settlement.state;
  step.to = to;
  step.at = deps_.runtime.now();
  if (to == SettlementState::debt) step.trouble = Errc::settlement_debt;
  return step;
}

port::Async<Result<domain::Command>> intended_supply(port::Store& store, const domain::Meter& meter,
                                                     domain::Settlement settlement, UtcMs now) {
  domain::Command command;
  command.property = meter.property;
  command.meter = meter.id;
  command.reason = trip_reason(settlement);
  command.origin = domain::CommandOrigin::settlement;
  command.operator_id = settlement.operator_id;
  command.created_at = now;
  command.deadline_at = now + kNoDeadline;
  auto lasting = co_await store.supply_intents(meter.id);
  if (!lasting) co_return fail(lasting.error());
  std::erase_if(*lasting, [](const domain::SupplyIntent& intent) {
    return intent.kind == domain::SupplyIntentKind::settlement;
  });
  command.kind = domain::command_for(domain::supply_target(*lasting, meter.is_protected));
  co_return command;
}

port::Async<Result<std::vector<domain::Command>>> device_commands(Settlements::Deps& deps,
                                                                  domain::Settlement settlement) {
  const LiveMeter* live = deps.live.find(settlement.meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  const UtcMs now = deps.runtime.now();
  auto commands = opening_commands(deps.live, settlement.meter, settlement.operator_id, now);
  const domain::Meter meter = live->meter;
  auto supply = co_await intended_supply(deps.store, meter, settlement, now);
  if (!supply) co_return fail(supply.error());
  commands.push_back(*supply);
  co_return commands;
}

}  // namespace paymeter::service
