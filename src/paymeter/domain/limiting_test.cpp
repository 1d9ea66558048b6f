// Load limiting: order, target, turns, and everybody whom a plan must not touch.
#include "paymeter/domain/limiting.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace paymeter::domain {
namespace {

constexpr MeterId m(std::int64_t id) { return MeterId{id}; }

LimitingPlan plan() {
  LimitingPlan plan;
  plan.name = "夏季";
  plan.target_w = 5'000;
  plan.groups = {{"广告", {m(1), m(2)}}, {"空调", {m(3), m(4)}}, {"商铺", {m(5)}}};
  return plan;
}

/// Every meter of the plan, closed, 2 kW each.
std::vector<LimitingFact> facts() {
  std::vector<LimitingFact> out;
  std::size_t group = 0;
  for (const LimitingGroup& at : plan().groups) {
    for (MeterId meter : at.meters) {
      LimitingFact fact;
      fact.meter = meter;
      fact.group = group;
      fact.power_w = 2'000;
      out.push_back(fact);
    }
    ++group;
  }
  return out;
}

TEST(Limiting, GroupAfterGroupUntilTheLoadFits) {
  const auto moves = target_moves(plan(), facts(), std::nullopt, {});
  EXPECT_EQ(moves.load_w, 10'000);
  EXPECT_EQ(moves.shed, (std::vector{m(1), m(2), m(3)})) << "10 kW - 3 × 2 kW is below 5 kW";
  EXPECT_FALSE(moves.short_of_target);
  EXPECT_TRUE(moves.restore.empty());
  auto low = plan();
  low.target_w = 10'000;
  EXPECT_TRUE(target_moves(low, facts(), std::nullopt, {}).shed.empty()) << "at the target";
  low.target_w = 9'999;
  EXPECT_EQ(target_moves(low, facts(), std::nullopt, {}).shed, std::vector{m(1)});
}

TEST(Limiting, WhatIsOnItsWayOffIsNotCountedTwice) {
  auto known = facts();
  known[0].is_shed = known[1].is_shed = true;
  const auto moves = target_moves(plan(), known, std::nullopt, {m(1), m(2)});
  EXPECT_EQ(moves.load_w, 6'000);
  EXPECT_EQ(moves.shed, std::vector{m(3)});
  auto metered = plan();
  metered.main_meter = m(9);
  const auto main = target_moves(metered, known, 20'000, {m(1), m(2)});
  EXPECT_EQ(main.load_w, 16'000) << "the main meter still shows what is leaving";
  EXPECT_EQ(main.shed, (std::vector{m(3), m(4), m(5)}));
  EXPECT_TRUE(main.short_of_target) << "more load than the plan can take away";
}

TEST(Limiting, WithoutItsMainMeterTheLoadIsUnknownAndNobodyIsShed) {
  auto metered = plan();
  metered.main_meter = m(9);
  auto known = facts();
  known[4].is_shed = known[4].is_protected = true;
  const auto moves = target_moves(metered, known, std::nullopt, {});
  EXPECT_EQ(moves.load_w, std::nullopt) << "the plan's own 8 kW are not what the main meter shows";
  EXPECT_TRUE(moves.shed.empty());
  EXPECT_FALSE(moves.short_of_target) << "not known";
  EXPECT_EQ(moves.restore, std::vector{m(5)}) << "protected: at once, all the same";
}

TEST(Limiting, WhoIsNeverShed) {
  struct Row {
    const char* reason;
    void (*change)(LimitingFact&);
  };
  const Row rows[] = {
      {"protected", [](LimitingFact& f) { f.is_protected = true; }},
      {"no relay, lost or settling", [](LimitingFact& f) { f.is_able = false; }},
      {"an operator switched it meanwhile", [](LimitingFact& f) { f.overridden = true; }},
      {"off already, by somebody else", [](LimitingFact& f) { f.is_open = true; }},
      {"this run has it off", [](LimitingFact& f) { f.is_shed = true; }},
  };
  auto all = plan();
  all.target_w = 0;
  auto rota = plan();
  rota.mode = LimitingMode::rota;
  for (const Row& row : rows) {
    auto known = facts();
    row.change(known[0]);
    for (const auto& moves :
         {target_moves(all, known, std::nullopt, {}), rota_moves(rota, known, Millis{0})}) {
      EXPECT_EQ(std::ranges::count(moves.shed, m(1)), 0) << row.reason;
      EXPECT_EQ(std::ranges::count(moves.shed, m(2)), 1) << row.reason << ": the others are";
    }
  }
  auto unknown = facts();
  unknown[0].power_w.reset();
  unknown[1].power_w = 0;
  const auto moves = target_moves(all, unknown, std::nullopt, {});
  EXPECT_EQ(moves.shed, (std::vector{m(3), m(4), m(5)}))
      << "unknown means stay on, and taking nothing away helps nobody";
}

TEST(Limiting, TurnsGoRoundAndGiveBackWhatTheyTook) {
  auto rota = plan();
  rota.mode = LimitingMode::rota;
  rota.turn = minutes(60);
  using Off = std::vector<bool>;
  EXPECT_EQ(rota_groups_off(rota, Millis{0}), (Off{true, false, false}));
  EXPECT_EQ(rota_groups_off(rota, minutes(60) - Millis{1}), (Off{true, false, false}));
  EXPECT_EQ(rota_groups_off(rota, minutes(60)), (Off{false, true, false}));
  EXPECT_EQ(rota_groups_off(rota, minutes(180)), (Off{true, false, false}));
  EXPECT_EQ(rota_groups_off(rota, Millis{-5}), (Off{true, false, false})) << "a clock set back";
  rota.groups_off = 2;
  EXPECT_EQ(rota_groups_off(rota, minutes(60)), (Off{true, false, true}));
  rota.groups_off = 1;

  auto known = facts();
  known[0].is_shed = known[0].is_open = known[1].is_shed = known[1].is_open = true;
  const auto moves = rota_moves(rota, known, minutes(61));
  EXPECT_EQ(moves.shed, (std::vector{m(3), m(4)}));
  EXPECT_EQ(moves.restore, (std::vector{m(1), m(2)}));
  known[0].is_shed = false;  // open for another reason
  EXPECT_EQ(rota_moves(rota, known, minutes(61)).restore, std::vector{m(2)});
}

TEST(Limiting, BadPlansAreRefused) {
  struct Row {
    const char* reason;
    void (*spoil)(LimitingPlan&);
  };
  const Row rows[] = {
      {"no name", [](LimitingPlan& p) { p.name.clear(); }},
      {"no groups", [](LimitingPlan& p) { p.groups.clear(); }},
      {"an empty group", [](LimitingPlan& p) { p.groups[1].meters.clear(); }},
      {"a meter twice", [](LimitingPlan& p) { p.groups[2].meters = {m(1)}; }},
      {"the main meter in a group", [](LimitingPlan& p) { p.main_meter = m(3); }},
      {"a target below 0", [](LimitingPlan& p) { p.target_w = -1; }},
      {"turns that wear relays out",
       [](LimitingPlan& p) { p.mode = LimitingMode::rota, p.turn = minutes(9); }},
      {"more off than there are",
       [](LimitingPlan& p) { p.mode = LimitingMode::rota, p.groups_off = 4; }},
      {"none off", [](LimitingPlan& p) { p.mode = LimitingMode::rota, p.groups_off = 0; }},
  };
  EXPECT_TRUE(check_limiting_plan(plan()));
  for (const Row& row : rows) {
    auto bad = plan();
    row.spoil(bad);
    const auto checked = check_limiting_plan(bad);
    ASSERT_FALSE(checked) << row.reason;
    EXPECT_EQ(checked.error().code, Errc::request_invalid) << row.reason;
  }
}

TEST(Limiting, WhoBecameProtectedGetsTheSupplyBack) {
  auto all = plan();
  all.target_w = 0;
  auto known = facts();
  known[0].is_shed = known[0].is_open = known[0].is_protected = true;
  auto moves = target_moves(all, known, std::nullopt, {});
  EXPECT_EQ(moves.restore, std::vector{m(1)});
  EXPECT_EQ(moves.shed, (std::vector{m(2), m(3), m(4), m(5)}));
  all.mode = LimitingMode::rota;
  moves = rota_moves(all, known, Millis{});
  EXPECT_EQ(moves.restore, std::vector{m(1)}) << "though it is its group's turn";
  EXPECT_EQ(moves.shed, std::vector{m(2)});
}

TEST(Limiting, ATripThatNobodySawIsTriedAgain) {
  auto all = plan();
  all.target_w = 0;
  struct Row {
    const char* reason;
    std::optional<std::int64_t> power_w;
    bool is_retry, is_open, is_tried;
  };
  const Row rows[] = {
      {"on its way, or off", 2'000, false, false, false},
      {"it did not arrive", 2'000, true, false, true},
      {"it arrived unseen", 0, true, true, true},
      {"it did not arrive, and nothing is used", 0, true, false, false},
      {"nothing is known", std::nullopt, true, false, false},
  };
  for (const Row& row : rows) {
    auto known = facts();
    known[0].is_shed = true;
    known[0].power_w = row.power_w;
    known[0].is_retry = row.is_retry;
    known[0].is_open = row.is_open;
    const auto moves = target_moves(all, known, std::nullopt, {});
    EXPECT_EQ(!moves.shed.empty() && moves.shed[0] == m(1), row.is_tried) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::domain
