/// Charging while tariffs change: use is split at the local midnight at which a version takes over,
/// by interpolation of the readings around it; the steps' count goes on.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/domain/rating/charger.hpp"
#include "paymeter/domain/rating/month_bill.hpp"

namespace paymeter::domain::rating {

/// Plain data to store beside a point of supply, as `write_state` says it.
struct VersionedState {
  ChargerState state;
  std::vector<OpenBill> earlier;  ///< of the month in progress, under versions that ended
  friend bool operator==(const VersionedState&, const VersionedState&) = default;
};

class VersionedCharger {
 public:
  /// As Charger's. Lifetime: `timeline` and its schedules outlive the charger.
  VersionedCharger(const Timeline& timeline, const RegisterReading& first,
                   std::int64_t cycle_used = 0);
  /// Goes on from a stored state. Requires: the timeline has the state's versions.
  static VersionedCharger resume(const Timeline& timeline, VersionedState state);

  /// One charge per local month touched. A cycle of another kind or start begins at 0 when its
  /// version takes over. Errors (the state stays as it was): those of check_follows;
  /// rating_amount_too_large.
  Result<std::vector<MonthCharge>> charge(const RegisterReading& next);

  /// Another meter, or a reset: Charger::rebase.
  void rebase(std::int64_t reading) { state_.state.last.value = reading; }
  const VersionedState& state() const { return state_; }
  /// The bill of the month in progress. Errors: rating_amount_too_large.
  Result<std::optional<MonthBill>> open_bill() const;

 private:
  explicit VersionedCharger(const Timeline& timeline) : timeline_(&timeline) {}
  const Timeline* timeline_;
  VersionedState state_;
};

/// A whole series, a bill per local month touched. Errors: those of charge (detail: `reading 3`).
Result<std::vector<MonthBill>> price_versions(const Timeline& timeline,
                                              std::span<const RegisterReading> readings);

/// The state as text, the same for equal states:
///   charger-state 1
///   last MS VALUE                         the reading charged up to
///   cycle DAY USED                        days since 1970-01-01, Wh or litres
///   bill YEAR MONTH LAST_DAY DAYS VERSION and then, for each line of that version,
///   line NAME                             with its parts:
///   part STEP QUANTITY PRICE_E8 RATE
/// Requires: the timeline has the state's versions.
std::string write_state(const Timeline& timeline, const VersionedState& state);
/// Lines and rates are found by name, so that a schedule with more rates reads it too.
/// Errors: rating_state_invalid (detail: the line's number).
Result<VersionedState> read_state(const Timeline& timeline, std::string_view text);

}  // namespace paymeter::domain::rating
