// Register rules, each at its boundary, and how they come to an end.
#include "paymeter/domain/watch/meter_watch.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace paymeter::domain::watch {
namespace {

constexpr Connection kDirect{69'000, 10, 1};

class MeterWatchTest : public testing::Test {
 protected:
  /// Where `kind` stands after a reading `minute` minutes after the start; empty: not judged.
  std::optional<Zone> see(std::int64_t minute, Sample sample, AlarmKind kind) {
    sample.at = UtcMs{1'700'000'000'000} + minutes(minute);
    findings = watch_sample(watch, sample, connection, rules);
    const auto at = std::find_if(findings.begin(), findings.end(),
                                 [&](const Finding& found) { return found.kind == kind; });
    return at == findings.end() ? std::nullopt : std::optional(at->zone);
  }
  std::optional<Zone> energy(std::int64_t minute, std::int64_t wh, AlarmKind kind,
                             std::optional<std::int64_t> power = {}) {
    Sample sample;
    sample.energy_wh = wh;
    sample.power_w = power;
    return see(minute, sample, kind);
  }
  MeterWatch watch;
  Connection connection = kDirect;
  AlarmRules rules;
  std::vector<Finding> findings;
};

TEST_F(MeterWatchTest, AConnectionByItsTransformer) {
  Meter meter;
  EXPECT_EQ(connection_of(meter).rated_w, 69'000);
  meter.ct_ratio = 40;
  EXPECT_EQ(connection_of(meter).rated_w, 3 * 230 * 6 * 40);
  EXPECT_EQ(connection_of(meter).step_wh, 400);
}

TEST_F(MeterWatchTest, FallingUntilItHasComeBack) {
  EXPECT_EQ(energy(0, 50'000, AlarmKind::falling), std::nullopt) << "nothing to compare with";
  EXPECT_EQ(energy(1, 50'000, AlarmKind::falling), Zone::clear);
  EXPECT_EQ(energy(2, 49'990, AlarmKind::falling), Zone::raise);
  EXPECT_EQ(findings.at(1).detail, "50000 Wh -> 49990 Wh");
  EXPECT_EQ(energy(3, 49'999, AlarmKind::falling), Zone::raise) << "still below what it has shown";
  EXPECT_EQ(energy(4, 50'000, AlarmKind::falling), Zone::clear);
}

TEST_F(MeterWatchTest, AToleratedFallIsBetween) {
  AlarmRule rule = default_rule(AlarmKind::falling);
  rule.raise_at = 20;
  rule.clear_at = 0;
  rules.set(rule);
  energy(0, 50'000, AlarmKind::falling);
  EXPECT_EQ(energy(1, 49'981, AlarmKind::falling), Zone::between);
  EXPECT_EQ(energy(2, 49'980, AlarmKind::falling), Zone::raise);
}

TEST_F(MeterWatchTest, FlyingAtItsBoundary) {
  // 69 kW for an hour at 120 % is 82,800 Wh; 1,000 Wh and two last digits are never too much.
  energy(0, 0, AlarmKind::flying);
  EXPECT_EQ(energy(60, 82'800 + 1'020, AlarmKind::flying), Zone::between);
  watch = {};
  energy(0, 0, AlarmKind::flying);
  EXPECT_EQ(energy(60, 82'800 + 1'021, AlarmKind::flying), Zone::raise);
  watch = {};
  energy(0, 0, AlarmKind::flying);
  EXPECT_EQ(energy(60, 69'000 + 1'020, AlarmKind::flying), Zone::clear);
}

TEST_F(MeterWatchTest, ASpikeIsNoBase) {
  energy(0, 10'000, AlarmKind::flying);
  EXPECT_EQ(energy(30, 90'000'000, AlarmKind::flying), Zone::raise);
  EXPECT_EQ(energy(60, 10'500, AlarmKind::flying), Zone::clear);
  EXPECT_EQ(energy(61, 10'500, AlarmKind::falling), Zone::clear) << "the spike was never believed";
}

TEST_F(MeterWatchTest, FlyingOnStaysRaised) {
  energy(0, 0, AlarmKind::flying);
  EXPECT_EQ(energy(30, 500'000, AlarmKind::flying), Zone::raise);
  EXPECT_EQ(energy(60, 1'000'000, AlarmKind::flying), Zone::raise);
}

TEST_F(MeterWatchTest, StandingStillAtItsBoundary) {
  // 1 kW that the register does not show: 500 Wh after half an hour.
  energy(0, 5'000, AlarmKind::standing_still, 1'000);
  EXPECT_EQ(energy(29, 5'000, AlarmKind::standing_still, 1'000), Zone::between);
  EXPECT_EQ(energy(30, 5'000, AlarmKind::standing_still, 1'000), Zone::raise);
  EXPECT_EQ(energy(31, 5'010, AlarmKind::standing_still, 1'000), Zone::clear);
  EXPECT_EQ(energy(60, 5'010, AlarmKind::standing_still, 1'000), Zone::between) << "from zero";
}

TEST_F(MeterWatchTest, WhatIsNoStandstill) {
  struct Row {
    const char* reason;
    std::int64_t first_w, second_w;
    int minutes_between;
  };
  const Row rows[] = {{"an empty shop", 0, 0, 100},
                      {"below what counts as use", 49, 49, 100},
                      {"the smaller of two powers is none", 0, 69'000, 100},
                      {"a gap says nothing", 1'000, 1'000, 121},
                      {"reverse power", -1'000, -1'000, 100}};
  for (const Row& row : rows) {
    watch = {};
    energy(0, 5'000, AlarmKind::standing_still, row.first_w);
    EXPECT_EQ(energy(row.minutes_between, 5'000, AlarmKind::standing_still, row.second_w),
              Zone::between)
        << row.reason;
  }
}

TEST_F(MeterWatchTest, ATransformersRegisterMovesInBigSteps) {
  connection = {3 * 230 * 6 * 40, 400, 40};
  energy(0, 40'000, AlarmKind::standing_still, 1'000);
  EXPECT_EQ(energy(71, 40'000, AlarmKind::standing_still, 1'000), Zone::between);
  EXPECT_EQ(energy(73, 40'000, AlarmKind::standing_still, 1'000), Zone::raise) << "3 digits";
}

TEST_F(MeterWatchTest, ImpossibleValues) {
  struct Row {
    const char* reason;
    void (*set)(Sample&);
    Zone zone;
  };
  const Row rows[] = {
      {"a sound one", [](Sample& s) { s.voltage_mv[0] = 230'000; }, Zone::clear},
      {"voltage at the limit", [](Sample& s) { s.voltage_mv[2] = 1'000'000; }, Zone::clear},
      {"voltage beyond", [](Sample& s) { s.voltage_mv[2] = 1'000'001; }, Zone::raise},
      {"power factor", [](Sample& s) { s.power_factor_e3 = -1'001; }, Zone::raise},
      {"no voltage, no frequency", [](Sample& s) { s.frequency_mhz = 0; }, Zone::clear},
      {"frequency", [](Sample& s) { s.frequency_mhz = 39'999; }, Zone::raise},
      {"negative register", [](Sample& s) { s.energy_wh = -1; }, Zone::raise},
      {"rates above the total",
       [](Sample& s) {
         s.energy_wh = 1'000;
         s.rate_energy_wh[0] = 1'500;
       },
       Zone::raise},
      {"rates a little above: energy went on between the requests",
       [](Sample& s) {
         s.energy_wh = 1'000;
         s.rate_energy_wh[0] = 1'100;
       },
       Zone::clear},
      {"power at 150 %", [](Sample& s) { s.power_w = 103'500; }, Zone::clear},
      {"power between", [](Sample& s) { s.power_w = 137'999; }, Zone::between},
      {"power at 200 %", [](Sample& s) { s.power_w = 138'000; }, Zone::raise},
      {"reverse power counts as well", [](Sample& s) { s.power_w = -138'000; }, Zone::raise},
  };
  for (const Row& row : rows) {
    watch = {};
    Sample sample;
    row.set(sample);
    EXPECT_EQ(see(0, sample, AlarmKind::impossible_reading), row.zone) << row.reason;
  }
}

TEST_F(MeterWatchTest, AnImpossibleReadingTeachesNothing) {
  energy(0, 10'000, AlarmKind::falling);
  EXPECT_EQ(energy(1, -5, AlarmKind::falling), std::nullopt);
  EXPECT_EQ(energy(2, 10'000, AlarmKind::falling), Zone::clear);
}

TEST_F(MeterWatchTest, TheMetersOwnRatio) {
  Sample sample;
  EXPECT_EQ(see(0, sample, AlarmKind::ct_ratio), std::nullopt) << "the model has none";
  sample.ct_ratio = 1;
  EXPECT_EQ(see(1, sample, AlarmKind::ct_ratio), Zone::clear);
  sample.ct_ratio = 40;
  EXPECT_EQ(see(2, sample, AlarmKind::ct_ratio), Zone::raise);
}

TEST_F(MeterWatchTest, OldReadingsAndSwitchedOffRulesSayNothing) {
  energy(10, 10'000, AlarmKind::falling);
  EXPECT_EQ(energy(10, 9'000, AlarmKind::falling), std::nullopt) << "the same instant";
  EXPECT_EQ(energy(9, 9'000, AlarmKind::falling), std::nullopt) << "older";
  AlarmRule rule = default_rule(AlarmKind::falling);
  rule.is_on = false;
  rules.set(rule);
  EXPECT_EQ(energy(11, 9'000, AlarmKind::falling), std::nullopt) << "switched off";
}

}  // namespace
}  // namespace paymeter::domain::watch
