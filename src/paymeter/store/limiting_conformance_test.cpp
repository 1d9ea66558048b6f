// Load limiting and poll intervals: the same on every store.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(LimitingStoreTest);

namespace {

using domain::Command;
using domain::CommandKind;
using domain::CommandOrigin;
using domain::CommandState;
using domain::LimitingOutcome;
using domain::LimitingState;
using domain::SupplyIntentKind;

/// A shop of three meters with a plan over all of them.
struct Limited {
  explicit Limited(Shop& shop_in) : shop(shop_in) {
    shop.build(3);
    property = shop.must(shop.store().load_site()).properties[0].id;
    domain::LimitingPlan wanted;
    wanted.property = property;
    wanted.name = "夏季";
    wanted.target_w = 1'000;
    wanted.groups = {{"一", {shop.meter(2), shop.meter(1)}}, {"二", {shop.meter(3)}}};
    wanted.created_at = kNow;
    plan = shop.must(shop.store().add_limiting_plan(wanted));
  }
  port::LimitingRun run_of(std::string key) const {
    port::LimitingRun wanted;
    wanted.property = property;
    wanted.plan = plan.id;
    wanted.target_w = 1'000;
    wanted.reason = "调度";
    wanted.started_at = kNow;
    wanted.idempotency_key = std::move(key);
    return wanted;
  }
  std::vector<Command> step(std::vector<port::LimitingShed> shed, std::vector<MeterId> restore) {
    return shop.must(shop.store().step_limiting(
        {run.id, kNow, kNow + seconds(120), std::move(shed), std::move(restore)}));
  }
  port::LimitingRow row(int meter) {
    for (const auto& at : shop.must(shop.store().limiting_rows(run.id)))
      if (at.meter == shop.meter(meter)) return at;
    return {};
  }
  void finish(const Command& command, CommandState state) {
    (void)shop.must(shop.store().finish_command(
        command.id, state,
        state == CommandState::failed ? std::optional(Errc::command_expired) : std::nullopt,
        kNow + seconds(10)));
  }
  Command by_hand(int meter, CommandKind kind) {
    Command command;
    command.meter = shop.meter(meter);
    command.kind = kind;
    command.reason = "检修";
    command.created_at = kNow;
    command.deadline_at = kNow + minutes(10);
    return shop.must(shop.store().add_command(command, "")).plain();
  }
  std::vector<SupplyIntentKind> held(int meter) {
    std::vector<SupplyIntentKind> out;
    for (const auto& at : shop.must(shop.store().supply_intents(shop.meter(meter))))
      out.push_back(at.kind);
    return out;
  }

  Shop& shop;
  PropertyId property{};
  domain::LimitingPlan plan;
  port::LimitingRun run;
};

}  // namespace

TEST_P(LimitingStoreTest, PlansKeepTheirOrderAndRetire) {
  Limited town(shop_);
  const auto found = shop_.must(store().find_limiting_plan(town.plan.id));
  EXPECT_EQ(found.groups, town.plan.groups);
  EXPECT_EQ(found.name, "夏季");
  auto foreign = town.plan;
  foreign.groups = {{"", {MeterId{99}}}};
  EXPECT_EQ(shop_.ask(store().add_limiting_plan(foreign)).error().code, Errc::meter_unknown);
  const auto second = shop_.must(store().add_limiting_plan(town.plan));
  EXPECT_TRUE(shop_.must(store().retire_limiting_plan(town.plan.id, kNow)).retired_at);
  const auto listed = shop_.must(store().list_limiting_plans(town.property));
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].id, second.id) << "retired ones last";
  EXPECT_EQ(shop_.ask(store().start_limiting(town.run_of("limit-00001"))).error().code,
            Errc::limiting_state_conflict);
  EXPECT_EQ(shop_.ask(store().find_limiting_plan(domain::LimitingPlanId{99})).error().code,
            Errc::limiting_unknown);
}

TEST_P(LimitingStoreTest, ARunOnceAndNoMeterInTwo) {
  Limited town(shop_);
  EXPECT_FALSE(shop_.must(store().limiting_run_of_key(town.property, "limit-00001")));
  const auto run = shop_.must(store().start_limiting(town.run_of("limit-00001")));
  EXPECT_EQ(shop_.must(store().start_limiting(town.run_of("limit-00001"))).id, run.id);
  EXPECT_EQ(shop_.must(store().limiting_run_of_key(town.property, "limit-00001"))->id, run.id);
  EXPECT_EQ(shop_.ask(store().start_limiting(town.run_of("limit-00002"))).error().code,
            Errc::limiting_meter_taken);
  EXPECT_EQ(shop_.must(store().open_limiting_runs()).size(), 1U);
  const auto rows = shop_.must(store().limiting_rows(run.id));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].meter, shop_.meter(2)) << "in the plan's order";
  EXPECT_EQ(rows[2].group, 1);
  const auto end = [&](LimitingState to) {
    return shop_.ask(store().end_limiting({run.id, to, {}, kNow, "解除"}));
  };
  EXPECT_EQ(end(LimitingState::ended).error().code, Errc::limiting_state_conflict);
  EXPECT_EQ(end(LimitingState::ending)->state, LimitingState::ending);
  EXPECT_EQ(end(LimitingState::ending).error().code, Errc::limiting_state_conflict);
  EXPECT_EQ(end(LimitingState::ended)->ended_at, kNow);
  EXPECT_TRUE(shop_.must(store().open_limiting_runs()).empty());
  EXPECT_EQ(shop_.must(store().list_limiting_runs(town.property, {})).total, 1);
  EXPECT_TRUE(shop_.must(store().start_limiting(town.run_of("limit-00003"))).id) << "free again";
}

TEST_P(LimitingStoreTest, AStepStoresWishCommandAndHoldTogether) {
  Limited town(shop_);
  town.run = shop_.must(store().start_limiting(town.run_of("limit-00001")));
  const auto shed = town.step({{shop_.meter(1), 700}}, {});
  ASSERT_EQ(shed.size(), 1U);
  EXPECT_EQ(shed[0].kind, CommandKind::trip);
  EXPECT_EQ(shed[0].origin, CommandOrigin::limiting);
  EXPECT_EQ(town.held(1), std::vector{SupplyIntentKind::limiting});
  EXPECT_EQ(town.row(1).outcome, LimitingOutcome::shedding);
  EXPECT_EQ(town.row(1).power_w, 700);
  EXPECT_TRUE(town.step({{shop_.meter(1), 700}}, {}).empty()) << "not twice";
  town.finish(shed[0], CommandState::done);
  EXPECT_EQ(town.row(1).outcome, LimitingOutcome::off);
  EXPECT_EQ(town.row(1).answered_at, kNow + seconds(10));
  const auto noted = shop_.must(store().note_limiting(
      {town.run.id, kNow, 5'000, true, {{shop_.meter(1), 3, kNow + seconds(20)}}}));
  EXPECT_EQ(noted.load_before_w, 5'000);
  EXPECT_TRUE(noted.is_short);
  EXPECT_EQ(town.row(1).after_w, 3);
  const auto later = shop_.must(store().note_limiting({town.run.id, kNow, 900, false, {}}));
  EXPECT_EQ(later.load_before_w, 5'000) << "the first stays";
  EXPECT_EQ(later.load_w, 900);
  const auto blind = shop_.must(store().note_limiting({town.run.id, kNow, {}, false, {}, true}));
  EXPECT_TRUE(blind.is_blind());
  EXPECT_EQ(blind.load_w, std::nullopt) << "what was known is not known any more";
  const auto back = town.step({}, {shop_.meter(1), shop_.meter(3)});
  ASSERT_EQ(back.size(), 1U) << "3 was never shed";
  EXPECT_EQ(back[0].kind, CommandKind::release);
  EXPECT_TRUE(town.held(1).empty());
  EXPECT_EQ(town.row(1).outcome, LimitingOutcome::restoring);
  town.finish(back[0], CommandState::done);
  EXPECT_EQ(town.row(1).outcome, LimitingOutcome::on);
  EXPECT_EQ(town.row(1).times, 1);
}

TEST_P(LimitingStoreTest, WhoIsRefusedInTheTransaction) {
  Limited town(shop_);
  town.run = shop_.must(store().start_limiting(town.run_of("limit-00001")));
  town.by_hand(1, CommandKind::force_on);
  const auto pending = town.by_hand(2, CommandKind::release);
  EXPECT_TRUE(town.step({{shop_.meter(1), 1}, {shop_.meter(2), 1}}, {}).empty())
      << "1 is protected, 2's own switch is under way";
  EXPECT_EQ(shop_.must(store().find_command(pending.id)).state, CommandState::pending)
      << "an operator's command is not superseded by a plan";
  town.finish(pending, CommandState::done);
  EXPECT_EQ(town.step({{shop_.meter(2), 1}}, {}).size(), 1U);
}

TEST_P(LimitingStoreTest, GivingBackRespectsEverybodyElse) {
  Limited town(shop_);
  town.run = shop_.must(store().start_limiting(town.run_of("limit-00001")));
  for (const auto& command :
       town.step({{shop_.meter(1), 1}, {shop_.meter(2), 1}, {shop_.meter(3), 1}}, {}))
    town.finish(command, CommandState::done);
  domain::SupplyIntent cut;
  cut.meter = shop_.meter(1);
  cut.kind = SupplyIntentKind::arrears;
  cut.begun_at = kNow;
  (void)shop_.must(store().begin_supply_intent(cut));
  const auto by_operator = town.by_hand(2, CommandKind::force_on);
  EXPECT_EQ(town.row(2).outcome, LimitingOutcome::overridden);
  (void)shop_.must(store().end_limiting({town.run.id, LimitingState::ending, {}, kNow, "解除"}));
  const auto back = town.step({}, {shop_.meter(1), shop_.meter(2), shop_.meter(3)});
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].meter, shop_.meter(3));
  EXPECT_EQ(town.held(1), std::vector{SupplyIntentKind::arrears}) << "stays off";
  EXPECT_EQ(town.row(1).outcome, LimitingOutcome::on);
  EXPECT_EQ(town.row(2).command, by_operator.id) << "the operator's switch is followed";
  EXPECT_EQ(town.row(2).outcome, LimitingOutcome::restoring);
  const auto ended = [&] {
    return shop_.ask(store().end_limiting({town.run.id, LimitingState::ended, {}, kNow, ""}));
  };
  town.finish(back[0], CommandState::done);
  EXPECT_EQ(ended().error().code, Errc::limiting_state_conflict) << "2 has not shown it";
  town.finish(by_operator, CommandState::failed);
  const auto own = town.step({}, {shop_.meter(2)});
  ASSERT_EQ(own.size(), 1U) << "it failed: a switch of the plan's own";
  town.finish(own[0], CommandState::done);
  EXPECT_TRUE(ended());
}

TEST_P(LimitingStoreTest, ATripThatFailedIsTriedAgainAndHoldsNothingMeanwhile) {
  Limited town(shop_);
  town.run = shop_.must(store().start_limiting(town.run_of("limit-00001")));
  const auto first = town.step({{shop_.meter(1), 1}}, {});
  town.finish(first.at(0), CommandState::failed);
  EXPECT_TRUE(town.held(1).empty());
  EXPECT_TRUE(town.row(1).has_failed);
  EXPECT_TRUE(town.row(1).is_wanted_off) << "it may have arrived: the end gives it back";
  const auto again = town.step({{shop_.meter(1), 2}}, {});
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(town.row(1).times, 2);
  (void)shop_.must(store().end_limiting({town.run.id, LimitingState::ending, {}, kNow, ""}));
  EXPECT_EQ(shop_
                .ask(store().step_limiting(
                    {town.run.id, kNow, kNow + seconds(1), {{shop_.meter(3), 1}}, {}}))
                .error()
                .code,
            Errc::limiting_state_conflict)
      << "nobody is shed any more";
  EXPECT_EQ(town.step({}, {shop_.meter(1)}).size(), 1U);
  EXPECT_EQ(shop_.must(store().find_command(again[0].id)).state, CommandState::superseded);
}

PAYMETER_STORE_SUITE(IntervalStoreTest);

TEST_P(IntervalStoreTest, OneInForcePerScopeAndAHistory) {
  shop_.build(2);
  const auto site = shop_.must(store().load_site());
  const auto set = [&](std::optional<BusId> bus, std::optional<MeterId> meter,
                       std::optional<Millis> status) {
    domain::PollIntervalSetting setting;
    setting.property = site.properties[0].id;
    setting.bus = bus;
    setting.meter = meter;
    setting.status = status;
    setting.full = minutes(30);
    setting.reason = "总表";
    setting.set_at = kNow;
    return shop_.ask(store().set_poll_interval(setting));
  };
  ASSERT_TRUE(set({}, {}, seconds(60)));
  ASSERT_TRUE(set(site.buses[0].id, {}, seconds(30)));
  ASSERT_TRUE(set({}, shop_.meter(1), seconds(10)));
  const auto first = shop_.must(store().poll_intervals());
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(first[1].bus, site.buses[0].id);
  EXPECT_EQ(first[2].status, seconds(10));
  EXPECT_EQ(first[2].full, minutes(30));
  ASSERT_TRUE(set({}, shop_.meter(1), {}));
  ASSERT_TRUE(set({}, {}, seconds(20)));
  const auto second = shop_.must(store().poll_intervals());
  ASSERT_EQ(second.size(), 3U) << "bus, and the new ones of meter and property";
  EXPECT_EQ(second[0], first[1]);
  EXPECT_FALSE(second[1].status);
  EXPECT_EQ(second[2].status, seconds(20));
  const auto history = shop_.must(store().poll_interval_history(site.properties[0].id, {}));
  EXPECT_EQ(history.total, 5);
  EXPECT_EQ(history.rows[4].ended_at, kNow) << "newest first";
  EXPECT_EQ(set(BusId{99}, {}, {}).error().code, Errc::bus_unknown);
  EXPECT_EQ(set({}, MeterId{99}, {}).error().code, Errc::meter_unknown);
}

}  // namespace paymeter::store::testing
