// Moves the demo's tenants in: opening, first sales and two switches, all through the services.
#include "paymeter/app/demo_tenants.hpp"

#include <array>
#include <iostream>

namespace paymeter::app {
namespace {

constexpr Millis kLookAgain{200};
constexpr int kEmptyRoomEvery = 11;  // these stay without an account, to try the opening on
/// First purchases in fen, in turn; 0 = nothing bought. Alarm 1 is at 50.00, alarm 2 at 20.00.
constexpr std::array<std::int64_t, 12> kPurchases{50'000, 20'000, 12'000, 30'000, 4'500,  80'000,
                                                  15'000, 1'500,  60'000, 25'000, 10'000, 0};

std::string customer_of(const service::LiveTable& live, const domain::Meter& meter) {
  const domain::Room* room = meter.room ? live.room(*meter.room) : nullptr;
  return room != nullptr && !room->name.empty() ? room->name : "商户 " + meter.code;
}

std::size_t meters_read(const service::LiveTable& live) {
  std::size_t read = 0;
  for (const auto& [id, meter] : live.meters()) read += meter.prepaid.has_value();
  return read;
}

/// Meters to open, with their place in the order of the site.
std::vector<std::pair<int, MeterId>> tenants(const service::LiveTable& live) {
  std::vector<std::pair<int, MeterId>> out;
  int place = 0;
  for (const auto& [id, meter] : live.meters()) {
    ++place;
    if (meter.meter.prepaid && place % kEmptyRoomEvery != 0) out.emplace_back(place, id);
  }
  return out;
}

port::Async<bool> wait_open(Station& station, MeterId id) {
  const MonoMs deadline = station.runtime().mono() + minutes(2);
  while (!station.runtime().stopping() && station.runtime().mono() < deadline) {
    const auto* live = station.live().find(id);
    if (live != nullptr && live->account && live->account->state == domain::AccountState::open)
      co_return true;
    co_await station.runtime().sleep(kLookAgain);
  }
  co_return false;
}

port::Async<> buy(Station& station, int place, MeterId id) {
  const std::int64_t fen = kPurchases.at(static_cast<std::size_t>(place) % kPurchases.size());
  if (fen == 0 || !co_await wait_open(station, id)) co_return;
  service::SaleRequest sale;
  sale.idempotency_key = "demo-sale-" + std::to_string(id.value);
  sale.meter = id;
  sale.captured = {fen};
  sale.method = place % 3 == 0 ? domain::PaymentMethod::cash : domain::PaymentMethod::wechat;
  sale.note = "演示 demo";
  auto sold = co_await station.vending().sell(sale);
  if (!sold) std::cout << "demo: sale refused: " << error_name(sold.error().code) << std::endl;
}

port::Async<> switch_one(Station& station, MeterId id, domain::CommandKind kind,
                         std::string reason) {
  if (!co_await wait_open(station, id)) co_return;
  service::SupplyRequest request;
  request.idempotency_key = "demo-switch-" + std::to_string(id.value);
  request.meter = id;
  request.kind = kind;
  request.reason = std::move(reason);
  (void)co_await station.commands().switch_supply(request);
}

}  // namespace

port::Async<> wait_for_first_sweep(Station& station) {
  const std::size_t all = station.live().meters().size();
  const MonoMs start = station.runtime().mono();
  while (meters_read(station.live()) < all && !station.runtime().stopping() &&
         station.runtime().mono() < start + minutes(1))
    co_await station.runtime().sleep(kLookAgain);
  const std::int64_t tenths = (station.runtime().mono() - start).value / 100;
  std::cout << "demo: " << meters_read(station.live()) << " of " << all << " meters read after "
            << tenths / 10 << "." << tenths % 10 << " s" << std::endl;
}

port::Async<> move_tenants_in(Station& station) {
  const auto moving = tenants(station.live());
  for (const auto& [place, id] : moving) {
    service::OpeningRequest request;
    request.idempotency_key = "demo-open-" + std::to_string(id.value);
    request.meter = id;
    request.customer_name = customer_of(station.live(), station.live().find(id)->meter);
    auto opened = co_await station.accounts().open(request);
    if (!opened) std::cout << "demo: " << error_name(opened.error().code) << std::endl;
  }
  for (const auto& [place, id] : moving) co_await buy(station, place, id);
  if (moving.size() > 20) {
    co_await switch_one(station, moving[9].second, domain::CommandKind::force_on, "重要设备，保电");
    co_await switch_one(station, moving[16].second, domain::CommandKind::trip, "装修停电申请");
  }
  std::cout << "demo: " << moving.size() << " accounts opened, first sales on their way"
            << std::endl;
}

}  // namespace paymeter::app
