// Letting, over a line that loses openings like everything else.
#include "landlord.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "prepared_site.hpp"

namespace paymeter::town {
namespace {

constexpr Millis kRound = seconds(10);
/// An opening that the meter refused leaves no account: then somebody clears the meter by hand.
constexpr Millis kPatience = minutes(30);

}  // namespace

void Landlord::begin() {
  if (scene_.mixture.accounts_may_miss()) scene_.every(kRound, [this] { round(); });
}

bool Landlord::is_done() const {
  return std::ranges::all_of(scene_.invariants.money(),
                             [](const auto& row) { return row.second.epoch.has_value(); });
}

void Landlord::round() {
  for (const auto& [meter, money] : scene_.invariants.money()) {
    Letting& letting = lettings_[meter];
    if (money.epoch || scene_.invariants.settles(meter)) {
      letting.under_way = false;
    } else if (!letting.under_way) {
      open(meter, letting);
    } else if (scene_.world.mono() - letting.since > kPatience) {
      const std::string& code = scene_.invariants.code(meter);
      (void)scene_.plant.reset_meter(code);
      scene_.invariants.after_tampering(code, *scene_.plant.reference(code));
      open(meter, letting);
    }
  }
}

void Landlord::open(MeterId meter, Letting& letting) {
  letting.under_way = true;
  letting.since = scene_.world.mono();
  const std::string code = scene_.invariants.code(meter);
  const auto key = fmt::format("let-{}-{}", code, ++letting.times);
  scene_.errands.add_soon({},
                          [this, code, key](Slot& slot) { return ask(*this, slot, code, key); });
}

port::Async<> Landlord::adopt(Slot& slot, std::string code) {
  const service::LiveMeter* live = slot.station->live.find(slot.meter(code));
  if (live == nullptr || !live->prepaid || live->meter.serial.empty()) co_return;
  if (live->meter.serial == live->prepaid->epoch.serial) co_return;
  domain::SitePlan all = town_plan(kMeters, scene_.mixture.serial_bus), plan;
  for (domain::SitePlan::MeterRow& row : all.meters) {
    if (row.meter.code != code) continue;
    row.meter.serial = live->prepaid->epoch.serial;
    plan.meters.push_back(std::move(row));
  }
  (void)co_await slot.station->store->apply_plan(std::move(plan), port::SiteStore::Apply::commit,
                                                 slot.station->runtime.now());
  (void)co_await slot.station->keeper->reload();
}

port::Async<Came> Landlord::ask(Landlord& self, Slot& slot, std::string code, std::string key) {
  co_await self.adopt(slot, code);
  service::OpeningRequest request;
  request.idempotency_key = std::move(key);
  request.meter = slot.meter(code);
  request.customer_name = "张三便利店";
  const auto opened = co_await slot.station->accounts->open(std::move(request));
  self.counts_.openings += opened.has_value();
  if (opened) co_return Came::over;
  co_return judge(slot, "open", opened.error(), {Errc::account_already_open});
}

}  // namespace paymeter::town
