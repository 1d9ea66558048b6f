/// The gate before billing: what a reading must be before money is asked for it. Readings that make
/// no sense hold billing with a reason; nobody is billed nonsense.
#pragma once

#include <cstdint>
#include <optional>

#include "paymeter/domain/rating/reading_series.hpp"

namespace paymeter::domain::rating {

struct GateLimits {
  /// The most that can flow in an hour (Wh or litres), CT ratio applied, with the margin wanted;
  /// 0 = not known, nothing is too much.
  std::int64_t rise_per_hour_max = 0;
  std::int64_t rise_slack = 100;  ///< Wh or litres: registers jump by their last digit
  Millis gap_max = minutes(180);  ///< longer gaps are billed, but a person is told
  Millis clock_ahead_max = minutes(5);
  /// A register may be slow to show what flowed: what this long at the most explains may come at
  /// once, and is billed when its time has passed. More is a jump.
  Millis slow_max = minutes(60);
};

/// Wh per hour of a connection: phases × voltage × the most current on the primary side.
/// Requires: positive, below 10^9 each.
std::int64_t rated_wh_per_hour(int phases, std::int64_t voltage_mv, std::int64_t current_max_ma,
                               std::int64_t ct_ratio);

struct IncomingReading {
  UtcMs at{};
  std::optional<std::int64_t> value;  ///< empty: the meter was asked and had none
};

enum class GateVerdict : std::uint8_t {
  bill,          ///< charge up to it
  bill_flagged,  ///< charge up to it, and tell a person why
  late,          ///< before the last one billed: judge_late, then price_late
  duplicate,     ///< billed already: nothing to do
  hold,          ///< charge nothing until a later reading passes or a person decides
};
struct GateDecision {
  GateVerdict verdict = GateVerdict::hold;
  std::optional<Errc> reason;  ///< of a hold or flag
  friend bool operator==(const GateDecision&, const GateDecision&) = default;
};

/// `billed`: the last reading that was billed, not the last one seen, so that a meter which comes
/// to its senses is billed over the whole time. Holds, in order: reading_missing,
/// reading_from_future, readings_invalid (below 0 or beyond kReadingMax), reading_conflict (the
/// same instant, another value), reading_zero (after a value above 0), reading_backward,
/// reading_impossible. Flags: reading_gap_long. Late ones: reading_late.
GateDecision judge_reading(const GateLimits& limits, const RegisterReading& billed,
                           const IncomingReading& incoming, UtcMs now);

/// A step between two readings that no load explains: a device swapped without a change-over, or
/// nonsense. Time alone does not make it billable, however many readings stand beyond it.
struct RegisterJump {
  RegisterReading before, beyond;
  friend bool operator==(const RegisterJump&, const RegisterJump&) = default;
};
/// Has `next` jumped from `known`: is it higher than the most of the time between, of slow_max at
/// least, explains?
bool is_jump(const GateLimits& limits, const RegisterReading& known, const RegisterReading& next);
/// The register is back: nearer to what it showed before than to what it jumped to.
bool has_returned(const RegisterJump& jump, const RegisterReading& next);

/// A late reading between two billed ones: `late` when it fits, else hold or duplicate.
/// Requires: before.at <= late.at <= after.at.
GateDecision judge_late(const GateLimits& limits, const RegisterReading& before,
                        const RegisterReading& after, const RegisterReading& late);

/// Billing of one register waits, since when and why.
struct BillingHold {
  UtcMs since{};
  Errc reason{};
  friend bool operator==(const BillingHold&, const BillingHold&) = default;
};
/// The hold after a decision: the first reason stands until a reading is billed.
std::optional<BillingHold> next_hold(const std::optional<BillingHold>& hold,
                                     const GateDecision& decision, UtcMs at);

}  // namespace paymeter::domain::rating
