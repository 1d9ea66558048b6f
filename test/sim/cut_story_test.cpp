// Stories of the town in arrears that drawn seeds meet too seldom: a wrong station clock, trips by
// hand that nobody takes back, two stations of which one stands still for long.
#include <gtest/gtest.h>

#include "cut_town.hpp"

namespace paymeter::town {
namespace {

constexpr Millis kHour = minutes(60), kDay = minutes(24 * 60);

/// One station, a sound line, enforcement on, an ordinary Tuesday.
CutMixture ordinary(std::uint64_t seed) {
  CutMixture mixture = draw_cut_mixture(seed);
  mixture.day = 0;
  mixture.from = minutes(8 * 60 + 50);
  mixture.span = minutes(90);
  mixture.base.stations = 1;
  mixture.base.faults = {};
  mixture.base.crashes = mixture.base.pauses = 0;
  mixture.rehearsed = false;
  mixture.keeps_enforcing = mixture.keeps_lines = true;
  mixture.clock = {};
  mixture.further = {};
  return mixture;
}

CutTally sound(const CutMixture& mixture) {
  const CutOutcome outcome = play_cuts(mixture);
  EXPECT_FALSE(outcome.violation) << outcome.violation->invariant << ": "
                                  << outcome.violation->detail << "\n"
                                  << describe(mixture);
  return outcome.tally;
}

// ---------------------------------------------------------------- clocks
struct ClockRow {
  const char* name;
  const char* why;
  Millis from;  ///< local time when the station starts, in truth
  ClockTrouble clock;
  bool cuts;  ///< may somebody be cut?
};
const ClockRow kClocks[] = {
    {"Right", "as a control", minutes(530), {}, true},
    {"ThreeMetersWrong", "most of them are right", minutes(530), {.wrong_meters = 3}, true},
    {"FiveMetersWrong", "nobody knows who is right", minutes(530), {.wrong_meters = 5}, false},
    {"AMinuteOff", "nobody minds", minutes(530), {.steps = {{{}, seconds(60)}}}, true},
    {"In1970", "no battery", minutes(530), {.steps = {{{}, kDay * -20'780}}}, false},
    {"In2099", "beyond every calendar", minutes(530), {.steps = {{{}, kDay * 26'700}}}, false},
    {"LocalForUtc",
     "01:30, and the clock says half past nine",
     minutes(90),
     {.steps = {{{}, kHour * 8}}},
     false},
    {"UtcForLocal",
     "18:00, and the clock says ten",
     minutes(1'080),
     {.steps = {{{}, kHour * -8}}},
     false},
    {"Yesterday",
     "the same hour of another day",
     minutes(530),
     {.steps = {{{}, kDay * -1}}},
     false},
    {"NextWeek", "warnings look a week older", minutes(530), {.steps = {{{}, kDay * 7}}}, false},
    {"SetBackInTheEvening",
     "16:30, and then noon",
     minutes(960),
     {.steps = {{minutes(30), kHour * -4}}},
     false},
    {"SetForwardInTheNight",
     "07:00, and then ten",
     minutes(400),
     {.steps = {{minutes(20), kHour * 3}}},
     false},
};

class WrongClock : public testing::TestWithParam<ClockRow> {};

TEST_P(WrongClock, CutsNobody) {
  const ClockRow& row = GetParam();
  SCOPED_TRACE(row.why);
  std::int64_t cuts = 0;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    CutMixture mixture = ordinary(seed);
    mixture.from = row.from;
    mixture.clock = row.clock;
    cuts += sound(mixture).cuts;
  }
  EXPECT_EQ(cuts > 0, row.cuts) << cuts << " cuts";
}
INSTANTIATE_TEST_SUITE_P(Clocks, WrongClock, testing::ValuesIn(kClocks),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(DriftingClock, CutsUntilItIsFiveMinutesOffAndNeverAfter) {
  for (const std::int64_t ppm : {40'000, -40'000}) {
    CutMixture mixture = ordinary(3);
    mixture.clock.drift_ppm = ppm;
    mixture.span = minutes(8 * 60);
    sound(mixture);
  }
}

TEST(SetClock, OwnCutsOfBeforeAreClosedAgainWhoeverSetTheClock) {
  std::int64_t cuts = 0, closed = 0;
  for (const Millis ahead : {kDay * -20'780, kDay * -1, kHour * -8, kHour * 8, kDay * 7}) {
    CutMixture mixture = ordinary(4);
    mixture.acts = 60;
    mixture.clock.steps = {{minutes(25), ahead}};
    const CutTally tally = sound(mixture);
    cuts += tally.cuts;
    closed += tally.closed;
  }
  EXPECT_GT(cuts, 0);
  EXPECT_GT(closed, 0);
}

// ---------------------------------------------------------------- people
TEST(ManualTrip, SurvivesEveryPaymentUntilSomebodyTakesItBack) {
  std::int64_t stays = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CutMixture mixture = ordinary(seed);
    mixture.ends_calls = false;
    mixture.acts = 60;
    mixture.bad_moments = 40;
    if (seed % 2 == 0) mixture.base.crashes = 4;
    stays += sound(mixture).stays;
  }
  EXPECT_GT(stays, 5) << "who was tripped by hand and has paid is off in the end";
}

// ---------------------------------------------------------------- stations
TEST(TwoStations, OneStandsStillForHoursAndWakesUp) {
  std::int64_t cuts = 0, pauses = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CutMixture mixture = ordinary(seed);
    mixture.base.stations = 2;
    mixture.base.pauses = 6;
    mixture.base.pause_max = minutes(45);
    mixture.span = minutes(4 * 60);
    mixture.acts = 60;
    mixture.bad_moments = 30;
    const CutOutcome outcome = play_cuts(mixture);
    ASSERT_FALSE(outcome.violation)
        << outcome.violation->invariant << ": " << outcome.violation->detail << "\n"
        << describe(mixture);
    cuts += outcome.tally.cuts;
    pauses += outcome.counts.pauses;
  }
  EXPECT_GT(cuts, 0);
  EXPECT_GT(pauses, 4);
}

}  // namespace
}  // namespace paymeter::town
