// Which setting decides, and what the recorded intents want of the relay.
#include "paymeter/domain/enforcement.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "paymeter/domain/supply_intent.hpp"

namespace paymeter::domain {
namespace {

using Mode = EnforcementMode;
constexpr BuildingId kEast{1}, kWest{2};
constexpr MeterId kMeter{7}, kOther{8};

Enforcement setting(int id, BuildingId building, MeterId meter, Mode mode) {
  Enforcement out;
  out.id = EnforcementId{id};
  out.building = building;
  out.meter = meter;
  out.mode = mode;
  out.reason = "试点";
  return out;
}

struct Row {
  const char* why;
  std::vector<Enforcement> settings;
  Mode mode;
  int by;
};

TEST(Enforcement, WhatHoldsForAMeter) {
  const Row rows[] = {
      {"nobody ever switched it on", {}, Mode::off, 0},
      {"the property", {setting(1, {}, {}, Mode::on)}, Mode::on, 1},
      {"the meter only", {setting(1, {}, kMeter, Mode::on)}, Mode::on, 1},
      {"another meter", {setting(1, {}, kOther, Mode::on)}, Mode::off, 0},
      {"another building", {setting(1, kWest, {}, Mode::on)}, Mode::off, 0},
      {"the nearer one decides",
       {setting(1, {}, {}, Mode::on), setting(2, kEast, {}, Mode::rehearsed)},
       Mode::rehearsed,
       2},
      {"in any order",
       {setting(2, kEast, {}, Mode::rehearsed), setting(1, {}, {}, Mode::on)},
       Mode::rehearsed,
       2},
      {"the property's off wins over the meter's on",
       {setting(3, {}, kMeter, Mode::on), setting(1, {}, {}, Mode::off)},
       Mode::off,
       1},
      {"the meter's off",
       {setting(1, {}, {}, Mode::on), setting(3, {}, kMeter, Mode::off)},
       Mode::off,
       3},
      {"another meter's off is its own",
       {setting(1, {}, {}, Mode::on), setting(3, {}, kOther, Mode::off)},
       Mode::on,
       1},
  };
  for (const Row& row : rows) {
    const auto standing = enforcement_of(row.settings, kEast, kMeter);
    EXPECT_EQ(standing.mode, row.mode) << row.why;
    EXPECT_EQ(standing.by_setting.value, row.by) << row.why;
  }
}

TEST(Enforcement, NeedsOneScopeAndAReason) {
  EXPECT_TRUE(check_enforcement(setting(0, kEast, {}, Mode::on)));
  EXPECT_FALSE(check_enforcement(setting(0, kEast, kMeter, Mode::on)));
  Enforcement silent = setting(0, {}, {}, Mode::on);
  silent.reason = "ok";
  EXPECT_EQ(check_enforcement(silent).error().code, Errc::enforcement_invalid);
}

TEST(SupplyIntent, TheRelayFollowsEverythingThatLasts) {
  const auto lasting = [](std::initializer_list<SupplyIntentKind> kinds) {
    std::vector<SupplyIntent> out;
    for (const SupplyIntentKind kind : kinds) {
      SupplyIntent intent;
      intent.kind = kind;
      out.push_back(intent);
    }
    return out;
  };
  using Kind = SupplyIntentKind;
  EXPECT_EQ(supply_target(lasting({}), false), SupplyTarget::released);
  EXPECT_EQ(supply_target(lasting({}), true), SupplyTarget::forced_on);
  EXPECT_EQ(supply_target(lasting({Kind::force_on}), false), SupplyTarget::forced_on);
  for (int i = 0; i < static_cast<int>(Kind::force_on); ++i) {
    const Kind kind = static_cast<Kind>(i);
    EXPECT_EQ(supply_target(lasting({kind}), false), SupplyTarget::open);
    EXPECT_EQ(supply_target(lasting({kind, Kind::force_on}), true), SupplyTarget::open);
    EXPECT_EQ(held_off_by_others(lasting({kind})), kind != Kind::arrears);
    EXPECT_TRUE(holds_off(kind));
  }
  EXPECT_FALSE(held_off_by_others(lasting({Kind::force_on})));
  EXPECT_TRUE(protects(lasting({Kind::force_on}), false));
  EXPECT_FALSE(protects(lasting({Kind::arrears}), false));
}

}  // namespace
}  // namespace paymeter::domain
