// Counting cuts, and who may let them go on.
#include "paymeter/domain/cut_breaker.hpp"

#include <algorithm>

namespace paymeter::domain {
namespace {

constexpr std::int64_t kCutsMin = 5;
constexpr std::int64_t kMetersPerCut = 100;

}  // namespace

int breaker_limit(std::int64_t meters) {
  return static_cast<int>(std::max(kCutsMin, meters / kMetersPerCut));
}

bool breaker_trips(std::span<const UtcMs> cuts, UtcMs now, std::int64_t meters) {
  // A cut that seems to lie in the future counts: a clock that was set back must not free any.
  const auto within =
      std::ranges::count_if(cuts, [&](UtcMs at) { return now - at <= kBreakerWindow; });
  return within + 1 > breaker_limit(meters);
}

bool is_paced(std::optional<UtcMs> last, UtcMs now) {
  return !last || now - *last >= kRehearsedGap;
}

std::string release_phrase(const CutBreaker& breaker, std::string_view word) {
  return std::string(word) + " " + std::to_string(breaker.cuts);
}

Result<> may_release(const CutBreaker& breaker, const BreakerRelease& release) {
  if (!breaker.is_open) return fail(Errc::breaker_not_open);
  if (!breaker.asked_by || !breaker.asked_at) return fail(Errc::breaker_not_asked);
  if (release.by != breaker.asked_by) return {};
  if (release.others > 0) return fail(Errc::breaker_same_person);
  if (release.at - *breaker.asked_at < kAlonePause) return fail(Errc::breaker_pause);
  if (release.typed != release_phrase(breaker, "放行") &&
      release.typed != release_phrase(breaker, "release"))
    return fail(Errc::breaker_phrase_wrong);
  return {};
}

}  // namespace paymeter::domain
