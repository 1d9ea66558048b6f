// Wiring as app/station.cpp does it, over virtual time and an inline store.
#include "support/test_station.hpp"

#include "paymeter/driver/model.hpp"

namespace paymeter::test_support {

store::SqliteOptions inline_sqlite(std::string path) {
  store::SqliteOptions options;
  options.path = std::move(path);
  options.mode = store::ExecutionMode::inline_;
  options.durability = store::Durability::none;
  return options;
}

TestStation::TestStation(sim::SimWorld& world, Options options)
    : world_(world), runtime(world, options.name), drivers(driver::builtin_models()) {
  auto opened = store::open_sqlite(std::move(options.store));
  if (!opened) throw std::runtime_error(opened.error().detail);
  store = std::move(*opened);
  links = options.links(runtime);
  alarms = std::make_unique<service::AlarmService>(runtime, *store, events);
  collector = std::make_unique<service::Collector>(
      service::Collector::Deps{runtime, *store, *links, drivers, live, *alarms, events});
  commands = std::make_unique<service::Commands>(
      service::Commands::Deps{runtime, *store, drivers, *collector, live, events},
      service::Commands::Settings{});
  batches = std::make_unique<service::Batches>(
      service::Batches::Deps{runtime, *store, drivers, *commands, live, events},
      service::Batches::Settings{});
  limiting = std::make_unique<service::Limiting>(
      service::Limiting::Deps{runtime, *store, drivers, *collector, *commands, live, events},
      service::Limiting::Settings{});
  poll_intervals = std::make_unique<service::PollIntervals>(
      service::PollIntervals::Deps{runtime, *store, drivers, *collector, live});
  clock_sync = std::make_unique<service::ClockSync>(
      service::ClockSync::Deps{runtime, drivers, *commands, live}, service::ClockSync::Settings{});
  vending = std::make_unique<service::Vending>(
      service::Vending::Deps{runtime, *store, *collector, *alarms, live, events}, options.vending);
  const service::VendDesk::Deps desk{runtime, *store, *collector, *vending, live};
  refunds = std::make_unique<service::Refunds>(desk);
  credits = std::make_unique<service::Credits>(desk);
  accounts = std::make_unique<service::Accounts>(
      service::Accounts::Deps{runtime, *store, *commands, live, events, collector.get()});
  tenancy = std::make_unique<service::Tenancy>(
      service::Tenancy::Deps{runtime, *store, *collector, *commands, live, events});
  keeper = std::make_unique<service::SiteKeeper>(*store, live, *collector, events);
  settlements = std::make_unique<service::Settlements>(
      service::Settlements::Deps{runtime, *store, drivers, *collector, *commands, *vending, *alarms,
                                 live, events, *keeper},
      service::Settlements::Settings{});
  proposals = std::make_unique<service::Proposals>(service::Proposals::Deps{
      runtime, *store, *collector, *alarms, *vending, *commands, *settlements, live, events});
  meter_check = std::make_unique<service::MeterCheck>(
      service::MeterCheck::Deps{runtime, *store, *collector, *alarms, live, events});
  watch = std::make_unique<service::Watch>(
      service::Watch::Deps{runtime, *store, *alarms, live, events});
}

TestStation::~TestStation() { runtime.drop_tasks(); }

port::Async<> TestStation::boot(domain::SitePlan plan_when_empty) {
  auto site = co_await store->load_site();
  if (site && site->meters.empty())
    (void)co_await store->apply_plan(std::move(plan_when_empty), port::SiteStore::Apply::commit,
                                     runtime.now());
  (void)co_await alarms->start();
  (void)co_await keeper->reload();
  (void)co_await watch->start();
  (void)co_await commands->resume();
  (void)co_await batches->resume();
  limiting->resume();
  (void)co_await vending->resume();
  (void)co_await settlements->resume();
  co_await proposals->resume();
  meter_check->start();
  booted_ = true;
}

bool TestStation::until(const std::function<bool()>& done, Millis limit) {
  return world_.run_until(done, world_.mono() + limit) == sim::SimWorld::Ended::done;
}

}  // namespace paymeter::test_support
