// The shadow of meter wallets, reading by reading.
#include "paymeter/service/wallet_shadow.hpp"

#include <algorithm>

namespace paymeter::service {
namespace {

using domain::ShadowPoint;
using domain::ShadowVerdict;

constexpr Millis kIdle{3'600'000};
/// Balance and registers come in two requests: further apart they say nothing together.
constexpr Millis kApartMax{60'000};

/// The meter as it says of itself; nothing = not enough of it is known.
std::optional<ShadowPoint> point_of(const LiveMeter& live) {
  if (live.meter.wallet != domain::Wallet::meter || !live.meter.prepaid) return std::nullopt;
  if (!live.account || live.account->state == domain::AccountState::opening) return std::nullopt;
  if (!live.prepaid || !live.measured || !live.prepaid->account_open) return std::nullopt;
  const Millis apart = live.prepaid->at - live.measured->at;
  if (apart > kApartMax || Millis{} - kApartMax > apart) return std::nullopt;
  ShadowPoint point;
  point.meter = live.meter.id;
  point.property = live.meter.property;
  point.at = live.prepaid->at;
  point.epoch = live.prepaid->epoch;
  point.balance = live.prepaid->balance;
  point.price_version = live.prepaid->price_version;
  point.cycle = live.prepaid->cycle_energy;
  for (std::size_t rate = 0; rate < point.rate_wh.size(); ++rate) {
    const auto& wh = live.measured->rate_energy_wh[rate];
    if (!wh) return std::nullopt;
    point.rate_wh[rate] = *wh;
  }
  return point;
}

}  // namespace

WalletShadow::WalletShadow(Deps deps, domain::ShadowTolerance tolerance)
    : deps_(deps), tolerance_(tolerance), wake_(deps.runtime.make_wakeup()) {}

void WalletShadow::start() {
  token_ = deps_.events.subscribe([this](const Event& event) {
    const auto* stored = std::get_if<ReadingsStored>(&event);
    if (stored == nullptr) return;
    due_.insert(stored->meters.begin(), stored->meters.end());
    wake_->raise();
  });
  deps_.runtime.spawn("wallet shadow", loop());
}

port::Async<> WalletShadow::loop() {
  while (!deps_.runtime.stopping()) {
    std::set<MeterId> now;
    now.swap(due_);
    for (const MeterId meter : now) (void)co_await compare(meter);  // the next reading tries again
    if (due_.empty()) co_await wake_->wait_until(deps_.runtime.mono() + kIdle);
  }
}

port::Async<Result<std::optional<domain::ShadowResult>>> WalletShadow::compare(MeterId meter) {
  using Compared = std::optional<domain::ShadowResult>;
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return Compared{};
  auto point = point_of(*live);
  const PropertyId property = live->meter.property;
  const domain::Tariff* tariff =
      live->meter.tariff ? deps_.live.tariff(*live->meter.tariff) : nullptr;
  if (!point || tariff == nullptr) co_return Compared{};
  const domain::PriceTable prices = tariff->prices;
  const auto books = co_await deps_.store.shadow_books(meter);
  if (!books) co_return fail(books.error());
  if (books->is_moving) co_return Compared{};
  point->delivered = books->delivered;
  auto result = books->point ? domain::compare_shadow(*books->point, *point, prices, tolerance_)
                             : domain::ShadowResult{};
  if (result.verdict == ShadowVerdict::restart) {
    auto stored = co_await deps_.store.set_shadow_point(*point);
    if (!stored) co_return fail(stored.error());
  } else if (result.verdict == ShadowVerdict::differs) {
    co_await deps_.alarms.raise(property, domain::AlarmKind::wallet_difference, meter, {},
                                "balance " + domain::format_money(point->balance) + ", expected " +
                                    domain::format_money(result.expected));
  } else {
    co_await deps_.alarms.clear(domain::AlarmKind::wallet_difference, meter, {});
  }
  co_return Compared{result};
}

}  // namespace paymeter::service
