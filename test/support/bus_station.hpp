/// The collecting half of a station in virtual time, on one bus of virtual meters behind the real
/// link: for tests and benchmarks of the collector alone.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "paymeter/driver/factory.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/live_table.hpp"
#include "paymeter/sim/sim_link.hpp"
#include "paymeter/store/sqlite.hpp"

namespace paymeter::test_support {

class BusStation {
 public:
  struct Options {
    std::uint64_t seed = 1;
    int meters = 32;
    int gateways = 1;  ///< each with one bus of so many meters
    Millis poll_interval{15'000};
    domain::BusTransport transport = domain::BusTransport::rtu_over_tcp;
    std::string database = {};  ///< a file that does not exist yet
  };
  /// Throws std::runtime_error when something cannot be made.
  explicit BusStation(Options options)
      : world(options.seed),
        site(world, "site"),
        runtime(world, "station"),
        drivers(driver::builtin_models()) {
    plant = take(sim::Plant::build(site, plan_of(options), {}));
    store::SqliteOptions sqlite;
    sqlite.path = options.database;
    sqlite.mode = store::ExecutionMode::inline_;
    sqlite.durability = store::Durability::none;
    store = take(store::open_sqlite(std::move(sqlite)));
    links.emplace(runtime, *plant);
    alarms.emplace(runtime, *store, events);
    collector.emplace(
        service::Collector::Deps{runtime, *store, *links, drivers, live, *alarms, events});
    take(run(store->apply_plan(plan_of(options), port::SiteStore::Apply::commit, runtime.now())));
    live.load(take(run(store->load_site())), {});
    if (!run(alarms->start())) throw std::runtime_error("alarms do not start");  // their holds
    collector->start();
  }
  ~BusStation() { runtime.drop_tasks(); }
  BusStation(const BusStation&) = delete;
  BusStation& operator=(const BusStation&) = delete;

  /// Runs `task` to its end in virtual time.
  template <class T>
  T run(port::Async<T> task) {
    auto out = std::make_shared<std::optional<T>>();
    runtime.spawn(
        "test",
        [](port::Async<T> inner, std::shared_ptr<std::optional<T>> result) -> port::Async<> {
          result->emplace(co_await std::move(inner));
        }(std::move(task), out));
    if (!until([out] { return out->has_value(); })) throw std::runtime_error("task did not end");
    return std::move(**out);
  }
  /// True when `done` within `limit` of virtual time.
  bool until(const std::function<bool()>& done, Millis limit = minutes(60)) {
    return world.run_until(done, world.mono() + limit) == sim::SimWorld::Ended::done;
  }
  void wait(Millis span) { world.run_for(span); }

  /// Of the first bus; `unit` counts from 1.
  MeterId meter(int unit) const { return live.find_by_code(code(unit))->meter.id; }
  static std::string code(int unit) { return "G1-" + std::to_string(unit); }
  BusId bus(std::size_t index = 0) const { return live.site().buses.at(index).id; }
  service::BusReport report() const { return collector->report(bus()).value(); }

  sim::SimWorld world;
  sim::SimRuntime site, runtime;
  std::unique_ptr<sim::Plant> plant;
  std::unique_ptr<port::Store> store;
  service::EventHub events;
  service::LiveTable live;
  driver::ModelDriverFactory drivers;
  std::optional<sim::SimLinkFactory> links;
  std::optional<service::AlarmService> alarms;
  std::optional<service::Collector> collector;

 private:
  template <class T>
  static T take(Result<T> result) {
    if (!result)
      throw std::runtime_error(std::string(error_name(result.error().code)) + ": " +
                               result.error().detail);
    return std::move(*result);
  }
  static domain::SitePlan plan_of(const Options& options) {
    domain::SitePlan plan;
    plan.property = domain::Property{{}, "Bench Plaza", "Asia/Shanghai", true};
    for (int g = 1; g <= options.gateways; ++g) {
      const std::string gateway = "G" + std::to_string(g);
      plan.gateways.push_back({{}, {}, gateway, "10.0.0." + std::to_string(g)});
      domain::Bus bus;
      bus.name = "1";
      bus.transport = options.transport;
      bus.port = 502;
      bus.poll_interval = options.poll_interval;
      plan.buses.push_back({gateway, bus});
      for (int unit = 1; unit <= options.meters; ++unit) {
        domain::SitePlan::MeterRow row;
        row.gateway = gateway;
        row.bus = "1";
        row.meter.code = gateway + "-" + std::to_string(unit);
        row.meter.model = "paymeter-reference-nk";
        row.meter.unit = static_cast<std::uint8_t>(unit);
        plan.meters.push_back(row);
      }
    }
    return plan;
  }
};

}  // namespace paymeter::test_support
