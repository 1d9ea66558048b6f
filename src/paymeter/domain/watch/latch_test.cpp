// The latch at its boundaries, and that noise cannot make it flap.
#include "paymeter/domain/watch/latch.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "paymeter/domain/watch/alarm_rule.hpp"

namespace paymeter::domain::watch {
namespace {

UtcMs at(std::int64_t s) { return {s * 1'000}; }

TEST(Latch, ZonesAtTheirLevels) {
  EXPECT_EQ(zone_above(79, 80, 50), Zone::between);
  EXPECT_EQ(zone_above(80, 80, 50), Zone::raise);
  EXPECT_EQ(zone_above(51, 80, 50), Zone::between);
  EXPECT_EQ(zone_above(50, 80, 50), Zone::clear);
}

TEST(Latch, HoldsAtTheirBoundaries) {
  const Holds holds{seconds(10), seconds(20)};
  struct Row {
    const char* reason;
    std::int64_t second;
    Zone zone;
    LatchChange expected;
  };
  const Row rows[] = {
      {"begins", 0, Zone::raise, LatchChange::none},
      {"one short", 9, Zone::raise, LatchChange::none},
      {"a break: not that bad any more", 9, Zone::between, LatchChange::none},
      {"begins again", 10, Zone::raise, LatchChange::none},
      {"the full hold", 20, Zone::raise, LatchChange::raised},
      {"already raised", 21, Zone::raise, LatchChange::none},
      {"good begins", 30, Zone::clear, LatchChange::none},
      {"between is not good", 40, Zone::between, LatchChange::none},
      {"good begins again", 45, Zone::clear, LatchChange::none},
      {"one short", 64, Zone::clear, LatchChange::none},
      {"the full hold", 65, Zone::clear, LatchChange::cleared},
      {"already clear", 66, Zone::clear, LatchChange::none},
  };
  Latch latch;
  for (const Row& row : rows)
    EXPECT_EQ(observe(latch, row.zone, at(row.second), holds), row.expected)
        << row.second << ": " << row.reason;
}

TEST(Latch, WithoutHoldsEverythingIsAtOnce) {
  Latch latch;
  EXPECT_EQ(observe(latch, Zone::raise, at(1), {}), LatchChange::raised);
  EXPECT_EQ(observe(latch, Zone::between, at(1), {}), LatchChange::none);
  EXPECT_EQ(observe(latch, Zone::clear, at(1), {}), LatchChange::cleared);
}

TEST(Latch, AClockSetBackStartsTheHoldAnew) {
  Latch latch;
  const Holds holds{seconds(10), {}};
  EXPECT_EQ(observe(latch, Zone::raise, at(1'000), holds), LatchChange::none);
  EXPECT_EQ(observe(latch, Zone::raise, at(5), holds), LatchChange::none);
  EXPECT_EQ(change_due(latch, holds), at(15));
  EXPECT_EQ(observe(latch, Zone::raise, at(15), holds), LatchChange::raised);
}

RC_GTEST_PROP(LatchProperty, NoiseRaisesAtMostOncePerHold, ()) {
  const Holds holds{seconds(*rc::gen::inRange(0, 100)), seconds(*rc::gen::inRange(1, 1'000))};
  const auto raise_at = *rc::gen::inRange(10, 20);
  const auto clear_at = raise_at - *rc::gen::inRange(1, 10);
  Latch latch;
  std::optional<UtcMs> raised;
  UtcMs now{};
  for (int i = 0; i < 2'000; ++i) {
    now = now + seconds(*rc::gen::inRange(0, 30));
    const auto value = raise_at + *rc::gen::inRange(-12, 12);
    const LatchChange change = observe(latch, zone_above(value, raise_at, clear_at), now, holds);
    if (change != LatchChange::raised) continue;
    if (raised) RC_ASSERT(now - *raised >= holds.clear_after + holds.raise_after);
    raised = now;
  }
}

TEST(AlarmRule, EveryDefaultIsValidWhereItMayBeSet) {
  for (int i = 0; i <= static_cast<int>(kLastAlarmKind); ++i) {
    const AlarmRule rule = default_rule(static_cast<AlarmKind>(i));
    EXPECT_EQ(check_rule(rule).has_value(), may_be_set(rule.kind)) << i;
    EXPECT_TRUE(may_be_set(rule.kind) || rule.holds == Holds{}) << "money waits for no hold";
  }
}

TEST(AlarmRule, WhatIsRefused) {
  struct Row {
    const char* reason;
    const char* field;
    AlarmKind kind;
    void (*change)(AlarmRule&);
  };
  const Row rows[] = {
      {"sales wait for it", "kind", AlarmKind::vend_quarantined, [](AlarmRule&) {}},
      {"everything would be a loss", "raise_at", AlarmKind::loss,
       [](AlarmRule& rule) { rule.raise_at = 0; }},
      {"no level there", "raise_at", AlarmKind::cover, [](AlarmRule& rule) { rule.raise_at = 1; }},
      {"one line flaps", "clear_at", AlarmKind::loss,
       [](AlarmRule& rule) { rule.clear_at = rule.raise_at; }},
      {"below nothing", "floor", AlarmKind::loss, [](AlarmRule& rule) { rule.floor = -1; }},
      {"never", "raise_after_s", AlarmKind::clock,
       [](AlarmRule& rule) { rule.holds.raise_after = minutes(60 * 24 * 8); }},
      {"into the past", "clear_after_s", AlarmKind::clock,
       [](AlarmRule& rule) { rule.holds.clear_after = Millis{-1}; }},
  };
  for (const Row& row : rows) {
    AlarmRule rule = default_rule(row.kind);
    row.change(rule);
    const auto checked = check_rule(rule);
    ASSERT_FALSE(checked) << row.reason;
    EXPECT_EQ(checked.error().detail, row.field) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::domain::watch
