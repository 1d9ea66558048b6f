// The rules once more, in the words of vending.md.
#include "cut_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace paymeter::town {
namespace {

constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour, kShanghai = 8 * kHour;
/// Registers step by 10 Wh, and charges are rounded to the fen.
constexpr std::int64_t kTolerance = 2;
/// What a register's step may cost, at the dearest price that is played.
constexpr std::int64_t kStepFen = 20;
constexpr std::int64_t kFreshMax = 60'000;
constexpr std::int64_t kBreakerSpan = 600'000;
constexpr std::int64_t kBreakerCuts = 5;
constexpr std::int64_t kRehearsedGap = 10'000;
/// Billing notices a level that was left for so long.
constexpr Millis kNoticed = minutes(30);

/// A register has fallen for sure while it shows that much less: what was used since it was last
/// read is below the difference.
constexpr std::uint64_t kStillFallenMj = CutChecker::kFallMj / 9 * 6;

std::int64_t local_day(std::int64_t at) { return (at + kShanghai) / kDay; }

/// Days off in 2026 and the workdays before them, by the government's notice of 2025-11-04; the
/// calendar of 2027 is not known, so that its eve is not known either.
bool is_workday(std::int64_t day) {
  using namespace std::chrono;
  const sys_days date{days{day}};
  if (const weekday name{date}; name == Saturday || name == Sunday) return false;
  const auto between = [&](year_month_day first, year_month_day last) {
    return sys_days{first} <= date && date <= sys_days{last};
  };
  constexpr auto y = 2026y;
  return between(y / 1 / 1, y / 12 / 30) && !between(y / 1 / 1, y / 1 / 3) &&
         !between(y / 2 / 15, y / 2 / 23) && !between(y / 2 / 13, y / 2 / 13) &&
         !between(y / 4 / 3, y / 4 / 6) && !between(y / 4 / 30, y / 5 / 5) &&
         !between(y / 6 / 18, y / 6 / 21) && !between(y / 9 / 24, y / 9 / 27) &&
         !between(y / 9 / 30, y / 10 / 7);
}

bool is_friendly(const CutStanding& standing, std::int64_t minute) {
  const auto from = standing.friendly_from, to = standing.friendly_to;
  if (from == to) return false;
  return from < to ? from <= minute && minute < to : minute >= from || minute < to;
}

bool protects(const CutStanding& standing) {
  return standing.is_protected || standing.operators_will == "force_on";
}

}  // namespace

CutChecker::CutChecker(const std::string& database, sim::Plant& plant, const sim::SimWorld& world,
                       std::map<std::string, std::uint64_t> energy_at_opening_mj, CutBounds bounds)
    : view_(database), plant_(plant), world_(world), bounds_(bounds) {
  const auto standings = view_.look();
  for (const auto& [id, code] : view_.codes()) {
    ids_[code] = id;
    Track& track = tracks_[id];
    track.code = code;
    track.counted_from_mj = static_cast<std::int64_t>(energy_at_opening_mj.at(code));
    track.moments.push_back({world.now(), standings.at(id)});
    look_at_warnings(track, standings.at(id), {});
    const auto& memory = plant.reference(code)->memory();
    track.is_open = memory.relay_mode == 1 && memory.relay_position == 1;
  }
  // What was used until now was used on the day before.
  price_fen_ = price_at(local_day(world.now().value) * kDay - kShanghai - 1);
  pass_midnight(Midnight::soon);
  pass_midnight(Midnight::now);
}

const CutStanding& CutChecker::standing(const std::string& code) const {
  return tracks_.at(ids_.at(code)).moments.back().standing;
}

std::int64_t CutChecker::balance_fen(const std::string& code) const {
  return balance_of(tracks_.at(ids_.at(code)), standing(code));
}

std::vector<std::string> CutChecker::cut_now() const {
  std::vector<std::string> out;
  for (const auto& [id, track] : tracks_) {
    const CutRow& cut = track.moments.back().standing.cut;
    if (cut.id != 0 && cut.state != "ended") out.push_back(track.code);
  }
  return out;
}

void CutChecker::broken_at(const Track& track, std::string invariant, std::string why) const {
  const CutStanding& now = track.moments.back().standing;
  broken(std::move(invariant),
         fmt::format("meter {} at {}: {}; balance {} threshold {}, mode {}, will {}, protected {}, "
                     "account {} {}, settlement {} {}, sales {}, cut {} {}",
                     track.code, format_rfc3339(world_.now()), why, balance_of(track, now),
                     now.threshold_fen, now.mode, now.operators_will, now.is_protected, now.account,
                     now.account_open ? "open" : "not open", now.settlement, now.settlement_state,
                     now.orders_and_sales, now.cut.id, now.cut.state));
}

// ---------------------------------------------------------------- what was stored
void CutChecker::after_commit(Millis clock_error) {
  ++tally_.steps;
  const auto now = view_.look();
  for (auto& [id, track] : tracks_) {
    look_at_levels(track);
    const CutStanding before = track.moments.back().standing;
    const CutStanding& after = now.at(id);
    if (before == after) continue;
    change_tenant(track, before, after);
    look_at_warnings(track, after, clock_error);
    remember(track, after);
    look_at_device(track, before, after);
    if (after.breaker_open && !breaker_was_open_) ++tally_.breakers;
    breaker_was_open_ = after.breaker_open;
    if (after.cut.id != before.cut.id) check_new_cut(track, after);
    check_ending(track, before, after);
    if (after.cut.was_shown && !before.cut.was_shown) ++tally_.shown;
    if (after.operators_will == "trip" && after.will_at == before.will_at &&
        before.manual_trip_recorded && !after.manual_trip_recorded)
      broken_at(track, "a_manual_trip_lasts", "its intent ended and nobody wanted that");
    if (on_reclosing_ && after.cut.state == "reclosing" && before.cut.state != "reclosing")
      on_reclosing_();
    if (on_cut_ && (after.cut.id != before.cut.id || after.cut.state != before.cut.state))
      on_cut_(track.code, after.cut.state);
    if (on_cut_too_ && (after.cut.id != before.cut.id || after.cut.state != before.cut.state))
      on_cut_too_(track.code);
  }
}

void CutChecker::remember(Track& track, const CutStanding& standing) {
  track.moments.push_back({world_.now(), standing});
  const UtcMs oldest = world_.now() - std::max(bounds_.frame, bounds_.command);
  while (track.moments.size() > 1 && track.moments[1].from < oldest) track.moments.pop_front();
}

/// A warning speaks of the time since its level was last left for good.
void CutChecker::look_at_levels(Track& track) {
  const CutStanding& standing = track.moments.back().standing;
  const std::int64_t balance = balance_of(track, standing);
  for (std::size_t level = 0; level < kWarnings; ++level) {
    const bool is_above =
        standing.level_fen[level] && balance - slack_of(track) > *standing.level_fen[level];
    auto& since = track.above_since[level];
    if (is_above && !since) since = world_.now();
    if (is_above && world_.now() - *since >= kNoticed) track.left_until[level] = world_.now();
    if (!is_above) since.reset();
  }
}

/// A warning that a wrong clock has stamped is as old as it is, not as it looks.
void CutChecker::look_at_warnings(Track& track, const CutStanding& now, Millis clock_error) {
  for (std::size_t level = 0; level < kWarnings; ++level)
    if (const auto& stamp = now.told_at[level])
      track.told_in_truth[level].try_emplace(*stamp, *stamp - clock_error.value);
}

void CutChecker::check_new_cut(const Track& track, const CutStanding& now) {
  ++tally_.cuts;
  const CutRow& cut = now.cut;
  if (cut.verdict != "cut") broken_at(track, "a_cut_has_its_decision", cut.verdict);
  const bool is_low = cut.balance_fen && cut.previous_fen && cut.threshold_fen &&
                      *cut.balance_fen < *cut.threshold_fen &&
                      *cut.previous_fen < *cut.threshold_fen;
  if (!is_low) broken_at(track, "two_readings_were_too_low", "one was not, or was not known");
  if (!cut.reading_at || cut.decided_at - *cut.reading_at > kFreshMax)
    broken_at(track, "the_reading_was_fresh", "it was not");
  if (cut.is_rehearsed) {
    ++tally_.rehearsed;
    if (bounds_.clock == Millis{} && last_rehearsed_ &&
        cut.decided_at - *last_rehearsed_ < kRehearsedGap)
      broken_at(track, "rehearsed_cuts_take_turns", "two at once");
    last_rehearsed_ = cut.decided_at;
    return;
  }
  // By stamps where the clock is right: a decision is older than its commit.
  const bool is_right = bounds_.clock == Millis{};
  const std::int64_t decided = is_right ? cut.decided_at : world_.now().value;
  const std::int64_t span = kBreakerSpan - bounds_.clock.value;
  unrehearsed_.push_back(decided);
  const auto within = std::ranges::count_if(
      unrehearsed_, [&](std::int64_t at) { return at > decided - span && at <= decided; });
  if (within > kBreakerCuts)
    broken_at(track, "too_many_cuts_stop", fmt::format("{} within ten minutes", within));
}

/// A cut that was seen ends for a reason that people know; the clock is none.
void CutChecker::check_ending(Track& track, const CutStanding& before, const CutStanding& now) {
  if (now.cut.id != before.cut.id) track.may_close = track.fell_from_mj.has_value();
  const bool has_paid = balance_of(track, now) + slack_of(track) >= now.threshold_fen - kStepFen;
  // The other meter of a shared wallet may not have been billed as far as this one.
  const bool was_paid_into = now.shared_wallet && now.credited_fen != before.credited_fen;
  // Two wills may be of the same millisecond.
  const bool is_new_will =
      now.will_at != before.will_at || now.operators_will != before.operators_will;
  if (has_paid || was_paid_into || now.account != before.account || protects(now) ||
      now.mode == "off" || !now.account_open || now.settling ||
      (is_new_will && now.operators_will != "trip"))
    track.may_close = true;
  const bool was_lasting = before.cut.state == "shown" && before.cut.id == now.cut.id;
  if (was_lasting && now.cut.state != "shown" && !track.may_close)
    broken_at(track, "a_cut_ends_only_for_a_reason", "nothing had changed");
}

// ---------------------------------------------------------------- what a meter did
void CutChecker::after_command(const std::string& code) {
  Track& track = tracks_.at(ids_.at(code));
  look_at_levels(track);
  const auto& memory = plant_.reference(code)->memory();
  const bool is_open = memory.relay_mode == 1 && memory.relay_position == 1;
  if (is_open == track.is_open) return;
  track.is_open = is_open;
  is_open ? opened(track) : closed(track);
}

bool CutChecker::any_within(const Track& track, Millis span, const Ask& ask) const {
  const UtcMs from = world_.now() - span;
  for (std::size_t i = 0; i < track.moments.size(); ++i) {
    const bool is_over = i + 1 < track.moments.size() && track.moments[i + 1].from < from;
    if (!is_over && ask(track.moments[i].standing)) return true;
  }
  return false;
}

void CutChecker::opened(Track& track) {
  ++tally_.opened;
  // An operator's trip is asked for once more right before its frame, like an own cut.
  const bool by_operator = any_within(track, bounds_.frame, [](const CutStanding& standing) {
    return standing.operators_will == "trip";
  });
  const bool by_people =
      by_operator || any_within(track, bounds_.command, [](const CutStanding& s) {
        return s.settling || s.settlement_holds;
      });
  const bool is_stored = any_within(track, bounds_.frame, [](const CutStanding& standing) {
    return standing.cut.id != 0 && standing.cut.state != "ended";
  });
  if (by_people) {
    ++tally_.manual_opened;
    track.opener = Opener::people;
    return;
  }
  track.opener = Opener::cut;
  if (!is_stored) broken_at(track, "what_is_sent_was_stored_before", "nobody wanted it open");
  if (const std::string why = first_objection(track); !why.empty())
    broken_at(track, "nobody_is_cut_whom_the_rules_protect", why);
}

/// Empty: at some moment that the frame may rest on, it was allowed.
std::string CutChecker::first_objection(const Track& track) const {
  const UtcMs from = world_.now() - bounds_.frame;
  std::string why;
  for (std::size_t i = 0; i < track.moments.size(); ++i) {
    const bool is_last = i + 1 == track.moments.size();
    const UtcMs end = is_last ? world_.now() : track.moments[i + 1].from;
    if (end < from) continue;
    for (const UtcMs at : {std::max(track.moments[i].from, from), end}) {
      why = why_not(track, track.moments[i], at);
      if (why.empty()) return why;
    }
  }
  return why;
}

/// The station's clock may be wrong by a little: some time that near must allow it.
std::string CutChecker::why_not(const Track& track, const Moment& moment, UtcMs at) const {
  std::string why = why_not_at(track, moment.standing, at);
  if (bounds_.clock == Millis{} || why.empty()) return why;
  const std::string earlier = why_not_at(track, moment.standing, at - bounds_.clock);
  return earlier.empty() ? earlier : why_not_at(track, moment.standing, at + bounds_.clock);
}

std::string CutChecker::why_not_at(const Track& track, const CutStanding& s, UtcMs at) const {
  if (!s.account_open || s.settling || s.quarantined) return "no open account, or one that ends";
  if (s.mode == "off") return "enforcement is off";
  const auto rehearsal = s.rehearsed.find(local_day(at.value));
  const bool is_rehearsed =
      rehearsal != s.rehearsed.end() && local_day(rehearsal->second) < local_day(at.value);
  if (s.mode == "rehearsed" && !is_rehearsed) return "it stood in no approved rehearsal";
  if (protects(s)) return "it is protected";
  if (s.operators_will == "trip") return "an operator holds it off";
  const std::int64_t balance = balance_of(track, s);
  if (balance >= s.threshold_fen + kTolerance + slack_of(track))
    return fmt::format("{} fen are not below {}", balance, s.threshold_fen);
  if (s.orders_and_sales > 0) return "a sale is under way";
  if (track.fell_from_mj && energy_of(track) + static_cast<std::int64_t>(kStillFallenMj) <
                                static_cast<std::int64_t>(*track.fell_from_mj))
    return "its register has fallen";
  for (std::size_t level = 0; level < kWarnings; ++level) {
    if (!s.level_fen[level]) continue;
    if (!s.told_at[level]) return fmt::format("nobody was warned of level {}", level + 1);
    const std::int64_t told = track.told_in_truth[level].at(*s.told_at[level]);
    if (at.value - told < kDay) return "the warning is younger than a day";
    if (track.left_until[level] && track.left_until[level]->value > told)
      return fmt::format("the warning of level {} spoke of an earlier time", level + 1);
  }
  if (!is_workday(local_day(at.value))) return "no workday";
  const std::int64_t time = (at.value + kShanghai) % kDay;
  if (time < 9 * kHour || time >= 16 * kHour) return "not within the hours";
  if (is_friendly(s, time / 60'000)) return "friendly hours";
  if (s.breaker_open) return "the breaker is open";
  return {};
}

void CutChecker::closed(Track& track) {
  ++tally_.closed;
  track.opener = Opener::nobody;
  const bool was_wanted = any_within(track, bounds_.command, [](const CutStanding& standing) {
    return standing.operators_will == "release" || standing.operators_will == "force_on";
  });
  if (was_wanted) return;
  const bool was_free = any_within(track, bounds_.frame, [](const CutStanding& standing) {
    return standing.operators_will != "trip";
  });
  if (!was_free) broken_at(track, "a_manual_trip_survives_a_payment", "the relay was closed");
  const bool was_settled = any_within(
      track, bounds_.frame, [](const CutStanding& standing) { return !standing.settlement_holds; });
  if (!was_settled) broken_at(track, "nobodys_supply_stays_off", "the relay was closed");
}

// ---------------------------------------------------------------- in the end
void CutChecker::at_rest() {
  after_commit();
  if (view_.accounts_below_closed_ones() > 0)
    broken("an_account_outlives_those_below_it", "one was closed over their heads");
  for (auto& [id, track] : tracks_) {
    const CutStanding& now = track.moments.back().standing;
    const CutRow& cut = now.cut;
    const bool is_lasting = cut.id != 0 && cut.state != "ended";
    const bool has_paid = balance_of(track, now) - slack_of(track) >= now.threshold_fen + kStepFen;
    if (is_lasting && cut.state == "reclosing")
      broken_at(track, "who_is_closed_again_has_power", "still under way");
    if (is_lasting && (has_paid || protects(now) || now.mode == "off" || !now.account_open))
      broken_at(track, "who_has_paid_is_closed_again", "the cut lasts");
    const bool is_others = now.settlement_holds || now.operators_will == "trip";
    if (!is_lasting && track.is_open && track.opener == Opener::cut && !is_others)
      broken_at(track, "an_ended_cut_is_closed_again", "the relay is open");
    const bool is_held = now.operators_will == "trip" && now.manual_trip_recorded;
    if (is_held && track.is_open && has_paid) ++tally_.stays;
    if (is_held && !track.is_open && !plant_.reference(track.code)->relay_open())
      broken_at(track, "a_manual_trip_survives_a_payment", "the relay is closed");
  }
}

}  // namespace paymeter::town
