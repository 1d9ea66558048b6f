// Stations that crash and pause, and the people around them.
#include "town.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>

#include "payment_truth.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/service/payments.hpp"
#include "paymeter/sim/sim_link.hpp"
#include "prepared_site.hpp"
#include "support/test_station.hpp"
#include "tampering.hpp"

namespace paymeter::town {
namespace {

using domain::VendState;
using test_support::TestStation;

constexpr Millis kPressAgain = seconds(2);
constexpr Millis kDownMax = seconds(90);
constexpr Millis kDeadline = minutes(24 * 60);
constexpr Millis kOperatorsRound = minutes(5);
constexpr Millis kPatience = minutes(120);
/// Store calls and commits that a sale costs, roughly: crashes spread over the whole seed.
constexpr std::int64_t kPointsPerSale = 45;

/// The power cord of a station is pulled.
struct Crash {
  int slot;
};

/// One press on the button and what became of it.
struct Purchase {
  std::string key, code;
  std::int64_t fen = 0;
  std::optional<VendId> vend;  ///< acknowledged
  bool refused = false;        ///< for good
  bool online = false;         ///< paid through the provider
  std::optional<int> at_slot;  ///< where somebody is waiting for the answer
  bool over() const { return vend || refused; }
};

/// A provider's message and whether a station has taken it.
struct Notice {
  port::PaymentNotice notice;
  std::optional<int> at_slot;
  bool taken = false;
};

const PreparedSite& prepared(const Mixture& mixture) {
  using Accounts = PreparedSite::Accounts;
  static std::map<std::pair<bool, bool>, std::unique_ptr<PreparedSite>> made;
  // Whatever is being proved afterwards, the beginning is sound.
  auto& site = made[{mixture.serial_bus, mixture.accounts_open}];
  if (!site)
    site = std::make_unique<PreparedSite>(town_plan(kMeters, mixture.serial_bus),
                                          mixture.accounts_open ? Accounts::open : Accounts::none);
  return *site;
}

class Town {
 public:
  explicit Town(const Mixture& mixture);
  ~Town();
  Outcome play();

 private:
  struct Slot {
    std::unique_ptr<sim::ProviderChannel> channel;
    std::unique_ptr<service::Payments> payments;
    std::unique_ptr<TestStation> station;  ///< last: its tasks use the others
    int lives = 0;
  };

  // Stations.
  void start(int slot);
  void kill(int slot);
  TestStation* any_station();
  int slot_of(const TestStation& station) const;
  static port::Async<> boot(Town& town, int slot);
  static port::Async<> around(Town& town, int slot, store::CallPoint point);
  void committed(int slot, store::CommitPoint point);
  void strike(int slot);

  // People.
  void plan_purchases();
  void open_accounts();
  void press(std::size_t purchase);
  void deliver(std::size_t notice);
  static port::Async<> hear(Town& town, int slot, std::size_t notice);
  static port::Async<Result<VendId>> buy(Slot& slot, const Purchase& purchase);
  static port::Async<> customer(Town& town, int slot, std::size_t purchase);
  void acknowledged(VendId vend);
  void cancel(VendId vend);
  void operators_round();
  bool everything_ended() const;
  void run_to_the_end();
  void check_books();
  void count(Outcome& outcome) const;

  const Mixture mixture_;
  const PreparedSite& site_;
  sim::SimWorld world_;
  sim::SimRuntime around_;  ///< the site's own process: it never crashes
  std::unique_ptr<sim::Plant> plant_;
  const std::string database_;
  MeterTruth truth_;
  std::unique_ptr<Invariants> invariants_;
  std::unique_ptr<Tampering> tampering_;
  sim::SimRuntime provider_process_;
  sim::PaymentProvider provider_;
  PaymentTruth payment_truth_;
  sim::Dice dice_;
  std::vector<Slot> slots_;
  std::vector<Purchase> purchases_;
  std::vector<Notice> notices_;
  std::int64_t crash_in_ = 0, pause_in_ = 0;  ///< call points; 0 = never again
  int crashes_left_ = 0, pauses_left_ = 0;
  Counts counts_;
};

Town::Town(const Mixture& mixture)
    : mixture_(mixture),
      site_(prepared(mixture)),
      world_(mixture.seed),
      around_(world_, "site"),
      plant_(*sim::Plant::build(around_, site_.plan(),
                                {.seed = mixture.seed, .faults = mixture.faults})),
      database_(scratch_path("town")),
      provider_process_(world_, "provider"),
      provider_(provider_process_, sim::seed_for(mixture.seed, "provider"), {}),
      payment_truth_(provider_),
      dice_(sim::seed_for(mixture.seed, "people")),
      slots_(static_cast<std::size_t>(mixture.stations)),
      crashes_left_(mixture.crashes),
      pauses_left_(mixture.pauses) {
  site_.copy_database(database_);
  // The schema knows the lock too: who forgets it forgets it there as well.
  if (mistake_made(Mistake::no_lock))
    execute_on(database_, "drop index vend_in_flight; drop index vend_number");
  site_.furnish(*plant_);
  invariants_ = std::make_unique<Invariants>(database_, truth_);
  for (const auto& row : site_.plan().meters)
    (void)truth_.look(row.meter.code, *plant_->reference(row.meter.code));
  for (const auto& place : plant_->buses())
    place->bus.set_witness([this](std::uint8_t unit) {
      const std::string code = std::to_string(1000 + unit);
      invariants_->after_command(code, *plant_->reference(code));
    });
  invariants_->set_further_check([this](const VendRow& vend) { payment_truth_.check(vend); });
  provider_.set_listener([this](port::PaymentNotice notice) {
    notices_.push_back({std::move(notice), {}, false});
    deliver(notices_.size() - 1);
  });
  if (std::getenv("PAYMETER_TRACE") != nullptr)
    world_.set_trace_reader([this](std::string_view event) {
      fmt::print(stderr, "{:>10} {}\n", world_.mono().value, event);
    });
  tampering_ = std::make_unique<Tampering>(mixture_, world_, *plant_, *invariants_);
}

Town::~Town() {
  slots_.clear();
  around_.drop_tasks();
  invariants_.reset();
  remove_database(database_);
}

// ------------------------------------------------------------------ stations
void Town::start(int slot) {
  Slot& place = slots_.at(static_cast<std::size_t>(slot));
  TestStation::Options options;
  options.name = fmt::format("station {} life {}", slot, ++place.lives);
  options.store = test_support::inline_sqlite(database_);
  options.store.commit_hook = [this, slot](store::CommitPoint point) { committed(slot, point); };
  options.store.call_hook = [this, slot](store::CallPoint point) {
    return around(*this, slot, point);
  };
  options.links = [this](sim::SimRuntime& runtime) {
    return std::make_unique<sim::SimLinkFactory>(runtime, *plant_);
  };
  place.station = std::make_unique<TestStation>(world_, std::move(options));
  place.channel = std::make_unique<sim::ProviderChannel>(place.station->runtime, provider_);
  place.payments = std::make_unique<service::Payments>(
      service::Payments::Deps{place.station->runtime, *place.station->store,
                              *place.station->vending, place.station->events},
      service::Payments::Settings{}, std::vector<port::PaymentChannel*>{place.channel.get()});
  place.station->runtime.spawn("boot", boot(*this, slot));
}

port::Async<> Town::boot(Town& town, int slot) {
  Slot& place = town.slots_.at(static_cast<std::size_t>(slot));
  co_await place.station->boot(town.site_.plan());
  if (town.mixture_.online_percent > 0) place.payments->start();
}

void Town::kill(int slot) {
  ++counts_.crashes;
  world_.trace(fmt::format("station {} crashes", slot));
  Slot& place = slots_.at(static_cast<std::size_t>(slot));
  place.station->runtime.drop_tasks();
  place.payments.reset();
  place.channel.reset();
  place.station.reset();
  world_.schedule(world_.mono() + Millis{dice_.between(0, kDownMax.value)},
                  [this, slot] { start(slot); });
  for (std::size_t i = 0; i < purchases_.size(); ++i)
    if (purchases_[i].at_slot == slot) {
      purchases_[i].at_slot.reset();
      world_.schedule(world_.mono() + kPressAgain, [this, i] { press(i); });
    }
  for (std::size_t i = 0; i < notices_.size(); ++i)
    if (notices_[i].at_slot == slot && !notices_[i].taken) {
      notices_[i].at_slot.reset();
      world_.schedule(world_.mono() + kPressAgain, [this, i] { deliver(i); });
    }
}

int Town::slot_of(const TestStation& station) const {
  const auto at = std::ranges::find_if(
      slots_, [&](const Slot& slot) { return slot.station.get() == &station; });
  return static_cast<int>(at - slots_.begin());
}

TestStation* Town::any_station() {
  const std::size_t first = dice_.below(slots_.size());
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    auto& station = slots_[(first + i) % slots_.size()].station;
    if (station && station->booted()) return station.get();
  }
  return nullptr;
}

port::Async<> Town::around(Town& town, int slot, store::CallPoint) {
  town.strike(slot);
  if (town.pause_in_ == 0 || --town.pause_in_ > 0) co_return;
  ++town.counts_.pauses;
  if (--town.pauses_left_ > 0)
    town.pause_in_ = town.dice_.between(1, kPointsPerSale * town.mixture_.sales / 4);
  const Millis span{town.dice_.between(100, town.mixture_.pause_max.value)};
  town.world_.trace(fmt::format("station {} pauses for {} ms", slot, span.value));
  auto& runtime = town.slots_.at(static_cast<std::size_t>(slot)).station->runtime;
  // The whole process, or only this task of it: a slow disk, an unlucky schedule.
  if (town.dice_.below(2) == 0) runtime.pause(span);
  co_await runtime.sleep(span);
}

void Town::committed(int slot, store::CommitPoint point) {
  if (point == store::CommitPoint::after) {
    for (const std::string& event : invariants_->after_commit())
      world_.trace(fmt::format("station {}: {}", slot, event));
    tampering_->after_commit();
  }
  strike(slot);
}

void Town::strike(int slot) {
  if (crash_in_ == 0 || --crash_in_ > 0) return;
  if (--crashes_left_ > 0) crash_in_ = dice_.between(1, kPointsPerSale * mixture_.sales / 4);
  throw Crash{slot};
}

// ------------------------------------------------------------------ people
void Town::plan_purchases() {
  for (int i = 1; i <= mixture_.sales; ++i) {
    Purchase& purchase = purchases_.emplace_back();
    purchase.key = fmt::format("sale-{}-{}", mixture_.seed, 1000 + i);
    purchase.code = std::to_string(1000 + dice_.between(1, kMeters));
    purchase.online = dice_.between(1, 100) <= mixture_.online_percent;
    purchase.fen = mixture_.equal_amounts ? 5'000 : dice_.between(1, 100'000);
    world_.schedule(MonoMs{dice_.between(0, mixture_.span.value)},
                    [this, i] { press(static_cast<std::size_t>(i - 1)); });
  }
}

/// Until every meter has an account: opening is lost and repeated like everything else.
void Town::open_accounts() {
  TestStation* station = any_station();
  bool missing = station == nullptr;
  for (const auto& row : site_.plan().meters) {
    if (station == nullptr) break;
    const auto& live = *station->live.find_by_code(row.meter.code);
    if (live.account) continue;
    missing = true;
    service::OpeningRequest request;
    request.idempotency_key = "open-" + row.meter.code;
    request.meter = live.meter.id;
    request.customer_name = "张三便利店";
    station->runtime.spawn(
        "opening",
        [](service::Accounts& accounts, service::OpeningRequest opening) -> port::Async<> {
          (void)co_await accounts.open(std::move(opening));
        }(*station->accounts, std::move(request)));
  }
  if (missing) world_.schedule(world_.mono() + kPressAgain, [this] { open_accounts(); });
}

void Town::press(std::size_t purchase) {
  if (TestStation* station = any_station()) {
    const int slot = slot_of(*station);
    purchases_[purchase].at_slot = slot;
    station->runtime.spawn("customer", customer(*this, slot, purchase));
  } else {
    world_.schedule(world_.mono() + kPressAgain, [this, purchase] { press(purchase); });
  }
}

/// A provider repeats a notice until somebody has taken it.
void Town::deliver(std::size_t notice) {
  if (TestStation* station = any_station()) {
    const int slot = slot_of(*station);
    notices_[notice].at_slot = slot;
    station->runtime.spawn("notice", hear(*this, slot, notice));
  } else {
    world_.schedule(world_.mono() + kPressAgain, [this, notice] { deliver(notice); });
  }
}

port::Async<> Town::hear(Town& town, int slot, std::size_t notice) {
  auto& payments = *town.slots_.at(static_cast<std::size_t>(slot)).payments;
  const auto taken =
      co_await payments.take_notice(domain::PaymentMethod::wechat, town.notices_[notice].notice);
  town.notices_[notice].taken = true;
  ++town.counts_.notices;
  town.counts_.notices_refused += !taken;
}

port::Async<Result<VendId>> Town::buy(Slot& slot, const Purchase& purchase) {
  service::SaleRequest request;
  request.idempotency_key = purchase.key;
  request.meter = slot.station->live.find_by_code(purchase.code)->meter.id;
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

port::Async<> Town::customer(Town& town, int slot, std::size_t index) {
  Purchase& purchase = town.purchases_[index];
  const auto sold = co_await buy(town.slots_.at(static_cast<std::size_t>(slot)), purchase);
  purchase.at_slot.reset();
  const bool ask_again =
      !sold && (sold.error().code == Errc::payment_channel_failed ||
                (sold.error().code == Errc::account_not_open && !town.mixture_.accounts_open));
  if (ask_again) {
    town.world_.schedule(town.world_.mono() + kPressAgain, [&town, index] { town.press(index); });
    co_return;
  }
  if (!sold) {
    purchase.refused = true;
    ++town.counts_.refused;
    if (sold.error().code != Errc::meter_quarantined)
      throw Violation{"a_sound_request_is_taken", purchase.key + ": " +
                                                      std::string(error_name(sold.error().code)) +
                                                      " " + sold.error().detail};
    co_return;
  }
  purchase.vend = *sold;
  town.acknowledged(*sold);
}

void Town::acknowledged(VendId vend) {
  ++counts_.sales;
  if (dice_.between(1, 100) <= mixture_.cancel_percent)
    world_.schedule(world_.mono() + Millis{dice_.between(0, 10'000)},
                    [this, vend] { cancel(vend); });
  if (dice_.between(1, 100) <= mixture_.press_percent)
    world_.schedule(world_.mono() + Millis{dice_.between(0, 10'000)}, [this, vend] {
      if (TestStation* station = any_station())
        station->runtime.spawn("press", [](service::Vending& vending, VendId id) -> port::Async<> {
          (void)co_await vending.retry_now(id);
        }(*station->vending, vend));
    });
}

void Town::cancel(VendId vend) {
  TestStation* station = any_station();
  if (station == nullptr) return;
  ++counts_.cancels;
  station->runtime.spawn("cancel", [](service::Vending& vending, VendId id) -> port::Async<> {
    (void)co_await vending.cancel(id, UserId{}, "customer left");
  }(*station->vending, vend));
}

/// Money that waits for a meter nobody may sell to goes back: at once when the meter is
/// quarantined, else (its account is closed, it is dead) when it has waited for long.
void Town::operators_round() {
  const bool is_late = world_.mono() > MonoMs{mixture_.span.value} + kPatience;
  for (const VendId id : invariants_->unfinished()) {
    const VendRow& vend = invariants_->vends().at(id);
    if (vend.state == VendState::paid && (is_late || invariants_->quarantined(vend.meter)))
      cancel(id);
  }
  world_.schedule(world_.mono() + kOperatorsRound, [this] { operators_round(); });
}

bool Town::everything_ended() const {
  return invariants_->unfinished().empty() && std::ranges::all_of(purchases_, &Purchase::over) &&
         provider_.is_quiet() && std::ranges::all_of(notices_, &Notice::taken) &&
         payment_truth_.is_settled(*invariants_);
}

void Town::run_to_the_end() {
  const MonoMs deadline = world_.mono() + kDeadline;
  for (;;) {
    try {
      world_.run_until([this] { return everything_ended(); }, deadline);
      crash_in_ = pause_in_ = 0;
      return world_.run_for(minutes(2));  // what was held back on the way may still arrive
    } catch (const Crash& crash) {
      kill(crash.slot);
    }
  }
}

/// The store's own audit, once at the end.
void Town::check_books() {
  TestStation* station = nullptr;
  world_.run_until([&] { return (station = any_station()) != nullptr; },
                   world_.mono() + minutes(10));
  const auto problems = station->run(station->store->check_books());
  if (!problems) throw Violation{"the_books_can_be_checked", problems.error().detail};
  if (!problems->empty()) throw Violation{"the_books_are_sound", problems->front()};
}

void Town::count(Outcome& outcome) const {
  outcome.counts = counts_;
  outcome.counts.seeds = 1;
  outcome.counts.steps = invariants_->steps();
  for (const auto& [id, vend] : invariants_->vends()) {
    outcome.counts.delivered += vend.state == VendState::delivered;
    outcome.counts.refund_due += vend.state == VendState::refund_due;
    outcome.counts.refunded += vend.state == VendState::refunded;
    outcome.counts.refund_failed += vend.state == VendState::refund_failed;
    outcome.counts.closed += vend.state == VendState::closed;
    outcome.counts.quarantined += vend.state == VendState::quarantine;
  }
  for (const auto& place : plant_->buses()) {
    const auto& wire = place->bus.counters();
    outcome.counts.frames += static_cast<std::int64_t>(wire.requests + wire.answered);
    outcome.counts.frames_lost += static_cast<std::int64_t>(wire.frames_lost);
    outcome.counts.frames_doubled += static_cast<std::int64_t>(wire.frames_doubled);
    outcome.counts.frames_late += static_cast<std::int64_t>(wire.frames_late);
  }
  tampering_->count(outcome.counts);
  outcome.trace_hash = world_.trace_hash();
  outcome.trace_lines = world_.trace_lines();
}

Outcome Town::play() {
  Outcome outcome;
  try {
    const auto points = kPointsPerSale * mixture_.sales;
    if (crashes_left_ > 0) crash_in_ = dice_.between(1, points / crashes_left_);
    if (pauses_left_ > 0) pause_in_ = dice_.between(1, points / pauses_left_);
    plan_purchases();
    tampering_->plan();
    operators_round();
    open_accounts();
    for (int slot = 0; slot < mixture_.stations; ++slot) start(slot);
    run_to_the_end();
    check_books();
    invariants_->at_rest();
    payment_truth_.at_rest(*invariants_);
  } catch (const Violation& violation) {
    outcome.violation = violation;
  }
  count(outcome);
  return outcome;
}

}  // namespace

Outcome play(const Mixture& mixture) { return Town(mixture).play(); }

}  // namespace paymeter::town
