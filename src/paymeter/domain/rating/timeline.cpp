// Which era a date is of.
#include "paymeter/domain/rating/timeline.hpp"

#include <algorithm>

namespace paymeter::domain::rating {

Result<Timeline> Timeline::make(std::vector<Era> eras) {
  const auto invalid = [](const char* why) { return fail(Errc::tariff_value_invalid, why); };
  if (eras.empty()) return invalid("versions: none");
  for (std::size_t i = 1; i < eras.size(); ++i) {
    if (eras[i].from <= eras[i - 1].from) return invalid("versions: must ascend");
    if (eras[i].schedule->utc_offset() != eras[0].schedule->utc_offset())
      return invalid("versions: zones of different offsets");
    for (std::size_t j = 0; j < i; ++j)
      if (eras[j].version == eras[i].version) return invalid("versions: one is there twice");
  }
  return Timeline(std::move(eras));
}

Timeline Timeline::of(const Schedule& schedule) { return Timeline({{0, &schedule, 0}}); }

const Era& Timeline::at(DayNumber day) const {
  const auto next = std::ranges::upper_bound(eras_, day, {}, &Era::from);
  return next == eras_.begin() ? eras_.front() : *std::prev(next);
}

const Schedule* Timeline::find(std::int64_t version) const {
  const auto era = std::ranges::find(eras_, version, &Era::version);
  return era == eras_.end() ? nullptr : era->schedule;
}

}  // namespace paymeter::domain::rating
