// Each plausible mistake in cutting and re-closing, made in the real services, must be seen by the
// town in arrears; the same seeds without it must be clean.
#include <gtest/gtest.h>

#include "cut_town.hpp"
#include "expect_caught.hpp"
#include "mistake_switch.hpp"

namespace paymeter::town {
namespace {

constexpr std::uint64_t kSeedsAtMost = 250;

struct Row {
  Mistake mistake;
  const char* name;
  const char* why;               ///< what goes wrong
  void (*provoke)(CutMixture&);  ///< more of what it needs to go wrong
};

/// One station, a sound line, enforcement on: whatever is wrong then is a decision.
void quiet(CutMixture& mixture) {
  mixture.base.stations = 1;
  mixture.base.faults = {};
  mixture.base.crashes = mixture.base.pauses = 0;
  mixture.rehearsed = false;
  mixture.keeps_enforcing = mixture.keeps_lines = true;
  mixture.day = 0;
  mixture.clock = {};
  mixture.further = {};
  mixture.from = minutes(8 * 60 + 50);
  mixture.span = minutes(90);
}

void many_trips(CutMixture& mixture) {
  quiet(mixture);
  mixture.acts = 40;
  mixture.bad_moments = 40;
}

/// Tasks stand still with what they have read, and people pay meanwhile.
void stale_hands(CutMixture& mixture) {
  quiet(mixture);
  mixture.stall = Stall::after;
  mixture.stall_max = seconds(120);
  mixture.bad_moments = 60;
}

/// Tasks stand still between reading and storing.
void slow_disk(CutMixture& mixture) {
  quiet(mixture);
  mixture.stall = Stall::before;
  mixture.stall_max = seconds(9);
  mixture.bad_moments = 200;
}

void into_the_night(CutMixture& mixture) {
  quiet(mixture);
  mixture.from = minutes(15 * 60 + 30);
}

void an_eve(CutMixture& mixture) {
  quiet(mixture);
  mixture.day = 1;
  mixture.span = minutes(28 * 60);
  mixture.acts = 60;
}

void rehearsed(CutMixture& mixture) {
  quiet(mixture);
  mixture.rehearsed = true;
  mixture.acts = 60;
  mixture.span = minutes(28 * 60);
}

/// The station believes that it is noon while people cook.
void wrong_hours(CutMixture& mixture) {
  quiet(mixture);
  mixture.from = minutes(16 * 60 + 30);
  mixture.clock.steps = {{{}, minutes(-4 * 60)}};
}

/// Everybody is warned while the station believes that it is yesterday; then its clock is set.
void restamped(CutMixture& mixture) {
  quiet(mixture);
  mixture.unwarned = true;
  mixture.acts = 150;
  mixture.clock.steps = {{{}, minutes(-24 * 60)}, {minutes(40), {}}};
}

/// The same, and the clock is right after a crash.
void healed(CutMixture& mixture) {
  restamped(mixture);
  mixture.base.crashes = 1;
  mixture.clock.steps.pop_back();
  mixture.clock.heals_at_restart = true;
}

/// Frames that arrive late, and a clock that is set forward while they are under way.
void leaping(CutMixture& mixture) {
  quiet(mixture);
  mixture.base.faults.delayed_request = 3'000;
  mixture.base.faults.delay_max = seconds(50);
  mixture.bad_moments = 60;
  mixture.clock.leaps_while_reclosing = minutes(3);
}

/// Tasks stand still with a trip in hand, and the operator thinks better of it.
void second_thoughts(CutMixture& mixture) {
  stale_hands(mixture);
  mixture.span = minutes(45);
  mixture.acts = 300;
}

/// Two stations; one has warned everybody by yesterday's clock and knows that it is wrong, the
/// other's clock is right.
void one_of_two_clocks(CutMixture& mixture) {
  quiet(mixture);
  mixture.base.stations = 2;
  mixture.base.serial_bus = false;
  mixture.unwarned = true;
  mixture.acts = 150;
  mixture.clock.steps = {{{}, minutes(-24 * 60)}};
}

/// Orders are open at either meter of the first account.
void many_orders(CutMixture& mixture) {
  quiet(mixture);
  mixture.acts = 300;
  mixture.span = minutes(60);
  mixture.further.shared_wallet = true;
}

/// Two meters owe together what one of them may owe; both had run elsewhere before.
void one_wallet(CutMixture& mixture) {
  quiet(mixture);
  mixture.further.shared_wallet = true;
}

/// The office protects who is being cut, and each look at the store takes a while.
void busy_office(CutMixture& mixture) {
  slow_disk(mixture);
  mixture.bad_moments = 0;
  mixture.further.bad_moments = 200;
}

void dear_today(CutMixture& mixture) {
  quiet(mixture);
  mixture.further.prices = Prices::dear_today;
}

void dear_tomorrow(CutMixture& mixture) {
  quiet(mixture);
  mixture.further.prices = Prices::tomorrow;
  mixture.further.acts = 60;
}

void free_today(CutMixture& mixture) {
  quiet(mixture);
  mixture.acts = 120;
  mixture.span = minutes(5 * 60);
  mixture.further.prices = Prices::free_today;
}

void fallen(CutMixture& mixture) {
  quiet(mixture);
  mixture.from = minutes(7 * 60 + 30);
  mixture.span = minutes(180);
  mixture.further.acts = 120;
}

void new_devices(CutMixture& mixture) {
  quiet(mixture);
  mixture.span = minutes(240);
  mixture.further.acts = 60;
}

/// Nobody owes anything: closings go through.
void one_below(CutMixture& mixture) {
  quiet(mixture);
  mixture.acts = 200;
  mixture.span = minutes(150);
  mixture.further.below = true;
  mixture.further.prices = Prices::free_before;
}

constexpr Row kRows[] = {
    {Mistake::cut_reclose_all, "CutRecloseAll", "a payment undoes an operator's trip", many_trips},
    {Mistake::cut_send_first, "CutSendFirst", "a crash forgets why the relay is open", quiet},
    {Mistake::cut_late_frame, "CutLateFrame", "who has paid long ago is cut", stale_hands},
    {Mistake::cut_no_recheck, "CutNoRecheck", "money came while the bus worked", slow_disk},
    {Mistake::cut_any_hour, "CutAnyHour", "in the evening", into_the_night},
    {Mistake::cut_eve, "CutEve", "before a holiday", an_eve},
    {Mistake::cut_breaker, "CutBreaker", "everybody at once", quiet},
    {Mistake::cut_unrehearsed, "CutUnrehearsed", "who stood in no list", rehearsed},
    {Mistake::cut_clock_alone, "CutClockAlone", "in the evening, by a wrong clock", wrong_hours},
    {Mistake::cut_clock_stepped, "CutClockStepped", "warned an hour ago, by yesterday's clock",
     restamped},
    {Mistake::cut_clock_forgotten, "CutClockForgotten", "warned before the restart", healed},
    {Mistake::cut_frame_by_wall, "CutFrameByWall", "a late frame opens it for good", leaping},
    {Mistake::trip_outdated, "TripOutdated", "a trip that was taken back", second_thoughts},
    {Mistake::cut_store_clock, "CutStoreClock", "warned by another station's yesterday",
     one_of_two_clocks},
    {Mistake::cut_others_sale, "CutOthersSale", "an order is open at the account's other meter",
     many_orders},
    {Mistake::cut_protected_late, "CutProtectedLate", "protected since the decision", busy_office},
    {Mistake::cut_held_billing, "CutFallenRegister", "nobody knows what was used", fallen},
    {Mistake::bill_newest_price, "BillByTodaysPrice", "yesterday it cost half", dear_today},
    {Mistake::bill_newest_price, "BillByTomorrowsPrice", "today it costs less", dear_tomorrow},
    {Mistake::bill_oldest_price, "BillWhatIsFree", "what is free since today", free_today},
    {Mistake::bill_across_devices, "BillAcrossDevices", "for what a new device showed before",
     new_devices},
    {Mistake::bill_shared_from_zero, "BillSharedFromZero", "charged twice", one_wallet},
    {Mistake::close_over_heads, "CloseOverHeads", "below it somebody goes on", one_below},
};

class CutMutant : public testing::TestWithParam<Row> {
 protected:
  void TearDown() override { made.reset(); }
};

std::optional<Violation> violation_of(std::uint64_t seed, const Row& row,
                                      std::optional<Mistake> mistake) {
  CutMixture mixture = draw_cut_mixture(seed);
  row.provoke(mixture);
  made.reset();
  prepare_cuts(mixture);  // whatever is being proved, the beginning is sound
  made = mistake;
  return play_cuts(mixture).violation;
}

TEST_P(CutMutant, IsCaught) { expect_caught(GetParam(), kSeedsAtMost, violation_of); }

INSTANTIATE_TEST_SUITE_P(Cuts, CutMutant, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace paymeter::town
