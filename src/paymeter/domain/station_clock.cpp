// Weighing the witnesses of a clock.
#include "paymeter/domain/station_clock.hpp"

#include <algorithm>
#include <cstdlib>

#include "paymeter/base/mistake.hpp"

namespace paymeter::domain {
namespace {

constexpr Millis kStretch = minutes(60);

bool beyond(const std::optional<Millis>& span, Millis tolerance) {
  return span && std::abs(span->value) > tolerance.value;
}

}  // namespace

void ClockWatch::note(UtcMs now, MonoMs mono) {
  const std::int64_t offset_ms = now.value - mono.value;
  if (stretches_.empty() || mono - stretches_.back().from >= kStretch) {
    stretches_.push_back({mono, offset_ms, offset_ms});
    while (mono - stretches_.front().from > kClockDoubt + kStretch) stretches_.pop_front();
  }
  Stretch& last = stretches_.back();
  last.least_ms = std::min(last.least_ms, offset_ms);
  last.most_ms = std::max(last.most_ms, offset_ms);
}

Millis ClockWatch::wander() const {
  if (stretches_.empty()) return {};
  std::int64_t least = stretches_.front().least_ms, most = stretches_.front().most_ms;
  for (const Stretch& stretch : stretches_) {
    least = std::min(least, stretch.least_ms);
    most = std::max(most, stretch.most_ms);
  }
  return {most - least};
}

std::optional<Millis> clocks_apart(std::vector<Millis> ahead) {
  if (ahead.empty()) return std::nullopt;
  std::ranges::sort(ahead);
  const Millis upper = ahead[ahead.size() / 2], lower = ahead[(ahead.size() - 1) / 2];
  return std::abs(upper.value) >= std::abs(lower.value) ? upper : lower;
}

ClockTrust clock_trust(const ClockEvidence& evidence, Millis tolerance) {
  const bool steps_seen = !mistake_made(Mistake::cut_clock_stepped);
  const bool meters_asked = !mistake_made(Mistake::cut_clock_alone);
  if (steps_seen && beyond(evidence.wander, tolerance)) return ClockTrust::stepped;
  if (meters_asked && beyond(evidence.apart, tolerance)) return ClockTrust::differs;
  if (steps_seen && !evidence.wander) return ClockTrust::unknown;
  const bool has_witness = evidence.apart || evidence.disciplined.value_or(false);
  return has_witness || !meters_asked ? ClockTrust::trusted : ClockTrust::unknown;
}

bool may_set_meters(const ClockEvidence& evidence, Millis tolerance) {
  if (beyond(evidence.wander, tolerance)) return false;
  return evidence.disciplined.value_or(false) || !beyond(evidence.apart, tolerance);
}

}  // namespace paymeter::domain
