/// The walk along a register: cuts use at rate changes and midnights, and fills the months' parts.
/// Inner part of charger.hpp; callers want `Charger` or `price_readings`.
#pragma once

#include <span>
#include <vector>

#include "paymeter/domain/rating/charger.hpp"
#include "paymeter/domain/rating/timeline.hpp"

namespace paymeter::domain::rating {

/// Adds to `part`, or merges with the part of the same rate, step and price.
void add_part(Parts& parts, const Part& use);
/// Adds a use of one rate at a line's price, cut at the steps' limits. `count`: used before it in
/// the cycle.
void add_use(Parts& parts, const Part& use, std::span<const Step> steps, std::int64_t count);

/// Within a span of one rate, use is only remembered; it is priced when the span ends or at
/// `settle`. Cumulative readings telescope, so that both give the same parts.
class Walk {
 public:
  Walk(const Schedule& schedule, ChargerState state);
  /// Each local date is priced by its own schedule; the cycle's count goes on.
  Walk(const Timeline& timeline, ChargerState state);

  /// Errors: those of check_follows; rating_amount_too_large (the cycle's count would overflow).
  /// After an error the walk is of no use.
  Result<> advance(const RegisterReading& next);
  /// Prices what is remembered: `state()` is then complete.
  void settle();

  ChargerState& state() { return state_; }
  /// Months that ended, and parts of a month under versions that ended, in order.
  std::vector<OpenBill>& closed() { return closed_; }

 private:
  void enter_day(DayNumber number);
  void enter_era(DayNumber number);
  void open_month(const LocalDay& day);
  void enter_span();
  void cross_span_end(std::int64_t register_value);
  void use(std::int64_t quantity);
  void use_on_line(std::size_t line, std::int64_t quantity);

  const Schedule* schedule_;
  const Timeline* timeline_ = nullptr;
  ChargerState state_;
  std::int64_t version_ = 0;
  std::vector<OpenBill> closed_;
  bool entered_ = false;           ///< lazily: the span of a reading's instant may never be used
  std::int64_t priced_value_ = 0;  ///< the register up to which use is priced
  DayNumber day_ = 0;
  UtcMs midnight_{};
  std::span<const RateSpan> spans_;
  std::size_t span_ = 0;
  UtcMs span_end_{};
  std::vector<std::span<const Step>> steps_;  ///< by line, of the cycle in progress
};

}  // namespace paymeter::domain::rating
