// The pulse test: crossed pairs, wrong rooms, ratios, noise, silence.
#include "paymeter/domain/commissioning/pulse.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace paymeter::domain::commissioning {
namespace {

constexpr MeterId kA{1}, kB{2}, kC{3}, kMain{9};
using Powers = std::vector<std::optional<std::int64_t>>;

/// Four switchings of a load of 1,500 W on top of 100 W.
const Powers kStepped{100, 1'600, 100, 1'600, 100};
const Powers kFlat{100, 100, 100, 100, 100};

TEST(Pulse, WhatFourSwitchingsShow) {
  struct Row {
    const char* reason;
    std::vector<PowerTrace> traces;
    PulseVerdict verdict;
    MeterId seen;
    std::int64_t factor_e3;
  };
  const Row rows[] = {
      {"as wired", {{kA, false, kStepped}, {kB, false, kFlat}}, PulseVerdict::matches, kA, 1'000},
      {"another room's meter",
       {{kA, false, kFlat}, {kB, false, kStepped}},
       PulseVerdict::other,
       kB,
       1'000},
      {"the main meter sees it as well",
       {{kA, false, kStepped}, {kMain, true, kStepped}},
       PulseVerdict::matches,
       kA,
       1'000},
      {"only the main meter sees it",
       {{kA, false, kFlat}, {kMain, true, kStepped}},
       PulseVerdict::unmetered,
       kMain,
       1'000},
      {"two meters in step",
       {{kA, false, kStepped}, {kB, false, kStepped}},
       PulseVerdict::unclear,
       {},
       0},
      {"a neighbour's cooker is in step three times of four",
       {{kA, false, kStepped}, {kB, false, {0, 2'000, 0, 2'000, 2'000}}},
       PulseVerdict::matches,
       kA,
       1'000},
      {"a neighbour switches the other way",
       {{kA, false, kStepped}, {kB, false, {1'600, 100, 1'600, 100, 1'600}}},
       PulseVerdict::matches,
       kA,
       1'000},
      {"noise on top of the load",
       {{kA, false, {80, 1'480, 300, 1'700, 120}}},
       PulseVerdict::matches,
       kA,
       786},
      {"a ratio 40 times too big",
       {{kA, false, {0, 60'000, 0, 60'000, 0}}, {kB, false, kFlat}},
       PulseVerdict::ratio_off,
       kA,
       40'000},
      {"a ratio 40 times too small",
       {{kA, false, {0, 37, 0, 38, 0}}, {kB, false, kFlat}},
       PulseVerdict::ratio_off,
       kA,
       24},
      {"twice is still the same load",
       {{kA, false, {0, 3'000, 0, 3'000, 0}}},
       PulseVerdict::matches,
       kA,
       2'000},
      {"a little more than twice is not",
       {{kA, false, {0, 3'003, 0, 3'003, 0}}},
       PulseVerdict::ratio_off,
       kA,
       2'002},
      {"exactly half", {{kA, false, {0, 750, 0, 750, 0}}}, PulseVerdict::matches, kA, 500},
      {"a little less than half",
       {{kA, false, {0, 749, 0, 749, 0}}},
       PulseVerdict::ratio_off,
       kA,
       499},
      {"nobody", {{kA, false, kFlat}, {kB, false, kFlat}}, PulseVerdict::not_seen, {}, 0},
      {"the expected meter was silent once",
       {{kA, false, {100, 1'600, {}, 1'600, 100}}, {kB, false, kFlat}},
       PulseVerdict::no_answer,
       {},
       0},
      {"a silent neighbour may be the one: the main alone decides nothing",
       {{kA, false, kFlat}, {kB, false, {100, {}, {}, 100, 100}}, {kMain, true, kStepped}},
       PulseVerdict::not_seen,
       {},
       0},
  };
  for (const Row& row : rows) {
    const PulseResult result = judge_pulse(kA, 1'500, row.traces);
    EXPECT_EQ(pulse_verdict_name(result.verdict), pulse_verdict_name(row.verdict)) << row.reason;
    EXPECT_EQ(result.seen, row.seen) << row.reason;
    EXPECT_EQ(result.factor_e3, row.factor_e3) << row.reason;
  }
}

TEST(Pulse, WhoWasSilentAndWhoWasInStepIsSaid) {
  EXPECT_EQ(judge_pulse(kA, 0, std::vector<PowerTrace>{{kA, false, {1, {}}}, {kB, false, {1, 1}}})
                .candidates,
            std::vector{kA});
  const auto unclear =
      judge_pulse(kA, 0, std::vector<PowerTrace>{{kB, false, {0, 250}}, {kC, false, {0, 900}}});
  EXPECT_EQ(unclear.verdict, PulseVerdict::unclear);
  EXPECT_EQ(unclear.candidates, (std::vector{kB, kC}));
}

TEST(Pulse, WithoutANamedLoadAQuarterKilowattCounts) {
  const auto judge = [](std::int64_t watts) {
    return judge_pulse(kA, 0, std::vector<PowerTrace>{{kA, false, {0, watts}}}).verdict;
  };
  EXPECT_EQ(judge(249), PulseVerdict::not_seen);
  EXPECT_EQ(judge(250), PulseVerdict::matches);
  EXPECT_EQ(judge(100'000), PulseVerdict::matches) << "nothing to compare it with";
}

TEST(Pulse, CrossedPairsAndWrongRooms) {
  const auto other = [](MeterId seen) {
    return PulseResult{PulseVerdict::other, seen, 1'500, 1'000, {}};
  };
  const PulseResult good{PulseVerdict::matches, kA, 1'500, 1'000, {}};
  using Kind = PulseFinding::Kind;
  const std::vector<RoomPulse> pair{{kB, other(kA)}, {kA, other(kB)}};
  EXPECT_EQ(crossed_meters(pair), (std::vector<PulseFinding>{{kA, kB, Kind::crossed_pair}}));
  const std::vector<RoomPulse> ring{{kA, other(kB)}, {kB, other(kC)}, {kC, other(kA)}};
  EXPECT_EQ(crossed_meters(ring), (std::vector<PulseFinding>{{kA, kB, Kind::wrong_room},
                                                             {kB, kC, Kind::wrong_room},
                                                             {kC, kA, Kind::wrong_room}}));
  const std::vector<RoomPulse> half{{kA, other(kB)}};
  EXPECT_EQ(crossed_meters(half), (std::vector<PulseFinding>{{kA, kB, Kind::wrong_room}}));
  const std::vector<RoomPulse> repaired{{kA, other(kB)}, {kB, other(kA)}, {kA, good}, {kB, good}};
  EXPECT_TRUE(crossed_meters(repaired).empty()) << "the last test of a room counts";
}

RC_GTEST_PROP(PulseProperty, NoiseBelowTheLoadNeverPointsAtAnotherMeter, ()) {
  std::vector<PowerTrace> traces;
  for (int meter = 1; meter <= 20; ++meter) {
    PowerTrace trace{{meter}, false, {}};
    for (int i = 0; i < 5; ++i) {
      const auto noise =
          *rc::gen::inRange<std::int64_t>(0, 370);  // no step of 750 W by noise alone
      trace.power_w.push_back(noise + (meter == 5 && i % 2 == 1 ? 1'500 : 0));
    }
    traces.push_back(trace);
  }
  const auto result = judge_pulse({5}, 1'500, traces);
  RC_ASSERT(result.verdict == PulseVerdict::matches);
  RC_ASSERT(result.seen == MeterId{5});
}

}  // namespace
}  // namespace paymeter::domain::commissioning
