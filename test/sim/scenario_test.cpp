// The named scenarios of docs/vending.md: each alone and often, with every invariant after every
// step. "Database restored from yesterday" is in restore_test.cpp.
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
    {"CrashBeforeCommit",
     [](Mixture& m) {
       m.crashes = 8;
       m.crash_point = CrashPoint::before_commit;
     },
     &Counts::crashes},
    {"CrashAfterCommitBeforeSend",
     [](Mixture& m) {
       m.crashes = 8;
       m.crash_point = CrashPoint::commit_before_send;
     },
     &Counts::crashes},
    {"CrashAfterApplyBeforeCommit",
     [](Mixture& m) {
       m.crashes = 8;
       m.crash_point = CrashPoint::apply_before_commit;
     },
     &Counts::crashes},
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
    {"NoticeDuplicated",
     [](Mixture& m) {
       m.online_percent = 100;
       m.provider.doubled_notices = 10'000;
     },
     &Counts::notices},
    {"NoticeOutOfOrderAndLate",
     [](Mixture& m) {
       m.online_percent = 100;
       m.provider.doubled_notices = 5'000;
       m.provider.notice_delay_max = minutes(50);
     },
     &Counts::notices},
    {"NoticeForged",
     [](Mixture& m) {
       m.online_percent = 100;
       m.provider.forged_notices = 10'000;
     },
     &Counts::notices_refused},
    {"NoticeForAnotherAmount",
     [](Mixture& m) {
       m.online_percent = 100;
       m.provider.forged_notices = 0;
       m.provider.wrong_amounts = 10'000;
     },
     &Counts::notices_refused},
    {"MoneyAfterTheOrderWasClosed",
     [](Mixture& m) {
       m.online_percent = 100;
       m.provider.pays_within = minutes(60);
       m.provider.pays_late = 1'000;
     },
     &Counts::refunded},
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

/// What follows a sale.
constexpr Row kEndings[] = {
    {"LostReplyToClose",
     [](Mixture& m) {
       m.closings = 3;
       m.faults.lost_reply = 4'000;
     },
     &Counts::closings},
    {"LostRequestToCloseAndCrashes",
     [](Mixture& m) {
       m.closings = 3;
       m.faults.lost_request = 3'000;
       m.crashes = 6;
     },
     &Counts::closings},
    {"AccountClosedWhileASaleIsUnderWay",
     [](Mixture& m) {
       m.closings = 4;
       m.sales = 80;
       m.faults.delayed_request = m.faults.lost_request = 2'000;
     },
     &Counts::closings},
    {"RefundLargerThanTheBalanceLeft",
     [](Mixture& m) {
       m.refunds = 30;
       m.double_click_percent = 100;
       m.other_key_percent = 100;
       m.sales = 15;
     },
     &Counts::desk_refused},
    {"PartialRefundClickedTwiceUnderOneKey",
     [](Mixture& m) {
       m.stations = 2;
       m.refunds = 12;
       m.double_click_percent = 100;
       m.other_key_percent = 0;
       m.faults.lost_reply = 1'000;
     },
     &Counts::refunds},
    {"PartialRefundClickedTwiceUnderTwoKeys",
     [](Mixture& m) {
       m.stations = 2;
       m.refunds = 12;
       m.double_click_percent = m.other_key_percent = 100;
       m.faults.lost_reply = 1'000;
     },
     &Counts::refunds},
    {"ReversalClickedTwice",
     [](Mixture& m) {
       m.stations = 2;
       m.reversals = 10;
       m.double_click_percent = 100;
       m.other_key_percent = 50;
       m.cancel_percent = 20;
       m.crashes = 3;
     },
     &Counts::reversals},
    {"TransferOverALossyLine",
     [](Mixture& m) {
       m.transfers = 12;
       m.cancel_percent = 30;
       m.faults.lost_request = m.faults.lost_reply = m.faults.delayed_request = 1'500;
       m.crashes = 5;
     },
     &Counts::transfers},
    {"RefundWhileTheOtherStationPauses",
     [](Mixture& m) {
       m.stations = 2;
       m.refunds = 12;
       m.double_click_percent = 100;
       m.pauses = 30;
       m.press_percent = 40;
       m.cancel_percent = 40;
     },
     &Counts::refunds},
    {"ClosingWhileTheOtherStationPauses",
     [](Mixture& m) {
       m.stations = 2;
       m.closings = 4;
       m.double_click_percent = 100;
       m.pauses = 30;
       m.press_percent = 40;
     },
     &Counts::closings},
    {"ChangeOverOverALossyLine",
     [](Mixture& m) {
       m.change_overs = 3;
       m.faults.lost_request = m.faults.lost_reply = m.faults.delayed_request = 1'500;
       m.crashes = 4;
     },
     &Counts::change_overs},
    {"ForeignSaleResolvedByTwo",
     [](Mixture& m) {
       m.foreign_sales = 4;
       m.equal_amounts = m.resolves = true;
     },
     &Counts::resolutions},
    {"MeterReplacedWithoutAnAccountAndReleased",
     [](Mixture& m) {
       m.replacements = 3;
       m.resets = 2;
       m.resolves = true;
     },
     &Counts::resolutions},
    {"TwoCashiersAndAChannelPayOut",
     [](Mixture& m) {
       m.stations = 2;
       m.online_percent = 50;
       m.cancel_percent = 60;
       m.refunds = 10;
       m.pay_out_percent = 100;
     },
     &Counts::payouts},
    {"ChannelRefusesForGoodAndTwoPeoplePay",
     [](Mixture& m) {
       m.online_percent = 100;
       m.cancel_percent = 60;
       m.provider.refuses_refunds = 5'000;
       m.pay_out_percent = 100;
       m.crashes = 3;
     },
     &Counts::resolutions},
    {"NothingCanBeSentUntilTheDeadline",
     [](Mixture& m) {
       m.paid_deadline = minutes(1);
       m.faults.lost_request = 6'000;
     },
     &Counts::refund_due},
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
INSTANTIATE_TEST_SUITE_P(Endings, Scenario, testing::ValuesIn(kEndings),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace paymeter::town
