// Each deed is drawn at its time and asked of the real services.
#include "cut_people.hpp"

#include <fmt/format.h>

namespace paymeter::town {
namespace {

using domain::EnforcementMode;

constexpr UserId kAnna{1}, kBo{2};
constexpr const char* kWhy = "业主会议决定";

template <class T>
Result<> done(const Result<T>& result) {
  if (!result) return fail(result.error());
  return Result<>{};
}

}  // namespace

CutPeople::CutPeople(Deps deps)
    : deps_(deps),
      dice_(sim::seed_for(deps.mixture.seed, "cut people")),
      bad_moments_left_(deps.mixture.bad_moments) {
  deps_.provider.set_listener([this](port::PaymentNotice notice) {
    deps_.errands.add_soon({},
                           [notice = std::move(notice)](Slot& slot) { return hear(slot, notice); });
  });
  deps_.checker.set_on_cut(
      [this](const std::string& code, const std::string& state) { under_way(code, state); });
}

void CutPeople::begin() {
  act(deps_.mixture.rehearsed ? Deed::enforce_rehearsed : Deed::enforce_on, "1001");
  for (int i = 0; i < deps_.mixture.acts; ++i)
    deps_.world.schedule(MonoMs{dice_.between(0, deps_.mixture.span.value)},
                         [this] { act(some_deed(), some_code()); });
}

Deed CutPeople::some_deed() {
  // How often each: customers pay more often than accounts are closed.
  static constexpr std::pair<Deed, int> kShares[] = {{Deed::pay_exactly, 14},
                                                     {Deed::pay, 12},
                                                     {Deed::order_online, 10},
                                                     {Deed::trip, 6},
                                                     {Deed::force_on, 5},
                                                     {Deed::release, 8},
                                                     {Deed::enforce_on, 5},
                                                     {Deed::enforce_off, 2},
                                                     {Deed::enforce_rehearsed, 2},
                                                     {Deed::one_meter_off, 3},
                                                     {Deed::one_meter_on, 3},
                                                     {Deed::emergency, 4},
                                                     {Deed::friendly, 3},
                                                     {Deed::warn, 8},
                                                     {Deed::approve, 4},
                                                     {Deed::release_breaker, 4},
                                                     {Deed::close, 2},
                                                     {Deed::call_off, 2},
                                                     {Deed::use_more, 6},
                                                     {Deed::gateway_away, 2},
                                                     {Deed::meter_dies, 2}};
  int sum = 0;
  for (const auto& [deed, share] : kShares) sum += share;
  auto drawn = static_cast<int>(dice_.below(static_cast<std::uint64_t>(sum)));
  Deed out = Deed::pay;
  for (const auto& [deed, share] : kShares) {
    out = deed;
    if ((drawn -= share) < 0) break;
  }
  if (out == Deed::gateway_away && deps_.mixture.keeps_lines) return Deed::pay;
  if (out == Deed::release && !deps_.mixture.ends_calls) return Deed::trip;
  if (deps_.mixture.unwarned && out == Deed::order_online) return Deed::warn;
  const bool ends_it = out == Deed::enforce_off || out == Deed::enforce_rehearsed;
  return ends_it && deps_.mixture.keeps_enforcing ? Deed::pay : out;
}

/// Before the frame, between frame and read-back, while it is closed again.
void CutPeople::under_way(const std::string& code, const std::string&) {
  if (bad_moments_left_ == 0 || dice_.below(2) == 0) return;
  --bad_moments_left_;
  static constexpr Deed kBad[] = {Deed::pay_exactly,  Deed::pay,     Deed::trip,
                                  Deed::force_on,     Deed::release, Deed::enforce_off,
                                  Deed::order_online, Deed::close,   Deed::one_meter_off};
  Deed deed = kBad[dice_.below(std::size(kBad))];
  if (deed == Deed::enforce_off && deps_.mixture.keeps_enforcing) deed = Deed::trip;
  const Millis after{dice_.below(2) == 0 ? 0 : dice_.between(0, 20'000)};
  deps_.world.schedule(deps_.world.mono() + after, [this, deed, code] { act(deed, code); });
}

/// Who is being cut pays: a cut that is stored, or the next in turn that has none.
void CutPeople::meanwhile() {
  if (bad_moments_left_ == 0 || dice_.below(2) == 0) return;
  std::string next;
  for (int i = kCutMeters; i > 0; --i) {
    const std::string code = std::to_string(1000 + i);
    const CutStanding& standing = deps_.checker.standing(code);
    const bool is_low = deps_.checker.balance_fen(code) < standing.threshold_fen;
    if (is_low && standing.cut.id == 0) next = code;
  }
  for (const std::string& code : deps_.checker.cut_now())
    if (deps_.checker.standing(code).cut.state == "intended") next = code;
  if (next.empty()) return;
  --bad_moments_left_;
  deps_.world.schedule(deps_.world.mono() + Millis{dice_.between(0, 500)},
                       [this, next] { act(Deed::pay_more, next); });
}

void CutPeople::act(Deed deed, const std::string& code) {
  Wish wish{deed, code, {}, static_cast<std::int64_t>(dice_.next() >> 1)};
  wish.key = fmt::format("cut-{}-{}", deps_.mixture.seed, 10'000 + ++acts_);
  if (deed == Deed::use_more || deed == Deed::gateway_away || deed == Deed::meter_dies)
    return break_something(wish);
  deps_.errands.add_soon({}, [this, wish](Slot& slot) { return carry_out(*this, slot, wish); });
}

void CutPeople::break_something(const Wish& wish) {
  const Millis span = minutes(1 + wish.number % 30);
  const auto later = [this, span](std::function<void()> what) {
    deps_.world.schedule(deps_.world.mono() + span, std::move(what));
  };
  if (wish.deed == Deed::use_more) {
    sim::MeterLoad load;
    load.power_w = {wish.number % 4'000, wish.number % 3'000, 500};
    (void)deps_.plant.set_load(wish.code, load);
  } else if (wish.deed == Deed::gateway_away) {
    deps_.plant.set_gateway_down("G1", true);
    later([this] { deps_.plant.set_gateway_down("G1", false); });
  } else {
    (void)deps_.plant.kill_meter(wish.code);
    later([this, code = wish.code] { (void)deps_.plant.revive_meter(code); });
  }
}

void CutPeople::repair() {
  deps_.plant.set_faults({});
  deps_.plant.set_gateway_down("G1", false);
  for (int i = 1; i <= kCutMeters; ++i) (void)deps_.plant.revive_meter(std::to_string(1000 + i));
}

port::Async<Came> CutPeople::hear(Slot& slot, port::PaymentNotice notice) {
  (void)co_await slot.payments->take_notice(domain::PaymentMethod::wechat, std::move(notice));
  co_return Came::over;
}

port::Async<Came> CutPeople::carry_out(CutPeople& self, Slot& slot, Wish wish) {
  // What they type is stamped by the station's clock, right or wrong.
  const UtcMs now = slot.station->runtime.now();
  Result<> came;
  switch (wish.deed) {
    case Deed::pay_exactly:
    case Deed::pay:
    case Deed::pay_more:
      came = co_await pay(slot, wish);
      break;
    case Deed::order_online:
      came = co_await order(slot, wish);
      break;
    case Deed::trip:
    case Deed::force_on:
    case Deed::release:
      came = co_await switch_supply(slot, wish);
      break;
    case Deed::emergency:
    case Deed::friendly:
      came = co_await set_terms(slot, wish, now);
      break;
    case Deed::warn:
      came = co_await warn(slot, wish, now, self.deps_.mixture.unwarned ? 40 : 1'600);
      break;
    case Deed::approve:
      came = co_await approve(slot);
      break;
    case Deed::release_breaker:
      came = co_await release_breaker(slot);
      break;
    case Deed::close:
    case Deed::call_off:
      came = co_await close(slot, wish);
      break;
    default:
      came = co_await enforce(slot, wish);
  }
  // What is refused is refused: the rules of each service are others' tests.
  co_return came || !is_passing(came.error()) ? Came::over : Came::again;
}

port::Async<Result<>> CutPeople::pay(Slot& slot, Wish wish) {
  const service::LiveMeter* live = slot.station->live.find_by_code(wish.code);
  service::SaleRequest request;
  request.idempotency_key = wish.key;
  request.meter = live->meter.id;
  const std::int64_t owed =
      live->wallet ? std::max<std::int64_t>(-live->wallet->supply.left.fen, 1) : 5'000;
  request.captured = {1 + wish.number % 20'000};
  if (wish.deed == Deed::pay_more) request.captured = {50'000};
  if (wish.deed == Deed::pay_exactly)
    request.captured = {std::max<std::int64_t>(owed + wish.number % 3 - 1, 1)};
  co_return done(co_await slot.station->vending->sell(std::move(request)));
}

port::Async<Result<>> CutPeople::order(Slot& slot, Wish wish) {
  service::OrderRequest request;
  request.sale.idempotency_key = wish.key;
  request.sale.meter = slot.meter(wish.code);
  request.sale.captured = {1 + wish.number % 20'000};
  request.sale.method = domain::PaymentMethod::wechat;
  co_return done(co_await slot.payments->order(std::move(request)));
}

port::Async<Result<>> CutPeople::switch_supply(Slot& slot, Wish wish) {
  service::SupplyRequest request;
  request.idempotency_key = wish.key;
  request.meter = slot.meter(wish.code);
  request.kind = wish.deed == Deed::trip       ? domain::CommandKind::trip
                 : wish.deed == Deed::force_on ? domain::CommandKind::force_on
                                               : domain::CommandKind::release;
  request.reason = "检修";
  request.operator_id = kAnna;
  co_return done(co_await slot.station->commands->switch_supply(std::move(request)));
}

port::Async<Result<>> CutPeople::enforce(Slot& slot, Wish wish) {
  const auto& live = slot.station->live;
  domain::Enforcement setting;
  setting.property = live.site().properties.front().id;
  setting.mode = wish.deed == Deed::enforce_off || wish.deed == Deed::one_meter_off
                     ? EnforcementMode::off
                 : wish.deed == Deed::enforce_rehearsed ? EnforcementMode::rehearsed
                                                        : EnforcementMode::on;
  if (wish.deed == Deed::one_meter_off || wish.deed == Deed::one_meter_on)
    setting.meter = slot.meter(wish.code);
  setting.reason = kWhy;
  setting.changed_by = kAnna;
  co_return done(co_await slot.cuts->enforcement.set(setting));
}

port::Async<Result<>> CutPeople::set_terms(Slot& slot, Wish wish, UtcMs now) {
  auto terms = co_await slot.station->store->wallet_terms(slot.meter(wish.code));
  if (!terms) co_return fail(terms.error());
  if (wish.deed == Deed::emergency) {
    terms->emergency_credit = {20'000};
    terms->emergency_on = wish.number % 2 == 0;
  } else {
    const auto from = static_cast<int>(wish.number % 1'440);
    terms->friendly_from = from;
    terms->friendly_to = (from + static_cast<int>(wish.number / 7 % 900)) % 1'440;
  }
  terms->changed_at = now;
  co_return done(co_await slot.station->store->set_wallet_terms(*terms));
}

port::Async<Result<>> CutPeople::warn(Slot& slot, Wish wish, UtcMs now, int age_max) {
  static constexpr const char* kNames[] = {"-a", "-b", "-c"};
  const MeterId meter = slot.meter(wish.code);
  for (int level = 0; level < 3; ++level) {
    domain::Notice paper;
    paper.meter = meter;
    paper.level = static_cast<domain::NoticeLevel>(level);
    paper.channel = domain::NoticeChannel::paper;
    paper.recipient = "张三";
    paper.evidence = "签收单";
    paper.recorded_by = kAnna;
    paper.delivered_at = now - minutes(wish.number % age_max);
    auto told = co_await slot.cuts->notices.record(paper, wish.key + kNames[level]);
    if (!told) co_return fail(told.error());
  }
  co_return Result<>{};
}

port::Async<Result<>> CutPeople::approve(Slot& slot) {
  const PropertyId property = slot.station->live.site().properties.front().id;
  const auto draft = co_await slot.cuts->enforcement.rehearse(property);
  if (!draft) co_return fail(draft.error());
  port::CutStore::RehearsalAct act;
  act.rehearsal = draft->id;
  act.revision = draft->revision;
  act.by = kBo;
  co_return done(co_await slot.cuts->enforcement.decide(act));
}

port::Async<Result<>> CutPeople::release_breaker(Slot& slot) {
  const PropertyId property = slot.station->live.site().properties.front().id;
  auto asked = co_await slot.cuts->enforcement.ask_release(property, kAnna, "名单已逐户核对");
  if (!asked) co_return fail(asked.error());
  co_return done(co_await slot.cuts->enforcement.release(property, kBo, ""));
}

port::Async<Result<>> CutPeople::close(Slot& slot, Wish wish) {
  const service::LiveMeter* live = slot.station->live.find_by_code(wish.code);
  auto& settlements = *slot.station->settlements;
  if (wish.deed == Deed::close) {
    if (!live->account) co_return fail(Errc::account_not_open);
    co_return done(
        co_await settlements.close_account(live->account->id, {wish.key, "租约到期", kAnna}));
  }
  const auto known = co_await slot.station->store->list_settlements({});
  if (!known) co_return fail(known.error());
  for (const domain::Settlement& one : known->rows)
    if (!domain::is_over(one.state)) co_return done(co_await settlements.cancel(one.id, kAnna));
  co_return Result<>{};
}

}  // namespace paymeter::town
