/// Versions of a tariff, one after the other: each local date is priced by the one in force.
#pragma once

#include <cstdint>
#include <vector>

#include "paymeter/domain/rating/schedule.hpp"

namespace paymeter::domain::rating {

/// `version` prices from local date `from` on. Lifetime: the schedule outlives the era.
struct Era {
  DayNumber from = 0;
  const Schedule* schedule = nullptr;
  std::int64_t version = 0;  ///< a name for the schedule; no two alike
};

class Timeline {
 public:
  /// Dates before the first era are of the first. Errors: tariff_value_invalid (none, not
  /// ascending, a version twice, zones of different offsets).
  static Result<Timeline> make(std::vector<Era> eras);
  /// One schedule for all times, as version 0.
  static Timeline of(const Schedule& schedule);

  const std::vector<Era>& eras() const { return eras_; }
  const Era& at(DayNumber day) const;
  /// The schedule of `version`, or null.
  const Schedule* find(std::int64_t version) const;
  Millis utc_offset() const { return eras_.front().schedule->utc_offset(); }

 private:
  explicit Timeline(std::vector<Era> eras) : eras_(std::move(eras)) {}
  std::vector<Era> eras_;
};

}  // namespace paymeter::domain::rating
