// Each plausible mistake of vend.pml, made in the real code, must be seen by the simulation; the
// same seeds without it must be clean.
#include <gtest/gtest.h>

#include "expect_caught.hpp"
#include "mistake_switch.hpp"
#include "town.hpp"

namespace paymeter::town {
namespace {

constexpr std::uint64_t kSeedsAtMost = 300;

struct Row {
  Mistake mistake;
  const char* name;
  const char* why;                      ///< what goes wrong
  void (*provoke)(Mixture&) = nullptr;  ///< more of what it needs to go wrong
};

/// Two stations carry one sale; one of them stands still before it transmits.
void much_pausing(Mixture& mixture) {
  mixture.stations = 2;
  mixture.serial_bus = false;
  mixture.accounts_open = true;
  mixture.cancel_percent = mixture.press_percent = 60;
  mixture.pauses = 60;
  mixture.pause_max = seconds(300);
}

/// Most sales are paid online.
void much_paying(Mixture& mixture) { mixture.online_percent = 80; }

/// Frames arrive after their sale was given up.
void much_delay(Mixture& mixture) {
  mixture.cancel_percent = 50;
  mixture.faults.delayed_request = 1'500;
  mixture.faults.delay_max = seconds(30);
}

/// The first sale's frame is under way while the meter is cleared.
void many_resets(Mixture& mixture) {
  much_delay(mixture);
  mixture.resets = 4;
}

/// Refunds, reversals and transfers, clicked twice, and much that is owed.
void busy_desk(Mixture& mixture) {
  mixture.refunds = mixture.reversals = mixture.transfers = 10;
  mixture.double_click_percent = 100;
  mixture.cancel_percent = 40;
  mixture.pay_out_percent = 100;
  mixture.resolves = true;
}

/// The provider owes answers, the cashiers do not wait for them.
void busy_channel(Mixture& mixture) {
  busy_desk(mixture);
  mixture.online_percent = 60;
}

void many_quarantines(Mixture& mixture) {
  mixture.foreign_sales = 4;
  mixture.resolves = true;
}

void many_closings(Mixture& mixture) {
  mixture.closings = 4;
  mixture.change_overs = 2;
  mixture.resolves = true;
}

/// Closings meet sales that do not arrive.
void closings_over_a_bad_line(Mixture& mixture) {
  many_closings(mixture);
  mixture.faults.lost_request = mixture.faults.delayed_request = 3'000;
}
constexpr Row kRows[] = {
    {Mistake::new_n, "M_NEWN", "the first frame comes late, and both are taken"},
    {Mistake::blind_refund, "M_BLINDREFUND", "the sale had arrived"},
    {Mistake::send_first, "M_SENDFIRST", "a crash, or a cancel, between frame and record"},
    {Mistake::no_lock, "M_NOLOCK", "two sales take one number"},
    {Mistake::no_amount, "M_NOAMOUNT", "a foreign sale is taken for ours"},
    {Mistake::stale_send, "M_STALESEND", "a station pauses before it transmits", much_pausing},
    {Mistake::dumb_meter, "M_DUMBMETER", "a doubled frame credits twice"},
    {Mistake::notify_twice, "M_NOTIFYTWICE", "the second notice sells again", much_paying},
    {Mistake::forged, "M_FORGED", "an unpaid order is delivered", much_paying},
    {Mistake::late_drop, "M_LATEDROP", "the money stays with nobody", much_paying},
    {Mistake::no_epoch, "M_NOEPOCH", "the meter was cleared under way"},
    {Mistake::no_quiesce, "M_NOQUIESCE", "the frame was only delayed", much_delay},
    {Mistake::stale_reply, "M_STALEREPLY", "an old count decides"},
    {Mistake::no_tag, "M_NOTAG", "a foreign sale of the same amount"},
    {Mistake::unbound, "M_UNBOUND", "a frame of the old epoch arrives after the reset",
     many_resets},
};

class Mutant : public testing::TestWithParam<Row> {
 protected:
  void TearDown() override { made.reset(); }
};

std::optional<Violation> violation_of(std::uint64_t seed, const Row& row,
                                      std::optional<Mistake> mistake) {
  Mixture mixture = draw_mixture(seed);
  if (row.provoke != nullptr) row.provoke(mixture);
  made = mistake;
  return play(mixture).violation;
}

TEST_P(Mutant, IsCaught) { expect_caught(GetParam(), kSeedsAtMost, violation_of); }

/// Of what follows a sale: not in vend.pml.
constexpr Row kEndings[] = {
    {Mistake::refund_on_trust, "RefundOnTrust",
     "the frame was lost, the money is owed all the same", busy_desk},
    {Mistake::refund_new_number, "RefundNewNumber",
     "the answer was lost and it is given back twice", busy_channel},
    {Mistake::pay_out_twice, "PayOutTwice", "two cashiers hand out the same money", busy_desk},
    {Mistake::cash_and_channel, "CashAndChannel", "the channel gives back what the cashier gave",
     busy_channel},
    {Mistake::reverse_twice, "ReverseTwice", "one sale is taken back twice", busy_desk},
    {Mistake::transfer_early, "TransferEarly", "money arrives that never left", busy_desk},
    {Mistake::resolve_twice, "ResolveTwice", "two approvals of one proposal book twice",
     many_quarantines},
    {Mistake::release_blind, "ReleaseBlind", "the next sale uses a number that is used",
     many_quarantines},
    {Mistake::clear_early, "ClearEarly", "the tenant's balance is lost", many_closings},
    {Mistake::close_at_once, "CloseAtOnce", "a frame of a sale arrives after the final reading",
     closings_over_a_bad_line},
};
INSTANTIATE_TEST_SUITE_P(Endings, Mutant, testing::ValuesIn(kEndings),
                         [](const auto& row) { return std::string(row.param.name); });
INSTANTIATE_TEST_SUITE_P(VendPml, Mutant, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace paymeter::town
