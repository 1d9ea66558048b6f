/// The breaker of automatic cuts, and how two people let them go on. Pure rules.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter::domain {

inline constexpr Millis kBreakerWindow = minutes(10);
/// Rehearsed cuts of one property keep at least this distance: somebody can still stop them.
inline constexpr Millis kRehearsedGap = seconds(10);
inline constexpr Millis kAlonePause = minutes(10);

/// How many automatic cuts of a property may lie within the window: max(5, 1 % of its meters).
int breaker_limit(std::int64_t meters);

/// `cuts`: when automatic cuts were decided that stood in no approved rehearsal. Would one more now
/// be too many? Both ends of the window count.
bool breaker_trips(std::span<const UtcMs> cuts, UtcMs now, std::int64_t meters);

/// Is it a rehearsed cut's turn? `last`: the property's latest rehearsed cut.
bool is_paced(std::optional<UtcMs> last, UtcMs now);

/// A property's breaker. Once open it stays open until released.
struct CutBreaker {
  PropertyId property{};
  bool is_open = false;
  std::optional<UtcMs> opened_at;
  int cuts = 0;       ///< within the window when it opened
  UserId asked_by{};  ///< who wants it closed; 0 = nobody yet
  std::optional<UtcMs> asked_at;
  std::string reason;
  UserId released_by{};
  std::optional<UtcMs> released_at;
  friend bool operator==(const CutBreaker&, const CutBreaker&) = default;
};

/// What must be typed by who is alone: `放行 6`, or `release 6` — the number of cuts that opened
/// it.
std::string release_phrase(const CutBreaker& breaker, std::string_view word);

struct BreakerRelease {
  UserId by{};
  UtcMs at{};
  int others = 0;  ///< other people who could agree
  std::string typed;
};
/// Errors, in order: breaker_not_open, breaker_not_asked (nobody asked yet), breaker_same_person
/// (who asked agrees, and others could), breaker_pause (alone, before the pause is over),
/// breaker_phrase_wrong (alone, and not typed exactly).
Result<> may_release(const CutBreaker& breaker, const BreakerRelease& release);

}  // namespace paymeter::domain
