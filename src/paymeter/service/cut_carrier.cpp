// One turn on the bus: nothing is sent that was not decided and stored just before.
#include "paymeter/service/cut_carrier.hpp"

#include <algorithm>
#include <utility>

#include "paymeter/base/mistake.hpp"

namespace paymeter::service {

using domain::CommandKind;
using domain::CutVerdict;
using port::OwnCut;
using port::OwnCutState;

/// Shared by the caller and the work on the bus.
struct CutCarrier::Turn {
  Deps deps;
  Settings settings;
  MeterId meter{};
  CutLooker::Before before;
  CutLooker::OwnCutMode mode = CutLooker::OwnCutMode::counts;
  MonoMs decided{};  ///< when the facts of the decision began to be gathered
  domain::SupplyTarget target = domain::SupplyTarget::released;
  CutTurn out;

  /// The last moment for the first byte; the link looks at it once more right before.
  MonoMs send_by() const {
    return decided +
           (mistake_made(Mistake::cut_late_frame) ? minutes(1'440) : settings.send_within);
  }
  bool too_late() const { return deps.runtime.mono() > send_by(); }
};

std::shared_ptr<CutCarrier::Turn> CutCarrier::new_turn(MeterId meter) const {
  return std::make_shared<Turn>(Turn{deps_, settings_, meter, {}, {}, {}, {}, {}});
}

Millis CutCarrier::backoff(int tries, Millis most) const {
  Millis pause = settings_.retry_first;
  for (int i = 1; i < tries && pause < most; ++i) pause = pause * 2;
  return std::min(pause, most);
}

Millis CutCarrier::pause_after(const CutTurn& turn, const OwnCut& cut, Millis most) {
  if (turn.last_read) {
    silences_.erase(cut.meter);
    return backoff(cut.tries, most);
  }
  Silence& silence = silences_[cut.meter];
  ++silence.times;
  silence.asked = deps_.runtime.mono();
  const auto crowd = static_cast<std::int64_t>(silences_.size()) / settings_.silent_in_a_pause;
  return backoff(std::max(cut.tries, silence.times), most) * (1 + crowd);
}

port::Async<Result<OwnCut>> CutCarrier::step(const OwnCut& cut, OwnCutState to, std::string reason,
                                             std::optional<Errc> trouble,
                                             std::optional<port::CutRecord> decision) {
  port::OwnCutStep step;
  step.cut = cut.id;
  step.from = cut.state;
  step.to = to;
  step.at = deps_.runtime.now();
  step.trouble = trouble;
  step.reason = std::move(reason);
  step.decision = std::move(decision);
  const bool is_news = to != cut.state || trouble != cut.trouble || step.decision.has_value();
  // A silent meter is asked for ever: the same again is no reason to write.
  if (!is_news) co_return cut;
  auto stepped = co_await deps_.store.step_cut(std::move(step));
  if (stepped) deps_.events.publish(CutsChanged{CutPart::own_cut, stepped->meter});
  co_return stepped;
}

// ---------------------------------------------------------------- cutting
/// Decision and intent are stored and synced before the first byte.
port::Async<Result<>> CutCarrier::store_intent(std::shared_ptr<Turn> turn) {
  const CutLook& look = *turn->out.look;
  port::CutRecord record = port::record_of(look.inputs, look.decision);
  record.meter = turn->meter;
  if (turn->mode == CutLooker::OwnCutMode::sent_again) {
    port::OwnCutStep again;
    again.cut = turn->out.cut->id;
    again.at = turn->deps.runtime.now();
    again.is_try = true;
    again.decision = std::move(record);
    auto stepped = co_await turn->deps.store.step_cut(std::move(again));
    if (!stepped) co_return fail(stepped.error());
    turn->out.cut = std::move(*stepped);
    co_return Result<>{};
  }
  port::CutStore::CutBegin begin{std::move(record), look.facts, look.day};
  auto begun = co_await turn->deps.store.begin_cut(std::move(begin));
  if (!begun) co_return fail(begun.error());
  turn->out.breaker_opened = !begun->cut;
  turn->out.cut = std::move(begun->cut);
  co_return Result<>{};
}

/// Between the commit and the first byte a payment may have come, or a person's will.
port::Async<bool> CutCarrier::last_look(std::shared_ptr<Turn> turn) {
  if (mistake_made(Mistake::cut_no_recheck)) co_return !turn->too_late();
  // Somebody may have set the clock since: what is right by the old time is not by the new one.
  if (!turn->deps.looker.clock_holds()) co_return false;
  const port::CutFacts& seen = turn->out.look->facts;
  const auto now = co_await turn->deps.store.cut_facts(turn->meter, turn->out.look->day,
                                                       turn->deps.runtime.now());
  if (!now) co_return false;
  const bool is_as_protected = (now->is_protected == seen.is_protected &&
                                !domain::protects(now->lasting, now->is_protected)) ||
                               mistake_made(Mistake::cut_protected_late);
  const bool is_ours = now->own_cut && now->own_cut->id == turn->out.cut->id &&
                       now->own_cut->state == OwnCutState::intended;
  co_return is_ours && now->ledger == seen.ledger && now->vends_under_way == 0 &&
      now->enforcement == seen.enforcement && now->terms == seen.terms &&
      now->settings == seen.settings && !now->breaker_open && is_as_protected && !now->settling &&
      !now->quarantined && now->account == seen.account &&
      !domain::held_off_by_others(now->lasting) && !turn->too_late();
}

port::Async<> CutCarrier::send_cut(port::MeterDriver& driver, port::BusLink& link,
                                   std::shared_ptr<Turn> turn) {
  PunctualLink in_time(link, turn->send_by());
  const auto reply = co_await driver.switch_supply(in_time, CommandKind::trip);
  if (!reply) turn->out.trouble = reply.error().code;
  if (reply && *reply == port::WriteReply::refused) turn->out.trouble = Errc::meter_refused;
  auto read = co_await driver.read_prepaid(link, turn->deps.runtime.now());
  if (!read) {
    if (!turn->out.trouble) turn->out.trouble = read.error().code;
    co_return;
  }
  turn->out.shown = read->relay_open && read->forced;
  if (turn->out.shown) turn->out.trouble.reset();
  if (!turn->out.shown && !turn->out.trouble) turn->out.trouble = Errc::command_expired;
  turn->out.last_read = std::move(*read);
}

port::Async<> CutCarrier::cut_work(port::MeterDriver& driver, port::BusLink& link,
                                   std::shared_ptr<Turn> turn) {
  CutTurn& out = turn->out;
  port::Runtime& runtime = turn->deps.runtime;
  FreshRead fresh;
  auto state = co_await driver.read_prepaid(link, runtime.now());
  if (!state) {
    out.trouble = state.error().code;
    co_return;
  }
  out.last_read = fresh.state = std::move(*state);
  const bool again = turn->mode == CutLooker::OwnCutMode::sent_again;
  out.shown = again && fresh.state.relay_open && fresh.state.forced;
  if (out.shown) co_return;
  auto measured = co_await driver.read_measurements(link, runtime.now());
  if (!measured) {
    out.trouble = measured.error().code;
    co_return;
  }
  fresh.measured = std::move(*measured);
  turn->decided = runtime.mono();
  auto look =
      co_await turn->deps.looker.decide(turn->meter, turn->before, std::move(fresh), turn->mode);
  if (!look) {
    out.trouble = look.error().code;
    co_return;
  }
  out.look = std::move(*look);
  if (out.look->decision.verdict != CutVerdict::cut) co_return;
  if (mistake_made(Mistake::cut_send_first)) co_await send_cut(driver, link, turn);
  auto stored = co_await store_intent(turn);
  if (!stored) {
    out.trouble = stored.error().code;
    co_return;
  }
  if (out.breaker_opened || mistake_made(Mistake::cut_send_first)) co_return;
  if (!co_await last_look(turn)) {
    out.trouble = Errc::cut_facts_changed;
    co_return;
  }
  co_await send_cut(driver, link, turn);
}

port::Async<CutTurn> CutCarrier::run_cut(MeterId meter, std::optional<OwnCut> again) {
  auto turn = new_turn(meter);
  turn->out.cut = again;
  if (again) turn->mode = CutLooker::OwnCutMode::sent_again;
  turn->before = co_await deps_.looker.before(meter);
  auto ran = co_await deps_.collector.run(meter, BusPriority::trip,
                                          [turn](port::MeterDriver& driver, port::BusLink& link) {
                                            return cut_work(driver, link, turn);
                                          });
  if (!ran) turn->out.trouble = ran.error().code;
  if (turn->out.last_read) co_await deps_.collector.observed(meter, *turn->out.last_read);
  co_return turn->out;
}

port::Async<CutTurn> CutCarrier::cut(MeterId meter) {
  CutTurn turn = co_await run_cut(meter, std::nullopt);
  if (!turn.cut) co_return turn;
  if (turn.shown) {
    auto stepped = co_await step(*turn.cut, OwnCutState::shown, {}, {}, {});
    if (stepped) turn.cut = std::move(*stepped);
  } else if (turn.trouble == Errc::cut_facts_changed) {
    auto stepped =
        co_await step(*turn.cut, OwnCutState::reclosing, "facts changed", turn.trouble, {});
    if (stepped) turn.cut = std::move(*stepped);
  }
  co_return turn;
}

/// Paid, protected, no longer enforced: known without asking the meter.
port::Async<bool> CutCarrier::ends_by_itself(OwnCut cut) {
  auto look = co_await deps_.looker.look_at_own_cut(cut.meter);
  if (!look || look->decision.verdict != CutVerdict::reclose) co_return false;
  port::CutRecord record = port::record_of(look->inputs, look->decision);
  auto stepped = co_await step(cut, OwnCutState::reclosing, "reclose", {}, std::move(record));
  co_return stepped.has_value();
}

/// Sent, but not seen: read again, and sent again only by a decision of its own.
port::Async<std::optional<Millis>> CutCarrier::carry_intended(OwnCut cut) {
  if (co_await ends_by_itself(cut)) co_return Millis{};
  CutTurn turn = co_await run_cut(cut.meter, cut);
  const OwnCut now = turn.cut.value_or(cut);
  if (turn.shown) {
    (void)co_await step(now, OwnCutState::shown, {}, {}, {});
    co_return Millis{};
  }
  const bool stays = turn.look && turn.look->decision.verdict != CutVerdict::cut;
  if (stays || turn.trouble == Errc::cut_facts_changed) {
    std::optional<port::CutRecord> record;
    if (stays) record = port::record_of(turn.look->inputs, turn.look->decision);
    (void)co_await step(now, OwnCutState::reclosing, "withdrawn", turn.trouble, std::move(record));
    co_return Millis{};
  }
  (void)co_await step(now, OwnCutState::intended, {}, turn.trouble, {});
  co_return pause_after(turn, now, settings_.cut_retry_max);
}

port::Async<std::optional<Millis>> CutCarrier::carry_shown(OwnCut cut) {
  const bool ends = co_await ends_by_itself(cut);
  co_return ends ? Millis{} : minutes(1);
}

// ---------------------------------------------------------------- re-closing
port::Async<> CutCarrier::send_reclose(port::MeterDriver& driver, port::BusLink& link,
                                       std::shared_ptr<Turn> turn) {
  CutTurn& out = turn->out;
  PunctualLink in_time(link, turn->send_by());
  const auto reply = co_await driver.switch_supply(in_time, command_for(turn->target));
  const MonoMs asked = turn->deps.runtime.mono();
  if (!reply) out.trouble = reply.error().code;
  if (reply && *reply == port::WriteReply::refused) out.trouble = Errc::meter_refused;
  auto lasting = co_await turn->deps.store.supply_intents(turn->meter);
  // Somebody else's trip came while ours was under way: theirs is what lasts.
  if (lasting && domain::supply_target(*lasting, false) == domain::SupplyTarget::open) {
    PunctualLink still_in_time(link, asked + turn->settings.send_within);
    (void)co_await driver.switch_supply(still_in_time, CommandKind::trip);
    out.held_by_others = true;
  }
  auto read = co_await driver.read_prepaid(link, turn->deps.runtime.now());
  if (!read) {
    if (!out.trouble) out.trouble = read.error().code;
    co_return;
  }
  out.shown = !read->relay_open;
  if (out.shown) out.trouble.reset();
  if (!out.shown && !out.trouble) out.trouble = Errc::command_expired;
  out.last_read = std::move(*read);
}

port::Async<> CutCarrier::reclose_work(port::MeterDriver& driver, port::BusLink& link,
                                       std::shared_ptr<Turn> turn) {
  CutTurn& out = turn->out;
  port::Runtime& runtime = turn->deps.runtime;
  auto state = co_await driver.read_prepaid(link, runtime.now());
  if (!state) {
    out.trouble = state.error().code;
    co_return;
  }
  out.last_read = *state;
  turn->decided = runtime.mono();
  const auto facts = co_await turn->deps.store.cut_facts(turn->meter, 0, runtime.now());
  if (!facts) {
    out.trouble = facts.error().code;
    co_return;
  }
  if (!facts->own_cut || facts->own_cut->id != out.cut->id) co_return;
  turn->target = domain::supply_target(facts->lasting, facts->is_protected);
  const bool own_overload = state->relay_open && !state->forced && state->overload_trip;
  out.held_by_others = turn->target == domain::SupplyTarget::open || own_overload;
  out.shown = !state->relay_open;
  if (out.held_by_others || out.shown) co_return;
  port::OwnCutStep tried;
  tried.cut = out.cut->id;
  tried.from = tried.to = OwnCutState::reclosing;
  tried.at = runtime.now();
  tried.is_try = true;
  tried.trouble = facts->own_cut->trouble;
  auto stepped = co_await turn->deps.store.step_cut(std::move(tried));
  if (!stepped) {
    out.trouble = stepped.error().code;
    co_return;
  }
  out.cut = std::move(*stepped);
  if (turn->too_late()) {
    out.trouble = Errc::link_timeout;
    co_return;
  }
  co_await send_reclose(driver, link, turn);
}

port::Async<CutTurn> CutCarrier::run_reclose(OwnCut cut) {
  auto turn = new_turn(cut.meter);
  turn->out.cut = cut;
  auto ran = co_await deps_.collector.run(cut.meter, BusPriority::reclose,
                                          [turn](port::MeterDriver& driver, port::BusLink& link) {
                                            return reclose_work(driver, link, turn);
                                          });
  if (!ran) turn->out.trouble = ran.error().code;
  if (turn->out.last_read) co_await deps_.collector.observed(cut.meter, *turn->out.last_read);
  co_return turn->out;
}

/// By the clock that nobody sets; a process that takes the cut up begins anew.
Millis CutCarrier::reclosing_for(const OwnCut& cut) {
  if (mistake_made(Mistake::cut_frame_by_wall))
    return deps_.runtime.now() - cut.reclose_from.value_or(cut.decided_at);
  const MonoMs now = deps_.runtime.mono();
  return now - reclosing_since_.try_emplace(cut.id, now).first->second;
}

port::Async<std::optional<Millis>> CutCarrier::carry_reclosing(OwnCut cut) {
  CutTurn turn = co_await run_reclose(cut);
  const OwnCut now = turn.cut.value_or(cut);
  // A frame that was sent before the end may still be under way and open it once more.
  const Millis since = reclosing_for(cut);
  const bool settled = turn.shown && since >= settings_.frame_life;
  if (turn.held_by_others || settled) {
    std::string reason = now.end_reason + (turn.held_by_others ? ", held off by others" : "");
    (void)co_await step(now, OwnCutState::ended, std::move(reason), {}, {});
    reclosing_since_.erase(cut.id);
    silences_.erase(cut.meter);
    co_return std::nullopt;
  }
  (void)co_await step(now, OwnCutState::reclosing, {}, turn.trouble, {});
  const Millis pause = pause_after(turn, now, settings_.reclose_retry_max);
  if (turn.shown) co_return std::min(settings_.frame_life - since, seconds(15));
  co_return pause;
}

port::Async<std::optional<Millis>> CutCarrier::carry(MeterId meter) {
  const auto facts = co_await deps_.store.cut_facts(meter, 0, deps_.runtime.now());
  if (!facts || !facts->own_cut) co_return std::nullopt;
  const OwnCut cut = *facts->own_cut;
  if (cut.state == OwnCutState::intended) co_return co_await carry_intended(cut);
  if (cut.state == OwnCutState::shown) co_return co_await carry_shown(cut);
  co_return co_await carry_reclosing(cut);
}

}  // namespace paymeter::service
