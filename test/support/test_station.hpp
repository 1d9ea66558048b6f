/// A station's process in virtual time: real services, real SQLite, the real driver, wired as app/
/// does it. The one place where tests name the concrete classes; a new service is added here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "paymeter/driver/factory.hpp"
#include "paymeter/service/accounts.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/batches.hpp"
#include "paymeter/service/clock_sync.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/commands.hpp"
#include "paymeter/service/credits.hpp"
#include "paymeter/service/limiting.hpp"
#include "paymeter/service/meter_check.hpp"
#include "paymeter/service/poll_intervals.hpp"
#include "paymeter/service/proposals.hpp"
#include "paymeter/service/refunds.hpp"
#include "paymeter/service/settlements.hpp"
#include "paymeter/service/site_keeper.hpp"
#include "paymeter/service/tenancy.hpp"
#include "paymeter/service/vending.hpp"
#include "paymeter/service/watch.hpp"
#include "paymeter/sim/sim_runtime.hpp"
#include "paymeter/sim/sim_world.hpp"
#include "paymeter/store/sqlite.hpp"

namespace paymeter::test_support {

/// SQLite on the caller's thread without syncing: what tests in virtual time open.
store::SqliteOptions inline_sqlite(std::string path);

/// Made anew after each crash, over the same file and the same meters.
class TestStation {
 public:
  struct Options {
    std::string name = "station";  ///< with the world's seed it gives the random numbers
    store::SqliteOptions store;
    /// How this process reaches its buses.
    std::function<std::unique_ptr<port::BusLinkFactory>(sim::SimRuntime&)> links;
    service::Vending::Settings vending = {};
  };
  /// Throws std::runtime_error when the database does not open. `world` outlives the station.
  TestStation(sim::SimWorld& world, Options options);
  virtual ~TestStation();
  TestStation(const TestStation&) = delete;
  TestStation& operator=(const TestStation&) = delete;

  /// Imports the plan when the database has no meters, loads, resumes, starts polling.
  port::Async<> boot(domain::SitePlan plan_when_empty);
  bool booted() const { return booted_; }

  /// Runs `task` to its end in virtual time.
  template <class T>
  T run(port::Async<T> task);
  /// Runs until `done` or for `limit` of virtual time; true when done.
  bool until(const std::function<bool()>& done, Millis limit = minutes(60));

 protected:
  sim::SimWorld& world_;

 public:
  sim::SimRuntime runtime;
  std::unique_ptr<port::Store> store;
  service::EventHub events;
  service::LiveTable live;
  std::unique_ptr<port::BusLinkFactory> links;
  driver::ModelDriverFactory drivers;
  std::unique_ptr<service::AlarmService> alarms;
  std::unique_ptr<service::Collector> collector;
  std::unique_ptr<service::Commands> commands;
  std::unique_ptr<service::Batches> batches;
  std::unique_ptr<service::Limiting> limiting;
  std::unique_ptr<service::PollIntervals> poll_intervals;
  std::unique_ptr<service::ClockSync> clock_sync;  ///< started by tests that want it
  std::unique_ptr<service::Vending> vending;
  std::unique_ptr<service::Refunds> refunds;
  std::unique_ptr<service::Credits> credits;
  std::unique_ptr<service::Accounts> accounts;
  std::unique_ptr<service::Tenancy> tenancy;
  std::unique_ptr<service::SiteKeeper> keeper;
  std::unique_ptr<service::Settlements> settlements;
  std::unique_ptr<service::Proposals> proposals;
  std::unique_ptr<service::MeterCheck> meter_check;
  std::unique_ptr<service::Watch> watch;

 private:
  bool booted_ = false;
};

template <class T>
T TestStation::run(port::Async<T> task) {
  auto out = std::make_shared<std::optional<T>>();
  runtime.spawn(
      "test", [](port::Async<T> inner, std::shared_ptr<std::optional<T>> result) -> port::Async<> {
        result->emplace(co_await std::move(inner));
      }(std::move(task), out));
  if (!until([out] { return out->has_value(); })) throw std::runtime_error("task did not end");
  return std::move(**out);
}

}  // namespace paymeter::test_support
