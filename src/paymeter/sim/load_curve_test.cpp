// Load curves: shapes through the week, bounds, and values that fit together.
#include "paymeter/sim/load_curve.hpp"

#include <gtest/gtest.h>

namespace paymeter::sim {
namespace {

constexpr std::int64_t kDay = 1440;
constexpr std::int64_t kMonday = 2 * kDay;  // 2000-01-03

std::int64_t mean_w(const LoadCurve& curve, std::int64_t from, std::int64_t minutes) {
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < minutes; ++i) sum += curve.at_minute(from + i).total_w();
  return sum / minutes;
}

TEST(LoadCurve, ShapesOfTheWeek) {
  const LoadCurve shop(LoadShape::shop, PhaseCount::three, 5'000, 1);
  const LoadCurve office(LoadShape::office, PhaseCount::three, 5'000, 2);
  const LoadCurve dormitory(LoadShape::dormitory, PhaseCount::single, 2'000, 3);
  EXPECT_GT(mean_w(shop, kMonday + 18 * 60, 60), 5 * mean_w(shop, kMonday + 3 * 60, 60))
      << "a shop's evening and its night";
  EXPECT_GT(mean_w(office, kMonday + 10 * 60, 60), 3 * mean_w(office, 10 * 60, 60))
      << "an office on Monday and on Saturday";
  EXPECT_GT(mean_w(dormitory, kMonday + 20 * 60, 60), 3 * mean_w(dormitory, kMonday + 10 * 60, 60))
      << "a dormitory after work and during it";
}

TEST(LoadCurve, StaysWithinBoundsAndFitsTogether) {
  for (const auto shape :
       {LoadShape::shop, LoadShape::office, LoadShape::dormitory, LoadShape::common_area}) {
    const LoadCurve curve(shape, PhaseCount::three, 10'000, 7);
    for (std::int64_t minute = 0; minute < 7 * kDay; minute += 7) {
      const MeterLoad load = curve.at_minute(minute);
      EXPECT_GE(load.total_w(), 0);
      EXPECT_LE(load.total_w(), 13'000);
      for (std::size_t phase = 0; phase < 3; ++phase) {
        EXPECT_GE(load.power_w[phase], load.total_w() / 5) << "phases share the load";
        EXPECT_GE(load.voltage_dv[phase], 2'150);
        EXPECT_LE(load.voltage_dv[phase], 2'260);
        EXPECT_GE(load.power_factor_e3[phase], 800);
        EXPECT_LE(load.power_factor_e3[phase], 1'000);
      }
      EXPECT_NEAR(load.frequency_chz, 5'000, 5);
    }
  }
}

TEST(LoadCurve, IsAFunctionOfSeedAndTime) {
  const LoadCurve one(LoadShape::shop, PhaseCount::single, 5'000, 1);
  const LoadCurve same(LoadShape::shop, PhaseCount::single, 5'000, 1);
  const LoadCurve other(LoadShape::shop, PhaseCount::single, 5'000, 2);
  EXPECT_EQ(one.at_minute(123'456), same.at_minute(123'456));
  EXPECT_NE(one.at_minute(123'456), other.at_minute(123'456));
  EXPECT_EQ(one.at_minute(99).power_w[1], 0) << "single phase";
}

}  // namespace
}  // namespace paymeter::sim
