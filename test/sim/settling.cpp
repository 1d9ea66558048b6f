// Settlements from the people's side.
#include "settling.hpp"

#include <fmt/format.h>

namespace paymeter::town {
namespace {

using domain::SettlementKind;
using domain::SettlementState;

constexpr Millis kRound = seconds(20);
/// A settlement of a device that is another one by now waits this long for people.
constexpr Millis kStuck = minutes(40);
constexpr UserId kOne{1}, kOther{2};

port::Async<Result<>> wish_closing(Slot& slot, std::string code, service::SettlementRequest asked,
                                   bool whole_account) {
  auto& settlements = *slot.station->settlements;
  const auto& live = *slot.station->live.find_by_code(code);
  if (!live.account) co_return fail(Errc::account_not_open);
  if (whole_account || live.account->meters.size() == 1) {
    const auto begun = co_await settlements.close_account(live.account->id, std::move(asked));
    if (!begun) co_return fail(begun.error());
    co_return Result<>{};
  }
  const auto begun = co_await settlements.close_meter(live.meter.id, std::move(asked));
  if (!begun) co_return fail(begun.error());
  co_return Result<>{};
}

}  // namespace

void Settling::begin() {
  plan(Wish::closing, scene_.mixture.closings);
  plan(Wish::change_over, scene_.mixture.change_overs);
  if (scene_.mixture.closings + scene_.mixture.change_overs > 0)
    scene_.every(kRound, [this] { round(); });
}

void Settling::plan(Wish wish, int times) {
  for (int i = 0; i < times; ++i) {
    const MonoMs at = scene_.some_time(dice_);
    const std::string code = some_code(dice_);
    const std::string key = fmt::format("settle-{}-{}", scene_.mixture.seed, 1000 + ++keys_);
    const int clicks = dice_.between(1, 100) <= scene_.mixture.double_click_percent ? 2 : 1;
    for (int click = 0; click < clicks; ++click)
      scene_.errands.add(at + Millis{dice_.between(0, 2'000)},
                         [=, this](Slot& slot) { return ask(*this, slot, wish, code, key); });
  }
}

port::Async<Came> Settling::ask(Settling& self, Slot& slot, Wish wish, std::string code,
                                std::string key) {
  const service::SettlementRequest request{key, "租约到期", UserId{7}};
  Result<> begun;
  if (wish == Wish::change_over) {
    const auto one = co_await slot.station->settlements->change_over(slot.meter(code), request);
    if (!one) begun = fail(one.error());
  } else {
    const bool whole = sim::mix64(self.scene_.mixture.seed) % 2 == 0;
    begun = co_await wish_closing(slot, code, request, whole);
  }
  if (begun) co_return Came::over;
  // The same click may come when the account has long been closed or lost a meter.
  co_return judge(slot, key, begun.error(),
                  {Errc::settlement_under_way, Errc::account_not_open, Errc::meter_quarantined,
                   Errc::account_meter_last, Errc::vend_exists_with_different_request});
}

void Settling::round() {
  for (const auto& [id, settlement] : scene_.invariants.settlements_under_way()) look(settlement);
}

void Settling::look(const SettlementRow& settlement) {
  const auto [at, fresh] = seen_.try_emplace(settlement.id);
  Seen& seen = at->second;
  const SettlementId id = settlement.id;
  if (fresh && dice_.below(8) == 0)
    scene_.errands.add_soon(Millis{dice_.between(0, 20'000)},
                            [id](Slot& slot) { return call_off(slot, id); });
  if (fresh || seen.state != settlement.state) {
    seen.state = settlement.state;
    seen.since = scene_.world.mono();
  }
  if (settlement.state == SettlementState::replacing && !seen.replaced) {
    seen.replaced = true;
    scene_.world.schedule(scene_.world.mono() + Millis{dice_.between(0, minutes(10).value)},
                          [this, settlement] { replace(settlement); });
  }
  const bool waits = scene_.world.mono() - seen.since > kStuck;
  const auto& now = scene_.truth.now(scene_.invariants.code(settlement.meter));
  if (waits && !seen.given_up && (now.epoch != settlement.epoch || !now.open) &&
      domain::may_follow(settlement.kind, settlement.state,
                         settlement.kind == SettlementKind::closing ? SettlementState::done
                                                                    : SettlementState::replacing)) {
    seen.given_up = true;
    give_up(settlement);
  }
}

/// The electrician takes the old device away and connects a new one.
void Settling::replace(const SettlementRow& settlement) {
  const std::string code = scene_.invariants.code(settlement.meter);
  const std::string serial = fmt::format("PN{}{:03}", code, ++devices_);
  (void)scene_.plant.replace_meter(code, serial);
  (void)scene_.plant.set_load(code, sim::MeterLoad{});
  scene_.invariants.after_replacement(code, *scene_.plant.reference(code));
  const SettlementId id = settlement.id;
  scene_.errands.add_soon({}, [id, serial](Slot& slot) { return connected(slot, id, serial); });
}

port::Async<Came> Settling::connected(Slot& slot, SettlementId settlement, std::string serial) {
  const auto opening =
      co_await slot.station->settlements->replaced({settlement, serial, {}, {}, kOne});
  if (opening) co_return Came::over;
  // Somebody's hands were on the new device, or it was connected twice.
  co_return judge(slot, "replaced", opening.error(),
                  {Errc::settlement_state_conflict, Errc::settlement_wrong_meter,
                   Errc::account_meter_not_clear});
}

port::Async<Came> Settling::call_off(Slot& slot, SettlementId settlement) {
  const auto cancelled = co_await slot.station->settlements->cancel(settlement, kOne);
  if (cancelled) co_return Came::over;
  co_return judge(slot, "call off", cancelled.error(), {Errc::settlement_state_conflict});
}

/// The device that was to be settled is another one, or was cleared with money in it: its books say
/// what it is worth.
void Settling::give_up(const SettlementRow& settlement) {
  domain::Proposal asked;
  asked.kind = domain::ProposalKind::settle_without_meter;
  asked.meter = settlement.meter;
  asked.settlement = settlement.id;
  asked.amount = domain::Money{
      std::max<std::int64_t>(0, scene_.invariants.booked({"delivered", settlement.meter, {}, {}}))};
  asked.evidence = "表已被换走，照片 4711";
  asked.idempotency_key = fmt::format("given-up-{}-{}", scene_.mixture.seed, settlement.id.value);
  asked.proposed_by = kOne;
  scene_.errands.add_soon({}, [this, asked](Slot& slot) { return agree(*this, slot, asked); });
}

port::Async<Came> Settling::agree(Settling& self, Slot& slot, domain::Proposal asked) {
  const auto proposed = co_await slot.station->proposals->propose(asked);
  if (!proposed)
    co_return judge(slot, "propose", proposed.error(), {Errc::settlement_state_conflict});
  const auto decided = co_await slot.station->proposals->decide(
      {proposed->id, port::ProposalStore::Verdict::approve, kOther, {}, "看过了"});
  if (!decided)
    co_return judge(slot, "decide", decided.error(),
                    {Errc::proposal_decided, Errc::proposal_outdated});
  ++self.counts_.resolutions;
  co_return Came::over;
}

void Settling::count(Counts& counts) const { counts += counts_; }

}  // namespace paymeter::town
