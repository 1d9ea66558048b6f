// The station's clock against its witnesses.
#include "paymeter/domain/station_clock.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {
namespace {

constexpr Millis kTolerance = minutes(5), kDay = minutes(24 * 60);
constexpr UtcMs kStart{1'795'485'600'000};

struct Row {
  const char* why;
  ClockEvidence evidence;
  ClockTrust trust;
  bool may_set;
};
const Row kRows[] = {
    {"it ran evenly, and the meters agree", {Millis{}, Millis{}, {}}, ClockTrust::trusted, true},
    {"five minutes are allowed", {minutes(5), minutes(-5), {}}, ClockTrust::trusted, true},
    {"a millisecond too far", {minutes(5) + Millis{1}, Millis{}, true}, ClockTrust::stepped, false},
    {"the meters are ahead", {Millis{}, minutes(5) + Millis{1}, {}}, ClockTrust::differs, false},
    {"the meters are behind", {Millis{}, Millis{-300'001}, {}}, ClockTrust::differs, false},
    {"the meters differ from a time server: they are set, but nobody is cut meanwhile",
     {Millis{}, minutes(10), true},
     ClockTrust::differs,
     true},
    {"no meter has a clock, and nobody else vouches",
     {Millis{}, {}, {}},
     ClockTrust::unknown,
     true},
    {"no meter has a clock, and the kernel knows no server",
     {Millis{}, {}, false},
     ClockTrust::unknown,
     true},
    {"no meter has a clock, but a server disciplines ours",
     {Millis{}, {}, true},
     ClockTrust::trusted,
     true},
    {"a doubt is younger than a day", {{}, Millis{}, true}, ClockTrust::unknown, true},
    {"nothing is known", {}, ClockTrust::unknown, true},
};

TEST(StationClock, IsBelievedOnlyWithAWitnessAndWithoutADoubt) {
  for (const Row& row : kRows) {
    EXPECT_EQ(clock_trust(row.evidence, kTolerance), row.trust) << row.why;
    EXPECT_EQ(may_set_meters(row.evidence, kTolerance), row.may_set) << row.why;
  }
}

TEST(StationClock, TheMiddleOfTheMetersCounts) {
  const auto apart = [](std::vector<std::int64_t> ahead_min) {
    std::vector<Millis> ahead;
    for (const std::int64_t each : ahead_min) ahead.push_back(minutes(each));
    return clocks_apart(ahead);
  };
  EXPECT_FALSE(apart({}));
  EXPECT_EQ(apart({7}), minutes(7)) << "one meter is a witness";
  EXPECT_EQ(apart({0, 600, 0}), minutes(0)) << "one clock lost its battery";
  EXPECT_EQ(apart({-600, 0}), minutes(-600)) << "one of two is wrong, nobody knows which";
  EXPECT_EQ(apart({60, 60, 0}), minutes(60));
}

/// Notes every `every` from `from` on for `span`, with the wall clock `ahead` of the truth.
struct Clocks {
  ClockWatch watch;
  MonoMs mono{1'000};
  void run(Millis span, Millis ahead, Millis every = seconds(10)) {
    for (const MonoMs until = mono + span; mono <= until; mono = mono + every)
      watch.note(kStart + Millis{mono.value} + ahead, mono);
  }
};

TEST(ClockWatch, AStepIsSeenForADayAndThenForgotten) {
  Clocks clocks;
  clocks.run(minutes(90), {});
  EXPECT_EQ(clocks.watch.wander(), Millis{});
  clocks.run(minutes(1), minutes(-8 * 60));
  EXPECT_EQ(clocks.watch.wander(), minutes(8 * 60)) << "local time taken for UTC";
  clocks.run(kDay - minutes(5), minutes(-8 * 60), seconds(60));
  EXPECT_EQ(clocks.watch.wander(), minutes(8 * 60)) << "not quite a day ago";
  clocks.run(minutes(150), minutes(-8 * 60), seconds(60));
  EXPECT_EQ(clocks.watch.wander(), Millis{}) << "every stored time is older than a day or right";
}

TEST(ClockWatch, ThereAndBackIsWanderToo) {
  Clocks clocks;
  clocks.run(minutes(10), {});
  clocks.run(seconds(10), minutes(60));
  clocks.run(minutes(10), {});
  EXPECT_EQ(clocks.watch.wander(), minutes(60));
}

TEST(ClockWatch, ManySmallStepsAddUp) {
  Clocks clocks;
  for (int step = 0; step <= 20; ++step) clocks.run(minutes(60), seconds(20 * step), seconds(60));
  EXPECT_EQ(clocks.watch.wander(), seconds(400));
}

TEST(ClockWatch, NothingNotedIsNoWander) { EXPECT_EQ(ClockWatch{}.wander(), Millis{}); }

}  // namespace
}  // namespace paymeter::domain
