// Crashes and pauses at store calls, spread over the whole seed.
#include "stations.hpp"

#include <fmt/format.h>

#include "paymeter/sim/sim_link.hpp"

namespace paymeter::town {
namespace {

constexpr Millis kDownMax = seconds(90);
/// Store calls and commits that a sale costs, roughly.
constexpr std::int64_t kPointsPerSale = 45;

}  // namespace

void Slot::clear() {
  if (station) station->runtime.drop_tasks();
  cuts.reset();
  payments.reset();
  channel.reset();
  station.reset();
}

MeterId Slot::meter(const std::string& code) const {
  return station->live.find_by_code(code)->meter.id;
}

Stations::Stations(Deps deps)
    : deps_(std::move(deps)),
      dice_(sim::seed_for(deps_.mixture.seed, "stations")),
      slots_(static_cast<std::size_t>(deps_.mixture.stations)),
      crashes_left_(deps_.mixture.crashes),
      pauses_left_(deps_.mixture.pauses) {
  for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].number = static_cast<int>(i);
}

Stations::~Stations() = default;

std::int64_t Stations::points() const { return kPointsPerSale * deps_.mixture.sales; }

/// A moment of a certain kind comes about once per sale.
std::int64_t Stations::span_of_crashes() const {
  return deps_.mixture.crash_point == CrashPoint::anywhere ? points() : deps_.mixture.sales;
}

void Stations::start() {
  if (crashes_left_ > 0) crash_in_ = dice_.between(1, span_of_crashes() / crashes_left_);
  if (pauses_left_ > 0) pause_in_ = dice_.between(1, points() / pauses_left_);
  for (const Slot& slot : slots_) start(slot.number);
}

void Stations::start(int slot) {
  Slot& place = slots_.at(static_cast<std::size_t>(slot));
  test_support::TestStation::Options options;
  options.name = fmt::format("station {} life {}", slot, ++place.lives);
  options.store = test_support::inline_sqlite(deps_.database);
  options.store.commit_hook = [this, slot](store::CommitPoint point) { committed(slot, point); };
  options.store.call_hook = [this, slot](store::CallPoint point) {
    return around(*this, slot, point);
  };
  options.links = [this](sim::SimRuntime& runtime) {
    return std::make_unique<sim::SimLinkFactory>(runtime, deps_.plant);
  };
  options.vending.paid_deadline = deps_.mixture.paid_deadline;
  place.station = std::make_unique<test_support::TestStation>(deps_.world, std::move(options));
  if (clock_error_)
    place.station->runtime.set_clock_error(
        [this, slot, life = place.lives] { return clock_error_(slot, life); });
  place.channel = std::make_unique<sim::ProviderChannel>(place.station->runtime, deps_.provider);
  place.payments = std::make_unique<service::Payments>(
      service::Payments::Deps{place.station->runtime, *place.station->store,
                              *place.station->vending, place.station->events},
      service::Payments::Settings{}, std::vector<port::PaymentChannel*>{place.channel.get()});
  if (deps_.cuts)
    place.cuts = std::make_unique<test_support::CutServices>(
        *place.station, *deps_.cuts, [payments = place.payments.get()](MeterId m, AccountId a) {
          return payments->ask_open_orders(m, a);
        });
  place.station->runtime.spawn("boot", boot(*this, slot));
}

Millis Stations::clock_error(int slot) const {
  const Slot& place = slots_.at(static_cast<std::size_t>(slot));
  return clock_error_ ? clock_error_(slot, place.lives) : Millis{};
}

port::Async<> Stations::boot(Stations& self, int slot) {
  Slot& place = self.slots_.at(static_cast<std::size_t>(slot));
  co_await place.station->boot(self.deps_.site.plan());
  if (self.deps_.mixture.online_percent > 0) place.payments->start();
  if (place.cuts) place.cuts->start();
}

void Stations::kill(int slot) {
  ++crashes_;
  deps_.world.trace(fmt::format("station {} crashes", slot));
  Slot& place = slots_.at(static_cast<std::size_t>(slot));
  place.clear();
  deps_.world.schedule(deps_.world.mono() + Millis{dice_.between(0, kDownMax.value)},
                       [this, slot] { start(slot); });
  on_loss_(slot);
}

Slot* Stations::any() {
  const std::size_t first = dice_.below(slots_.size());
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[(first + i) % slots_.size()];
    if (slot.station && slot.station->booted()) return &slot;
  }
  return nullptr;
}

port::Async<> Stations::around(Stations& self, int slot, store::CallPoint point) {
  if (self.deps_.mixture.crash_point == CrashPoint::anywhere) self.strike(slot);
  if (const Millis stall = self.stall_ ? self.stall_(slot, point) : Millis{}; stall > Millis{})
    co_await self.slots_.at(static_cast<std::size_t>(slot)).station->runtime.sleep(stall);
  if (self.pause_in_ == 0 || --self.pause_in_ > 0) co_return;
  ++self.pauses_;
  if (--self.pauses_left_ > 0) self.pause_in_ = self.dice_.between(1, self.points() / 4);
  const Millis span{self.dice_.between(100, self.deps_.mixture.pause_max.value)};
  self.deps_.world.trace(fmt::format("station {} pauses for {} ms", slot, span.value));
  auto& runtime = self.slots_.at(static_cast<std::size_t>(slot)).station->runtime;
  // The whole process, or only this task of it: a slow disk, an unlucky schedule.
  if (self.dice_.below(2) == 0) runtime.pause(span);
  co_await runtime.sleep(span);
}

void Stations::committed(int slot, store::CommitPoint point) {
  if (point == store::CommitPoint::after) on_commit_(slot);
  if (deps_.mixture.crash_point == CrashPoint::anywhere || may_crash_(point)) strike(slot);
}

void Stations::strike(int slot) {
  if (crash_in_ == 0 || --crash_in_ > 0) return;
  if (--crashes_left_ > 0) crash_in_ = dice_.between(1, span_of_crashes() / 4);
  throw Crash{slot};
}

void Stations::count(Counts& counts) const {
  counts.crashes += crashes_;
  counts.pauses += pauses_;
}

}  // namespace paymeter::town
