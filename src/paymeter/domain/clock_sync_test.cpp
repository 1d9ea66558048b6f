// Clocks of meters: every side of every limit, and no leap that nobody wrote down.
#include "paymeter/domain/clock_sync.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace paymeter::domain {
namespace {

constexpr Millis kShanghai = minutes(480);

UtcMs local(int day, int hour, int minute, int second = 0, int month = 11) {
  return utc_from_civil({2026, month, day, hour, minute, second, 1}, kShanghai);
}

TEST(ClockDrift, IsTheMetersTimeLessTheStations) {
  const CivilTime clock{2026, 11, 22, 10, 0, 30, 7};
  EXPECT_EQ(clock_drift(clock, kShanghai, local(22, 10, 0)), seconds(30));
  EXPECT_EQ(clock_drift(clock, kShanghai, local(22, 10, 1)), seconds(-30));
  EXPECT_EQ(clock_drift_text(seconds(30)), "+30 s");
  EXPECT_EQ(clock_drift_text(seconds(-30)), "-30 s");
}

TEST(ClockDecision, EverySide) {
  struct Row {
    const char* reason;
    std::int64_t drift_s;
    UtcMs now;
    Millis waited;
    ClockVerdict verdict;
    ClockLimit crosses;
  };
  using V = ClockVerdict;
  using L = ClockLimit;
  const Row rows[] = {
      {"right", 0, local(22, 10, 5), {}, V::fine, L::none},
      {"as good as right", 20, local(22, 10, 5), {}, V::fine, L::none},
      {"one second more", 21, local(22, 10, 5), {}, V::set, L::none},
      {"late by as much", -21, local(22, 10, 5), {}, V::set, L::none},
      {"an hour is still drift", 3'600, local(22, 10, 5), {}, V::set_crossing, L::quarter_hour},
      {"more is not", 3'601, local(22, 10, 5), {}, V::too_far, L::none},
      {"nor behind", -3'601, local(22, 10, 5), {}, V::too_far, L::none},
      {"the meter is in the next quarter", 60, local(22, 10, 14, 30), {}, V::wait, L::quarter_hour},
      {"and would be when it arrives", 21, local(22, 10, 13, 20), {}, V::wait, L::quarter_hour},
      {"the station is in the next quarter",
       -60,
       local(22, 10, 15, 30),
       {},
       V::wait,
       L::quarter_hour},
      {"past it", -60, local(22, 10, 16, 1), {}, V::set, L::none},
      {"waited for a day", 60, local(22, 10, 14, 30), minutes(1'440), V::set_crossing,
       L::quarter_hour},
      {"a minute less", 60, local(22, 10, 14, 30), minutes(1'439), V::wait, L::quarter_hour},
      {"no moment is without", 820, local(22, 10, 1), {}, V::set_crossing, L::quarter_hour},
      {"midnight", 60, local(22, 23, 59, 30), minutes(1'440), V::wait, L::day},
      {"midnight, behind", -60, local(23, 0, 0, 30), minutes(1'440), V::wait, L::day},
      {"midnight for two days", 60, local(22, 23, 59, 30), minutes(2'880), V::set_crossing, L::day},
      {"the month's end", 60, local(30, 23, 59, 30), minutes(1'440), V::wait, L::month},
      {"a long leap waits for the day", 1'800, local(22, 23, 45), {}, V::wait, L::day},
  };
  for (const Row& row : rows) {
    const auto decided =
        decide_clock(seconds(row.drift_s), row.now, kShanghai, row.now - row.waited, {});
    EXPECT_EQ(decided.verdict, row.verdict) << row.reason;
    EXPECT_EQ(decided.crosses, row.crosses) << row.reason;
  }
}

RC_GTEST_PROP(ClockDecisionProperty, WhatIsSetQuietlyStaysWithinItsQuarterHour, ()) {
  const Millis drift = seconds(*rc::gen::inRange(-4'000, 4'001));
  const UtcMs now = local(1, 0, 0) + seconds(*rc::gen::inRange(0, 40 * 86'400));
  const UtcMs since = now - seconds(*rc::gen::inRange(0, 4 * 86'400));
  const ClockSyncLimits limits;
  const auto decided = decide_clock(drift, now, kShanghai, since, limits);
  if (decided.verdict == ClockVerdict::set) {
    RC_ASSERT(limit_crossed(now, now + drift, kShanghai) == ClockLimit::none);
    RC_ASSERT(limit_crossed(now, now + limits.margin, kShanghai) == ClockLimit::none);
  }
  if (decided.verdict == ClockVerdict::set_crossing) RC_ASSERT(decided.crosses != ClockLimit::none);
}

}  // namespace
}  // namespace paymeter::domain
