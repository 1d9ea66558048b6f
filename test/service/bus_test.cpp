// A bus of virtual meters: who goes first, who is shed, and what its figures say.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "support/bus_station.hpp"

namespace paymeter::test_support {
namespace {

using service::BusJob;
using service::BusJobs;
using service::BusPriority;

std::shared_ptr<BusJob> job(std::int64_t meter, BusPriority priority) {
  auto made = std::make_shared<BusJob>();
  made->meter = MeterId{meter};
  made->priority = priority;
  return made;
}

TEST(BusJobs, PrioritiesAreStrictAndMetersTakeTurns) {
  BusJobs jobs(4);
  for (int i = 0; i < 3; ++i) jobs.push(job(1, BusPriority::command));
  jobs.push(job(2, BusPriority::command));
  jobs.push(job(3, BusPriority::vend));
  jobs.push(job(4, BusPriority::reclose));
  jobs.push(job(2, BusPriority::trip));
  EXPECT_EQ(jobs.pop(BusPriority::reclose), nullptr) << "nothing goes ahead of a re-close";
  std::vector<std::int64_t> order;
  while (auto next = jobs.pop()) order.push_back(next->meter.value);
  EXPECT_EQ(order, (std::vector<std::int64_t>{4, 3, 2, 1, 2, 1, 1}));
  EXPECT_FALSE(jobs.has_any());
}

TEST(BusJobs, WhatWasAbandonedIsLeftOut) {
  BusJobs jobs(2);
  const auto gone = job(1, BusPriority::vend);
  jobs.push(gone);
  jobs.push(job(2, BusPriority::vend));
  gone->state = BusJob::State::abandoned;
  EXPECT_EQ(jobs.pop()->meter, MeterId{2});
  EXPECT_EQ(jobs.pop(), nullptr);
}

TEST(BusJobs, CommandsAreShedLongBeforeSales) {
  BusJobs jobs(32);
  std::size_t commands = 0, sales = 0;
  while (jobs.has_room(BusPriority::command)) {
    jobs.push(job(static_cast<std::int64_t>(commands++ % 32), BusPriority::command));
    ASSERT_LE(commands, 1'000U);
  }
  EXPECT_EQ(commands, BusJobs::kCommandsMax);
  while (jobs.has_room(BusPriority::vend)) {
    jobs.push(job(static_cast<std::int64_t>(sales++ % 32), BusPriority::vend));
    ASSERT_LE(sales, 10'000U) << "bounded";
  }
  EXPECT_GE(sales, 32 * BusJobs::kUrgentMaxPerMeter);
}

using service::BusPriority;
using Started = std::shared_ptr<std::optional<MonoMs>>;
using Outcome = std::shared_ptr<std::optional<Result<>>>;

port::Async<> note_start(port::MeterDriver& driver, port::BusLink& link, port::Runtime& runtime,
                         Started started) {
  *started = runtime.mono();
  (void)co_await driver.read_prepaid(link, runtime.now());
}

service::BusWork noting(port::Runtime& runtime, Started started) {
  return [&runtime, started](port::MeterDriver& driver, port::BusLink& link) {
    return note_start(driver, link, runtime, started);
  };
}

port::Async<> take_hours(port::Runtime& runtime) { co_await runtime.sleep(minutes(120)); }

port::Async<> submit(service::Collector& collector, MeterId meter, BusPriority priority,
                     service::BusWork work, Outcome out) {
  out->emplace(co_await collector.run(meter, priority, std::move(work)));
}

port::Async<> read_now(service::Collector& collector, MeterId meter,
                       std::shared_ptr<std::vector<Errc>> failures) {
  const auto read = co_await collector.read_now(meter);
  if (!read) failures->push_back(read.error().code);
}

/// A request and its reply at 9600 baud, the meter's 20–50 ms, and what connecting takes.
constexpr std::int64_t kExchangeMs = 200;

class Bus : public ::testing::Test {
 protected:
  BusStation& made(BusStation::Options options) {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = (std::filesystem::temp_directory_path() /
             ("paymeter-bus-" + std::string(info->name()) + std::to_string(::getpid())))
                .string();
    remove_files();
    options.database = path_;
    station_.emplace(std::move(options));
    return *station_;
  }
  void TearDown() override {
    station_.reset();
    remove_files();
  }
  Outcome queue(BusStation& station, int unit, BusPriority priority, service::BusWork work) {
    auto out = std::make_shared<std::optional<Result<>>>();
    station.runtime.spawn(
        "job", submit(*station.collector, station.meter(unit), priority, std::move(work), out));
    return out;
  }

 private:
  void remove_files() {
    for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + tail);
  }
  std::string path_;
  std::optional<BusStation> station_;
};

TEST_F(Bus, EveryMeterIsReadSoonAfterTheStartAndItsReadingsAreStored) {
  BusStation& station = made({.meters = 19});
  EXPECT_TRUE(station.until(
      [&] {
        for (const auto& [id, meter] : station.live.meters())
          if (!meter.prepaid) return false;
        return true;
      },
      seconds(15)));
  EXPECT_TRUE(station.until([&] { return station.run(station.store->latest())->size() == 19; },
                            minutes(1)));
}

TEST_F(Bus, AReCloseWaitsForOneExchangeAtMost) {
  BusStation& station = made({.meters = 19});
  // People ask for readings of everything all the time: six requests each.
  auto failures = std::make_shared<std::vector<Errc>>();
  for (int i = 0; i < 60; ++i)
    station.runtime.spawn("person",
                          read_now(*station.collector, station.meter(1 + i % 19), failures));
  station.wait(seconds(2));
  for (int i = 0; i < 20; ++i) {
    const MonoMs asked = station.runtime.mono();
    auto started = std::make_shared<std::optional<MonoMs>>();
    const Outcome out = queue(station, 5, BusPriority::reclose, noting(station.runtime, started));
    ASSERT_TRUE(station.until([&] { return out->has_value(); }));
    EXPECT_LE((**started - asked).value, kExchangeMs) << "the exchange under way, and no other";
    station.wait(Millis{77});  // another moment of the exchange
  }
  EXPECT_TRUE(failures->empty());
  EXPECT_LE(station.report().stats.urgent_wait_exchanges_max, 1);
}

TEST_F(Bus, TooManyReadingsAreShedAndSalesAreNot) {
  BusStation& station = made({.meters = 4});
  auto failures = std::make_shared<std::vector<Errc>>();
  for (int i = 0; i < 400; ++i)
    station.runtime.spawn("person", read_now(*station.collector, station.meter(2), failures));
  std::vector<Outcome> sales;
  for (int unit = 1; unit <= 4; ++unit)
    for (const BusPriority priority :
         {BusPriority::vend, BusPriority::read_back, BusPriority::reclose, BusPriority::trip})
      sales.push_back(queue(station, unit, priority,
                            noting(station.runtime, std::make_shared<std::optional<MonoMs>>())));
  EXPECT_TRUE(station.until(
      [&] { return std::ranges::all_of(sales, [](const auto& at) { return at->has_value(); }); },
      Millis{20 * kExchangeMs}));
  for (const Outcome& at : sales) EXPECT_TRUE(at->value());
  station.wait(minutes(10));
  EXPECT_GT(failures->size(), 100U);
  for (const Errc code : *failures) EXPECT_EQ(code, Errc::link_busy);
  EXPECT_EQ(station.report().stats.jobs_shed, failures->size());
}

TEST_F(Bus, WorkThatWaitedTooLongNeverRuns) {
  BusStation& station = made({.meters = 2});
  auto started = std::make_shared<std::optional<MonoMs>>();
  const Outcome slow =
      queue(station, 1, BusPriority::trip,
            [&station](port::MeterDriver&, port::BusLink&) { return take_hours(station.runtime); });
  station.wait(seconds(1));
  const Outcome late = queue(station, 2, BusPriority::trip, noting(station.runtime, started));
  EXPECT_TRUE(station.until([&] { return late->has_value(); }, minutes(62)));
  EXPECT_EQ((*late)->error().code, Errc::link_busy);
  EXPECT_TRUE(station.until([&] { return slow->has_value(); }, minutes(70)));
  station.wait(minutes(5));
  EXPECT_FALSE(*started) << "its caller was told that it did not run";
}

TEST_F(Bus, TheReportSaysWhoIsSilentHowOldTheDataAreAndWhatTheLineAllows) {
  BusStation& station = made({.meters = 10});
  station.wait(seconds(20));
  ASSERT_TRUE(station.plant->kill_meter(BusStation::code(3)));
  station.wait(minutes(10));
  const auto report = station.report();
  EXPECT_EQ(report.stats.meters, 10);
  EXPECT_EQ(report.stats.lost, 1);
  ASSERT_EQ(report.meters.size(), 10U);
  const auto& dead = report.meters[2];
  EXPECT_TRUE(dead.lost);
  EXPECT_GE(dead.silences, 3);
  EXPECT_EQ(dead.last_error, Errc::link_timeout);
  EXPECT_GE(dead.timeouts, 3U);
  EXPECT_TRUE(station.alarms->is_active(domain::AlarmKind::meter_lost, station.meter(3), {}));
  EXPECT_GE(report.meters[0].status_ms, 130) << "111 characters at 9600 baud";
  EXPECT_LE(report.meters[0].status_ms, kExchangeMs);
  EXPECT_EQ(report.meters[0].status_interval_ms, 15'000);
  ASSERT_TRUE(report.stats.oldest_status_age_ms);
  EXPECT_LE(*report.stats.oldest_status_age_ms, 20'000) << "the dead one does not count";
  ASSERT_TRUE(report.stats.allows_ms);
  EXPECT_GE(*report.stats.allows_ms, 9 * 130);
  EXPECT_LE(*report.stats.allows_ms, 9 * kExchangeMs * 5 / 4) << "full sets and probes take some";
  EXPECT_GT(report.stats.load_e3, 50);
  EXPECT_LT(report.stats.load_e3, 500);
  EXPECT_GT(report.stats.sweep_ms, 0);
  EXPECT_FALSE(station.collector->report(BusId{99}));
  EXPECT_EQ(station.collector->stats(BusId{99}).meters, 0);
  ASSERT_TRUE(station.plant->revive_meter(BusStation::code(3)));
  EXPECT_TRUE(station.until([&] { return station.report().stats.lost == 0; }, minutes(6)));
  const auto is_lost = [&] {
    return station.alarms->is_active(domain::AlarmKind::meter_lost, station.meter(3), {});
  };
  EXPECT_TRUE(station.until([&] { return !is_lost(); }, minutes(2))) << "after its hold";
}

TEST_F(Bus, ManyDeadMetersDoNotAgeTheLiving) {
  BusStation& station = made({.meters = 32});
  station.wait(minutes(1));
  for (int unit = 1; unit <= 32; ++unit)
    if (unit % 10 < 3) ASSERT_TRUE(station.plant->kill_meter(BusStation::code(unit)));
  station.wait(minutes(12));  // until it is known who is dead
  std::int64_t oldest = 0;
  for (int i = 0; i < 300; ++i) {
    station.wait(seconds(1));
    oldest = std::max(oldest, *station.report().stats.oldest_status_age_ms);
  }
  // The interval, a sweep, one time-out with its reconnection, one full set.
  EXPECT_LE(oldest, 15'000 + 32 * kExchangeMs + 2'500 + 5 * kExchangeMs);
}

TEST_F(Bus, AProcessThatStoodStillGoesOnWithFreshData) {
  BusStation& station = made({.meters = 19});
  station.wait(seconds(30));
  for (int i = 0; i < 5; ++i) {
    const MonoMs before = station.runtime.mono();
    station.runtime.pause(minutes(7));
    const auto read =
        station.run(station.collector->read_state(station.meter(3), BusPriority::vend));
    EXPECT_GE((station.runtime.mono() - before).value, 7 * 60'000);
    // What was under way when the process stopped may be lost; what is told is fresh.
    if (read) EXPECT_LE((station.runtime.now() - read->at).value, 2 * kExchangeMs);
    EXPECT_TRUE(station.until([&] { return *station.report().stats.oldest_status_age_ms < 20'000; },
                              minutes(1)));
  }
  for (int unit = 1; unit <= 19; ++unit)
    EXPECT_FALSE(station.live.find(station.meter(unit))->lost) << unit;
}

TEST_F(Bus, ALostGatewayIsOneAlarmAndAllComeBackWithoutAStorm) {
  BusStation& station = made({.meters = 2, .gateways = 100});
  station.wait(minutes(1));
  const auto gateways = station.live.site().gateways;
  for (const auto& gateway : gateways) station.plant->set_gateway_down(gateway.name, true);
  EXPECT_TRUE(station.until(
      [&] {
        return std::ranges::all_of(gateways, [&](const auto& gateway) {
          return station.alarms->is_active(domain::AlarmKind::gateway_lost, {}, gateway.id);
        });
      },
      minutes(3)));
  for (const auto& [id, meter] : station.live.meters())
    EXPECT_FALSE(station.alarms->is_active(domain::AlarmKind::meter_lost, id, {}));
  station.wait(minutes(5));
  for (const auto& gateway : gateways) station.plant->set_gateway_down(gateway.name, false);
  // How many come back within the same tenth of a second?
  std::size_t connected = 0, most_at_once = 0;
  for (int i = 0; i < 1'200 && connected < gateways.size(); ++i) {
    station.wait(Millis{100});
    std::size_t now = 0;
    for (std::size_t bus = 0; bus < gateways.size(); ++bus)
      now += station.collector->stats(station.bus(bus)).connected;
    most_at_once = std::max(most_at_once, now - connected);
    connected = now;
  }
  EXPECT_EQ(connected, gateways.size()) << "all within two minutes";
  EXPECT_LE(most_at_once, gateways.size() / 10);
  EXPECT_TRUE(station.until(
      [&] {
        return std::ranges::none_of(gateways, [&](const auto& gateway) {
          return station.alarms->is_active(domain::AlarmKind::gateway_lost, {}, gateway.id);
        });
      },
      minutes(3)))
      << "after their holds";
}

TEST_F(Bus, BadLinesDamageNoStatusAndStopNobody) {
  BusStation& station = made({.meters = 10});
  station.wait(minutes(1));
  sim::FaultRates rates;
  rates.lost_request = rates.lost_reply = 500;
  rates.doubled_reply = rates.late_reply = 300;
  rates.garbage = rates.damaged_reply = rates.damaged_request = 500;
  station.plant->set_faults(rates);
  station.wait(minutes(30));
  const auto bad = station.report();
  EXPECT_GT(bad.stats.timeouts + bad.stats.damaged, 100U);
  for (const auto& [id, meter] : station.live.meters()) {
    ASSERT_TRUE(meter.prepaid);
    EXPECT_EQ(meter.prepaid->epoch.serial, sim::derived_serial(1, meter.meter.unit));
    EXPECT_FALSE(station.alarms->is_active(domain::AlarmKind::wrong_meter, id, {}));
  }
  EXPECT_LE(bad.stats.oldest_status_age_ms.value_or(0), 60'000);
  // A stuck line carries nothing; when it is freed, all come back.
  station.plant->find_bus("G1", "1")->bus.faults().set_stuck(true);
  station.wait(minutes(10));
  station.plant->find_bus("G1", "1")->bus.faults().set_stuck(false);
  station.plant->set_faults({});
  EXPECT_TRUE(station.until(
      [&] {
        const auto stats = station.report().stats;
        return stats.lost == 0 && stats.oldest_status_age_ms.value_or(0) < 20'000;
      },
      minutes(7)));
}

}  // namespace
}  // namespace paymeter::test_support
