// Load limiting on the bench: what is taken is given back, nothing else, whatever dies meanwhile.
#include "paymeter/service/limiting.hpp"

#include "bench_test.hpp"
#include "paymeter/sim/dice.hpp"

namespace paymeter::bench_station {
namespace {

using domain::CommandKind;
using domain::LimitingOutcome;
using domain::LimitingState;

class Limiting : public BenchTest {
 protected:
  void SetUp() override {
    BenchTest::SetUp();
    for (int unit = 1; unit <= kMeters; ++unit) load(unit, 2'000);
  }
  void load(int unit, int watt) {
    sim::MeterLoad load;
    load.power_w[0] = watt;
    many.meter(unit).set_load(load);
  }
  std::unique_ptr<Station> on() {
    auto station = std::make_unique<Station>(world, many, path_);
    station->start();
    station->until([&] {
      const auto* last = station->live.find(station->meter_id(kMeters));
      return last->measured && last->prepaid;
    });
    return station;
  }
  domain::LimitingPlanId planned(Station& station, domain::LimitingMode mode,
                                 std::int64_t target_w = 0) {
    domain::LimitingPlan plan;
    plan.property = station.live.site().properties.front().id;
    plan.name = "夏季";
    plan.mode = mode;
    plan.target_w = target_w;
    plan.turn = minutes(30);
    plan.groups = {{"广告", {station.meter_id(1), station.meter_id(2)}},
                   {"空调", {station.meter_id(3), station.meter_id(4)}}};
    return station.run(station.limiting->add_plan(plan))->id;
  }
  port::LimitingRun started(Station& station, domain::LimitingPlanId plan,
                            std::string key = "limit-00001") {
    service::LimitingStart start;
    start.idempotency_key = std::move(key);
    start.property = station.live.site().properties.front().id;
    start.plan = plan;
    start.reason = "调度要求";
    start.count =
        static_cast<std::int64_t>(station.run(station.limiting->preview(plan))->meters.size());
    auto run = station.run(station.limiting->start(start));
    if (!run) throw std::runtime_error(std::string(error_name(run.error().code)));
    return run->run;
  }
  std::string off() {
    std::string out;
    for (int unit = 1; unit <= kMeters; ++unit)
      if (many.meter(unit).relay_open()) out += std::to_string(unit);
    return out;
  }
  bool over(Station& station, domain::LimitingRunId run, Millis limit = minutes(30)) {
    return station.until(
        [&] {
          return station.run(station.store->find_limiting_run(run))->state == LimitingState::ended;
        },
        limit);
  }
  Result<domain::Command> by_hand(Station& station, int unit, CommandKind kind, std::string key) {
    return station.run(station.commands->switch_supply(
        {std::move(key), station.meter_id(unit), kind, "检修", {}}));
  }
  static constexpr int kMeters = 5;
  BenchSite many{kMeters};
};

TEST_F(Limiting, ShedsInOrderUntilTheLoadFitsAndGivesBack) {
  auto station = on();
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 5'000));
  ASSERT_TRUE(station->until([&] { return off() == "12"; })) << off();
  station->until([] { return false; }, minutes(10));
  EXPECT_EQ(off(), "12") << "4 kW are left of 8: that fits";
  const auto rows = *station->run(station->store->limiting_rows(run.id));
  EXPECT_EQ(rows[0].outcome, LimitingOutcome::off);
  EXPECT_EQ(rows[0].power_w, 2'000);
  load(3, 9'000);
  ASSERT_TRUE(station->until([&] { return off() == "123"; }, minutes(60))) << off();
  ASSERT_TRUE(station->run(station->limiting->end(run.id, {}, "解除")));
  ASSERT_TRUE(over(*station, run.id));
  EXPECT_EQ(off(), "");
  for (int unit : {1, 2, 3}) EXPECT_EQ(many.meter(unit).memory().relay_mode, 0) << "released";
  const auto after = *station->run(station->store->limiting_rows(run.id));
  for (const auto& row : after) EXPECT_FALSE(row.is_wanted_off);
}

TEST_F(Limiting, ProtectedMetersAreNeverShed) {
  auto station = on();
  station->live.find(station->meter_id(1))->meter.is_protected = true;
  ASSERT_TRUE(by_hand(*station, 3, CommandKind::force_on, "force-00001"));
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off() == "24"; })) << off();
  station->until([] { return false; }, minutes(10));
  EXPECT_EQ(off(), "24") << "1 by its configuration, 3 by 保电";
}

TEST_F(Limiting, AManualTripStaysOffAfterThePlanEnds) {
  auto station = on();
  ASSERT_TRUE(by_hand(*station, 2, CommandKind::trip, "trip-000001"));
  station->until([&] { return off() == "2"; });
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off() == "1234"; })) << off();
  // While the plan holds it, an operator trips another one for work.
  ASSERT_TRUE(by_hand(*station, 3, CommandKind::trip, "trip-000002"));
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  ASSERT_TRUE(station->run(station->limiting->end(run.id, {}, "解除")));
  ASSERT_TRUE(over(*station, run.id));
  EXPECT_EQ(off(), "23") << "only what the plan itself switched off comes back";
}

TEST_F(Limiting, WhoIsSwitchedOnByHandIsLeftAlone) {
  auto station = on();
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off() == "1234"; }));
  ASSERT_TRUE(by_hand(*station, 1, CommandKind::release, "release-001"));
  ASSERT_TRUE(station->until([&] { return off() == "234"; }));
  station->until([] { return false; }, minutes(10));
  EXPECT_EQ(off(), "234");
  EXPECT_EQ(station->run(station->store->limiting_rows(run.id))->at(0).outcome,
            LimitingOutcome::overridden);
}

TEST_F(Limiting, ARotaTakesTurnsAndEndsByItself) {
  auto station = on();
  const auto plan = planned(*station, domain::LimitingMode::rota);
  service::LimitingStart start;
  start.idempotency_key = "limit-00001";
  start.property = station->live.site().properties.front().id;
  start.plan = plan;
  start.reason = "轮停";
  start.count = 4;
  start.ends_at = station->runtime.now() + minutes(75);
  const auto run = station->run(station->limiting->start(start));
  ASSERT_TRUE(run);
  ASSERT_TRUE(station->until([&] { return off() == "12"; }, minutes(5)));
  ASSERT_TRUE(station->until([&] { return off() == "34"; }, minutes(35)));
  ASSERT_TRUE(station->until([&] { return off() == "12"; }, minutes(35)));
  ASSERT_TRUE(over(*station, run->run.id, minutes(40)));
  EXPECT_EQ(off(), "");
  EXPECT_EQ(station->run(station->store->limiting_rows(run->run.id))->at(0).times, 2);
}

TEST_F(Limiting, AStartThatIsToComeShedsNobodyBefore) {
  auto station = on();
  const auto plan = planned(*station, domain::LimitingMode::target, 0);
  service::LimitingStart start;
  start.idempotency_key = "limit-00001";
  start.property = station->live.site().properties.front().id;
  start.plan = plan;
  start.reason = "高峰";
  start.count = 4;
  start.starts_at = station->runtime.now() + minutes(60);
  start.ends_at = station->runtime.now() + minutes(120);
  const auto run = station->run(station->limiting->start(start));
  ASSERT_TRUE(run);
  station->until([] { return false; }, minutes(55));
  EXPECT_EQ(off(), "");
  // The station is not there when it should begin, and goes on with it.
  station.reset();
  station = on();
  ASSERT_TRUE(station->until([&] { return off() == "1234"; }, minutes(10))) << off();
  EXPECT_GE(station->runtime.now(), *start.starts_at);
  ASSERT_TRUE(over(*station, run->run.id, minutes(70)));
  EXPECT_EQ(off(), "");
}

TEST_F(Limiting, NobodyIsShedOnAReadingThatCannotBeMadeAgain) {
  auto station = on();
  many.wire.clear();
  many.fate = [](std::uint8_t unit, Bytes) {
    return unit == 1 ? Fate::lose_request : Fate::deliver;
  };
  started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off() == "234"; }));
  for (const auto& [unit, pdu] : many.wire) EXPECT_FALSE(unit == 1 && is_relay(pdu));
}

TEST_F(Limiting, ARestartInTheMiddleForgetsNobody) {
  auto station = on();
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off().size() >= 2; }));
  station.reset();
  station = on();
  ASSERT_TRUE(station->until([&] { return off() == "1234"; })) << off();
  ASSERT_TRUE(station->run(station->limiting->end(run.id, {}, "解除")));
  ASSERT_TRUE(station->until([&] { return off().size() <= 3; }));
  station.reset();
  station = on();
  ASSERT_TRUE(over(*station, run.id));
  EXPECT_EQ(off(), "");
}

TEST_F(Limiting, GivingBackIsTriedUntilTheMeterShowsIt) {
  auto station = on();
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off() == "1234"; }));
  many.fate = [](std::uint8_t unit, Bytes) {
    return unit == 4 ? Fate::lose_request : Fate::deliver;
  };
  ASSERT_TRUE(station->run(station->limiting->end(run.id, {}, "解除")));
  ASSERT_TRUE(station->until([&] { return off() == "4"; }));
  EXPECT_FALSE(over(*station, run.id, minutes(40))) << "one is still off";
  port::CommandFilter releases;
  releases.meter = station->meter_id(4);
  releases.kind = CommandKind::release;
  EXPECT_EQ(station->run(station->store->list_commands(releases))->total, 1)
      << "one command that goes on, not one every few minutes";
  many.fate = {};
  ASSERT_TRUE(over(*station, run.id));
  EXPECT_EQ(off(), "");
}

TEST_F(Limiting, WhoBecomesProtectedGetsTheSupplyBackAndIsNotShedAgain) {
  auto station = on();
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off() == "1234"; })) << off();
  station->live.find(station->meter_id(2))->meter.is_protected = true;
  ASSERT_TRUE(station->until([&] { return off() == "134"; })) << off();
  station->until([] { return false; }, minutes(10));
  EXPECT_EQ(off(), "134");
  ASSERT_TRUE(station->run(station->limiting->end(run.id, {}, "解除")));
  ASSERT_TRUE(over(*station, run.id));
  EXPECT_EQ(off(), "");
}

TEST_F(Limiting, ATripThatWaitsIsNotSentToWhoBecameProtected) {
  auto station = on();
  bool is_deaf = true;
  many.fate = [&is_deaf](std::uint8_t unit, Bytes pdu) {
    return unit == 1 && is_relay(pdu) && is_deaf ? Fate::lose_request : Fate::deliver;
  };
  started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off() == "234"; })) << off();
  station->live.find(station->meter_id(1))->meter.is_protected = true;
  is_deaf = false;
  station->until([] { return false; }, minutes(10));
  EXPECT_EQ(off(), "234") << "its trip was still waiting when the tenant was protected";
}

TEST_F(Limiting, AProtectedMeterDoesNotTakeTheTurnOfOthers) {
  auto station = on();
  // 保电 is a recorded intent: the configuration does not say it.
  ASSERT_TRUE(by_hand(*station, 1, CommandKind::force_on, "force-00001"));
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });
  started(*station, planned(*station, domain::LimitingMode::target, 6'000));
  ASSERT_TRUE(station->until([&] { return off() == "2"; })) << off();
  station->until([] { return false; }, minutes(10));
  EXPECT_EQ(off(), "2") << "6 kW of 8 are left";
}

TEST_F(Limiting, ASilentMeterDoesNotTakeTheTurnOfOthers) {
  auto station = on();
  many.fate = [](std::uint8_t unit, Bytes) {
    return unit == 1 ? Fate::lose_request : Fate::deliver;
  };
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 4'000));
  ASSERT_TRUE(station->until([&] { return off() == "23"; })) << off();
  many.fate = {};
  ASSERT_TRUE(station->run(station->limiting->end(run.id, {}, "解除")));
  ASSERT_TRUE(over(*station, run.id));
  EXPECT_EQ(off(), "");
}

TEST_F(Limiting, TheReportSaysWhatWasShedAndWhatItGaveBack) {
  auto station = on();
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 5'000));
  const auto rows = [&] { return *station->run(station->store->limiting_rows(run.id)); };
  const auto now = [&] { return *station->run(station->store->find_limiting_run(run.id)); };
  // An open relay passes nothing, and the meter measures nothing.
  ASSERT_TRUE(station->until([&] {
    for (int unit : {1, 2, 3, 4}) load(unit, many.meter(unit).relay_open() ? 0 : 2'000);
    return rows()[1].after_at.has_value() && now().load_w == 4'000;
  })) << off();
  EXPECT_EQ(rows()[0].power_w, 2'000);
  EXPECT_EQ(rows()[0].after_w, 0);
  EXPECT_EQ(rows()[1].after_w, 0);
  EXPECT_FALSE(rows()[2].after_w);
  EXPECT_EQ(now().load_before_w, 8'000);
  EXPECT_FALSE(now().is_short);
}

TEST_F(Limiting, AMainMeterDecidesAndIsReadAfterEachStep) {
  auto station = on();
  domain::LimitingPlan plan;
  plan.property = station->live.site().properties.front().id;
  plan.name = "总表";
  plan.target_w = 5'000;
  plan.main_meter = station->meter_id(5);
  plan.groups = {{"广告", {station->meter_id(1), station->meter_id(2)}},
                 {"空调", {station->meter_id(3), station->meter_id(4)}}};
  load(5, 9'000);
  const auto id = station->run(station->limiting->add_plan(plan))->id;
  started(*station, id);
  const auto main_follows = [&] { load(5, 9'000 - 2'000 * static_cast<int>(off().size())); };
  ASSERT_TRUE(station->until([&] {
    main_follows();
    return off() == "12";
  })) << off();
  station->until(
      [&] {
        main_follows();
        return off().size() > 2;
      },
      minutes(20));
  EXPECT_EQ(off(), "12") << "what the main meter showed before they were off is not shed twice";
}

TEST_F(Limiting, ATargetThatCannotBeReachedIsSaid) {
  auto station = on();
  load(5, 50'000);
  domain::LimitingPlan plan;
  plan.property = station->live.site().properties.front().id;
  plan.name = "总表";
  plan.target_w = 1'000;
  plan.main_meter = station->meter_id(5);
  plan.groups = {{"广告", {station->meter_id(1), station->meter_id(2)}}};
  const auto run = started(*station, station->run(station->limiting->add_plan(plan))->id);
  ASSERT_TRUE(station->until([&] { return off() == "12"; }));
  EXPECT_TRUE(station->until(
      [&] { return station->run(station->store->find_limiting_run(run.id))->is_short; }));
}

TEST_F(Limiting, AnArrearsCutThatBeginsWhileSupplyIsGivenBackKeepsItOff) {
  auto station = on();
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off() == "1234"; }));
  bool is_deaf = true;
  many.fate = [&is_deaf](std::uint8_t unit, Bytes pdu) {
    return unit == 3 && is_relay(pdu) && is_deaf ? Fate::lose_request : Fate::deliver;
  };
  ASSERT_TRUE(station->run(station->limiting->end(run.id, {}, "解除")));
  ASSERT_TRUE(station->until([&] { return off() == "3"; })) << off();
  domain::SupplyIntent cut;
  cut.meter = station->meter_id(3);
  cut.kind = domain::SupplyIntentKind::arrears;
  cut.begun_at = station->runtime.now();
  ASSERT_TRUE(station->run(station->store->begin_supply_intent(cut)));
  is_deaf = false;
  ASSERT_TRUE(over(*station, run.id));
  EXPECT_EQ(off(), "3") << "the plan's release was still waiting when the cut began";
}

TEST_F(Limiting, APaymentWhileThePlanHoldsClosesNothingAndItsEndDoes) {
  auto station = on();
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off() == "1234"; }));
  domain::SupplyIntent cut;
  cut.kind = domain::SupplyIntentKind::arrears;
  cut.begun_at = station->runtime.now();
  for (int unit : {1, 2}) {
    cut.meter = station->meter_id(unit);
    ASSERT_TRUE(station->run(station->store->begin_supply_intent(cut)));
  }
  // The first tenant pays during the plan, the second does not.
  ASSERT_TRUE(station->run(station->store->end_supply_intent(
      {station->meter_id(1), domain::SupplyIntentKind::arrears, {}, cut.begun_at, "paid"})));
  station->until([] { return false; }, minutes(5));
  EXPECT_EQ(off(), "1234");
  ASSERT_TRUE(station->run(station->limiting->end(run.id, {}, "解除")));
  ASSERT_TRUE(over(*station, run.id));
  EXPECT_EQ(off(), "2") << "only the plan's own hold ended";
}

TEST_F(Limiting, WithAFifthOfTheFramesLostAllGoOffAndAllComeBack) {
  auto station = on();
  sim::Dice dice(20'261'122);
  many.fate = [&dice](std::uint8_t, Bytes) {
    if (!dice.chance(2'000)) return Fate::deliver;
    return dice.chance(5'000) ? Fate::lose_request : Fate::lose_reply;
  };
  const auto run = started(*station, planned(*station, domain::LimitingMode::target, 0));
  ASSERT_TRUE(station->until([&] { return off() == "1234"; })) << off();
  ASSERT_TRUE(station->run(station->limiting->end(run.id, {}, "解除")));
  ASSERT_TRUE(over(*station, run.id));
  EXPECT_EQ(off(), "");
}

/// Crash at every commit of a run: nobody stays off whom nobody holds off.
TEST_F(Limiting, ACrashAtAnyCommitLeavesNobodyOff) {
  struct Crash {};
  for (int strike = 1;; ++strike) {
    BenchTest::TearDown();
    for (int unit = 1; unit <= kMeters; ++unit) {
      many.replace(unit, BenchSite::serial_of(unit));
      load(unit, 2'000);
    }
    bool is_armed = false, struck = false;
    int calls = 0;
    const std::string key = "limit-crash-1";
    try {
      Station station(world, many, path_, [&](store::CommitPoint) {
        if (!is_armed || ++calls != strike) return;
        struck = true;
        throw Crash{};
      });
      station.start();
      station.until([&] {
        const auto* last = station.live.find(station.meter_id(kMeters));
        return last->measured && last->prepaid;
      });
      const auto plan = planned(station, domain::LimitingMode::target, 3'000);
      is_armed = true;
      const auto run = started(station, plan, key);
      station.until([&] { return off() == "123"; }, minutes(5));
      (void)station.run(station.limiting->end(run.id, {}, "解除"));
      (void)over(station, run.id, minutes(5));
      is_armed = false;
    } catch (const Crash&) {
    }
    auto station = on();
    const auto property = station->live.site().properties.front().id;
    const auto run = *station->run(station->store->limiting_run_of_key(property, key));
    if (run && run->state == LimitingState::running)
      ASSERT_TRUE(station->run(station->limiting->end(run->id, {}, "解除"))) << strike;
    if (run) EXPECT_TRUE(over(*station, run->id)) << strike;
    EXPECT_EQ(off(), "") << strike;
    for (int unit = 1; unit <= kMeters; ++unit) {
      const auto lasting = station->run(station->store->supply_intents(station->meter_id(unit)));
      EXPECT_TRUE(lasting->empty()) << "strike " << strike << ", meter " << unit;
    }
    if (!struck) {
      EXPECT_GT(strike, 20) << "the hook was never reached";
      break;
    }
  }
}

TEST_F(Limiting, BadStartsChangeNothing) {
  auto station = on();
  const auto plan = planned(*station, domain::LimitingMode::target, 0);
  service::LimitingStart good;
  good.idempotency_key = "limit-00001";
  good.property = station->live.site().properties.front().id;
  good.plan = plan;
  good.reason = "调度";
  good.count = 4;
  struct Row {
    const char* why;
    void (*spoil)(service::LimitingStart&);
    Errc expect;
  };
  const Row rows[] = {
      {"a bad key", [](auto& s) { s.idempotency_key = "k"; }, Errc::vend_key_invalid},
      {"no reason", [](auto& s) { s.reason = " "; }, Errc::supply_reason_missing},
      {"another number was meant", [](auto& s) { s.count = 3; }, Errc::batch_count_differs},
      {"no number", [](auto& s) { s.count.reset(); }, Errc::batch_count_differs},
      {"over before it begins", [](auto& s) { s.ends_at = UtcMs{1}; }, Errc::request_invalid},
      {"begins in the past", [](auto& s) { s.starts_at = UtcMs{1}; }, Errc::request_invalid},
      {"over before it begins later",
       [](auto& s) {
         s.starts_at = UtcMs{9'000'000'000'000};
         s.ends_at = UtcMs{8'000'000'000'000};
       },
       Errc::request_invalid},
      {"no such plan", [](auto& s) { s.plan = domain::LimitingPlanId{99}; },
       Errc::limiting_unknown},
  };
  for (const Row& row : rows) {
    auto bad = good;
    row.spoil(bad);
    const auto run = station->run(station->limiting->start(bad));
    ASSERT_FALSE(run) << row.why;
    EXPECT_EQ(run.error().code, row.expect) << row.why;
  }
  EXPECT_EQ(off(), "");
  const auto run = station->run(station->limiting->start(good));
  ASSERT_TRUE(run);
  EXPECT_EQ(station->run(station->limiting->start(good))->run.id, run->run.id) << "a double click";
  EXPECT_TRUE(station->run(station->limiting->start(good))->existed);
  good.idempotency_key = "limit-00002";
  EXPECT_EQ(station->run(station->limiting->start(good)).error().code, Errc::limiting_meter_taken);
  ASSERT_TRUE(station->run(station->limiting->end(run->run.id, {}, "")));
  EXPECT_EQ(station->run(station->limiting->end(run->run.id, {}, "")).error().code,
            Errc::limiting_state_conflict);
}

}  // namespace
}  // namespace paymeter::bench_station
