// Station, customers and crashes of the sale world.
#include "sale_world.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "paymeter/sim/sim_link.hpp"
#include "support/test_station.hpp"

namespace paymeter::sale_world {
namespace {

constexpr Millis kDeadline = minutes(24 * 60);
constexpr Millis kPressAgain = seconds(2);
constexpr Millis kDownMax = seconds(90);
constexpr int kCommitsBetweenCrashesMax = 120;

/// The power cord is pulled.
struct Crash {};

/// Database files of one story, gone afterwards.
struct Disk {
  std::string path;
  explicit Disk(std::uint64_t seed) {
    static int stories = 0;
    path = (std::filesystem::temp_directory_path() /
            ("paymeter-sale-" + std::to_string(::getpid()) + "-" + std::to_string(++stories) + "-" +
             std::to_string(seed)))
               .string();
  }
  ~Disk() {
    for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(path + tail);
  }
};

domain::SitePlan town(int meters) {
  domain::SitePlan plan;
  plan.property.emplace().name = "试验小区";
  plan.buildings.emplace_back().name = "1号楼";
  plan.gateways.emplace_back().name = "G1";
  plan.gateways.back().host = "127.0.0.1";
  for (const auto transport : {domain::BusTransport::modbus_tcp, domain::BusTransport::serial}) {
    auto& row = plan.buses.emplace_back();
    row.gateway = "G1";
    row.bus.name = std::string(domain::bus_transport_name(transport));
    row.bus.transport = transport;
    row.bus.port = 1502;
    row.bus.device = "/dev/ttyS1";
  }
  auto& tariff = plan.tariffs.emplace_back();
  tariff.name = "商业";
  tariff.prices.rate_price.fill(domain::Price{80'000'000});
  for (int i = 1; i <= meters; ++i) {
    auto& row = plan.meters.emplace_back();
    row.gateway = "G1";
    row.bus = plan.buses[static_cast<std::size_t>(i % 2)].bus.name;
    row.tariff = "商业";
    row.meter.code = std::to_string(1000 + i);
    row.meter.name = "铺位 " + row.meter.code;
    row.meter.model = "paymeter-reference-nk";
    row.meter.unit = static_cast<std::uint8_t>(i);
    row.meter.key.fill(static_cast<std::uint8_t>(i));
  }
  return plan;
}

/// One life of the station's process, from its start to its crash.
struct Station : test_support::TestStation {
  Station(sim::SimWorld& world, sim::Plant& plant, const std::string& path, store::CommitHook hook,
          int life)
      : TestStation(world, options(plant, path, std::move(hook), life)) {}

  static Options options(sim::Plant& plant, const std::string& path, store::CommitHook hook,
                         int life) {
    Options options;
    options.name = "station " + std::to_string(life);
    options.store = test_support::inline_sqlite(path);
    options.store.commit_hook = std::move(hook);
    options.links = [&plant](sim::SimRuntime& runtime) {
      return std::make_unique<sim::SimLinkFactory>(runtime, plant);
    };
    return options;
  }

  /// Opens the meter's account, however often it takes.
  port::Async<> opener(std::string code) {
    const MeterId meter = live.find_by_code(code)->meter.id;
    for (;;) {
      const auto& account = live.find(meter)->account;
      if (account && account->state == domain::AccountState::open) co_return;
      if (!account) {
        service::OpeningRequest request;
        request.idempotency_key = "open-" + code;
        request.meter = meter;
        request.customer_name = "张三便利店";
        (void)co_await accounts->open(std::move(request));
      }
      co_await runtime.sleep(kPressAgain);
    }
  }

  /// Presses the button until the sale is acknowledged, then watches it end.
  port::Async<> customer(Purchase& purchase) {
    if (runtime.mono() < MonoMs{purchase.at.value})
      co_await runtime.sleep(MonoMs{purchase.at.value} - runtime.mono());
    while (!purchase.vend) {
      service::SaleRequest request;
      request.idempotency_key = purchase.key;
      request.meter = live.find_by_code(purchase.meter_code)->meter.id;
      request.captured = {purchase.fen};
      const auto sold = co_await vending->sell(std::move(request));
      if (sold) {
        purchase.vend = sold->id;
      } else if (sold.error().code != Errc::account_not_open) {
        purchase.refused = sold.error();
        co_return;
      } else {
        co_await runtime.sleep(kPressAgain);
      }
    }
    if (purchase.cancel_after) {
      co_await runtime.sleep(*purchase.cancel_after);
      (void)co_await vending->cancel(*purchase.vend, UserId{}, "customer left");
    }
    while (!purchase.ended) {
      const MonoMs asked = runtime.mono();
      const auto vend = co_await vending->wait_final(*purchase.vend, asked + minutes(60));
      if (vend && domain::is_final(vend->state)) purchase.ended = *vend;
      // Nobody carries it any more: say so instead of asking for ever.
      if (!purchase.ended && runtime.mono() == asked)
        throw std::runtime_error(purchase.key + " is left alone: " +
                                 std::string(vend ? domain::vend_state_name(vend->state)
                                                  : error_name(vend.error().code)));
    }
  }
};

std::vector<Purchase> shopping_list(const Story& story, sim::Dice& dice) {
  std::vector<Purchase> purchases;
  for (int i = 1; i <= story.sales; ++i) {
    Purchase purchase;
    purchase.key = "sale-" + std::to_string(story.seed) + "-" + std::to_string(1000 + i);
    purchase.meter_code = std::to_string(1000 + dice.between(1, story.meters));
    purchase.fen = dice.between(1, 100'000);
    purchase.at = Millis{dice.between(0, 600'000)};
    if (dice.between(1, 100) <= story.cancel_percent)
      purchase.cancel_after = Millis{dice.between(0, 5'000)};
    purchases.push_back(std::move(purchase));
  }
  return purchases;
}

bool all_ended(const std::vector<Purchase>& purchases) {
  return std::ranges::all_of(purchases, [](const Purchase& p) { return p.ended || p.refused; });
}

port::Async<> inspect(Station& station, Outcome& outcome, bool& done) {
  if (auto problems = co_await station.store->check_books()) outcome.book_problems = *problems;
  for (const auto& [id, live] : station.live.meters())
    if (auto money = co_await station.store->meter_money(id))
      outcome.money.emplace(live.meter.code, *money);
  done = true;
}

/// Throws Crash at a commit drawn beforehand.
class CrashPlan {
 public:
  CrashPlan(int crashes, std::uint64_t seed) : left_(crashes), dice_(seed) { draw(); }
  void strike(store::CommitPoint point) {
    if (left_ == 0 || point != point_) return;
    if (--commits_ > 0) return;
    --left_;
    draw();
    throw Crash{};
  }

 private:
  void draw() {
    commits_ = dice_.between(1, kCommitsBetweenCrashesMax);
    point_ = dice_.below(2) == 0 ? store::CommitPoint::before : store::CommitPoint::after;
  }
  int left_;
  sim::Dice dice_;
  std::int64_t commits_ = 0;
  store::CommitPoint point_ = store::CommitPoint::before;
};

/// Runs one life until everything has ended. Throws Crash.
void live_once(sim::SimWorld& world, Station& station, const domain::SitePlan& plan,
               Outcome& outcome) {
  const MonoMs deadline = world.mono() + kDeadline;
  station.runtime.spawn("boot", station.boot(plan));
  world.run_until([&] { return station.booted(); }, deadline);
  for (const auto& row : plan.meters)
    station.runtime.spawn("opener", station.opener(row.meter.code));
  for (Purchase& purchase : outcome.purchases)
    if (!purchase.ended && !purchase.refused)
      station.runtime.spawn("customer", station.customer(purchase));
  const auto how = world.run_until([&] { return all_ended(outcome.purchases); }, deadline);
  outcome.quiet = how == sim::SimWorld::Ended::done;
  // What was held back on the way may still arrive.
  world.run_for(minutes(2));
  bool inspected = false;
  station.runtime.spawn("inspect", inspect(station, outcome, inspected));
  world.run_until([&] { return inspected; }, deadline + minutes(10));
}

}  // namespace

Outcome play(const Story& story) {
  Outcome outcome;
  sim::SimWorld world(story.seed);
  sim::SimRuntime site(world, "site");
  const auto plan = town(story.meters);
  auto plant = *sim::Plant::build(site, plan, {.seed = story.seed, .faults = story.faults});
  // Nobody uses anything, so that balances are sums of sales.
  for (const auto& row : plan.meters) (void)plant->set_load(row.meter.code, sim::MeterLoad{});

  sim::Dice dice(sim::seed_for(story.seed, "customers"));
  outcome.purchases = shopping_list(story, dice);
  CrashPlan crashes(story.crashes, sim::seed_for(story.seed, "crashes"));
  const Disk disk(story.seed);
  for (bool over = false; !over;) {
    Station station(
        world, *plant, disk.path, [&](store::CommitPoint point) { crashes.strike(point); },
        outcome.crashes);
    try {
      live_once(world, station, plan, outcome);
      over = true;
    } catch (const Crash&) {
      ++outcome.crashes;
      station.runtime.drop_tasks();
      world.run_for(Millis{dice.between(0, kDownMax.value)});
    }
  }
  for (const auto& row : plan.meters)
    outcome.meters.emplace(row.meter.code, plant->reference(row.meter.code)->memory());
  outcome.trace_hash = world.trace_hash();
  outcome.trace_lines = world.trace_lines();
  site.drop_tasks();
  return outcome;
}

}  // namespace paymeter::sale_world
