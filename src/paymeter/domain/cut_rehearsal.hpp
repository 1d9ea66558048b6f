/// The rehearsal of a day's cuts: who would be cut, why, what could save them, and who approved it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/cut.hpp"
#include "paymeter/domain/rating/local_day.hpp"

namespace paymeter::domain {

using RehearsalId = Id<struct RehearsalTag>;

/// draft: made by the station, again and again until somebody approves or its day begins.
enum class RehearsalState : std::uint8_t { draft, approved, rejected };
std::string_view rehearsal_state_name(RehearsalState state);
std::optional<RehearsalState> rehearsal_state_from_name(std::string_view name);

struct Rehearsal {
  RehearsalId id{};
  PropertyId property{};
  rating::DayNumber day = 0;  ///< the local date whose cuts these are
  RehearsalState state = RehearsalState::draft;
  std::int64_t revision = 1;  ///< of the draft: who approves names the one that was read
  UtcMs made_at{};
  std::int64_t lines = 0;  ///< meters in it
  UserId decided_by{};
  std::optional<UtcMs> decided_at;
  std::string note;
  friend bool operator==(const Rehearsal&, const Rehearsal&) = default;
};

/// One meter. `guards`: those that would not hold at the first allowed moment of the day, if
/// nothing changed; empty = it would be cut.
struct RehearsalLine {
  std::int64_t id = 0;
  PropertyId property{};
  RehearsalId rehearsal{};
  MeterId meter{};
  AccountId account{};
  Money balance{}, threshold{};
  Money to_pay{};      ///< what would bring it back to the threshold
  std::string guards;  ///< format_guards
  friend bool operator==(const RehearsalLine&, const RehearsalLine&) = default;
};

/// Approved on the day before it, at the latest: a list made on the day itself warns nobody.
/// Errors, in order: rehearsal_decided, rehearsal_changed (another revision), rehearsal_too_late
/// (`today` is not before its day).
Result<> may_decide_rehearsal(const Rehearsal& rehearsal, std::int64_t revision,
                              rating::DayNumber today);

}  // namespace paymeter::domain
