// A bus that is not reached while its gateway is: somebody is told, and only once.
#include "bench_test.hpp"

namespace paymeter::bench_station {
namespace {

using domain::AlarmKind;

/// One gateway with two buses: units 1 and 2 on the first, unit 3 on the second (or nobody).
class BusLost : public BenchTest {
 protected:
  std::unique_ptr<Station> on(bool is_spare_empty) {
    site = BenchSite{3};
    auto station = std::make_unique<Station>(world, site, path_);
    auto plan = site.plan();
    auto second = plan.buses.front();
    second.bus.name = "second";
    second.bus.port = 1999;
    plan.buses.push_back(second);
    if (!is_spare_empty) plan.meters.at(2).bus = "second";
    station->runtime.spawn("boot", station->boot(plan));
    station->until([&] { return station->booted(); });
    station->until([] { return false; }, minutes(2));
    return station;
  }
  static bool is_meter_lost(Station& station, int unit) {
    return station.alarms->is_active(AlarmKind::meter_lost, station.meter_id(unit), {});
  }
  static bool is_gateway_lost(Station& station) {
    return station.alarms->is_active(AlarmKind::gateway_lost, {},
                                     station.live.site().gateways.front().id);
  }
};

TEST_F(BusLost, ItsMetersAreAlarmsWhileTheGatewayIsThere) {
  auto station = on(false);
  site.fate = [](std::uint8_t unit, Bytes) { return unit <= 2 ? Fate::wire_down : Fate::deliver; };
  EXPECT_TRUE(station->until(
      [&] { return is_meter_lost(*station, 1) && is_meter_lost(*station, 2); }, minutes(3)));
  EXPECT_FALSE(is_meter_lost(*station, 3));
  EXPECT_FALSE(is_gateway_lost(*station));
  EXPECT_TRUE(station->live.find(station->meter_id(1))->lost);
  // The other bus goes, too: now it is the gateway.
  site.fate = [](std::uint8_t, Bytes) { return Fate::wire_down; };
  EXPECT_TRUE(station->until([&] { return is_gateway_lost(*station); }, minutes(3)));
  EXPECT_FALSE(is_meter_lost(*station, 3));
  // One bus comes back, the first stays away: its meters are told of, the gateway is there.
  site.fate = [](std::uint8_t unit, Bytes) { return unit <= 2 ? Fate::wire_down : Fate::deliver; };
  EXPECT_TRUE(station->until(
      [&] {
        return !is_gateway_lost(*station) && is_meter_lost(*station, 1) &&
               is_meter_lost(*station, 2);
      },
      minutes(6)));
  site.fate = {};
  EXPECT_TRUE(station->until([&] { return station->alarms->active().empty(); }, minutes(10)));
}

TEST_F(BusLost, AWholeGatewayIsOneAlarmAndNotOnePerMeterBefore) {
  auto station = on(false);
  int told = 0;
  auto token = station->events.subscribe([&](const service::Event& event) {
    const auto* changed = std::get_if<service::AlarmChanged>(&event);
    told += changed != nullptr && changed->alarm.kind == AlarmKind::meter_lost;
  });
  site.fate = [](std::uint8_t, Bytes) { return Fate::wire_down; };
  ASSERT_TRUE(station->until([&] { return is_gateway_lost(*station); }, minutes(3)));
  station->until([] { return false; }, minutes(60));
  EXPECT_EQ(told, 0);
}

TEST_F(BusLost, ABusWithoutMetersDoesNotVouchForItsGateway) {
  auto station = on(true);
  site.fate = [](std::uint8_t, Bytes) { return Fate::wire_down; };
  EXPECT_TRUE(station->until([&] { return is_gateway_lost(*station); }, minutes(3)));
  site.fate = {};
  EXPECT_TRUE(station->until([&] { return station->alarms->active().empty(); }, minutes(10)));
}

}  // namespace
}  // namespace paymeter::bench_station
