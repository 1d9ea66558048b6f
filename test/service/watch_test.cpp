// Alarms and the watch over a real store in virtual time: lost gateways, holds, restarts, register
// rules, losses. Observations come as the collector brings them, said again or said once.
#include "paymeter/service/watch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>

#include "paymeter/domain/rating/local_day.hpp"
#include "paymeter/sim/sim_runtime.hpp"
#include "paymeter/sim/sim_world.hpp"
#include "paymeter/store/sqlite.hpp"

namespace paymeter::service {
namespace {

using domain::AlarmKind;
using domain::rating::day_number_at;
using domain::rating::midnight;
using domain::watch::Zone;

constexpr Millis kShanghai = minutes(480);
constexpr int kMeters = 3;

domain::SitePlan plan() {
  domain::SitePlan out;
  out.property = domain::Property{{}, "试验楼", "Asia/Shanghai", false};
  out.buildings.push_back({{}, {}, "A座"});
  out.gateways.push_back({{}, {}, "G1", "127.0.0.1"});
  domain::Bus bus;
  bus.name = "1";
  bus.port = 1502;
  out.buses.push_back({"G1", bus});
  for (int unit = 1; unit <= kMeters; ++unit) {
    domain::SitePlan::MeterRow row;
    row.gateway = "G1";
    row.bus = "1";
    row.meter.code = std::to_string(1000 + unit);
    row.meter.name = row.meter.code;
    row.meter.model = "paymeter-reference-nk";
    row.meter.unit = static_cast<std::uint8_t>(unit);
    out.meters.push_back(row);
  }
  return out;
}

/// The part of a station that alarms need; made anew for each restart, over the same file.
class Desk {
 public:
  Desk(sim::SimWorld& world, const std::string& path)
      : world_(world),
        runtime(world, "watch"),
        store(open(path)),
        alarms(runtime, *store, events),
        watch({runtime, *store, alarms, live, events}) {
    if (must(store->load_site()).meters.empty())
      must(store->apply_plan(plan(), port::SiteStore::Apply::commit, runtime.now()));
    live.load(must(store->load_site()), {});
    must_do(alarms.start());
    must_do(watch.start());
  }
  ~Desk() { runtime.drop_tasks(); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  template <class T>
  T run(port::Async<T> task) {
    auto out = std::make_shared<std::optional<T>>();
    runtime.spawn("test",
                  [](port::Async<T> inner, std::shared_ptr<std::optional<T>> to) -> port::Async<> {
                    to->emplace(co_await std::move(inner));
                  }(std::move(task), out));
    world_.run_until([&] { return out->has_value(); }, world_.mono() + minutes(60));
    if (!out->has_value()) throw std::runtime_error("task did not end");
    return std::move(**out);
  }
  template <class T>
  T must(port::Async<Result<T>> task) {
    auto result = run(std::move(task));
    if (!result) throw std::runtime_error(std::string(error_name(result.error().code)));
    return std::move(*result);
  }
  void must_do(port::Async<Result<>> task) {
    if (!run(std::move(task))) throw std::runtime_error("failed");
  }
  void pass(Millis span) { world_.run_for(span); }

  MeterId meter(int unit) const { return live.find_by_code(std::to_string(1000 + unit))->meter.id; }
  GatewayId gateway() const { return live.site().gateways.front().id; }
  PropertyId property() const { return live.site().properties.front().id; }
  bool is_active(AlarmKind kind, int unit) const { return alarms.is_active(kind, meter(unit), {}); }
  bool is_gateway_lost() const { return alarms.is_active(AlarmKind::gateway_lost, {}, gateway()); }
  std::int64_t raised(AlarmKind kind) {
    port::AlarmFilter filter;
    filter.kind = kind;
    return must(store->list_alarms(filter)).total;
  }
  void say(AlarmKind kind, MeterId meter, GatewayId gateway, Zone zone) {
    runtime.spawn("say", alarms.observe(property(), kind, meter, gateway, zone, "why"));
    pass(Millis{1});
  }
  /// Polls of a minute, as the collector tells of them: each failure and each answer.
  void poll(int unit, bool answers, int times = 1) {
    for (int i = 0; i < times; ++i) {
      say(AlarmKind::meter_lost, meter(unit), {}, answers ? Zone::clear : Zone::raise);
      pass(minutes(1));
    }
  }
  /// A full set that a clock of 2036 has stamped.
  void measure_ahead(int unit, std::int64_t wh) {
    const UtcMs at = runtime.now() + minutes(10 * 365 * 24 * 60);
    take(unit, at, wh, {});
  }
  /// A full set, `after` the last one.
  void measure(int unit, std::int64_t wh, std::optional<std::int64_t> watts = {},
               Millis after = minutes(30)) {
    pass(after);
    take(unit, runtime.now(), wh, watts);
  }
  void take(int unit, UtcMs at, std::int64_t wh, std::optional<std::int64_t> watts) {
    domain::Measurements values;
    values.at = at;
    values.energy_wh = wh;
    values.power_w[3] = watts;
    domain::Reading reading;
    reading.meter = meter(unit);
    reading.at = values.at;
    reading.energy_wh = wh;
    must_do(store->append({reading}));
    live.find(meter(unit))->measured = values;
    events.publish(MeterChanged{meter(unit)});
    pass(seconds(1));
  }

 private:
  static std::unique_ptr<port::Store> open(const std::string& path) {
    store::SqliteOptions options;
    options.path = path;
    options.mode = store::ExecutionMode::inline_;
    options.durability = store::Durability::none;
    auto opened = store::open_sqlite(std::move(options));
    if (!opened) throw std::runtime_error(opened.error().detail);
    return std::move(*opened);
  }
  sim::SimWorld& world_;

 public:
  sim::SimRuntime runtime;
  std::unique_ptr<port::Store> store;
  EventHub events;
  LiveTable live;
  AlarmService alarms;
  Watch watch;
};

class WatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = (std::filesystem::temp_directory_path() /
             ("paymeter-watch-" + std::string(info->name()) + std::to_string(::getpid())))
                .string();
    remove_files();
    start();
  }
  void TearDown() override {
    desk.reset();
    remove_files();
  }
  void start() {
    desk.reset();
    desk = std::make_unique<Desk>(world, path_);
  }
  void remove_files() {
    for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + tail);
  }
  sim::SimWorld world{1};
  std::unique_ptr<Desk> desk;
  std::string path_;
};

TEST_F(WatchTest, AMeterThatComesAndGoesWithinTheHoldIsOneAlarm) {
  for (int i = 0; i < 20; ++i) {
    desk->say(AlarmKind::meter_lost, desk->meter(2), {}, Zone::raise);
    desk->pass(seconds(30));
    desk->say(AlarmKind::meter_lost, desk->meter(2), {}, Zone::clear);
    desk->pass(seconds(59));
    EXPECT_TRUE(desk->is_active(AlarmKind::meter_lost, 2));
  }
  EXPECT_EQ(desk->raised(AlarmKind::meter_lost), 1);
  desk->pass(seconds(2));
  EXPECT_FALSE(desk->is_active(AlarmKind::meter_lost, 2)) << "nobody had to say it again";
}

TEST_F(WatchTest, ALostGatewayTakesItsMetersAlarmsAndGivesBackTheDead) {
  desk->poll(2, false);
  ASSERT_TRUE(desk->is_active(AlarmKind::meter_lost, 2));
  desk->say(AlarmKind::gateway_lost, {}, desk->gateway(), Zone::raise);
  for (int unit = 1; unit <= kMeters; ++unit) desk->poll(unit, false, 2);
  ASSERT_EQ(desk->alarms.active().size(), 1U) << "one alarm for the box";
  EXPECT_EQ(desk->alarms.active().front().kind, AlarmKind::gateway_lost);
  EXPECT_EQ(desk->alarms.hidden(), 3U);

  desk->say(AlarmKind::gateway_lost, {}, desk->gateway(), Zone::clear);
  desk->poll(1, true);
  desk->poll(3, true);
  EXPECT_FALSE(desk->is_gateway_lost());
  EXPECT_FALSE(desk->is_active(AlarmKind::meter_lost, 2)) << "it has a moment to come back";
  desk->pass(minutes(3));
  EXPECT_TRUE(desk->is_active(AlarmKind::meter_lost, 2)) << "the gateway is back, it is not";
  EXPECT_FALSE(desk->is_active(AlarmKind::meter_lost, 1));
  EXPECT_FALSE(desk->is_active(AlarmKind::meter_lost, 3));
  EXPECT_EQ(desk->alarms.hidden(), 0U);
  desk->poll(2, true, 2);
  EXPECT_FALSE(desk->is_active(AlarmKind::meter_lost, 2));
}

TEST_F(WatchTest, AMeterThatWasLostLongBeforeKeepsItsOwnAlarm) {
  desk->poll(2, false, 6);
  desk->say(AlarmKind::gateway_lost, {}, desk->gateway(), Zone::raise);
  EXPECT_TRUE(desk->is_active(AlarmKind::meter_lost, 2)) << "that was not the gateway's fault";
}

TEST_F(WatchTest, ARestartNeitherRepeatsNorForgets) {
  desk->say(AlarmKind::gateway_lost, {}, desk->gateway(), Zone::raise);
  start();
  EXPECT_TRUE(desk->is_gateway_lost());
  desk->say(AlarmKind::gateway_lost, {}, desk->gateway(), Zone::raise);
  desk->poll(1, false, 2);
  EXPECT_EQ(desk->raised(AlarmKind::gateway_lost), 1) << "the same one";
  EXPECT_EQ(desk->raised(AlarmKind::meter_lost), 0) << "still behind it";
  start();
  // It came back while the station was down: the new collector never saw it lost, so nobody
  // says that it is back. A meter that answers is proof.
  desk->poll(1, true, 2);
  EXPECT_FALSE(desk->is_gateway_lost());
  const auto rows = desk->must(desk->store->list_alarms({})).rows;
  ASSERT_EQ(rows.size(), 1U);
  const auto history = desk->must(desk->store->alarm_events(rows[0].id));
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[1].act, domain::AlarmAct::cleared);
}

TEST_F(WatchTest, AHoldCountsEvenWhenItIsSaidOnce) {
  domain::watch::AlarmRule rule = domain::watch::default_rule(AlarmKind::cover);
  rule.holds = {minutes(10), minutes(20)};
  ASSERT_TRUE(desk->run(desk->watch.set_rule(desk->property(), rule, UserId{1})));
  const auto say = [&](Zone zone) { desk->say(AlarmKind::cover, desk->meter(2), {}, zone); };
  const auto after = [&](std::int64_t m) { desk->pass(minutes(m)); };
  say(Zone::raise);
  after(9);
  EXPECT_FALSE(desk->is_active(AlarmKind::cover, 2));
  after(2);
  EXPECT_TRUE(desk->is_active(AlarmKind::cover, 2));
  say(Zone::clear);
  after(19);
  EXPECT_TRUE(desk->is_active(AlarmKind::cover, 2));
  after(2);
  EXPECT_FALSE(desk->is_active(AlarmKind::cover, 2));
}

TEST_F(WatchTest, AStatusThatIsBackWithinItsHoldStays) {
  domain::watch::AlarmRule rule = domain::watch::default_rule(AlarmKind::overload);
  rule.holds.clear_after = minutes(10);
  ASSERT_TRUE(desk->run(desk->watch.set_rule(desk->property(), rule, UserId{1})));
  const domain::Meter meter = desk->live.find(desk->meter(2))->meter;
  const auto poll = [&](bool overload) {
    domain::PrepaidState state;
    state.overload_trip = overload;
    // As the collector does: nothing is said where nothing would change.
    if (desk->alarms.status_differs(meter, state)) {
      desk->runtime.spawn("poll", desk->alarms.apply_status(meter, state));
      desk->pass(Millis{1});
    }
    desk->pass(minutes(4));
  };
  for (const bool overload : {true, false, true, true, true, false, false}) {
    poll(overload);
    EXPECT_TRUE(desk->is_active(AlarmKind::overload, 2));
  }
  poll(false);
  EXPECT_FALSE(desk->is_active(AlarmKind::overload, 2));
  EXPECT_EQ(desk->raised(AlarmKind::overload), 1);
}

TEST_F(WatchTest, TheRegisterRulesRaiseAndClear) {
  desk->measure(2, 50'000);
  desk->measure(2, 51'000);
  desk->measure(2, 40'000);
  EXPECT_TRUE(desk->is_active(AlarmKind::falling, 2));
  desk->measure(2, 51'000);
  EXPECT_FALSE(desk->is_active(AlarmKind::falling, 2));
  desk->measure(2, 9'000'000);
  EXPECT_TRUE(desk->is_active(AlarmKind::flying, 2));
  desk->measure(2, 51'100);
  EXPECT_TRUE(desk->is_active(AlarmKind::flying, 2)) << "it has to stay sound for a while";
  desk->measure(2, 51'200, 2'000);
  EXPECT_FALSE(desk->is_active(AlarmKind::flying, 2));
  desk->measure(2, 51'200, 2'000);
  EXPECT_TRUE(desk->is_active(AlarmKind::standing_still, 2)) << "2 kW for half an hour";
  EXPECT_EQ(desk->raised(AlarmKind::falling), 1);
  EXPECT_EQ(desk->raised(AlarmKind::flying), 1);
}

TEST_F(WatchTest, AReadingStampedYearsAheadBlindsNobody) {
  desk->measure(1, 100'000);
  desk->measure_ahead(1, 100'010);
  desk->measure(1, 100'020);  // the clock is right again
  desk->measure(1, 50'000);
  EXPECT_TRUE(desk->is_active(AlarmKind::falling, 1));
  desk->measure(2, 100'000);
  desk->measure_ahead(2, 100'010);
  start();  // the newest stored reading is that of 2036
  desk->measure(2, 100'020);
  desk->measure(2, 50'000);
  EXPECT_TRUE(desk->is_active(AlarmKind::falling, 2));
}

TEST_F(WatchTest, AFallThatNobodyAcknowledgedOutlastsARestart) {
  for (int i = 0; i < 600; ++i) desk->measure(1, 90'000 + 10 * i, {}, seconds(30));
  desk->measure(1, 50'000);
  ASSERT_TRUE(desk->is_active(AlarmKind::falling, 1));
  start();
  desk->measure(1, 50'010);
  EXPECT_TRUE(desk->is_active(AlarmKind::falling, 1)) << "below what it has shown, as before";
  desk->measure(1, 96'000);
  EXPECT_FALSE(desk->is_active(AlarmKind::falling, 1)) << "it came to its senses";
  desk->measure(1, 50'020);
  ASSERT_TRUE(desk->is_active(AlarmKind::falling, 1));
  for (const domain::Alarm& alarm : desk->alarms.active())
    desk->must(desk->alarms.acknowledge(alarm.id, UserId{1}));
  start();
  desk->measure(1, 50'030);
  EXPECT_FALSE(desk->is_active(AlarmKind::falling, 1)) << "acknowledged: taken as it is";
}

TEST_F(WatchTest, AnAcknowledgedRegisterIsTakenAsItIs) {
  desk->measure(2, 50'000);
  desk->measure(2, 1'000);
  ASSERT_TRUE(desk->is_active(AlarmKind::falling, 2));
  desk->measure(2, 1'100);
  EXPECT_TRUE(desk->is_active(AlarmKind::falling, 2)) << "still below";
  for (const auto& alarm : desk->alarms.active())
    if (alarm.kind == AlarmKind::falling)
      ASSERT_TRUE(desk->run(desk->alarms.acknowledge(alarm.id, UserId{1}, "was reset")));
  desk->measure(2, 1'200);
  desk->measure(2, 1'300);
  EXPECT_FALSE(desk->is_active(AlarmKind::falling, 2));
}

TEST_F(WatchTest, ARestartComparesWithWhatIsStored) {
  desk->measure(2, 50'000);
  start();
  desk->measure(2, 20'000);
  EXPECT_TRUE(desk->is_active(AlarmKind::falling, 2));
  start();
  desk->measure(2, 50'500);
  desk->measure(2, 50'600);
  EXPECT_FALSE(desk->is_active(AlarmKind::falling, 2)) << "not forgotten, not stuck";
}

TEST_F(WatchTest, TheMetersOwnRatioIsCompared) {
  for (const std::uint32_t ratio : {40U, 1U}) {
    desk->pass(minutes(1));
    domain::Measurements values;
    values.at = desk->runtime.now();
    values.ct_ratio = ratio;
    desk->live.find(desk->meter(2))->measured = values;
    desk->events.publish(MeterChanged{desk->meter(2)});
    desk->pass(seconds(1));
    EXPECT_EQ(desk->is_active(AlarmKind::ct_ratio, 2), ratio == 40);
  }
}

TEST_F(WatchTest, ARuleThatIsSwitchedOffClearsItsAlarms) {
  desk->measure(2, 50'000);
  desk->measure(2, 40'000);
  ASSERT_TRUE(desk->is_active(AlarmKind::falling, 2));
  domain::watch::AlarmRule rule = domain::watch::default_rule(AlarmKind::falling);
  rule.is_on = false;
  ASSERT_TRUE(desk->run(desk->watch.set_rule(desk->property(), rule, UserId{1})));
  EXPECT_FALSE(desk->is_active(AlarmKind::falling, 2));
  rule.raise_at = 0;
  EXPECT_EQ(desk->run(desk->watch.set_rule(desk->property(), rule, UserId{1})).error().code,
            Errc::alarm_rule_invalid);
  start();
  EXPECT_FALSE(desk->alarms.rules(desk->property()).of(AlarmKind::falling).is_on)
      << "rules are kept";
}

class Loss : public WatchTest {
 protected:
  std::int64_t today() const { return day_number_at(desk->runtime.now(), kShanghai); }
  /// Half-hourly readings over a local day, a little over its ends.
  void use(int unit, std::int64_t day, std::int64_t from_wh, std::int64_t wh) {
    std::vector<domain::Reading> readings;
    for (int half_hours = -2; half_hours <= 50; ++half_hours) {
      domain::Reading reading;
      reading.meter = desk->meter(unit);
      reading.at = midnight(day, kShanghai) + minutes(30 * half_hours) + seconds(unit * 7);
      reading.energy_wh = from_wh + wh * (half_hours + 2) / 48;
      readings.push_back(reading);
    }
    desk->must_do(desk->store->append(readings));
  }
  domain::watch::LossTree tree() const {
    domain::watch::LossTree out;
    out.property = desk->property();
    out.building = desk->live.site().buildings.front().id;
    out.name = "A座";
    out.mains = {desk->meter(1)};
    out.subs = {desk->meter(2), desk->meter(3)};
    return out;
  }
  domain::watch::LossTree put() { return desk->must(desk->watch.put_tree(tree(), UserId{1})); }
  /// Past the settling time of the day.
  void wait_for_three() {
    desk->pass(midnight(today() + 1, kShanghai) + minutes(180) - desk->runtime.now());
  }
};

TEST_F(Loss, ADayThatIsOverIsWeighedByItself) {
  const std::int64_t day = today();
  use(1, day, 1'000'000, 480'000);
  use(2, day, 500'000, 240'000);
  use(3, day, 700'000, 144'000);
  const auto stored = put();
  wait_for_three();
  const auto periods = desk->must(desk->store->loss_periods(stored.id, 10));
  ASSERT_FALSE(periods.empty());
  EXPECT_EQ(periods.front().from, midnight(day, kShanghai));
  EXPECT_EQ(periods.front().to, midnight(day + 1, kShanghai));
  ASSERT_TRUE(periods.front().loss_wh) << periods.front().missing;
  EXPECT_NEAR(static_cast<double>(*periods.front().loss_wh), 96'000, 10);
  EXPECT_TRUE(desk->is_active(AlarmKind::loss, 1)) << "200/1000 of the main meter";
  const auto half = desk->must(desk->watch.weigh(stored.id, midnight(day, kShanghai),
                                                 midnight(day, kShanghai) + minutes(12 * 60)));
  ASSERT_TRUE(half.loss_wh);
  EXPECT_NEAR(static_cast<double>(*half.loss_wh), 48'000, 10) << "half of the day on demand";
}

TEST_F(Loss, TheAlarmFollowsTheDays) {
  wait_for_three();
  const std::int64_t day = today() - 1;
  use(1, day, 1'000'000, 480'000);
  use(2, day, 500'000, 240'000);
  use(3, day, 700'000, 144'000);
  const auto stored = put();
  EXPECT_EQ(desk->must(desk->watch.weigh_closed_days()), 1);
  ASSERT_TRUE(desk->is_active(AlarmKind::loss, 1));
  EXPECT_EQ(desk->must(desk->watch.weigh_closed_days()), 0) << "once";
  use(1, day + 1, 1'480'000, 480'000);
  use(2, day + 1, 740'000, 240'000);
  desk->pass(minutes(24 * 60));
  const auto periods = desk->must(desk->store->loss_periods(stored.id, 10));
  ASSERT_EQ(periods.size(), 2U);
  EXPECT_EQ(periods[0].subs_missing, 1);
  EXPECT_EQ(periods[0].missing, std::to_string(desk->meter(3).value) + " no_reading");
  EXPECT_TRUE(desk->is_active(AlarmKind::loss, 1)) << "a missing sub proves nothing";
  start();
  EXPECT_TRUE(desk->is_active(AlarmKind::loss, 1));
  EXPECT_EQ(desk->raised(AlarmKind::loss), 1);
  use(1, day + 2, 1'960'000, 480'000);
  use(2, day + 2, 980'000, 240'000);
  use(3, day + 2, 900'000, 238'000);
  desk->pass(minutes(24 * 60));
  EXPECT_FALSE(desk->is_active(AlarmKind::loss, 1)) << "little is lost now";
}

TEST_F(Loss, ATreeThatEndsTakesItsAlarmAlong) {
  wait_for_three();
  use(1, today() - 1, 1'000'000, 480'000);
  use(2, today() - 1, 500'000, 240'000);
  use(3, today() - 1, 500'000, 0);
  const auto stored = put();
  EXPECT_EQ(desk->must(desk->watch.weigh_closed_days()), 1);
  ASSERT_TRUE(desk->is_active(AlarmKind::loss, 1));
  desk->must_do(desk->watch.end_tree(stored.id, UserId{1}));
  EXPECT_FALSE(desk->is_active(AlarmKind::loss, 1)) << "nobody would ever clear it";
  EXPECT_EQ(desk->run(desk->watch.end_tree(stored.id, UserId{1})).error().code,
            Errc::loss_tree_unknown);
  domain::watch::LossTree bad = tree();
  bad.mains.clear();
  EXPECT_EQ(desk->run(desk->watch.put_tree(bad, UserId{1})).error().code, Errc::loss_tree_invalid);
}

}  // namespace
}  // namespace paymeter::service
