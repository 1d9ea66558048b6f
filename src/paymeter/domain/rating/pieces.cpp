// Cuts a span of time by days and their spans.
#include "paymeter/domain/rating/pieces.hpp"

#include <algorithm>

namespace paymeter::domain::rating {

std::vector<Piece> pieces_of(const Schedule& schedule, UtcMs begin, UtcMs end) {
  std::vector<Piece> pieces;
  DayNumber number = day_number_at(begin, schedule.utc_offset());
  for (; midnight(number, schedule.utc_offset()) < end; ++number) {
    const LocalDay day = local_day(number);
    const UtcMs start = midnight(number, schedule.utc_offset());
    for (const RateSpan& span : schedule.spans_of(day)) {
      const UtcMs from = std::max(begin, start + Millis{span.begin_ms});
      const UtcMs to = std::min(end, start + Millis{span.end_ms});
      if (from < to) pieces.push_back({from, to, day, span.rate});
    }
  }
  return pieces;
}

}  // namespace paymeter::domain::rating
