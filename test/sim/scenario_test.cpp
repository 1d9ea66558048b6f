// The named scenarios of docs/vending.md: each alone and often, with every invariant after every
// step. Sales refunded, closed and moved are in the services' own tests.
#include <gtest/gtest.h>

#include "town.hpp"

namespace paymeter::town {
namespace {

constexpr std::uint64_t kSeeds = 6;

struct Row {
  const char* name;
  void (*arrange)(Mixture&);
  std::int64_t Counts::* happened;  ///< must have, or the scenario proves nothing
};

/// Nothing goes wrong by itself.
Mixture calm(std::uint64_t seed) {
  Mixture mixture;
  mixture.seed = seed;
  mixture.sales = 40;
  mixture.span = seconds(160);
  mixture.pause_max = seconds(120);
  return mixture;
}

constexpr Row kRows[] = {
    {"RequestLost", [](Mixture& m) { m.faults.lost_request = 3'000; }, &Counts::frames_lost},
    {"ReplyLost", [](Mixture& m) { m.faults.lost_reply = 3'000; }, &Counts::frames_lost},
    {"FrameDoubled", [](Mixture& m) { m.faults.doubled_request = m.faults.doubled_reply = 3'000; },
     &Counts::frames_doubled},
    {"FrameLateOrOvertaken",
     [](Mixture& m) { m.faults.delayed_request = m.faults.late_reply = 2'000; },
     &Counts::frames_late},
    {"LateRepliesOnSerialLines",
     [](Mixture& m) {
       m.serial_bus = true;
       m.faults.doubled_request = m.faults.late_reply = 1'500;
     },
     &Counts::frames_late},
    {"CrashAtAnyStoreCall",
     [](Mixture& m) {
       m.crashes = 12;
       m.cancel_percent = 20;
     },
     &Counts::crashes},
    {"TwoStationsRaceAndPause",
     [](Mixture& m) {
       m.stations = 2;
       m.pauses = 30;
       m.cancel_percent = m.press_percent = 50;
     },
     &Counts::pauses},
    {"MeterReplaced", [](Mixture& m) { m.replacements = 3; }, &Counts::replacements},
    {"MeterResetDuringItsFirstSale",
     [](Mixture& m) {
       m.resets = 3;
       m.faults.delayed_request = 1'000;
     },
     &Counts::resets},
    {"EqualForeignSaleInBetween",
     [](Mixture& m) {
       m.foreign_sales = 4;
       m.equal_amounts = true;
     },
     &Counts::foreign_sales},
    {"CancelledAfterSending",
     [](Mixture& m) {
       m.cancel_percent = 80;
       m.faults.lost_request = m.faults.delayed_request = 1'500;
     },
     &Counts::refund_due},
    {"OpeningOverALossyLine",
     [](Mixture& m) {
       m.accounts_open = false;
       m.faults.lost_request = m.faults.lost_reply = 2'000;
       m.crashes = 3;
     },
     &Counts::delivered},
    {"NoticesDoubledOutOfOrderForgedLateWrong",
     [](Mixture& m) {
       m.online_percent = 100;
       m.crashes = 3;
     },
     &Counts::notices_refused},
    {"RefundedThroughTheChannel",
     [](Mixture& m) {
       m.online_percent = 100;
       m.cancel_percent = 60;
       m.foreign_sales = 3;
     },
     &Counts::refunded},
};

class Scenario : public testing::TestWithParam<Row> {};

TEST_P(Scenario, KeepsEveryInvariant) {
  Counts sum;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Mixture mixture = calm(seed);
    GetParam().arrange(mixture);
    const Outcome outcome = play(mixture);
    ASSERT_FALSE(outcome.violation) << "seed " << seed << ": " << outcome.violation->invariant
                                    << ": " << outcome.violation->detail;
    sum += outcome.counts;
  }
  EXPECT_GT(sum.*GetParam().happened, 0) << format_counts(sum);
}

INSTANTIATE_TEST_SUITE_P(Vending, Scenario, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace paymeter::town
