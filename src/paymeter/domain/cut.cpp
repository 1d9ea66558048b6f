// The guards one by one, and the verdict over them.
#include "paymeter/domain/cut.hpp"

#include <algorithm>

#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/spelling.hpp"
#include "paymeter/domain/wallet.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, kCutGuardCount> kGuards{
    "platform_wallet",   "account_open",      "meter_at_rest", "enforcement_on",
    "not_protected",     "supply_on",         "fresh_reading", "previous_reading",
    "fresh_balance",     "previous_balance",  "notice_alarm1", "notice_alarm2",
    "notice_arrears",    "no_vend_under_way", "orders_asked",  "cutting_day",
    "cutting_hours",     "not_friendly",      "meter_clock",   "station_clock",
    "collector_healthy", "breaker_closed",    "rehearsed",     "paced"};
constexpr std::array<std::string_view, 3> kStates{"holds", "fails", "unknown"};
constexpr std::array<std::string_view, 4> kVerdicts{"nothing", "stay", "cut", "reclose"};
constexpr std::int64_t kMinuteMs = 60'000;

GuardState state(bool holds) { return holds ? GuardState::holds : GuardState::fails; }
GuardState known(const std::optional<bool>& fact, bool wanted) {
  return fact ? state(*fact == wanted) : GuardState::unknown;
}

GuardState wallet_guard(const CutInputs& in) {
  if (!in.wallet) return GuardState::unknown;
  return state(*in.wallet == Wallet::platform);
}

GuardState at_rest_guard(const CutInputs& in) {
  const GuardState settling = known(in.settling, false);
  const GuardState quarantined = known(in.quarantined, false);
  if (settling == GuardState::fails || quarantined == GuardState::fails) return GuardState::fails;
  return settling == GuardState::holds ? quarantined : settling;
}

GuardState enforcement_guard(const CutInputs& in) {
  if (!in.enforcement) return GuardState::unknown;
  return state(*in.enforcement != EnforcementMode::off);
}

/// Off by anybody's intent, or open without one: a cut would only blur whose it is.
GuardState supply_guard(const CutInputs& in) {
  const GuardState others = known(in.held_off, false);
  const GuardState own = known(in.own_cut, false);
  const GuardState relay = known(in.relay_open, false);
  if (others == GuardState::fails || own == GuardState::fails || relay == GuardState::fails)
    return GuardState::fails;
  const bool all = others == own && own == relay && relay == GuardState::holds;
  return all ? GuardState::holds : GuardState::unknown;
}

bool is_recent(const CutReading& reading, UtcMs now, Millis age_max) {
  // A reading of the future says that a clock is wrong: its age is not known to be small.
  return reading.at <= now && now - reading.at <= age_max;
}

GuardState fresh_guard(const CutInputs& in) {
  if (!in.fresh) return GuardState::unknown;
  const bool recent =
      is_recent(*in.fresh, in.now, in.rules.fresh_age_max) || mistake_made(Mistake::cut_stale);
  return state(recent && (in.fresh->is_sound || mistake_made(Mistake::cut_unsound)));
}

GuardState previous_guard(const CutInputs& in) {
  if (mistake_made(Mistake::cut_one_reading)) return GuardState::holds;
  if (!in.previous || !in.fresh) return GuardState::unknown;
  return state(in.previous->is_sound && in.previous->at < in.fresh->at &&
               is_recent(*in.previous, in.now, in.rules.previous_age_max));
}

GuardState balance_guard(const std::optional<CutReading>& reading,
                         const std::optional<Money>& threshold) {
  if (!reading || !reading->balance || !threshold) return GuardState::unknown;
  if (mistake_made(Mistake::cut_at_threshold)) return state(*reading->balance <= *threshold);
  return state(*reading->balance < *threshold);
}

GuardState notice_guard(const CutInputs& in, std::size_t level) {
  const auto& notice = in.notices[level];
  if (mistake_made(Mistake::cut_unwarned)) return GuardState::holds;
  if (!notice) return GuardState::unknown;
  if (!notice->is_required) return GuardState::holds;
  if (!notice->delivered_at) return GuardState::fails;
  if (mistake_made(Mistake::cut_warned_just_now)) return GuardState::holds;
  return state(in.now - *notice->delivered_at >= in.rules.notice_age_min[level]);
}

GuardState vend_guard(const CutInputs& in) {
  if (mistake_made(Mistake::cut_while_paying)) return GuardState::holds;
  if (!in.vends_under_way) return GuardState::unknown;
  return state(*in.vends_under_way == 0);
}

GuardState day_guard(const CutInputs& in) {
  if (!in.moment || in.moment->day == CutDayKind::unknown) return GuardState::unknown;
  return state(in.moment->day == CutDayKind::workday);
}

GuardState hours_guard(const CutInputs& in) {
  if (mistake_made(Mistake::cut_any_hour)) return GuardState::holds;
  if (!in.moment) return GuardState::unknown;
  return state(in.moment->since_midnight >= in.rules.hours_from &&
               in.moment->since_midnight < in.rules.hours_to);
}

GuardState friendly_guard(const CutInputs& in) {
  if (mistake_made(Mistake::cut_friendly)) return GuardState::holds;
  if (!in.friendly || !in.moment) return GuardState::unknown;
  const int minute = static_cast<int>(in.moment->since_midnight.value / kMinuteMs);
  return state(!is_friendly(in.friendly->from, in.friendly->to, minute));
}

GuardState clock_guard(const CutInputs& in) {
  if (mistake_made(Mistake::cut_skewed)) return GuardState::holds;
  if (!in.uses_meter_clock) return GuardState::unknown;
  if (!*in.uses_meter_clock) return GuardState::holds;
  if (!in.clock_skew) return GuardState::unknown;
  const Millis skew = in.clock_skew->value < 0 ? Millis{} - *in.clock_skew : *in.clock_skew;
  return state(skew <= in.rules.clock_skew_max);
}

GuardState station_clock_guard(const CutInputs& in) {
  switch (clock_trust(in.clock, in.rules.clock_skew_max)) {
    case ClockTrust::trusted:
      return GuardState::holds;
    case ClockTrust::unknown:
      return GuardState::unknown;
    default:
      return GuardState::fails;
  }
}

GuardState rehearsal_guard(const CutInputs& in) {
  if (mistake_made(Mistake::cut_unrehearsed)) return GuardState::holds;
  if (!in.enforcement) return GuardState::unknown;
  if (*in.enforcement != EnforcementMode::rehearsed) return GuardState::holds;
  return known(in.is_rehearsed, true);
}

GuardState breaker_guard(const CutInputs& in) {
  if (mistake_made(Mistake::cut_breaker)) return GuardState::holds;
  return known(in.breaker_open, false);
}

bool all_hold(const CutGuards& guards) {
  return std::ranges::all_of(guards, [](GuardState guard) {
    return guard == GuardState::holds ||
           (guard == GuardState::unknown && mistake_made(Mistake::cut_unknown));
  });
}

/// The balance of the latest reading that has one.
GuardState latest_balance(const CutInputs& in) {
  const bool has_fresh = in.fresh && in.fresh->balance;
  return balance_guard(has_fresh ? in.fresh : in.previous, in.threshold);
}

/// Only what is known ends an own cut: nobody flaps because a bus is silent.
bool ends_own_cut(const CutInputs& in, const CutGuards& guards) {
  const auto fails = [&](CutGuard guard) {
    return guards[static_cast<std::size_t>(guard)] == GuardState::fails;
  };
  return latest_balance(in) == GuardState::fails || fails(CutGuard::not_protected) ||
         fails(CutGuard::enforcement_on) || fails(CutGuard::account_open) ||
         fails(CutGuard::platform_wallet);
}

}  // namespace

std::string_view cut_guard_name(CutGuard guard) { return spell(kGuards, guard); }
std::optional<CutGuard> cut_guard_from_name(std::string_view name) {
  return unspell<CutGuard>(kGuards, name);
}
std::string_view guard_state_name(GuardState state) { return spell(kStates, state); }
std::optional<GuardState> guard_state_from_name(std::string_view name) {
  return unspell<GuardState>(kStates, name);
}
std::string_view cut_verdict_name(CutVerdict verdict) { return spell(kVerdicts, verdict); }
std::optional<CutVerdict> cut_verdict_from_name(std::string_view name) {
  return unspell<CutVerdict>(kVerdicts, name);
}

CutGuards cut_guards(const CutInputs& in) {
  CutGuards guards{};
  const auto set = [&](CutGuard guard, Mistake forgets, GuardState value) {
    guards[static_cast<std::size_t>(guard)] = mistake_made(forgets) ? GuardState::holds : value;
  };
  const auto put = [&](CutGuard guard, GuardState value) {
    guards[static_cast<std::size_t>(guard)] = value;
  };
  set(CutGuard::platform_wallet, Mistake::cut_meter_wallet, wallet_guard(in));
  set(CutGuard::account_open, Mistake::cut_no_account, known(in.account_open, true));
  set(CutGuard::meter_at_rest, Mistake::cut_settling, at_rest_guard(in));
  set(CutGuard::enforcement_on, Mistake::cut_not_enforced, enforcement_guard(in));
  set(CutGuard::not_protected, Mistake::cut_protected, known(in.is_protected, false));
  set(CutGuard::supply_on, Mistake::cut_held_off, supply_guard(in));
  put(CutGuard::fresh_reading, fresh_guard(in));
  put(CutGuard::previous_reading, previous_guard(in));
  put(CutGuard::fresh_balance, balance_guard(in.fresh, in.threshold));
  set(CutGuard::previous_balance, Mistake::cut_one_reading,
      balance_guard(in.previous, in.threshold));
  put(CutGuard::notice_alarm1, notice_guard(in, 0));
  put(CutGuard::notice_alarm2, notice_guard(in, 1));
  put(CutGuard::notice_arrears, notice_guard(in, 2));
  put(CutGuard::no_vend_under_way, vend_guard(in));
  set(CutGuard::orders_asked, Mistake::cut_unasked, known(in.orders_asked, true));
  put(CutGuard::cutting_day, day_guard(in));
  put(CutGuard::cutting_hours, hours_guard(in));
  put(CutGuard::not_friendly, friendly_guard(in));
  put(CutGuard::meter_clock, clock_guard(in));
  put(CutGuard::station_clock, station_clock_guard(in));
  set(CutGuard::collector_healthy, Mistake::cut_unhealthy, known(in.collector_healthy, true));
  put(CutGuard::breaker_closed, breaker_guard(in));
  put(CutGuard::rehearsed, rehearsal_guard(in));
  set(CutGuard::paced, Mistake::cut_unpaced, known(in.is_paced, true));
  return guards;
}

CutDecision decide_cut(const CutInputs& in) {
  CutDecision out{CutVerdict::nothing, cut_guards(in)};
  if (in.own_cut.value_or(false)) {
    if (ends_own_cut(in, out.guards)) out.verdict = CutVerdict::reclose;
    return out;
  }
  if (latest_balance(in) == GuardState::fails) return out;
  out.verdict = all_hold(out.guards) ? CutVerdict::cut : CutVerdict::stay;
  return out;
}

std::vector<CutGuard> failing(const CutGuards& guards) {
  std::vector<CutGuard> out;
  for (std::size_t i = 0; i < guards.size(); ++i)
    if (guards[i] != GuardState::holds) out.push_back(static_cast<CutGuard>(i));
  return out;
}

std::string format_guards(const CutGuards& guards) {
  std::string out;
  for (const CutGuard guard : failing(guards)) {
    if (!out.empty()) out += ", ";
    out += cut_guard_name(guard);
    out += ' ';
    out += guard_state_name(guards[static_cast<std::size_t>(guard)]);
  }
  return out;
}

}  // namespace paymeter::domain
