// Judges one reading by the last one billed and by what can flow.
#include "paymeter/domain/rating/reading_gate.hpp"

#include <algorithm>

namespace paymeter::domain::rating {
namespace {

constexpr Int128 kHourMs = 3'600'000;

GateDecision hold(Errc reason) { return {GateVerdict::hold, reason}; }

bool is_beyond(const GateLimits& limits, std::int64_t risen, Millis span) {
  if (limits.rise_per_hour_max == 0) return false;
  return (Int128{risen} - limits.rise_slack) * kHourMs >
         Int128{limits.rise_per_hour_max} * span.value;
}

bool too_much(const GateLimits& limits, const RegisterReading& last, const RegisterReading& next) {
  return is_beyond(limits, next.value - last.value, next.at - last.at);
}

}  // namespace

std::int64_t rated_wh_per_hour(int phases, std::int64_t voltage_mv, std::int64_t current_max_ma,
                               std::int64_t ct_ratio) {
  const Int128 microwatts = Int128{phases} * voltage_mv * current_max_ma * ct_ratio;
  const Int128 watts = (microwatts + 999'999) / 1'000'000;
  return static_cast<std::int64_t>(watts < kReadingMax ? watts : Int128{kReadingMax});
}

GateDecision judge_reading(const GateLimits& limits, const RegisterReading& billed,
                           const IncomingReading& incoming, UtcMs now) {
  if (!incoming.value) return hold(Errc::reading_missing);
  if (incoming.at > now + limits.clock_ahead_max) return hold(Errc::reading_from_future);
  const RegisterReading next{incoming.at, *incoming.value};
  if (next.value < 0 || next.value > kReadingMax) return hold(Errc::readings_invalid);
  if (next.at < billed.at) return {GateVerdict::late, Errc::reading_late};
  if (next.at == billed.at)
    return next.value == billed.value ? GateDecision{GateVerdict::duplicate, {}}
                                      : hold(Errc::reading_conflict);
  if (next.value == 0 && billed.value > 0) return hold(Errc::reading_zero);
  if (next.value < billed.value) return hold(Errc::reading_backward);
  if (too_much(limits, billed, next)) return hold(Errc::reading_impossible);
  if (next.at - billed.at > limits.gap_max)
    return {GateVerdict::bill_flagged, Errc::reading_gap_long};
  return {GateVerdict::bill, {}};
}

bool is_jump(const GateLimits& limits, const RegisterReading& known, const RegisterReading& next) {
  return is_beyond(limits, next.value - known.value, std::max(next.at - known.at, limits.slow_max));
}

bool has_returned(const RegisterJump& jump, const RegisterReading& next) {
  const Int128 above = Int128{next.value} - jump.before.value;
  return above < Int128{jump.beyond.value} - next.value;
}

GateDecision judge_late(const GateLimits& limits, const RegisterReading& before,
                        const RegisterReading& after, const RegisterReading& late) {
  for (const RegisterReading& known : {before, after})
    if (late.at == known.at)
      return late.value == known.value ? GateDecision{GateVerdict::duplicate, {}}
                                       : hold(Errc::reading_conflict);
  if (late.value == 0 && before.value > 0) return hold(Errc::reading_zero);
  if (late.value < before.value || late.value > after.value) return hold(Errc::reading_backward);
  if (too_much(limits, before, late) || too_much(limits, late, after))
    return hold(Errc::reading_impossible);
  return {GateVerdict::late, Errc::reading_late};
}

std::optional<BillingHold> next_hold(const std::optional<BillingHold>& hold,
                                     const GateDecision& decision, UtcMs at) {
  switch (decision.verdict) {
    case GateVerdict::bill:
    case GateVerdict::bill_flagged:
      return std::nullopt;
    case GateVerdict::hold:
      return hold ? *hold : BillingHold{at, decision.reason.value_or(Errc::internal_error)};
    case GateVerdict::late:
    case GateVerdict::duplicate:
      return hold;
  }
  return hold;
}

}  // namespace paymeter::domain::rating
