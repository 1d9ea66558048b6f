// One vend under way. The order of store and wire in here is the protocol of docs/vending.md.
#include "paymeter/service/vend_carrier.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"

namespace paymeter::service {
namespace {

using domain::VendState;

port::Async<> sell_work(port::MeterDriver& driver, port::BusLink& link, port::Store& store,
                        domain::Vend vend, std::shared_ptr<Result<port::WriteReply>> out) {
  // Waiting for the wire took time: a sale cancelled meanwhile is not transmitted any more.
  auto now = co_await store.find_vend(vend.id);
  if (!now) {
    *out = fail(now.error());
    co_return;
  }
  if (now->state != vend.state && !mistake_made(Mistake::stale_send)) {
    *out = fail(Errc::vend_state_conflict);
    co_return;
  }
  PAYMETER_ASSERT(mistake_made(Mistake::send_first) ||
                  (now->n == vend.n && now->epoch == vend.epoch && now->tag == vend.tag));
  const bool is_burn = vend.state == VendState::cancelling;
  port::SaleFrame frame;
  frame.epoch = *vend.epoch;
  frame.n = vend.n;
  if (mistake_made(Mistake::new_n))
    frame.n = static_cast<std::uint16_t>(vend.n + vend.attempts - 1);
  frame.amount = is_burn ? domain::Money{} : vend.to_meter;
  frame.tag = is_burn ? domain::burn_tag(vend.tag) : vend.tag;
  *out = co_await driver.sell(link, frame);
}

/// These mean that a person must look: the platform's record and the meter do not agree.
bool is_disagreement(Errc code) {
  return code == Errc::vend_epoch_changed || code == Errc::vend_count_mismatch;
}

bool cancels_without_burn() {
  return mistake_made(Mistake::no_quiesce) || mistake_made(Mistake::stale_send);
}

}  // namespace

VendCarrier::VendCarrier(Vending::Deps the_deps, Vending::Settings the_settings,
                         const domain::Vend& vend)
    : id(vend.id),
      meter(vend.meter),
      kind(vend.kind),
      wake(the_deps.runtime.make_wakeup()),
      deps_(the_deps),
      settings_(the_settings),
      property_(vend.property) {}

port::Async<> VendCarrier::run(std::shared_ptr<VendCarrier> self) {
  port::Runtime& runtime = self->deps_.runtime;
  Millis pause = self->settings_.retry_first;
  int rounds = 0;
  while (!runtime.stopping()) {
    auto vend = co_await self->deps_.store.find_vend(self->id);
    if (vend && domain::is_final(vend->state)) {
      self->tell(*vend);
      co_await self->settle_alarms(*vend);
      co_return;
    }
    auto after = vend ? co_await self->step(*vend) : vend;
    if (vend && !after && co_await self->is_past_deadline(*vend, after.error().code))
      after = co_await self->give_up_paid(*vend, {Errc::vend_undeliverable, {}});
    if (after && vend && after->state != vend->state) {
      pause = self->settings_.retry_first;
      continue;
    }
    const Error why = after ? Error{Errc::link_timeout, {}} : after.error();
    if (vend) co_await self->note_trouble(*vend, ++rounds, why);
    co_await self->wake->wait_until(runtime.mono() + pause);
    pause = self->retry_now ? self->settings_.retry_first
                            : std::min(pause * 2, self->settings_.retry_max);
    self->retry_now = false;
  }
}

port::Async<Result<domain::Vend>> VendCarrier::step(domain::Vend vend) {
  switch (vend.state) {
    case VendState::paid:
      co_return co_await reserve(vend);
    case VendState::sent:
    case VendState::cancelling:
      co_return co_await transmit_and_decide(vend);
    default:
      co_return vend;
  }
}

/// PAID → SENT: a fresh read must agree with the platform's record, then n is stored.
port::Async<Result<domain::Vend>> VendCarrier::reserve(domain::Vend vend) {
  auto before = co_await deps_.store.meter_money(meter);
  if (!before) co_return fail(before.error());
  if (before->in_flight && !mistake_made(Mistake::no_lock)) co_return fail(Errc::vend_meter_busy);
  auto fresh = co_await deps_.collector.read_state(meter, BusPriority::vend);
  if (!fresh) co_return fail(fresh.error());
  auto money = co_await deps_.store.meter_money(meter);
  if (!money) co_return fail(money.error());
  // Another sale ended between the record and the read: the two are not of one moment.
  if (money->purchase_count != before->purchase_count || money->epoch != before->epoch)
    co_return fail(Errc::vend_meter_busy);

  auto n = domain::may_reserve(vend, *money, *fresh);
  if (!n && is_disagreement(n.error().code)) {
    auto again = co_await deps_.collector.read_state(meter, BusPriority::vend);
    if (!again) co_return fail(again.error());
    const bool agree =
        again->epoch == fresh->epoch && again->purchase_count == fresh->purchase_count;
    if (!agree) co_return fail(Errc::vend_meter_busy);
    if (found_at_start) co_return co_await quarantine_forgotten(vend, n.error(), *money);
    co_return co_await quarantine_paid(vend, n.error(), *money);
  }
  if (n) found_at_start = false;
  if (!n && n.error().code == Errc::vend_refund_exceeds_balance)
    co_return co_await give_up_paid(vend, n.error());
  if (!n) co_return fail(n.error());

  port::VendStep step;
  step.vend = id;
  step.from = VendState::paid;
  step.to = VendState::sent;
  step.at = deps_.runtime.now();
  step.reserve_n = *n;
  step.epoch = fresh->epoch;
  step.balance_before = fresh->balance;
  if (mistake_made(Mistake::send_first)) {
    domain::Vend early = vend;
    early.n = *n;
    early.epoch = fresh->epoch;
    (void)co_await transmit(early);
  }
  auto sent = co_await deps_.store.step_vend(step);
  if (!sent) co_return sent;
  must_read_first_ = false;  // this n was never on the wire
  tell(*sent);
  co_return sent;
}

port::Async<Result<domain::Vend>> VendCarrier::transmit_and_decide(domain::Vend vend) {
  if (must_read_first_ || (vend.state == VendState::cancelling && cancels_without_burn())) {
    auto after = co_await read_and_decide(vend, domain::Refusal::none);
    if (!after || after->state != vend.state) co_return after;
  }
  auto counted = co_await deps_.store.count_attempt(id, vend.state, deps_.runtime.now());
  if (!counted) co_return counted;
  must_read_first_ = true;
  auto reply = co_await transmit(*counted);
  if (!reply && reply.error().code == Errc::vend_state_conflict) co_return fail(reply.error());
  const bool refused = reply && *reply == port::WriteReply::refused;
  co_return co_await read_and_decide(
      *counted, refused ? domain::Refusal::explicit_refusal : domain::Refusal::none);
}

port::Async<Result<domain::Vend>> VendCarrier::read_and_decide(domain::Vend vend,
                                                               domain::Refusal refusal) {
  auto state = co_await deps_.collector.read_state(meter, BusPriority::read_back);
  if (!state) co_return fail(state.error());
  auto decision = domain::decide(vend, *state, refusal);
  if (mistake_made(Mistake::refund_on_trust) && vend.kind == domain::VendKind::refund)
    decision = {domain::VendVerdict::delivered, {}};
  if (decision.verdict == domain::VendVerdict::quarantine) {
    // An RTU reply that comes late can pass for this one: people are called when two reads agree.
    state = co_await deps_.collector.read_state(meter, BusPriority::read_back);
    if (!state) co_return fail(state.error());
    if (domain::decide(vend, *state, refusal) != decision) co_return vend;
  }
  co_return co_await apply(vend, decision, *state);
}

port::Async<Result<domain::Vend>> VendCarrier::apply(domain::Vend vend,
                                                     domain::VendDecision decision,
                                                     domain::PrepaidState read) {
  using domain::VendVerdict;
  port::VendStep step;
  step.vend = id;
  step.from = vend.state;
  step.at = deps_.runtime.now();
  step.reason = decision.reason;
  step.balance_after = read.balance;
  switch (decision.verdict) {
    case VendVerdict::burn_again:
      if (co_await seems_undelivered(vend)) {
        step.to = VendState::refund_due;
        step.posting = domain::undelivered_posting(vend, step.at);
        break;
      }
      [[fallthrough]];
    case VendVerdict::retransmit:
      must_read_first_ = false;  // just asked: n is free
      co_return vend;
    case VendVerdict::delivered:
      step.to = domain::state_when_delivered(vend.kind);
      step.new_count = vend.n;
      step.clear_in_flight = true;
      step.posting = domain::delivery_posting(vend, step.at);
      break;
    case VendVerdict::burned:
      step.to = domain::state_when_undelivered(vend.kind);
      step.new_count = vend.n;
      step.clear_in_flight = true;
      step.posting = domain::undelivered_posting(vend, step.at);
      break;
    case VendVerdict::cancel:
      step.to = VendState::cancelling;
      step.balance_after.reset();
      break;
    case VendVerdict::quarantine:
      step.to = VendState::quarantine;
      step.clear_in_flight = true;
      step.quarantine_meter = true;
      step.posting = domain::quarantine_posting(vend, step.at);
      break;
  }
  auto stepped = co_await deps_.store.step_vend(step);
  if (stepped) tell(*stepped);
  co_return stepped;
}

/// Mistakes only: takes a read, or a quiet minute between two reads, for the proof that a burn is.
port::Async<bool> VendCarrier::seems_undelivered(domain::Vend vend) {
  if (!mistake_made(Mistake::stale_send)) co_return mistake_made(Mistake::no_quiesce);
  co_await deps_.runtime.sleep(minutes(1));
  auto again = co_await deps_.collector.read_state(meter, BusPriority::read_back);
  co_return again && again->epoch == *vend.epoch && again->purchase_count + 1 == vend.n;
}

port::Async<Result<port::WriteReply>> VendCarrier::transmit(domain::Vend vend) {
  auto out = std::make_shared<Result<port::WriteReply>>(fail(Errc::link_stopped));
  port::Store& store = deps_.store;
  auto ran = co_await deps_.collector.run(
      meter, BusPriority::vend,
      [out, &store, vend](port::MeterDriver& driver, port::BusLink& link) {
        return sell_work(driver, link, store, vend, out);
      });
  if (!ran) co_return fail(ran.error());
  co_return *out;
}

/// A restored database may have forgotten that it sent this, so nobody may give the money back by
/// themselves: two people decide what became of it.
port::Async<Result<domain::Vend>> VendCarrier::quarantine_forgotten(domain::Vend vend, Error why,
                                                                    domain::MeterMoney known) {
  port::VendStep step;
  step.vend = id;
  step.from = VendState::paid;
  step.to = VendState::quarantine;
  step.at = deps_.runtime.now();
  step.reason = why.code;
  step.quarantine_meter = true;
  step.known = std::move(known);
  step.posting = domain::quarantine_posting(vend, step.at);
  auto stepped = co_await deps_.store.step_vend(step);
  if (stepped) tell(*stepped);
  co_return stepped;
}

/// Nothing was sent, so the money stays pending and can be given back; the meter takes no sale
/// until people have looked.
port::Async<Result<domain::Vend>> VendCarrier::quarantine_paid(domain::Vend vend, Error why,
                                                               domain::MeterMoney known) {
  port::VendStep step;
  step.vend = id;
  step.from = step.to = VendState::paid;
  step.at = deps_.runtime.now();
  step.reason = why.code;
  step.quarantine_meter = true;
  step.known = std::move(known);
  auto stepped = co_await deps_.store.step_vend(step);
  if (!stepped) co_return stepped;
  tell(*stepped);
  co_await deps_.alarms.raise(
      property_, domain::AlarmKind::vend_quarantined, meter, {},
      vend.slip_number + " " + std::string(error_name(why.code)) + " " + why.detail);
  co_return fail(Errc::meter_quarantined);
}

/// Nothing was ever sent, and it has waited for as long as the site allows. Where people have been
/// called, or a settlement has the meter, these decide; the time that they took does not count.
port::Async<bool> VendCarrier::is_past_deadline(domain::Vend vend, Errc why) {
  const bool others_decide =
      why == Errc::meter_quarantined || why == Errc::meter_settling || vend.settles;
  const UtcMs now = deps_.runtime.now();
  if (vend.state != VendState::paid || others_decide || settings_.paid_deadline <= Millis{} ||
      now - vend.created_at < settings_.paid_deadline)
    co_return false;
  const auto since = co_await free_since(vend);
  co_return since&& now - *since >= settings_.paid_deadline;
}

/// Since when nothing but the meter itself has kept the vend: not before the last settlement of the
/// meter ended, people released it, or a transfer's first half had arrived.
port::Async<Result<UtcMs>> VendCarrier::free_since(domain::Vend vend) {
  UtcMs since = vend.created_at;
  const auto not_before = [&since](std::optional<UtcMs> at) {
    if (at) since = std::max(since, *at);
  };
  port::SettlementFilter settlements;
  settlements.meter = meter;
  auto settled = co_await deps_.store.list_settlements(settlements);
  if (!settled) co_return fail(settled.error());
  for (const domain::Settlement& one : settled->rows) not_before(one.finished_at);
  port::ProposalFilter releases;
  releases.meter = meter;
  releases.kind = domain::ProposalKind::release_meter;
  releases.state = domain::ProposalState::approved;
  auto released = co_await deps_.store.list_proposals(releases);
  if (!released) co_return fail(released.error());
  for (const domain::Proposal& one : released->rows) not_before(one.decided_at);
  if (kind == domain::VendKind::transfer_in && vend.related) {
    auto out = co_await deps_.store.find_vend(*vend.related);
    if (!out) co_return fail(out.error());
    not_before(out->finished_at);
  }
  co_return since;
}

/// Waiting will not help (the meter holds less than is to be taken out, or the deadline is over):
/// nothing was sent, so the vend ends, and whoever asked for it may ask anew.
port::Async<Result<domain::Vend>> VendCarrier::give_up_paid(domain::Vend vend, Error why) {
  port::VendStep step;
  step.vend = id;
  step.from = VendState::paid;
  step.to = domain::state_when_undelivered(vend.kind);
  step.at = deps_.runtime.now();
  step.reason = why.code;
  step.posting = domain::undelivered_posting(vend, step.at);
  auto stepped = co_await deps_.store.step_vend(step);
  if (stepped) tell(*stepped);
  co_return stepped;
}

port::Async<> VendCarrier::note_trouble(const domain::Vend& vend, int rounds, Error why) {
  // A change-over may take days; the sale waits for the new device and nobody need look.
  if (why.code == Errc::meter_settling) co_return;
  if (rounds < settings_.alarm_after_attempts) co_return;
  const std::string detail = vend.slip_number + " " + std::string(error_name(why.code));
  co_await deps_.alarms.raise(property_, domain::AlarmKind::vend_stuck, meter, {}, detail);
}

port::Async<> VendCarrier::settle_alarms(const domain::Vend& vend) {
  co_await deps_.alarms.clear(domain::AlarmKind::vend_stuck, meter, {});
  if (vend.state == VendState::quarantine)
    co_await deps_.alarms.raise(
        property_, domain::AlarmKind::vend_quarantined, meter, {},
        vend.slip_number + " " + std::string(vend.reason ? error_name(*vend.reason) : ""));
}

void VendCarrier::tell(const domain::Vend& vend) {
  deps_.events.publish(VendChanged{vend});
  const auto told = std::move(waiters);
  waiters.clear();
  for (const auto& waiter : told) waiter->raise();
}

}  // namespace paymeter::service
