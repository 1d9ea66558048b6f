// Conformance: automatic cuts, who holds a supply, breaker and rehearsals, on every kind of store.
#include <gmock/gmock.h>

#include "paymeter/domain/cut_testing.hpp"
#include "paymeter/domain/cut_text.hpp"
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::Command;
using domain::CommandKind;
using domain::CommandOrigin;
using domain::CutVerdict;
using domain::EnforcementMode;
using domain::SupplyIntentKind;
using port::OwnCutState;

constexpr domain::rating::DayNumber kDay = 20'781;

class CutStoreTest : public StoreTest {
 protected:
  void build(int meters) {
    auto plan = small_plan(meters);
    for (auto& row : plan.meters) row.meter.wallet = domain::Wallet::platform;
    shop_.must(store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
    for (int i = 1; i <= meters; ++i) shop_.open_account(shop_.meter(i));
    property_ = shop_.must(store().load_site()).properties.front().id;
  }
  port::CutFacts facts(MeterId meter, UtcMs at = kNow) {
    return shop_.must(store().cut_facts(meter, kDay, at));
  }
  port::CutStore::CutBegin begin_of(MeterId meter, UtcMs at = kNow) {
    port::CutStore::CutBegin begin;
    begin.record = port::record_of(domain::testing::cuttable(), {CutVerdict::cut, {}});
    begin.record.meter = meter;
    begin.record.at = at;
    begin.seen = facts(meter, at);
    begin.day = kDay;
    return begin;
  }
  port::OwnCut cut(MeterId meter, UtcMs at = kNow) {
    return shop_.must(store().begin_cut(begin_of(meter, at))).cut.value();
  }
  Command command(MeterId meter, CommandKind kind,
                  CommandOrigin origin = CommandOrigin::by_operator) {
    Command intent;
    intent.meter = meter;
    intent.kind = kind;
    intent.origin = origin;
    intent.reason = "检修";
    intent.operator_id = UserId{3};
    intent.created_at = kNow;
    intent.deadline_at = kNow + minutes(10);
    return shop_.must(store().add_command(intent, "")).plain();
  }
  std::vector<SupplyIntentKind> lasting(MeterId meter) {
    std::vector<SupplyIntentKind> out;
    for (const auto& intent : shop_.must(store().supply_intents(meter))) out.push_back(intent.kind);
    return out;
  }
  static port::OwnCutStep step(const port::OwnCut& cut, OwnCutState to) {
    return {cut.id, cut.state, to, kNow + minutes(1), false, {}, "paid", {}};
  }
  PropertyId property_{};
};
INSTANTIATE_TEST_SUITE_P(Kinds, CutStoreTest, ::testing::ValuesIn(store_kinds()),
                         [](const auto& suite) { return suite.param.name; });

TEST_P(CutStoreTest, TheNewestSettingOfEachScopeCountsAndTheOldOnesAreHistory) {
  build(1);
  const MeterId meter = shop_.meter(1);
  EXPECT_EQ(facts(meter).enforcement.mode, EnforcementMode::off) << "nobody switched it on";
  domain::Enforcement setting;
  setting.property = property_;
  setting.mode = EnforcementMode::on;
  setting.reason = "业主会议决定";
  setting.changed_by = UserId{3};
  setting.changed_at = kNow;
  shop_.must(store().set_enforcement(setting));
  EXPECT_EQ(facts(meter).enforcement.mode, EnforcementMode::on);
  setting.building = shop_.must(store().load_site()).buildings.front().id;
  setting.mode = EnforcementMode::rehearsed;
  shop_.must(store().set_enforcement(setting));
  reopen();
  EXPECT_EQ(facts(meter).enforcement.mode, EnforcementMode::rehearsed) << "by its room's building";
  setting.building = {};
  setting.mode = EnforcementMode::off;
  shop_.must(store().set_enforcement(setting));
  EXPECT_EQ(facts(meter).enforcement.mode, EnforcementMode::off);
  EXPECT_EQ(shop_.must(store().enforcement(property_)).size(), 2U);
  const auto history = shop_.must(store().enforcement_history(property_, {}));
  EXPECT_EQ(history.total, 3);
  EXPECT_EQ(history.rows.front().mode, EnforcementMode::off);
  EXPECT_EQ(history.rows.back().changed_by, UserId{3});
  setting.meter = MeterId{99};
  EXPECT_EQ(shop_.ask(store().set_enforcement(setting)).error().code, Errc::meter_unknown);
}

TEST_P(CutStoreTest, ATripThatNeverArrivedHasNotEndedTheProtection) {
  build(1);
  const MeterId meter = shop_.meter(1);
  command(meter, CommandKind::force_on);
  const auto trip = command(meter, CommandKind::trip);
  EXPECT_EQ(lasting(meter), std::vector{SupplyIntentKind::manual_trip});
  shop_.must(store().finish_command(trip.id, domain::CommandState::failed, Errc::command_expired,
                                    kNow + minutes(10)));
  EXPECT_EQ(lasting(meter), std::vector{SupplyIntentKind::force_on});
}

TEST_P(CutStoreTest, NoSwitchThatNeverArrivedHasEndedTheProtection) {
  struct Row {
    const char* why;
    std::vector<CommandKind> done, failing;  ///< in this order; the last fails, those before it
                                             ///< are superseded
    std::vector<SupplyIntentKind> lasting;
  };
  constexpr auto kOn = CommandKind::force_on, kTrip = CommandKind::trip,
                 kRelease = CommandKind::release;
  const std::vector<SupplyIntentKind> on{SupplyIntentKind::force_on},
      tripped{SupplyIntentKind::manual_trip}, none;
  const Row rows[] = {
      {"the same click again, and the line was down", {kOn}, {kOn}, on},
      {"taken back, but the meter never heard it", {kOn}, {kRelease}, on},
      {"two trips, neither arrived", {kOn}, {kTrip, kTrip}, on},
      {"a trip replaced by a release that failed", {kOn}, {kTrip, kRelease}, on},
      {"nobody knows whether the replaced one arrived", {}, {kOn, kRelease}, on},
      {"it was taken back before", {kOn, kRelease}, {kTrip}, none},
      {"it was tripped before, and that arrived", {kOn, kTrip}, {kRelease}, tripped},
      {"it never arrived at all", {}, {kOn}, none},
      {"neither of two arrived", {}, {kTrip}, none},
  };
  build(static_cast<int>(std::size(rows)));
  int number = 0;
  for (const Row& row : rows) {
    const MeterId meter = shop_.meter(++number);
    for (const CommandKind kind : row.done)
      shop_.must(store().finish_command(command(meter, kind).id, domain::CommandState::done,
                                        std::nullopt, kNow + minutes(1)));
    Command last;
    for (const CommandKind kind : row.failing) last = command(meter, kind);
    shop_.must(store().finish_command(last.id, domain::CommandState::failed, Errc::command_expired,
                                      kNow + minutes(10)));
    EXPECT_EQ(lasting(meter), row.lasting) << row.why;
  }
}

TEST_P(CutStoreTest, ASettlementThatIsNotUnderWayHoldsAndSwitchesNothing) {
  build(1);
  domain::SupplyIntent intent;
  intent.meter = shop_.meter(1);
  intent.kind = SupplyIntentKind::settlement;
  intent.begun_at = kNow;
  EXPECT_EQ(shop_.ask(store().begin_supply_intent(intent)).error().code,
            Errc::settlement_state_conflict);
  Command trip;
  trip.meter = intent.meter;
  trip.kind = CommandKind::trip;
  trip.origin = CommandOrigin::settlement;
  trip.created_at = kNow;
  EXPECT_EQ(shop_.ask(store().add_command(trip, "")).error().code, Errc::settlement_state_conflict)
      << "called off while its meter was being read";
  EXPECT_TRUE(lasting(intent.meter).empty());
}

TEST_P(CutStoreTest, OperatorsCommandsBeginAndEndTheirIntents) {
  build(1);
  const MeterId meter = shop_.meter(1);
  const auto trip = command(meter, CommandKind::trip);
  EXPECT_EQ(lasting(meter), std::vector{SupplyIntentKind::manual_trip});
  reopen();
  const auto intent = shop_.must(store().supply_intents(meter)).front();
  EXPECT_EQ(intent.subject, "command " + std::to_string(trip.id.value));
  EXPECT_EQ(intent.begun_by, UserId{3});
  command(meter, CommandKind::release, CommandOrigin::settlement);
  EXPECT_EQ(lasting(meter), std::vector{SupplyIntentKind::manual_trip}) << "not the settlement's";
  command(meter, CommandKind::release, CommandOrigin::limiting);
  EXPECT_EQ(lasting(meter), std::vector{SupplyIntentKind::manual_trip}) << "not the plan's";
  command(meter, CommandKind::force_on);
  EXPECT_EQ(lasting(meter), std::vector{SupplyIntentKind::force_on});
  command(meter, CommandKind::trip);
  EXPECT_EQ(lasting(meter), std::vector{SupplyIntentKind::manual_trip}) << "the newer will";
  command(meter, CommandKind::trip, CommandOrigin::limiting);
  EXPECT_EQ(lasting(meter),
            (std::vector{SupplyIntentKind::manual_trip, SupplyIntentKind::limiting}));
  command(meter, CommandKind::release);
  EXPECT_TRUE(lasting(meter).empty()) << "who closes by hand closes it, whoever held it";
  EXPECT_EQ(shop_.must(store().supply_intent_history(meter, {})).total, 4);
}

TEST_P(CutStoreTest, ASwitchThatFailedHoldsNothing) {
  build(1);
  const MeterId meter = shop_.meter(1);
  const auto trip = command(meter, CommandKind::trip);
  shop_.must(store().finish_command(trip.id, domain::CommandState::failed, Errc::command_expired,
                                    kNow + minutes(10)));
  EXPECT_TRUE(lasting(meter).empty());
  EXPECT_EQ(shop_.must(store().supply_intent_history(meter, {})).rows.front().end_reason,
            "command_expired");
}

TEST_P(CutStoreTest, OtherIntentsBeginOnceAndEndByTheirKind) {
  build(2);
  domain::SupplyIntent intent;
  intent.meter = shop_.meter(1);
  intent.kind = SupplyIntentKind::lock_out;
  intent.begun_at = kNow;
  const auto first = shop_.must(store().begin_supply_intent(intent));
  EXPECT_EQ(shop_.must(store().begin_supply_intent(intent)).id, first.id);
  intent.kind = SupplyIntentKind::overload;
  shop_.must(store().begin_supply_intent(intent));
  EXPECT_EQ(shop_.must(store().lasting_intents()).size(), 2U);
  const auto rest = shop_.must(store().end_supply_intent(
      {intent.meter, SupplyIntentKind::lock_out, UserId{3}, kNow + minutes(1), "完工"}));
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest.front().kind, SupplyIntentKind::overload);
  EXPECT_TRUE(shop_.must(store().supply_intents(shop_.meter(2))).empty());
}

TEST_P(CutStoreTest, ACutIsStoredWholeAndEndsWithItsIntent) {
  build(1);
  const MeterId meter = shop_.meter(1);
  const auto begun = cut(meter);
  reopen();
  EXPECT_EQ(lasting(meter), std::vector{SupplyIntentKind::arrears});
  EXPECT_EQ(shop_.must(store().lasting_cuts()), std::vector{begun});
  const auto record = shop_.must(store().last_cut_decision(meter)).value();
  EXPECT_EQ(record.id, begun.decision);
  const auto inputs = domain::parse_cut_inputs(record.inputs);
  ASSERT_TRUE(inputs);
  EXPECT_EQ(domain::decide_cut(*inputs).verdict, CutVerdict::cut) << "decided again";
  EXPECT_EQ(shop_.ask(store().begin_cut(begin_of(meter))).error().code, Errc::cut_facts_changed)
      << "one at a time";
  auto shown = step(begun, OwnCutState::intended);
  shown.is_try = true;
  shown.trouble = Errc::link_timeout;
  auto now = shop_.must(store().step_cut(shown));
  EXPECT_EQ(now.tries, 2);
  EXPECT_EQ(now.trouble, Errc::link_timeout);
  now = shop_.must(store().step_cut(step(now, OwnCutState::shown)));
  EXPECT_FALSE(now.trouble);
  EXPECT_EQ(now.shown_at, kNow + minutes(1));
  auto closing = step(now, OwnCutState::reclosing);
  closing.decision = record;
  closing.decision->verdict = CutVerdict::reclose;
  now = shop_.must(store().step_cut(closing));
  EXPECT_TRUE(lasting(meter).empty()) << "the will ends before the meter has shown it";
  EXPECT_EQ(shop_.must(store().lasting_cuts()).size(), 1U);
  EXPECT_EQ(shop_.ask(store().step_cut(step(begun, OwnCutState::shown))).error().code,
            Errc::cut_state_conflict);
  now = shop_.must(store().step_cut(step(now, OwnCutState::ended)));
  EXPECT_EQ(now.ended_at, kNow + minutes(1));
  EXPECT_TRUE(shop_.must(store().lasting_cuts()).empty());
  EXPECT_EQ(shop_.must(store().list_cuts({})).total, 1);
  port::CutFilter filter;
  filter.meter = meter;
  EXPECT_EQ(shop_.must(store().list_cut_decisions(filter)).total, 2);
  filter.verdict = CutVerdict::reclose;
  EXPECT_EQ(shop_.must(store().list_cut_decisions(filter)).total, 1);
  EXPECT_EQ(shop_.ask(store().step_cut({CutId{99}, {}, {}, kNow, false, {}, "", {}})).error().code,
            Errc::cut_unknown);
}

struct Change {
  const char* why;
  void (*make)(Shop&, MeterId, PropertyId);
};
const Change kChanges[] = {
    {"money came in", [](Shop& shop, MeterId meter, PropertyId) { shop.sell(meter, "sale-1", 1); }},
    {"an order was made",
     [](Shop& shop, MeterId meter, PropertyId) {
       port::PaymentOrder order;
       order.method = domain::PaymentMethod::wechat;
       order.merchant = "m";
       order.currency = "CNY";
       auto vend = Shop::sale(meter, "order-001", 100);
       vend.method = domain::PaymentMethod::wechat;
       shop.must(shop.store().create_order(vend, order));
     }},
    {"a manual trip",
     [](Shop& shop, MeterId meter, PropertyId) {
       Command trip;
       trip.meter = meter;
       trip.kind = CommandKind::trip;
       shop.must(shop.store().add_command(trip, ""));
     }},
    {"保电 by an operator",
     [](Shop& shop, MeterId meter, PropertyId) {
       Command on;
       on.meter = meter;
       on.kind = CommandKind::force_on;
       shop.must(shop.store().add_command(on, ""));
     }},
    {"enforcement was switched off",
     [](Shop& shop, MeterId, PropertyId property) {
       domain::Enforcement off;
       off.property = property;
       shop.must(shop.store().set_enforcement(off));
     }},
    {"the warning's episode ended",
     [](Shop& shop, MeterId meter, PropertyId) {
       shop.must(shop.store().report_levels({meter, kNow, {domain::NoticeLevel::arrears}, {}}));
     }},
    {"emergency credit was switched on",
     [](Shop& shop, MeterId meter, PropertyId) {
       domain::WalletTerms terms;
       terms.meter = meter;
       terms.emergency_on = true;
       shop.must(shop.store().set_wallet_terms(terms));
     }},
};

TEST_P(CutStoreTest, WhatChangedSinceTheDecisionIsNotCut) {
  build(static_cast<int>(std::size(kChanges)));
  for (std::size_t i = 0; i < std::size(kChanges); ++i) {
    const MeterId meter = shop_.meter(static_cast<int>(i) + 1);
    const auto begin = begin_of(meter);
    kChanges[i].make(shop_, meter, property_);
    const auto begun = shop_.ask(store().begin_cut(begin));
    ASSERT_FALSE(begun) << kChanges[i].why;
    EXPECT_EQ(begun.error().code, Errc::cut_facts_changed) << kChanges[i].why;
    const auto kept = shop_.must(store().last_cut_decision(meter));
    EXPECT_FALSE(kept) << kChanges[i].why << ": nothing of it is stored";
  }
  EXPECT_TRUE(shop_.must(store().lasting_cuts()).empty());
}

TEST_P(CutStoreTest, AClosingByHandEndsTheOwnCut) {
  build(2);
  for (const CommandKind kind : {CommandKind::release, CommandKind::force_on}) {
    const MeterId meter = shop_.meter(kind == CommandKind::release ? 1 : 2);
    cut(meter);
    command(meter, CommandKind::trip);
    EXPECT_EQ(facts(meter).own_cut->state, OwnCutState::intended) << "a manual trip adds to it";
    command(meter, kind);
    EXPECT_EQ(facts(meter).own_cut->state, OwnCutState::reclosing);
    EXPECT_THAT(lasting(meter), ::testing::Not(::testing::Contains(SupplyIntentKind::arrears)));
  }
}

TEST_P(CutStoreTest, TheSixthCutOpensTheBreakerAndTwoPeopleCloseIt) {
  build(7);
  for (int i = 1; i <= 5; ++i) cut(shop_.meter(i), kNow + seconds(i));
  const UtcMs at = kNow + minutes(9);
  EXPECT_FALSE(shop_.must(store().begin_cut(begin_of(shop_.meter(6), at))).cut);
  reopen();
  auto breaker = shop_.must(store().cut_breaker(property_));
  EXPECT_TRUE(breaker.is_open);
  EXPECT_EQ(breaker.cuts, 5);
  EXPECT_EQ(breaker.opened_at, at);
  EXPECT_TRUE(lasting(shop_.meter(6)).empty());
  const UtcMs later = kNow + minutes(60);
  EXPECT_EQ(shop_.ask(store().begin_cut(begin_of(shop_.meter(6), later))).error().code,
            Errc::cut_breaker_open)
      << "time alone closes nothing";
  const domain::BreakerRelease bob{UserId{2}, later, 1, ""};
  EXPECT_EQ(shop_.ask(store().release_breaker(property_, bob)).error().code,
            Errc::breaker_not_asked);
  shop_.must(store().ask_breaker_release(property_, UserId{1}, "核实无误", later));
  breaker = shop_.must(store().release_breaker(property_, bob));
  EXPECT_FALSE(breaker.is_open);
  EXPECT_EQ(breaker.released_by, UserId{2});
  EXPECT_EQ(breaker.reason, "核实无误");
  EXPECT_TRUE(shop_.must(store().begin_cut(begin_of(shop_.meter(6), later))).cut);
}

TEST_P(CutStoreTest, RehearsedCutsDoNotCount) {
  build(7);
  std::vector<domain::RehearsalLine> lines;
  for (int i = 1; i <= 7; ++i) {
    domain::RehearsalLine line;
    line.meter = shop_.meter(i);
    line.balance = {-100};
    line.guards = i == 7 ? "notice_arrears fails" : "";
    lines.push_back(line);
  }
  domain::Rehearsal draft;
  draft.property = property_;
  draft.day = kDay;
  draft.made_at = kNow;
  auto made = shop_.must(store().make_rehearsal(draft, lines));
  EXPECT_EQ(made.revision, 1);
  EXPECT_EQ(shop_.must(store().make_rehearsal(draft, lines)).revision, 1) << "the same";
  lines[0].balance = {-101};
  made = shop_.must(store().make_rehearsal(draft, lines));
  EXPECT_EQ(made.revision, 2);
  EXPECT_FALSE(facts(lines[0].meter).is_rehearsed) << "nobody approved it";
  port::CutStore::RehearsalAct act{
      made.id, 1, domain::RehearsalState::approved, UserId{2}, kNow, kDay - 1, "同意"};
  EXPECT_EQ(shop_.ask(store().decide_rehearsal(act)).error().code, Errc::rehearsal_changed);
  act.revision = 2;
  act.today = kDay;
  EXPECT_EQ(shop_.ask(store().decide_rehearsal(act)).error().code, Errc::rehearsal_too_late);
  act.today = kDay - 1;
  shop_.must(store().decide_rehearsal(act));
  lines.pop_back();
  EXPECT_EQ(shop_.must(store().make_rehearsal(draft, lines)).revision, 2) << "decided";
  reopen();
  const auto sheet = shop_.must(store().find_rehearsal(made.id));
  EXPECT_EQ(sheet.rehearsal.decided_by, UserId{2});
  EXPECT_EQ(sheet.lines.size(), 7U);
  EXPECT_EQ(shop_.must(store().list_rehearsals(property_, {})).total, 1);
  EXPECT_TRUE(facts(lines[0].meter).is_rehearsed);
  EXPECT_FALSE(facts(shop_.meter(7)).is_rehearsed) << "the list said it would stay on";
  for (int i = 1; i <= 6; ++i)
    EXPECT_TRUE(cut(shop_.meter(i), kNow + seconds(10 * (i - 1))).is_rehearsed);
  EXPECT_FALSE(shop_.must(store().cut_breaker(property_)).is_open);
  EXPECT_EQ(facts(shop_.meter(7)).last_rehearsed, kNow + seconds(50));
  EXPECT_TRUE(facts(shop_.meter(7)).unrehearsed.empty());
  EXPECT_EQ(shop_.ask(store().find_rehearsal(domain::RehearsalId{99})).error().code,
            Errc::rehearsal_unknown);
}

TEST_P(CutStoreTest, RehearsedCutsTakeTurnsWhoeverDecidesThem) {
  build(2);
  std::vector<domain::RehearsalLine> lines(2);
  for (int i = 1; i <= 2; ++i) lines[static_cast<std::size_t>(i - 1)].meter = shop_.meter(i);
  domain::Rehearsal draft;
  draft.property = property_;
  draft.day = kDay;
  draft.made_at = kNow;
  const auto made = shop_.must(store().make_rehearsal(draft, lines));
  shop_.must(store().decide_rehearsal({made.id, made.revision, domain::RehearsalState::approved,
                                       UserId{2}, kNow, kDay - 1, "同意"}));
  // Both were decided before either was stored, as by two stations.
  const auto first = begin_of(shop_.meter(1)), second = begin_of(shop_.meter(2), kNow + seconds(9));
  ASSERT_TRUE(shop_.must(store().begin_cut(first)).cut->is_rehearsed);
  EXPECT_EQ(shop_.ask(store().begin_cut(second)).error().code, Errc::cut_facts_changed);
  EXPECT_TRUE(lasting(shop_.meter(2)).empty()) << "it waits for its turn";
  EXPECT_TRUE(cut(shop_.meter(2), kNow + seconds(10)).is_rehearsed);
}

TEST_P(CutStoreTest, NobodyIsCutWhileAStationsClockIsDoubted) {
  build(2);
  const auto begin = begin_of(shop_.meter(1));
  domain::Alarm alarm;
  alarm.property = property_;
  alarm.kind = domain::AlarmKind::clock;
  alarm.meter = shop_.meter(2);
  alarm.raised_at = kNow;
  shop_.must(store().raise_alarm(alarm));
  const auto earlier = cut(shop_.meter(2));  // one meter's own clock is no reason
  alarm.meter = MeterId{};
  shop_.must(store().raise_alarm(alarm));
  EXPECT_EQ(shop_.ask(store().begin_cut(begin)).error().code, Errc::cut_facts_changed)
      << "another station may have raised it";
  EXPECT_TRUE(lasting(shop_.meter(1)).empty());
  auto again = step(earlier, OwnCutState::intended);
  again.decision = begin.record;
  again.decision->meter = shop_.meter(2);
  EXPECT_EQ(shop_.ask(store().step_cut(again)).error().code, Errc::cut_facts_changed)
      << "nor is a cut sent once more";
  shop_.must(
      store().clear_alarm({domain::AlarmKind::clock, {}, {}, kNow + minutes(1), "", property_}));
  EXPECT_TRUE(shop_.must(store().begin_cut(begin)).cut);
}

TEST_P(CutStoreTest, FactsOfAMeter) {
  build(2);
  const MeterId meter = shop_.meter(1);
  auto now = facts(meter);
  EXPECT_EQ(now.wallet, domain::Wallet::platform);
  EXPECT_TRUE(now.account);
  EXPECT_EQ(now.ledger, domain::Money{});
  EXPECT_EQ(now.settings.alarm1, domain::Money{2'000});
  EXPECT_EQ(now.meters, 2);
  EXPECT_EQ(now.vends_under_way, 0);
  shop_.sell(meter, "sale-0001", 7'000);
  now = facts(meter);
  EXPECT_EQ(now.ledger, domain::Money{7'000});
  EXPECT_EQ(now.vends_under_way, 0) << "delivered by its posting";
  EXPECT_EQ(shop_.ask(store().cut_facts(MeterId{99}, kDay, kNow)).error().code,
            Errc::meter_unknown);
}

}  // namespace paymeter::store::testing
