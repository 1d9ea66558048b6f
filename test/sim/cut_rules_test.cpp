// The rules of cutting, proven: every combination of spoilt facts, random decisions against a plain
// oracle, and each rule forgotten in turn. The only program besides sim_mutant_test with mistakes.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/cut.hpp"
#include "paymeter/domain/cut_breaker.hpp"
#include "paymeter/domain/cut_testing.hpp"
#include "paymeter/domain/cut_text.hpp"
#include "paymeter/domain/supply_intent.hpp"

namespace {
std::optional<paymeter::Mistake> made;
}

namespace paymeter {
/// Takes the place of the definition in base/mistake.cpp, in this program only.
bool mistake_made(Mistake mistake) { return made == mistake; }
}  // namespace paymeter

namespace paymeter::domain {
namespace {

using testing::cuttable;

std::uint64_t decisions() {
  const char* asked = std::getenv("PAYMETER_DECISIONS");
  return asked == nullptr ? 50'000 : std::strtoull(asked, nullptr, 10);
}

// ---------------------------------------------------------------- every combination
/// One way to spoil each guard; spoiling and mending touch nothing else.
struct Spoil {
  CutGuard guard;
  void (*spoil)(CutInputs&);
  void (*mend)(CutInputs&);
};
const CutInputs kGood = cuttable();
constexpr auto kSpoils = std::to_array<Spoil>({
    {CutGuard::platform_wallet, [](CutInputs& in) { in.wallet = Wallet::meter; },
     [](CutInputs& in) { in.wallet = kGood.wallet; }},
    {CutGuard::account_open, [](CutInputs& in) { in.account_open = false; },
     [](CutInputs& in) { in.account_open = true; }},
    {CutGuard::meter_at_rest, [](CutInputs& in) { in.quarantined = true; },
     [](CutInputs& in) { in.quarantined = false; }},
    {CutGuard::enforcement_on, [](CutInputs& in) { in.enforcement = EnforcementMode::off; },
     [](CutInputs& in) { in.enforcement = EnforcementMode::on; }},
    {CutGuard::not_protected, [](CutInputs& in) { in.is_protected = true; },
     [](CutInputs& in) { in.is_protected = false; }},
    {CutGuard::supply_on, [](CutInputs& in) { in.held_off = true; },
     [](CutInputs& in) { in.held_off = false; }},
    {CutGuard::fresh_reading, [](CutInputs& in) { in.fresh->is_sound = false; },
     [](CutInputs& in) { in.fresh->is_sound = true; }},
    {CutGuard::previous_reading, [](CutInputs& in) { in.previous->is_sound = false; },
     [](CutInputs& in) { in.previous->is_sound = true; }},
    {CutGuard::fresh_balance, [](CutInputs& in) { in.fresh->balance.reset(); },
     [](CutInputs& in) { in.fresh->balance = kGood.fresh->balance; }},
    {CutGuard::previous_balance, [](CutInputs& in) { in.previous->balance.reset(); },
     [](CutInputs& in) { in.previous->balance = kGood.previous->balance; }},
    {CutGuard::notice_alarm1, [](CutInputs& in) { in.notices[0]->delivered_at.reset(); },
     [](CutInputs& in) { in.notices[0] = kGood.notices[0]; }},
    {CutGuard::notice_alarm2, [](CutInputs& in) { in.notices[1]->delivered_at = in.now; },
     [](CutInputs& in) { in.notices[1] = kGood.notices[1]; }},
    {CutGuard::notice_arrears, [](CutInputs& in) { in.notices[2].reset(); },
     [](CutInputs& in) { in.notices[2] = kGood.notices[2]; }},
    {CutGuard::no_vend_under_way, [](CutInputs& in) { in.vends_under_way = 1; },
     [](CutInputs& in) { in.vends_under_way = 0; }},
    {CutGuard::orders_asked, [](CutInputs& in) { in.orders_asked = false; },
     [](CutInputs& in) { in.orders_asked = true; }},
    {CutGuard::cutting_day, [](CutInputs& in) { in.moment->day = CutDayKind::eve; },
     [](CutInputs& in) { in.moment->day = CutDayKind::workday; }},
    {CutGuard::cutting_hours, [](CutInputs& in) { in.rules.hours_to = minutes(600); },
     [](CutInputs& in) { in.rules.hours_to = kGood.rules.hours_to; }},
    {CutGuard::not_friendly, [](CutInputs& in) { in.friendly = FriendlyHours{0, 1439}; },
     [](CutInputs& in) { in.friendly = FriendlyHours{}; }},
    {CutGuard::meter_clock, [](CutInputs& in) { in.uses_meter_clock = true; },
     [](CutInputs& in) { in.uses_meter_clock = false; }},
    {CutGuard::station_clock, [](CutInputs& in) { in.clock.apart.reset(); },
     [](CutInputs& in) { in.clock.apart = kGood.clock.apart; }},
    {CutGuard::collector_healthy, [](CutInputs& in) { in.collector_healthy = false; },
     [](CutInputs& in) { in.collector_healthy = true; }},
    {CutGuard::breaker_closed, [](CutInputs& in) { in.breaker_open = true; },
     [](CutInputs& in) { in.breaker_open = false; }},
    // `rehearsed` depends on the mode: the next test has it.
    {CutGuard::paced, [](CutInputs& in) { in.is_paced = false; },
     [](CutInputs& in) { in.is_paced = true; }},
});

/// All 2^23 combinations in Gray order: each step spoils or mends one fact.
TEST(CutRules, EveryCombinationOfSpoiltFacts) {
  made.reset();
  CutInputs in = cuttable();
  std::uint32_t spoilt = 0;
  ASSERT_EQ(decide_cut(in).verdict, CutVerdict::cut);
  for (std::uint32_t step = 1; step < (1U << kSpoils.size()); ++step) {
    const auto turn = static_cast<std::size_t>(__builtin_ctz(step));
    spoilt ^= 1U << turn;
    (spoilt >> turn & 1U ? kSpoils[turn].spoil : kSpoils[turn].mend)(in);
    const CutDecision decision = decide_cut(in);
    for (std::size_t i = 0; i < kSpoils.size(); ++i) {
      const bool holds =
          decision.guards[static_cast<std::size_t>(kSpoils[i].guard)] == GuardState::holds;
      ASSERT_EQ(holds, (spoilt >> i & 1U) == 0)
          << cut_guard_name(kSpoils[i].guard) << " of " << format_cut_inputs(in);
    }
    ASSERT_EQ(decision.verdict, spoilt == 0 ? CutVerdict::cut : CutVerdict::stay)
        << format_cut_inputs(in);
  }
}

// ---------------------------------------------------------------- the oracle
/// The page's paragraph again, as one sentence after another, knowing nothing of guards.
bool oracle_may_cut(const CutInputs& in) {
  if (!in.wallet || *in.wallet == Wallet::meter) return false;
  if (!in.account_open || !*in.account_open) return false;
  if (!in.settling || *in.settling || !in.quarantined || *in.quarantined) return false;
  if (!in.enforcement || *in.enforcement == EnforcementMode::off) return false;
  if (*in.enforcement == EnforcementMode::rehearsed && !in.is_rehearsed.value_or(false))
    return false;
  if (in.is_protected.value_or(true)) return false;
  if (in.held_off.value_or(true) || in.own_cut.value_or(true) || in.relay_open.value_or(true))
    return false;
  if (!in.threshold || !in.fresh || !in.previous) return false;
  for (const CutReading& reading : {*in.fresh, *in.previous}) {
    if (!reading.is_sound || !reading.balance) return false;
    if (reading.balance->fen >= in.threshold->fen) return false;
    if (reading.at.value > in.now.value) return false;
  }
  if (in.now.value - in.fresh->at.value > 60'000) return false;
  if (in.now.value - in.previous->at.value > 86'400'000) return false;
  if (in.previous->at.value >= in.fresh->at.value) return false;
  for (const auto& notice : in.notices) {
    if (!notice) return false;
    if (!notice->is_required) continue;
    if (!notice->delivered_at || in.now.value - notice->delivered_at->value < 86'400'000)
      return false;
  }
  if (in.vends_under_way.value_or(1) != 0 || !in.orders_asked.value_or(false)) return false;
  if (!in.moment || in.moment->day != CutDayKind::workday) return false;
  const std::int64_t time = in.moment->since_midnight.value;
  if (time < 9 * 3'600'000 || time >= 16 * 3'600'000) return false;
  if (!in.friendly) return false;
  const int minute = static_cast<int>(time / 60'000);
  for (int from = in.friendly->from; from != in.friendly->to; from = (from + 1) % 1440)
    if (from == minute) return false;
  if (!in.uses_meter_clock) return false;
  if (*in.uses_meter_clock &&
      (!in.clock_skew || in.clock_skew->value > 300'000 || in.clock_skew->value < -300'000))
    return false;
  if (!in.clock.wander || in.clock.wander->value > 300'000) return false;
  if (!in.clock.apart && !in.clock.disciplined.value_or(false)) return false;
  if (in.clock.apart && (in.clock.apart->value > 300'000 || in.clock.apart->value < -300'000))
    return false;
  return in.collector_healthy.value_or(false) && !in.breaker_open.value_or(true) &&
         in.is_paced.value_or(false);
}

bool oracle_must_reclose(const CutInputs& in) {
  if (!in.own_cut.value_or(false)) return false;
  if (in.wallet == Wallet::meter || in.account_open == false || in.is_protected == true ||
      in.enforcement == EnforcementMode::off)
    return true;
  std::optional<Money> balance;
  if (in.previous) balance = in.previous->balance;
  if (in.fresh && in.fresh->balance) balance = in.fresh->balance;
  return balance && in.threshold && *balance >= *in.threshold;
}

// ---------------------------------------------------------------- random decisions
class Rolls {
 public:
  explicit Rolls(std::uint64_t seed) : engine_(seed) {}
  std::int64_t upto(std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(0, most)(engine_);
  }
  bool one_in(std::int64_t n) { return upto(n - 1) == 0; }
  /// Around an edge to the millisecond, or anywhere near it.
  std::int64_t near(std::int64_t edge, std::int64_t far) {
    return one_in(2) ? edge + upto(2) - 1 : edge + upto(2 * far) - far;
  }

 private:
  std::mt19937_64 engine_;
};

void flip(Rolls& rolls, std::optional<bool>& fact) {
  if (rolls.one_in(3))
    fact.reset();
  else
    fact = rolls.one_in(2);
}

/// Rolls one fact again. Facts of something that another roll took away stay away.
using Turn = void (*)(CutInputs&, Rolls&);
constexpr Turn kTurns[] = {
    [](CutInputs& in, Rolls& r) {
      in.wallet = r.one_in(2) ? std::optional(Wallet::meter) : std::nullopt;
    },
    [](CutInputs& in, Rolls& r) { flip(r, in.account_open); },
    [](CutInputs& in, Rolls& r) { flip(r, in.settling); },
    [](CutInputs& in, Rolls& r) { flip(r, in.quarantined); },
    [](CutInputs& in, Rolls& r) {
      in.enforcement = static_cast<EnforcementMode>(r.upto(2));
      flip(r, in.is_rehearsed);
    },
    [](CutInputs& in, Rolls& r) { flip(r, in.is_protected); },
    [](CutInputs& in, Rolls& r) { flip(r, in.held_off); },
    [](CutInputs& in, Rolls& r) { flip(r, in.own_cut); },
    [](CutInputs& in, Rolls& r) { flip(r, in.relay_open); },
    [](CutInputs& in, Rolls& r) {
      if (in.fresh) in.fresh->at = in.now - Millis{r.near(60'000, 120'000)};
    },
    [](CutInputs& in, Rolls& r) {
      if (in.previous) in.previous->at = in.now - Millis{r.near(86'400'000, 90'000'000)};
    },
    [](CutInputs& in, Rolls& r) {
      if (in.previous && in.fresh) in.previous->at = in.fresh->at + Millis{r.near(0, 100)};
    },
    [](CutInputs& in, Rolls& r) {
      if (in.fresh) in.fresh->is_sound = r.one_in(2);
    },
    [](CutInputs& in, Rolls& r) {
      if (in.previous) in.previous->is_sound = r.one_in(2);
    },
    [](CutInputs& in, Rolls& r) {
      if (in.fresh) in.fresh->balance = Money{r.near(-5'000, 10'000)};
    },
    [](CutInputs& in, Rolls& r) {
      if (in.previous) in.previous->balance = Money{r.near(-5'000, 10'000)};
    },
    [](CutInputs& in, Rolls& r) { in.threshold = Money{r.near(-5'050, 5'000)}; },
    [](CutInputs& in, Rolls& r) {
      auto& notice = in.notices[static_cast<std::size_t>(r.upto(2))];
      notice = CutNotice{!r.one_in(4), in.now - Millis{r.near(86'400'000, 90'000'000)}};
      if (r.one_in(4)) notice->delivered_at.reset();
      if (r.one_in(8)) notice.reset();
    },
    [](CutInputs& in, Rolls& r) { in.vends_under_way = static_cast<int>(r.upto(2)); },
    [](CutInputs& in, Rolls& r) { flip(r, in.orders_asked); },
    [](CutInputs& in, Rolls& r) {
      if (in.moment) in.moment->day = static_cast<CutDayKind>(r.upto(4));
    },
    [](CutInputs& in, Rolls& r) {
      if (in.moment) in.moment->since_midnight = Millis{r.near(9 * 3'600'000, 9 * 3'600'000)};
    },
    [](CutInputs& in, Rolls& r) {
      if (in.moment) in.moment->since_midnight = Millis{r.near(16 * 3'600'000, 7 * 3'600'000)};
    },
    [](CutInputs& in, Rolls& r) {
      in.friendly = FriendlyHours{static_cast<int>(r.upto(1439)), static_cast<int>(r.upto(1439))};
      if (r.one_in(6)) in.friendly.reset();
    },
    [](CutInputs& in, Rolls& r) {
      in.uses_meter_clock = true;
      in.clock_skew = Millis{(r.one_in(2) ? 1 : -1) * r.near(300'000, 600'000)};
      if (r.one_in(5)) in.clock_skew.reset();
    },
    [](CutInputs& in, Rolls& r) {
      in.clock.wander = Millis{r.near(300'000, 300'000)};
      if (r.one_in(5)) in.clock.wander.reset();
    },
    [](CutInputs& in, Rolls& r) {
      in.clock.apart = Millis{(r.one_in(2) ? 1 : -1) * r.near(300'000, 300'000)};
      if (r.one_in(3)) in.clock.apart.reset();
      flip(r, in.clock.disciplined);
    },
    [](CutInputs& in, Rolls& r) { flip(r, in.collector_healthy); },
    [](CutInputs& in, Rolls& r) { flip(r, in.breaker_open); },
    [](CutInputs& in, Rolls& r) { flip(r, in.is_paced); },
    [](CutInputs& in, Rolls&) { in.fresh.reset(); },
    [](CutInputs& in, Rolls&) { in.previous.reset(); },
    [](CutInputs& in, Rolls&) { in.moment.reset(); },
    [](CutInputs& in, Rolls&) { in.vends_under_way.reset(); },
};

/// A few facts of a cuttable meter are rolled again, so that about a quarter of all may be cut.
CutInputs random_inputs(Rolls& rolls) {
  CutInputs in = cuttable();
  if (rolls.one_in(4)) in.own_cut = in.relay_open = true;
  for (std::int64_t turns = rolls.upto(4); turns > 0; --turns)
    kTurns[static_cast<std::size_t>(rolls.upto(std::size(kTurns) - 1))](in, rolls);
  return in;
}

/// Empty: `decide_cut` agrees with the oracle on this many random decisions.
std::optional<CutInputs> first_disagreement(std::uint64_t count, std::array<int, 4>* seen) {
  Rolls rolls(20'261'122);
  for (std::uint64_t i = 0; i < count; ++i) {
    const CutInputs in = random_inputs(rolls);
    const CutVerdict verdict = decide_cut(in).verdict;
    if (seen != nullptr) ++(*seen)[static_cast<std::size_t>(verdict)];
    if ((verdict == CutVerdict::cut) != oracle_may_cut(in)) return in;
    if ((verdict == CutVerdict::reclose) != oracle_must_reclose(in)) return in;
  }
  return std::nullopt;
}

TEST(CutRules, RandomDecisionsAgreeWithThePlainOracle) {
  made.reset();
  std::array<int, 4> seen{};
  const auto wrong = first_disagreement(decisions(), &seen);
  EXPECT_FALSE(wrong) << format_cut_inputs(wrong.value_or(CutInputs{}));
  for (std::size_t i = 0; i < seen.size(); ++i)
    EXPECT_GT(seen[i], static_cast<int>(decisions() / 100))
        << cut_verdict_name(static_cast<CutVerdict>(i)) << " is hardly ever reached";
  std::string told = std::to_string(decisions()) + " decisions:";
  for (std::size_t i = 0; i < seen.size(); ++i)
    told += " " + std::string(cut_verdict_name(static_cast<CutVerdict>(i))) + " " +
            std::to_string(seen[i]);
  RecordProperty("decisions", told);
  std::puts(told.c_str());
}

// ---------------------------------------------------------------- mistakes
constexpr Mistake kForgotten[] = {
    Mistake::cut_meter_wallet, Mistake::cut_no_account,    Mistake::cut_settling,
    Mistake::cut_not_enforced, Mistake::cut_protected,     Mistake::cut_held_off,
    Mistake::cut_stale,        Mistake::cut_unsound,       Mistake::cut_one_reading,
    Mistake::cut_at_threshold, Mistake::cut_unwarned,      Mistake::cut_warned_just_now,
    Mistake::cut_while_paying, Mistake::cut_unasked,       Mistake::cut_any_hour,
    Mistake::cut_friendly,     Mistake::cut_skewed,        Mistake::cut_unhealthy,
    Mistake::cut_breaker,      Mistake::cut_unrehearsed,   Mistake::cut_unpaced,
    Mistake::cut_unknown,      Mistake::cut_clock_stepped, Mistake::cut_clock_alone};

TEST(CutRules, EachForgottenRuleIsSeen) {
  for (const Mistake mistake : kForgotten) {
    made = mistake;
    EXPECT_TRUE(first_disagreement(50'000, nullptr))
        << "mistake " << static_cast<int>(mistake) << " would pass";
  }
  made.reset();
}

constexpr Mistake kForgottenDays[] = {Mistake::cut_weekend, Mistake::cut_holiday, Mistake::cut_eve,
                                      Mistake::cut_beyond_horizon};

/// Plain lists of dates, by the government's notice; no date arithmetic of ours.
bool oracle_workday(const rating::LocalDay& day, rating::DayNumber number) {
  const auto between = [&](rating::Date first, rating::Date last) {
    return first <= day.date && day.date <= last;
  };
  using D = rating::Date;
  if (day.date < D{2026, 1, 1} || D{2026, 12, 31} <= day.date || day.weekday > 5) return false;
  const std::pair<D, D> off_or_eve[] = {
      {D{2026, 1, 1}, D{2026, 1, 3}},   {D{2026, 2, 15}, D{2026, 2, 23}},
      {D{2026, 4, 3}, D{2026, 4, 6}},   {D{2026, 4, 30}, D{2026, 5, 5}},
      {D{2026, 6, 18}, D{2026, 6, 21}}, {D{2026, 9, 24}, D{2026, 9, 27}},
      {D{2026, 9, 30}, D{2026, 10, 7}}};
  for (const auto& [first, last] : off_or_eve)
    if (between(first, last)) return false;
  return number > 0;
}

std::optional<rating::Date> first_wrong_day() {
  constexpr Millis kOffset = testing::kShanghai;
  const auto from = rating::day_number({2025, 12, 1});
  for (auto day = from; day < from + 500; ++day) {
    const auto moment =
        cut_moment(tariff::china_holidays(), rating::midnight(day, kOffset), kOffset);
    const auto local = rating::local_day(day);
    if ((moment.day == CutDayKind::workday) != oracle_workday(local, day)) return local.date;
  }
  return std::nullopt;
}

TEST(CutRules, TheCalendarAgreesWithPlainListsAndEachForgottenDayIsSeen) {
  made.reset();
  const auto wrong = first_wrong_day();
  EXPECT_FALSE(wrong) << wrong->month << "-" << wrong->day;
  for (const Mistake mistake : kForgottenDays) {
    made = mistake;
    EXPECT_TRUE(first_wrong_day()) << "mistake " << static_cast<int>(mistake) << " would pass";
  }
  made.reset();
}

}  // namespace
}  // namespace paymeter::domain
