// The collector on the bench: dead meters, lost gateways, alarms, priorities.
#include "bench_test.hpp"

namespace paymeter::bench_station {
namespace {

using domain::AlarmKind;

class Collector : public BenchTest {
 protected:
  const service::LiveMeter& live(Station& station, int unit) {
    return *station.live.find(station.meter_id(unit));
  }
};

TEST_F(Collector, EveryMeterIsReadSoonAfterTheStart) {
  site = BenchSite{19};
  Station station(world, site, path_);
  station.start();
  EXPECT_TRUE(station.until(
      [&] {
        for (const auto& [id, meter] : station.live.meters())
          if (!meter.prepaid) return false;
        return true;
      },
      seconds(15)));
  EXPECT_EQ(station.live.meters().size(), 19U);
  // Measured values follow, and a reading of each meter is stored.
  EXPECT_TRUE(station.until([&] { return station.run(station.store->latest())->size() == 19; },
                            minutes(1)));
}

TEST_F(Collector, ADeadMeterIsLostAndHurtsNobody) {
  auto station = opened();
  site.fate = [](std::uint8_t unit, Bytes) {
    return unit == 1 ? Fate::lose_request : Fate::deliver;
  };
  EXPECT_TRUE(station->until([&] { return live(*station, 1).lost; }, minutes(2)));
  EXPECT_TRUE(station->alarms->is_active(AlarmKind::meter_lost, station->meter_id(1), {}));
  EXPECT_EQ(live(*station, 1).tile(), domain::TileState::lost);
  EXPECT_FALSE(live(*station, 2).lost);
  // Probes of the dead one become rare.
  site.wire.clear();
  station->until([] { return false; }, minutes(60));
  int dead = 0, alive = 0;
  for (const auto& [unit, pdu] : site.wire) ++(unit == 1 ? dead : alive);
  EXPECT_LT(dead, 20);
  EXPECT_GT(dead, 5);
  EXPECT_GT(alive, 200);
  site.fate = {};
  EXPECT_TRUE(station->until([&] { return !live(*station, 1).lost; }, minutes(6)));
  EXPECT_TRUE(station->until(
      [&] { return !station->alarms->is_active(AlarmKind::meter_lost, station->meter_id(1), {}); },
      minutes(2)))
      << "after its hold";
}

TEST_F(Collector, ALostGatewayIsOneAlarmAndComesBack) {
  auto station = opened();
  site.fate = [](std::uint8_t, Bytes) { return Fate::wire_down; };
  const GatewayId gateway = station->live.site().gateways.front().id;
  EXPECT_TRUE(station->until(
      [&] { return station->alarms->is_active(AlarmKind::gateway_lost, {}, gateway); },
      minutes(2)));
  EXPECT_TRUE(live(*station, 1).lost);
  EXPECT_TRUE(live(*station, 2).lost);
  EXPECT_FALSE(station->alarms->is_active(AlarmKind::meter_lost, station->meter_id(1), {}));
  EXPECT_FALSE(station->alarms->is_active(AlarmKind::meter_lost, station->meter_id(2), {}));
  EXPECT_TRUE(station->collector->gateway_lost(gateway));
  site.fate = {};
  EXPECT_TRUE(station->until(
      [&] {
        return !live(*station, 1).lost && !live(*station, 2).lost &&
               !station->alarms->is_active(AlarmKind::gateway_lost, {}, gateway);
      },
      minutes(2)));
}

TEST_F(Collector, AlarmsFollowTheMetersOwnJudgement) {
  auto station = opened();
  const MeterId meter = station->meter_id(1);
  EXPECT_TRUE(station->alarms->is_active(AlarmKind::arrears, meter, {}));
  station->settle(station->sell(1, 10'000, "sale-000001")->id);
  const auto active = [&](AlarmKind kind) { return station->alarms->is_active(kind, meter, {}); };
  EXPECT_TRUE(station->until(
      [&] {
        return !active(AlarmKind::arrears) && !active(AlarmKind::alarm1) &&
               !active(AlarmKind::alarm2);
      },
      minutes(1)));
  // 0.80 yuan/kWh: at 100 kW the balance passes 50, then 20, then 0.
  sim::MeterLoad load;
  load.power_w = {34'000, 33'000, 33'000};
  site.meter(1).set_load(load);
  const auto use = [&](std::int64_t minutes_on) { site.meter(1).advance(minutes(minutes_on)); };
  use(38);
  EXPECT_TRUE(station->until([&] { return active(AlarmKind::alarm1); }, minutes(1)));
  EXPECT_FALSE(active(AlarmKind::alarm2));
  use(24);
  EXPECT_TRUE(station->until([&] { return active(AlarmKind::alarm2); }, minutes(1)));
  EXPECT_FALSE(active(AlarmKind::arrears));
  use(20);
  EXPECT_TRUE(station->until([&] { return active(AlarmKind::arrears); }, minutes(1)));
  EXPECT_TRUE(site.meter(1).relay_open()) << "the meter trips by itself";
  station->settle(station->sell(1, 5'000, "sale-000002")->id);
  EXPECT_TRUE(station->until([&] { return !active(AlarmKind::arrears); }, minutes(1)));
  EXPECT_FALSE(site.meter(1).relay_open());
}

TEST_F(Collector, AnotherMeterInThePlaceIsNoticed) {
  auto station = opened();
  site.replace(2, "PM77777777");
  EXPECT_TRUE(station->until(
      [&] { return station->alarms->is_active(AlarmKind::wrong_meter, station->meter_id(2), {}); },
      minutes(1)));
}

TEST_F(Collector, ASaleGoesAheadOfPolling) {
  site = BenchSite{19};
  auto station = opened();
  station->until([] { return false; }, Millis{15'050});  // a sweep has just begun
  site.wire.clear();
  auto sold = station->sell(1, 1'000, "sale-000001");
  station->settle(sold->id);
  std::size_t before = 0;
  while (before < site.wire.size() && !is_sale(site.wire[before].second)) ++before;
  EXPECT_LE(before, 3U) << "one request under way, the fresh read, one more, then the sale";
}

TEST_F(Collector, AnImportLeavesUnchangedBusesAlone) {
  auto station = opened();
  const auto stats = station->collector->stats(station->live.site().buses.front().id);
  service::SiteKeeper keeper(*station->store, station->live, *station->collector, station->events);
  ASSERT_TRUE(station->run(keeper.reload()));
  const auto after = station->collector->stats(station->live.site().buses.front().id);
  EXPECT_GE(after.exchanges_ok, stats.exchanges_ok) << "a new owner would count from zero";
  EXPECT_GT(stats.exchanges_ok, 0U);
  EXPECT_TRUE(live(*station, 1).prepaid);
}

TEST_F(Collector, AnIntervalThatPeopleSetIsKeptAtOnceAndAfterARestart) {
  auto station = restarted();
  station->until([] { return false; }, minutes(1));
  const auto statuses = [&](int wanted, Millis span) {
    site.wire.clear();
    station->until([] { return false; }, span);
    int count = 0;
    for (const auto& [unit, pdu] : site.wire) count += unit == wanted && get_u16(pdu, 1) == 0x6000;
    return count;
  };
  domain::PollIntervalSetting own;
  own.property = station->live.site().properties.front().id;
  own.meter = station->meter_id(1);
  own.status = seconds(120);
  const int before = statuses(1, minutes(10));
  EXPECT_NEAR(before, 40, 2) << "each 15 s, as imported";
  ASSERT_TRUE(station->run(station->poll_intervals->set(own)));
  EXPECT_NEAR(statuses(1, minutes(10)), 5, 1);
  EXPECT_NEAR(statuses(2, minutes(10)), 40, 2) << "the others as before";
  const auto bus = station->live.site().buses.front().id;
  const auto line = station->collector->report(bus)->meters.at(0);
  EXPECT_EQ(line.status_interval_ms, 120'000);
  EXPECT_EQ(line.status_from, domain::IntervalScope::meter);
  EXPECT_EQ(line.full_from, domain::IntervalScope::workbook);
  station = restarted();
  station->until([] { return false; }, minutes(1));
  EXPECT_NEAR(statuses(1, minutes(10)), 5, 1) << "stored";
  own.status = seconds(5);
  ASSERT_TRUE(station->run(station->poll_intervals->set(own)));
  EXPECT_NEAR(statuses(1, minutes(1)), 12, 1) << "a shorter one need not wait for the longer";
  own.status.reset();
  ASSERT_TRUE(station->run(station->poll_intervals->set(own)));
  station->until([] { return false; }, minutes(1));
  EXPECT_NEAR(statuses(1, minutes(10)), 40, 2) << "as without it";
}

TEST_F(Collector, AnIntervalThatALineCannotKeepIsSaid) {
  site = BenchSite{20};
  Station station(world, site, path_);
  station.start();
  station.until([] { return false; }, minutes(2));
  const auto bus = station.live.site().buses.front().id;
  const auto asked = station.collector->stats(bus).asked_e3;
  EXPECT_LT(asked, 1'000);
  domain::PollIntervalSetting all;
  all.property = station.live.site().properties.front().id;
  all.status = seconds(2);
  ASSERT_TRUE(station.run(station.poll_intervals->set(all)));
  EXPECT_GT(station.collector->stats(bus).asked_e3, 1'000) << "20 × 160 ms each 2 s";
  EXPECT_GT(station.collector->stats(bus).allows_ms, 2'000);
}

}  // namespace
}  // namespace paymeter::bench_station
