// The gate, row by row: what is billed, what waits, and why.
#include "paymeter/domain/rating/reading_gate.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain::rating {
namespace {

constexpr UtcMs kBilledAt{1'795'000'000'000};
constexpr RegisterReading kBilled{kBilledAt, 1'000'000};
/// 230 V, 60 A, one phase, CT 1: 13.8 kWh an hour.
const GateLimits kLimits{rated_wh_per_hour(1, 230'000, 60'000, 1)};

TEST(ReadingGate, RatedPower) {
  EXPECT_EQ(rated_wh_per_hour(1, 230'000, 60'000, 1), 13'800);
  EXPECT_EQ(rated_wh_per_hour(3, 230'000, 6'000, 40), 165'600) << "CT 200/5 = 40";
  EXPECT_EQ(rated_wh_per_hour(1, 1, 1, 1), 1) << "rounded up: a load is never impossible by it";
  EXPECT_EQ(rated_wh_per_hour(3, 999'999'999, 999'999'999, 999'999'999), kReadingMax);
}

TEST(ReadingGate, Judges) {
  struct Row {
    const char* reason;
    Millis after;  ///< the reading, after the last one billed
    std::optional<std::int64_t> value;
    GateDecision expected;
  };
  const auto bill = GateDecision{GateVerdict::bill, {}};
  const auto hold = [](Errc reason) { return GateDecision{GateVerdict::hold, reason}; };
  for (const Row& row :
       {Row{"half an hour at 2 kW", minutes(30), 1'001'000, bill},
        Row{"nothing used", minutes(30), 1'000'000, bill},
        Row{"all that can flow, and the last digit", minutes(60), 1'013'900, bill},
        Row{"one Wh more", minutes(60), 1'013'901, hold(Errc::reading_impossible)},
        Row{"ten times as much", minutes(60), 1'138'000, hold(Errc::reading_impossible)},
        Row{"the same jump over ten hours, by interpolation",
            minutes(600),
            1'138'000,
            {GateVerdict::bill_flagged, Errc::reading_gap_long}},
        Row{"just before the gap is long", minutes(180), 1'010'000, bill},
        Row{"a millisecond longer",
            minutes(180) + Millis{1},
            1'010'000,
            {GateVerdict::bill_flagged, Errc::reading_gap_long}},
        Row{"asked, no value", minutes(30), std::nullopt, hold(Errc::reading_missing)},
        Row{"zero after a value", minutes(30), 0, hold(Errc::reading_zero)},
        Row{"one Wh backward", minutes(30), 999'999, hold(Errc::reading_backward)},
        Row{"below zero", minutes(30), -1, hold(Errc::readings_invalid)},
        Row{"beyond any register", minutes(30), kReadingMax + 1, hold(Errc::readings_invalid)},
        Row{"again the same", Millis{0}, 1'000'000, {GateVerdict::duplicate, {}}},
        Row{"the same instant, another value", Millis{0}, 1'000'001, hold(Errc::reading_conflict)},
        Row{"from before", Millis{-1}, 999'000, {GateVerdict::late, Errc::reading_late}},
        Row{"five minutes ahead of our clock",
            minutes(1445),
            1'000'001,
            {GateVerdict::bill_flagged, Errc::reading_gap_long}},
        Row{"further ahead", minutes(1445) + Millis{1}, 1'000'001,
            hold(Errc::reading_from_future)}})
    EXPECT_EQ(judge_reading(kLimits, kBilled, {kBilledAt + row.after, row.value},
                            kBilledAt + minutes(1440)),
              row.expected)
        << row.reason;
}

TEST(ReadingGate, WithoutARatingNothingIsTooMuch) {
  EXPECT_EQ(
      judge_reading({}, kBilled, {kBilledAt + minutes(1), 900'000'000}, kBilledAt + minutes(2)),
      (GateDecision{GateVerdict::bill, {}}));
  EXPECT_EQ(judge_reading({}, {kBilledAt, 0}, {kBilledAt + minutes(1), 0}, kBilledAt + minutes(2)),
            (GateDecision{GateVerdict::bill, {}}))
      << "zero after zero is a meter that nobody uses yet";
}

TEST(ReadingGate, JudgesLateOnesByBothNeighbours) {
  const RegisterReading after{kBilledAt + minutes(60), 1'010'000};
  struct Row {
    const char* reason;
    RegisterReading late;
    GateDecision expected;
  };
  const auto hold = [](Errc reason) { return GateDecision{GateVerdict::hold, reason}; };
  for (const Row& row :
       {Row{"between",
            {kBilledAt + minutes(30), 1'005'000},
            {GateVerdict::late, Errc::reading_late}},
        Row{"below the one before",
            {kBilledAt + minutes(30), 999'999},
            hold(Errc::reading_backward)},
        Row{"above the one after",
            {kBilledAt + minutes(30), 1'010'001},
            hold(Errc::reading_backward)},
        Row{"zero", {kBilledAt + minutes(30), 0}, hold(Errc::reading_zero)},
        Row{"all of it in one minute",
            {kBilledAt + minutes(1), 1'010'000},
            hold(Errc::reading_impossible)},
        Row{"all of it after it",
            {kBilledAt + minutes(59), 1'000'000},
            hold(Errc::reading_impossible)},
        Row{"known already", after, {GateVerdict::duplicate, {}}},
        Row{"known otherwise", {after.at, 1'009'999}, hold(Errc::reading_conflict)}})
    EXPECT_EQ(judge_late(kLimits, kBilled, after, row.late), row.expected) << row.reason;
}

TEST(ReadingGate, AJumpIsMoreThanAnHourExplains) {
  struct Row {
    const char* reason;
    Millis after;
    std::int64_t value;
    bool is_jump;
  };
  for (const Row& row : {Row{"an hour's load at once: the register was slow to show it", Millis{1},
                             1'013'900, false},
                         Row{"one Wh more", Millis{1}, 1'013'901, true},
                         Row{"one Wh more after an hour", minutes(60), 1'013'901, true},
                         Row{"two hours' load after two hours", minutes(120), 1'027'700, false},
                         Row{"one Wh more after two hours", minutes(120), 1'027'701, true},
                         Row{"a real gap of a day", minutes(1440), 1'300'000, false},
                         Row{"down", minutes(30), 5, false}})
    EXPECT_EQ(is_jump(kLimits, kBilled, {kBilledAt + row.after, row.value}), row.is_jump)
        << row.reason;
  EXPECT_FALSE(is_jump({}, kBilled, {kBilledAt + Millis{1}, kReadingMax})) << "no rating is known";
}

TEST(ReadingGate, AJumpEndsNearerToWhatWasBefore) {
  const RegisterJump jump{{{0}, 1'000}, {{1}, 5'000}};
  struct Row {
    std::int64_t value;
    bool has_returned;
  };
  for (const Row& row : {Row{1'000, true}, Row{900, true}, Row{2'999, true}, Row{3'000, false},
                         Row{4'990, false}, Row{5'000, false}, Row{9'000, false}})
    EXPECT_EQ(has_returned(jump, {{2}, row.value}), row.has_returned) << row.value;
  EXPECT_TRUE(has_returned({{{0}, 0}, {{1}, kReadingMax}}, {{2}, 1})) << "no overflow";
}

TEST(ReadingGate, AHoldStandsUntilAReadingIsBilled) {
  const GateDecision zero{GateVerdict::hold, Errc::reading_zero},
      backward{GateVerdict::hold, Errc::reading_backward},
      flagged{GateVerdict::bill_flagged, Errc::reading_gap_long};
  auto hold = next_hold({}, zero, {10});
  EXPECT_EQ(hold, (BillingHold{{10}, Errc::reading_zero}));
  hold = next_hold(hold, backward, {20});
  EXPECT_EQ(hold, (BillingHold{{10}, Errc::reading_zero})) << "the first reason stands";
  hold = next_hold(hold, {GateVerdict::late, Errc::reading_late}, {30});
  EXPECT_TRUE(hold) << "a late one does not bring the meter to its senses";
  EXPECT_FALSE(next_hold(hold, flagged, {40}));
}

}  // namespace
}  // namespace paymeter::domain::rating
