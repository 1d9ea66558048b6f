/// Pricing as readings arrive: each reading charges the difference that it makes to the month's
/// bill, so that charges add up to the bill whatever their number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "paymeter/domain/rating/bill.hpp"
#include "paymeter/domain/rating/reading_series.hpp"
#include "paymeter/domain/rating/schedule.hpp"

namespace paymeter::domain::rating {

/// Where charging stands, as plain data to store beside a point of supply. Equal readings from an
/// equal state give equal charges: to price a late reading, take the state from before it, charge
/// again, and book the difference to what was charged.
struct ChargerState {
  RegisterReading last;          ///< charged up to here
  DayNumber cycle_start = 0;     ///< local date at whose midnight the steps' cycle began
  std::int64_t cycle_used = 0;   ///< Wh or litres counted since then
  std::optional<OpenBill> bill;  ///< the month of the last instant charged; empty at first
  friend bool operator==(const ChargerState&, const ChargerState&) = default;
};

/// What a reading adds to the bill of `month`.
struct Charge {
  Month month;
  std::vector<Money> lines;  ///< beside the tariff's lines: differences of two roundings
  std::vector<Money> fees;   ///< beside the tariff's fees
  Money total{};
  friend bool operator==(const Charge&, const Charge&) = default;
};

class Charger {
 public:
  /// Nothing is charged for `first`: it is where counting starts. The cycle's count starts at
  /// `cycle_used`: 0, or what an earlier tariff or meter counted in the same cycle.
  /// Lifetime: `schedule` outlives the charger. Requires: 0 <= first.value <= kReadingMax,
  /// 0 <= cycle_used <= kReadingMax.
  Charger(const Schedule& schedule, const RegisterReading& first, std::int64_t cycle_used = 0);
  /// Goes on from a stored state. Requires: the state comes from a tariff with as many lines,
  /// the same rates and the same cycle.
  static Charger resume(const Schedule& schedule, ChargerState state);

  /// Charges the use up to `next`: one Charge per local month that it touches, by month.
  /// Errors (the state stays as it was): those of check_follows; rating_amount_too_large.
  Result<std::vector<Charge>> charge(const RegisterReading& next);

  /// The register shows `reading` at the same instant from now on (another meter, a reset).
  /// Requires: 0 <= reading <= kReadingMax.
  void rebase(std::int64_t reading) { state_.last.value = reading; }

  const ChargerState& state() const { return state_; }
  /// The bill of the month in progress. Errors: rating_amount_too_large.
  Result<std::optional<Bill>> open_bill() const;

 private:
  Charger() = default;

  const Schedule* schedule_ = nullptr;
  ChargerState state_;
};

/// Prices a whole series: a bill per local month touched by the half-open span from the first to
/// the last reading. One reading, or none: no bills.
/// Errors: those of check_follows (detail: `reading 3`, counted from 1), readings_span_too_long,
/// rating_amount_too_large.
Result<Statement> price_readings(const Schedule& schedule,
                                 std::span<const RegisterReading> readings);

}  // namespace paymeter::domain::rating
