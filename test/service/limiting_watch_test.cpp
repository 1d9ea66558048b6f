// A plan gives the supply back, and a meter does not show it: somebody must be called.
#include "paymeter/service/limiting_watch.hpp"

#include "cut_station.hpp"
#include "paymeter/service/assurance.hpp"

namespace paymeter::bench_station {
namespace {

using domain::AlarmKind;
using domain::LimitingState;

class LimitingWatchTest : public BenchTest {
 protected:
  void SetUp() override {
    BenchTest::SetUp();
    for (int unit : {1, 2}) {
      sim::MeterLoad load;
      load.power_w[0] = 2'000;
      site.meter(unit).set_load(load);
    }
  }
  std::unique_ptr<Station> on() {
    auto station = std::make_unique<Station>(world, site, path_);
    station->start();
    watch.emplace(service::LimitingWatch::Deps{station->runtime, *station->store, *station->alarms},
                  service::LimitingWatch::Settings{});
    watch->start();
    station->until([&] {
      const auto* last = station->live.find(station->meter_id(2));
      return last->measured && last->prepaid;
    });
    return station;
  }
  void off(std::unique_ptr<Station> station) {
    station->runtime.drop_tasks();
    watch.reset();
  }
  /// Both meters shed, and the plan ended while meter 1 takes no command.
  domain::LimitingRunId ended_badly(Station& station) {
    domain::LimitingPlan plan;
    plan.property = station.live.site().properties.front().id;
    plan.name = "夏季";
    plan.groups = {{"一", {station.meter_id(1), station.meter_id(2)}}};
    plan.turn = minutes(30);
    const auto made = station.run(station.limiting->add_plan(plan));
    EXPECT_TRUE(made);
    service::LimitingStart start;
    start.idempotency_key = "limit-00001";
    start.property = plan.property;
    start.plan = made->id;
    start.reason = "调度要求";
    start.count = 2;
    const auto run = station.run(station.limiting->start(start));
    EXPECT_TRUE(run);
    EXPECT_TRUE(station.until([&] {
      return site.meter(1).relay_open() && site.meter(2).relay_open() &&
             station.run(station.store->pending_commands())->empty();
    }));
    site.fate = [](std::uint8_t unit, Bytes pdu) {
      return unit == 1 && is_relay(pdu) ? Fate::lose_request : Fate::deliver;
    };
    EXPECT_TRUE(station.run(station.limiting->end(run->run.id, {}, "解除")));
    return run->run.id;
  }
  static bool alarmed(Station& station, int unit) {
    return station.alarms->is_active(AlarmKind::reclose_failed, station.meter_id(unit), {});
  }
  static void run_for(Station& station, Millis span) {
    station.until([] { return false; }, span);
  }
  bool is_over(Station& station, domain::LimitingRunId run) {
    return station.run(station.store->find_limiting_run(run))->state == LimitingState::ended;
  }

  std::optional<service::LimitingWatch> watch;
};

TEST_F(LimitingWatchTest, AMainMeterThatIsNotReadIsAnAlarmAndNoLoad) {
  auto station = on();
  site.fate = [](std::uint8_t unit, Bytes) {
    return unit == 2 ? Fate::lose_request : Fate::deliver;
  };
  ASSERT_TRUE(station->until([&] { return station->live.find(station->meter_id(2))->lost; }));
  domain::LimitingPlan plan;
  plan.property = station->live.site().properties.front().id;
  plan.name = "总表";
  plan.target_w = 3'000;  // the plan's own meter draws 2 kW: below
  plan.main_meter = station->meter_id(2);
  plan.groups = {{"一", {station->meter_id(1)}}};
  const auto made = station->run(station->limiting->add_plan(plan));
  ASSERT_TRUE(made);
  const auto preview = station->run(station->limiting->preview(made->id));
  EXPECT_EQ(preview->compared_w, std::nullopt);
  service::LimitingStart start;
  start.idempotency_key = "limit-00001";
  start.property = plan.property;
  start.plan = made->id;
  start.reason = "调度要求";
  start.count = 1;
  const auto run = station->run(station->limiting->start(start));
  ASSERT_TRUE(run);
  const auto now = [&] { return *station->run(station->store->find_limiting_run(run->run.id)); };
  const auto is_alarmed = [&] {
    return station->alarms->is_active(AlarmKind::limiting_blind, station->meter_id(2), {});
  };
  ASSERT_TRUE(station->until(is_alarmed, minutes(2)));
  EXPECT_TRUE(now().is_blind());
  EXPECT_EQ(now().load_w, std::nullopt) << "8 of the plan's own kW say nothing about the main";
  EXPECT_FALSE(site.meter(1).relay_open());
  sim::MeterLoad load;
  load.power_w[0] = 15'000;
  site.meter(2).set_load(load);
  site.fate = {};
  ASSERT_TRUE(station->until([&] { return site.meter(1).relay_open(); }, minutes(30)))
      << "read again, and above the target";
  ASSERT_TRUE(station->until([&] { return !is_alarmed(); }, minutes(2)));
  EXPECT_FALSE(now().is_blind());
  off(std::move(station));
}

TEST_F(LimitingWatchTest, ASupplyThatDoesNotComeBackIsAnAlarmUntilTheMeterShowsIt) {
  auto station = on();
  const auto run = ended_badly(*station);
  run_for(*station, minutes(1));
  EXPECT_FALSE(alarmed(*station, 1)) << "a release may be under way for a moment";
  ASSERT_TRUE(station->until([&] { return alarmed(*station, 1); }, minutes(5)));
  EXPECT_FALSE(alarmed(*station, 2)) << "it has its supply";
  EXPECT_FALSE(is_over(*station, run)) << "not over while somebody sits in the dark";
  const auto active = station->alarms->active();
  const auto alarm = std::ranges::find(active, AlarmKind::reclose_failed, &domain::Alarm::kind);
  ASSERT_NE(alarm, active.end());
  EXPECT_TRUE(alarm->detail.starts_with("limiting run 1: ")) << alarm->detail;
  EXPECT_EQ(alarm->property, station->live.site().properties.front().id);

  site.fate = {};
  ASSERT_TRUE(station->until([&] { return !site.meter(1).relay_open(); }, minutes(2)));
  EXPECT_TRUE(station->until([&] { return !alarmed(*station, 1); }, minutes(2)));
  EXPECT_TRUE(station->until([&] { return is_over(*station, run); }, minutes(2)));
  run_for(*station, minutes(10));
  EXPECT_FALSE(alarmed(*station, 1));
  off(std::move(station));
}

TEST_F(LimitingWatchTest, ItOutlivesARestartAndReadingsThatShowTheRelayOpen) {
  auto station = on();
  ended_badly(*station);
  ASSERT_TRUE(station->until([&] { return alarmed(*station, 1); }, minutes(10)));
  const auto raised = [&] {
    port::AlarmFilter filter;
    filter.kind = AlarmKind::reclose_failed;
    return station->run(station->store->list_alarms(filter))->total;
  };
  off(std::move(station));
  station = on();
  EXPECT_TRUE(alarmed(*station, 1));
  std::optional<service::Assurance> assurance;
  assurance.emplace(service::Assurance::Deps{station->runtime, *station->store, station->live,
                                             *station->alarms, station->events});
  assurance->start();
  run_for(*station, minutes(90));  // full sets of readings, each of them judged
  EXPECT_TRUE(alarmed(*station, 1)) << "the meter answers, and is still open";
  EXPECT_EQ(raised(), 1) << "one alarm, not one for each reading";
  site.fate = {};
  EXPECT_TRUE(station->until([&] { return !alarmed(*station, 1); }, minutes(5)));
  EXPECT_FALSE(site.meter(1).relay_open());
  station->runtime.drop_tasks();
  assurance.reset();  // before the station that it listens to
  off(std::move(station));
}

}  // namespace
}  // namespace paymeter::bench_station
