// The guards of a cut, each at its edge, and the text that a decision is stored as.
#include "paymeter/domain/cut.hpp"

#include <gtest/gtest.h>

#include "paymeter/domain/cut_testing.hpp"
#include "paymeter/domain/cut_text.hpp"

namespace paymeter::domain {
namespace {

using testing::cuttable;
using Change = void (*)(CutInputs&);

struct Row {
  const char* why;
  Change change;
  CutGuard guard;
  GuardState state;
};

constexpr Row kSpoilt[] = {
    {"its own wallet trips it", [](CutInputs& in) { in.wallet = Wallet::meter; },
     CutGuard::platform_wallet, GuardState::fails},
    {"whose wallet is not known", [](CutInputs& in) { in.wallet.reset(); },
     CutGuard::platform_wallet, GuardState::unknown},
    {"nobody's account", [](CutInputs& in) { in.account_open = false; }, CutGuard::account_open,
     GuardState::fails},
    {"the settlement has the relay", [](CutInputs& in) { in.settling = true; },
     CutGuard::meter_at_rest, GuardState::fails},
    {"two people are to decide", [](CutInputs& in) { in.quarantined = true; },
     CutGuard::meter_at_rest, GuardState::fails},
    {"not known to settle", [](CutInputs& in) { in.settling.reset(); }, CutGuard::meter_at_rest,
     GuardState::unknown},
    {"not known to be sound", [](CutInputs& in) { in.quarantined.reset(); },
     CutGuard::meter_at_rest, GuardState::unknown},
    {"enforcement is off", [](CutInputs& in) { in.enforcement = EnforcementMode::off; },
     CutGuard::enforcement_on, GuardState::fails},
    {"保电", [](CutInputs& in) { in.is_protected = true; }, CutGuard::not_protected,
     GuardState::fails},
    {"protection is not known", [](CutInputs& in) { in.is_protected.reset(); },
     CutGuard::not_protected, GuardState::unknown},
    {"a manual trip lasts", [](CutInputs& in) { in.held_off = true; }, CutGuard::supply_on,
     GuardState::fails},
    {"it is off already", [](CutInputs& in) { in.relay_open = true; }, CutGuard::supply_on,
     GuardState::fails},
    {"the relay was not read", [](CutInputs& in) { in.relay_open.reset(); }, CutGuard::supply_on,
     GuardState::unknown},
    {"own cuts are not known", [](CutInputs& in) { in.own_cut.reset(); }, CutGuard::supply_on,
     GuardState::unknown},
    {"never read", [](CutInputs& in) { in.fresh->is_sound = false; }, CutGuard::fresh_reading,
     GuardState::fails},
    {"read a millisecond too long ago",
     [](CutInputs& in) { in.fresh->at = in.now - seconds(60) - Millis{1}; },
     CutGuard::fresh_reading, GuardState::fails},
    {"read in the future", [](CutInputs& in) { in.fresh->at = in.now + Millis{1}; },
     CutGuard::fresh_reading, GuardState::fails},
    {"the previous one was refused by billing",
     [](CutInputs& in) { in.previous->is_sound = false; }, CutGuard::previous_reading,
     GuardState::fails},
    {"it is the same reading", [](CutInputs& in) { in.previous->at = in.fresh->at; },
     CutGuard::previous_reading, GuardState::fails},
    {"yesterday's and a millisecond",
     [](CutInputs& in) { in.previous->at = in.now - minutes(1440) - Millis{1}; },
     CutGuard::previous_reading, GuardState::fails},
    {"the previous balance was at the threshold",
     [](CutInputs& in) { in.previous->balance = in.threshold; }, CutGuard::previous_balance,
     GuardState::fails},
    {"the balance is not known", [](CutInputs& in) { in.fresh->balance.reset(); },
     CutGuard::fresh_balance, GuardState::unknown},
    {"no warning of alarm 1", [](CutInputs& in) { in.notices[0]->delivered_at.reset(); },
     CutGuard::notice_alarm1, GuardState::fails},
    {"alarm 2 a millisecond too late",
     [](CutInputs& in) { in.notices[1]->delivered_at = in.now - minutes(1440) + Millis{1}; },
     CutGuard::notice_alarm2, GuardState::fails},
    {"arrears told in the future",
     [](CutInputs& in) { in.notices[2]->delivered_at = in.now + minutes(1); },
     CutGuard::notice_arrears, GuardState::fails},
    {"the warnings could not be read", [](CutInputs& in) { in.notices[2].reset(); },
     CutGuard::notice_arrears, GuardState::unknown},
    {"a sale is under way", [](CutInputs& in) { in.vends_under_way = 1; },
     CutGuard::no_vend_under_way, GuardState::fails},
    {"sales could not be read", [](CutInputs& in) { in.vends_under_way.reset(); },
     CutGuard::no_vend_under_way, GuardState::unknown},
    {"the payment channel did not answer", [](CutInputs& in) { in.orders_asked = false; },
     CutGuard::orders_asked, GuardState::fails},
    {"a Saturday", [](CutInputs& in) { in.moment->day = CutDayKind::weekend; },
     CutGuard::cutting_day, GuardState::fails},
    {"a holiday", [](CutInputs& in) { in.moment->day = CutDayKind::holiday; },
     CutGuard::cutting_day, GuardState::fails},
    {"an eve", [](CutInputs& in) { in.moment->day = CutDayKind::eve; }, CutGuard::cutting_day,
     GuardState::fails},
    {"beyond the horizon", [](CutInputs& in) { in.moment->day = CutDayKind::unknown; },
     CutGuard::cutting_day, GuardState::unknown},
    {"08:59:59.999", [](CutInputs& in) { in.moment->since_midnight = minutes(540) - Millis{1}; },
     CutGuard::cutting_hours, GuardState::fails},
    {"16:00:00.000", [](CutInputs& in) { in.moment->since_midnight = minutes(960); },
     CutGuard::cutting_hours, GuardState::fails},
    {"friendly until 10:01", [](CutInputs& in) { in.friendly = FriendlyHours{0, 601}; },
     CutGuard::not_friendly, GuardState::fails},
    {"friendly across midnight until 11:00",
     [](CutInputs& in) { in.friendly = FriendlyHours{1320, 660}; }, CutGuard::not_friendly,
     GuardState::fails},
    {"the wallet's terms are not known", [](CutInputs& in) { in.friendly.reset(); },
     CutGuard::not_friendly, GuardState::unknown},
    {"the meter's clock is ahead by a millisecond too much",
     [](CutInputs& in) {
       in.uses_meter_clock = true;
       in.clock_skew = minutes(5) + Millis{1};
     },
     CutGuard::meter_clock, GuardState::fails},
    {"behind by a millisecond too much",
     [](CutInputs& in) {
       in.uses_meter_clock = true;
       in.clock_skew = Millis{-300'001};
     },
     CutGuard::meter_clock, GuardState::fails},
    {"the meter's clock holds no date", [](CutInputs& in) { in.uses_meter_clock = true; },
     CutGuard::meter_clock, GuardState::unknown},
    {"whose clock the tariff uses is not known", [](CutInputs& in) { in.uses_meter_clock.reset(); },
     CutGuard::meter_clock, GuardState::unknown},
    {"the station's clock was set today", [](CutInputs& in) { in.clock.wander = Millis{300'001}; },
     CutGuard::station_clock, GuardState::fails},
    {"most meters show another time", [](CutInputs& in) { in.clock.apart = Millis{-300'001}; },
     CutGuard::station_clock, GuardState::fails},
    {"the station's clock was in doubt today", [](CutInputs& in) { in.clock.wander.reset(); },
     CutGuard::station_clock, GuardState::unknown},
    {"nobody else says what time it is", [](CutInputs& in) { in.clock.apart.reset(); },
     CutGuard::station_clock, GuardState::unknown},
    {"the bus is not well", [](CutInputs& in) { in.collector_healthy = false; },
     CutGuard::collector_healthy, GuardState::fails},
    {"the breaker is open", [](CutInputs& in) { in.breaker_open = true; }, CutGuard::breaker_closed,
     GuardState::fails},
    {"in no rehearsal, where one is asked for",
     [](CutInputs& in) { in.enforcement = EnforcementMode::rehearsed; }, CutGuard::rehearsed,
     GuardState::fails},
    {"not its turn", [](CutInputs& in) { in.is_paced = false; }, CutGuard::paced,
     GuardState::fails},
};

TEST(Cut, EverythingHoldsAndItIsCut) {
  EXPECT_EQ(decide_cut(cuttable()).verdict, CutVerdict::cut);
  EXPECT_TRUE(failing(decide_cut(cuttable()).guards).empty());
}

TEST(Cut, EachSpoiltFactKeepsTheSupplyOnForItsOwnReasonOnly) {
  for (const Row& row : kSpoilt) {
    CutInputs in = cuttable();
    row.change(in);
    const CutDecision decision = decide_cut(in);
    EXPECT_EQ(decision.verdict, CutVerdict::stay) << row.why;
    EXPECT_EQ(failing(decision.guards), std::vector{row.guard}) << row.why;
    EXPECT_EQ(decision.guards[static_cast<std::size_t>(row.guard)], row.state) << row.why;
  }
}

TEST(Cut, TheFirstReadingOfAllCutsNobody) {
  CutInputs in = cuttable();
  in.previous.reset();
  EXPECT_EQ(decide_cut(in).verdict, CutVerdict::stay);
  EXPECT_EQ(format_guards(decide_cut(in).guards),
            "previous_reading unknown, previous_balance unknown");
}

TEST(Cut, AllReasonsAreNamedNotOnlyTheFirst) {
  CutInputs in = cuttable();
  in.is_protected = true;
  in.vends_under_way = 2;
  in.moment.reset();
  EXPECT_EQ(format_guards(decide_cut(in).guards),
            "not_protected fails, no_vend_under_way fails, cutting_day unknown, "
            "cutting_hours unknown, not_friendly unknown");
}

TEST(Cut, TheThresholdToTheFen) {
  for (const std::int64_t threshold : {0, -1, -5'000, 300}) {
    CutInputs in = cuttable();
    in.threshold = Money{threshold};
    const auto verdict = [&](std::int64_t over) {
      in.fresh->balance = in.previous->balance = Money{threshold + over};
      return decide_cut(in).verdict;
    };
    EXPECT_EQ(verdict(-1), CutVerdict::cut) << threshold;
    EXPECT_EQ(verdict(0), CutVerdict::nothing) << threshold;
    EXPECT_EQ(verdict(+1), CutVerdict::nothing) << threshold;
  }
}

TEST(Cut, EdgesThatAllow) {
  const Row rows[] = {
      {"09:00:00.000", [](CutInputs& in) { in.moment->since_midnight = minutes(540); }, {}, {}},
      {"15:59:59.999",
       [](CutInputs& in) { in.moment->since_midnight = minutes(960) - Millis{1}; },
       {},
       {}},
      {"read exactly a minute ago",
       [](CutInputs& in) { in.fresh->at = in.now - seconds(60); },
       {},
       {}},
      {"warned exactly a day ago",
       [](CutInputs& in) { in.notices[1]->delivered_at = in.now - minutes(1440); },
       {},
       {}},
      {"a level that the meter does not have",
       [](CutInputs& in) { in.notices[0] = CutNotice{false, {}}; },
       {},
       {}},
      {"friendly until now", [](CutInputs& in) { in.friendly = FriendlyHours{0, 600}; }, {}, {}},
      {"the meter's clock five minutes ahead",
       [](CutInputs& in) {
         in.uses_meter_clock = true;
         in.clock_skew = minutes(5);
       },
       {},
       {}},
      {"the station's clock five minutes behind the meters'",
       [](CutInputs& in) { in.clock = {minutes(5), minutes(5), std::nullopt}; },
       {},
       {}},
      {"no meter has a clock, a time server has",
       [](CutInputs& in) { in.clock = {Millis{}, std::nullopt, true}; },
       {},
       {}},
      {"rehearsed",
       [](CutInputs& in) {
         in.enforcement = EnforcementMode::rehearsed;
         in.is_rehearsed = true;
       },
       {},
       {}},
  };
  for (const Row& row : rows) {
    CutInputs in = cuttable();
    row.change(in);
    EXPECT_EQ(decide_cut(in).verdict, CutVerdict::cut) << row.why;
  }
}

struct RecloseRow {
  const char* why;
  Change change;
  CutVerdict verdict;
};
constexpr RecloseRow kReclose[] = {
    {"still below", [](CutInputs&) {}, CutVerdict::nothing},
    {"paid to the threshold", [](CutInputs& in) { in.fresh->balance = in.threshold; },
     CutVerdict::reclose},
    {"a fen short of it", [](CutInputs& in) { in.fresh->balance = Money{-5'001}; },
     CutVerdict::nothing},
    {"paid, at night, on a holiday, the bus silent, the breaker open",
     [](CutInputs& in) {
       in.moment = CutMoment{CutDayKind::holiday, minutes(180)};
       in.fresh.reset();
       in.previous->balance = Money{100};
       in.collector_healthy = false;
       in.breaker_open = true;
       in.relay_open.reset();
     },
     CutVerdict::reclose},
    {"enforcement was switched off", [](CutInputs& in) { in.enforcement = EnforcementMode::off; },
     CutVerdict::reclose},
    {"保电 since", [](CutInputs& in) { in.is_protected = true; }, CutVerdict::reclose},
    {"the account ended", [](CutInputs& in) { in.account_open = false; }, CutVerdict::reclose},
    {"paid while a manual trip lasts too: the own cut ends all the same",
     [](CutInputs& in) {
       in.held_off = true;
       in.fresh->balance = Money{0};
     },
     CutVerdict::reclose},
    {"nothing is known any more",
     [](CutInputs& in) {
       in = CutInputs{};
       in.own_cut = true;
     },
     CutVerdict::nothing},
};

TEST(Cut, OnlyWhatIsKnownEndsAnOwnCutAndNoHourKeepsItFromEnding) {
  for (const RecloseRow& row : kReclose) {
    CutInputs in = cuttable();
    in.own_cut = in.relay_open = true;
    row.change(in);
    EXPECT_EQ(decide_cut(in).verdict, row.verdict) << row.why;
  }
}

TEST(Cut, NothingIsReclosedThatThePlatformDidNotCut) {
  CutInputs in = cuttable();
  in.held_off = in.relay_open = true;
  in.fresh->balance = in.previous->balance = Money{100'000};
  EXPECT_EQ(decide_cut(in).verdict, CutVerdict::nothing);
}

TEST(Cut, NothingKnownStaysOn) {
  const CutDecision decision = decide_cut(CutInputs{});
  EXPECT_EQ(decision.verdict, CutVerdict::stay);
  EXPECT_EQ(failing(decision.guards).size(), kCutGuardCount);
}

TEST(CutText, AStoredDecisionCanBeDecidedAgain) {
  CutInputs sparse;
  sparse.now = UtcMs{5};
  sparse.fresh = CutReading{UtcMs{4}, false, {}};
  CutInputs skewed = cuttable();
  skewed.clock_skew = Millis{-7};
  for (const CutInputs& in : {cuttable(), CutInputs{}, sparse, skewed}) {
    const auto again = parse_cut_inputs(format_cut_inputs(in));
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(*again, in);
  }
}

TEST(CutText, ADecisionOfTheFirstRulesKnowsNothingOfTheStationsClock) {
  CutInputs old = cuttable();
  old.rules.version = 1;
  const std::string text = format_cut_inputs(old);
  EXPECT_EQ(text.find("station_clock"), std::string::npos);
  const auto again = parse_cut_inputs(text);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(again->clock, ClockEvidence{});
  EXPECT_EQ(again->fresh, old.fresh);
}

TEST(CutText, RefusesWhatItDidNotWrite) {
  const std::string good = format_cut_inputs(cuttable());
  EXPECT_FALSE(parse_cut_inputs(""));
  EXPECT_FALSE(parse_cut_inputs(good + "more 1\n"));
  EXPECT_FALSE(parse_cut_inputs(good.substr(good.find('\n') + 1)));
  std::string damaged = good;
  damaged.replace(damaged.find("wallet platform"), 15, "wallet platfomr");
  EXPECT_FALSE(parse_cut_inputs(damaged));
}

}  // namespace
}  // namespace paymeter::domain
