// Each act is drawn at its time and asked of the real services.
#include "money_desk.hpp"

#include <fmt/format.h>

namespace paymeter::town {
namespace {

using domain::Money;
using domain::VendKind;
using domain::VendState;

constexpr const char* kReason = "算错了";

}  // namespace

void MoneyDesk::begin() {
  const Mixture& mixture = scene_.mixture;
  plan(Act::refund_part, mixture.refunds);
  plan(Act::refund_all, mixture.refunds / 3);
  plan(Act::reversal, mixture.reversals);
  plan(Act::transfer, mixture.transfers);
  plan(Act::grant, mixture.grants);
  plan(Act::adjustment, mixture.adjustments);
}

void MoneyDesk::plan(Act act, int times) {
  for (int i = 0; i < times; ++i)
    scene_.world.schedule(scene_.some_time(dice_), [this, act] {
      Click wanted;
      wanted.act = act;
      wanted.key = fmt::format("desk-{}-{}", scene_.mixture.seed, 1000 + ++keys_);
      wanted.code = some_code(dice_);
      wanted.fen = dice_.between(1, 80'000);
      if (act == Act::adjustment && dice_.below(2) == 0) wanted.fen = -wanted.fen;
      // Mostly within the account that has two meters.
      if (act == Act::transfer) {
        if (dice_.below(4) != 0) wanted.code = std::to_string(1001 + dice_.below(2));
        wanted.to_code = wanted.code == "1001" ? "1002" : "1001";
      }
      if (act == Act::reversal) wanted.sale = some_delivered_sale();
      if (act == Act::reversal && !wanted.sale) return;
      click(wanted);
      if (dice_.between(1, 100) > scene_.mixture.double_click_percent) return;
      // The same click again, or somebody else who does the same under a key of their own.
      if (dice_.between(1, 100) <= scene_.mixture.other_key_percent) wanted.key += "-other";
      click(wanted);
    });
}

void MoneyDesk::click(Click click) {
  scene_.errands.add_soon(Millis{dice_.between(0, 3'000)},
                          [this, click](Slot& slot) { return answer(*this, slot, click); });
}

VendId MoneyDesk::some_delivered_sale() {
  const auto& vends = scene_.invariants.vends();
  if (vends.empty()) return {};
  for (int tries = 0; tries < 8; ++tries) {
    const auto& vend = vends.at(VendId{dice_.between(1, vends.rbegin()->first.value)});
    if (vend.kind == VendKind::sale && vend.state == VendState::delivered) return vend.id;
  }
  return {};
}

port::Async<Result<VendId>> MoneyDesk::ask(Slot& slot, Click click) {
  auto& station = *slot.station;
  const service::VendOrder order{click.key, slot.meter(click.code), UserId{7}, kReason};
  Result<domain::Vend> made = fail(Errc::request_invalid);
  switch (click.act) {
    case Act::refund_part:
      made = co_await station.refunds->refund({order, Money{click.fen}, {}});
      break;
    case Act::refund_all:
      made = co_await station.refunds->refund({order, std::nullopt, {}});
      break;
    case Act::reversal:
      made = co_await station.refunds->reverse({click.key, click.sale, UserId{7}, kReason});
      break;
    case Act::transfer: {
      auto transfer =
          co_await station.credits->transfer({order, slot.meter(click.to_code), Money{click.fen}});
      if (!transfer) co_return fail(transfer.error());
      co_return transfer->out.id;
    }
    case Act::grant:
      made = co_await station.credits->grant(order, Money{click.fen});
      break;
    case Act::adjustment:
      made = co_await station.credits->adjust(order, Money{click.fen});
      break;
  }
  if (!made) co_return fail(made.error());
  co_return made->id;
}

port::Async<Came> MoneyDesk::answer(MoneyDesk& self, Slot& slot, Click click) {
  const auto made = co_await ask(slot, click);
  if (!made) {
    const Came came =
        judge(slot, click.key, made.error(),
              {Errc::vend_nothing_due, Errc::vend_refund_exceeds_balance, Errc::account_not_open,
               Errc::meter_quarantined, Errc::transfer_other_account, Errc::vend_already_reversed,
               Errc::vend_not_reversible});
    self.counts_.desk_refused += came == Came::over;
    co_return came;
  }
  self.cancel_perhaps(*made);
  co_return Came::over;
}

void MoneyDesk::cancel_perhaps(VendId vend) {
  if (dice_.between(1, 100) > scene_.mixture.cancel_percent / 2) return;
  scene_.errands.add_soon(Millis{dice_.between(0, 5'000)},
                          [vend](Slot& slot) { return cancel(slot, vend); });
}

port::Async<Came> MoneyDesk::cancel(Slot& slot, VendId vend) {
  const auto cancelled = co_await slot.station->vending->cancel(vend, UserId{7}, "柜台撤回");
  if (cancelled) co_return Came::over;
  co_return judge(slot, "cancel", cancelled.error(), {Errc::vend_state_conflict});
}

}  // namespace paymeter::town
