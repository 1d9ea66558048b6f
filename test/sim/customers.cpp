// Buying, and what follows from it.
#include "customers.hpp"

#include <fmt/format.h>

namespace paymeter::town {
namespace {

using domain::VendState;

constexpr Millis kOperatorsRound = minutes(5);
constexpr Millis kPatience = minutes(120);
constexpr Millis kComeBack = seconds(20);

}  // namespace

Customers::Customers(const Scene& scene) : scene_(scene), dice_(scene.dice("people")) {
  scene_.provider.set_listener([this](port::PaymentNotice notice) {
    scene_.errands.add_soon(
        {}, [this, notice = std::move(notice)](Slot& slot) { return hear(*this, slot, notice); });
  });
}

void Customers::begin() {
  const Mixture& mixture = scene_.mixture;
  for (int i = 1; i <= mixture.sales; ++i) {
    Purchase& purchase = purchases_.emplace_back();
    purchase.key = fmt::format("sale-{}-{}", mixture.seed, 1000 + i);
    purchase.code = some_code(dice_);
    purchase.online = dice_.between(1, 100) <= mixture.online_percent;
    purchase.fen = mixture.equal_amounts ? 5'000 : dice_.between(1, 100'000);
    const auto index = static_cast<std::size_t>(i - 1);
    scene_.errands.add(
        scene_.some_time(dice_), [this, index](Slot& slot) { return buy(*this, slot, index); },
        mixture.accounts_open && mixture.closings == 0 ? seconds(2) : kComeBack);
  }
  scene_.every(kOperatorsRound, [this] { give_waiting_money_back(); });
}

port::Async<Result<VendId>> Customers::order(Slot& slot, Purchase purchase) {
  service::SaleRequest request;
  request.idempotency_key = purchase.key;
  request.meter = slot.meter(purchase.code);
  request.captured = {purchase.fen};
  if (!purchase.online) {
    const auto sold = co_await slot.station->vending->sell(std::move(request));
    if (!sold) co_return fail(sold.error());
    co_return sold->id;
  }
  request.method = domain::PaymentMethod::wechat;
  service::OrderRequest order;
  order.sale = std::move(request);
  const auto offered = co_await slot.payments->order(std::move(order));
  if (!offered) co_return fail(offered.error());
  co_return offered->ordered.vend.id;
}

port::Async<Came> Customers::buy(Customers& self, Slot& slot, std::size_t index) {
  const Purchase& purchase = self.purchases_[index];
  const auto sold = co_await order(slot, purchase);
  if (sold) {
    self.acknowledged(*sold);
    co_return Came::over;
  }
  // Opened later, or again: the customer comes back.
  if (sold.error().code == Errc::account_not_open && self.scene_.mixture.accounts_may_miss()) {
    slot.last_wait = purchase.key + ": account_not_open";
    co_return Came::again;
  }
  const Came came = judge(slot, purchase.key, sold.error(), {Errc::meter_quarantined});
  self.counts_.refused += came == Came::over;
  co_return came;
}

port::Async<Came> Customers::hear(Customers& self, Slot& slot, port::PaymentNotice notice) {
  const auto taken =
      co_await slot.payments->take_notice(domain::PaymentMethod::wechat, std::move(notice));
  ++self.counts_.notices;
  self.counts_.notices_refused += !taken;
  co_return Came::over;
}

port::Async<Came> Customers::cancel(Slot& slot, VendId vend) {
  const auto cancelled = co_await slot.station->vending->cancel(vend, UserId{}, "customer left");
  if (cancelled) co_return Came::over;
  co_return judge(slot, "cancel", cancelled.error(), {Errc::vend_state_conflict});
}

port::Async<Came> Customers::send_again(Slot& slot, VendId vend) {
  (void)co_await slot.station->vending->retry_now(vend);
  co_return Came::over;
}

void Customers::cancel_at(MonoMs at, VendId vend) {
  ++counts_.cancels;
  scene_.errands.add(at, [vend](Slot& slot) { return cancel(slot, vend); });
}

void Customers::acknowledged(VendId vend) {
  ++counts_.sales;
  const MonoMs now = scene_.world.mono();
  if (dice_.between(1, 100) <= scene_.mixture.cancel_percent)
    cancel_at(now + Millis{dice_.between(0, 10'000)}, vend);
  if (dice_.between(1, 100) <= scene_.mixture.press_percent)
    scene_.errands.add_soon(Millis{dice_.between(0, 10'000)},
                            [vend](Slot& slot) { return send_again(slot, vend); });
}

/// Money that waits for a meter nobody may sell to goes back: when the meter is quarantined (and
/// nobody is going to release it), or when it has waited for long.
void Customers::give_waiting_money_back() {
  const MonoMs now = scene_.world.mono();
  const bool is_late = now > MonoMs{scene_.mixture.span.value} + kPatience;
  for (const VendId id : scene_.invariants.unfinished()) {
    const VendRow& vend = scene_.invariants.vends().at(id);
    const bool in_vain = scene_.invariants.quarantined(vend.meter) &&
                         (!scene_.mixture.resolves || dice_.below(4) == 0);
    if (vend.state == VendState::paid && !vend.settles && (is_late || in_vain)) cancel_at(now, id);
  }
}

void Customers::count(Counts& counts) const { counts += counts_; }

}  // namespace paymeter::town
