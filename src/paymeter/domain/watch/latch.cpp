// The latch: the opposite must be seen without a break for the hold.
#include "paymeter/domain/watch/latch.hpp"

namespace paymeter::domain::watch {

LatchChange observe(Latch& latch, Zone zone, UtcMs at, const Holds& holds) {
  const Zone opposite = latch.is_raised ? Zone::clear : Zone::raise;
  const Zone same = latch.is_raised ? Zone::raise : Zone::clear;
  if (zone == same) latch.since.reset();
  // Between the levels a raise under way is off (it is no longer that bad), and so is a clear.
  if (zone == Zone::between) latch.since.reset();
  if (zone != opposite) return LatchChange::none;
  if (!latch.since || *latch.since > at) latch.since = at;
  if (at < *change_due(latch, holds)) return LatchChange::none;
  latch.is_raised = !latch.is_raised;
  latch.since.reset();
  return latch.is_raised ? LatchChange::raised : LatchChange::cleared;
}

std::optional<UtcMs> change_due(const Latch& latch, const Holds& holds) {
  if (!latch.since) return std::nullopt;
  return *latch.since + (latch.is_raised ? holds.clear_after : holds.raise_after);
}

}  // namespace paymeter::domain::watch
