/// Hysteresis in level and time: what keeps an alarm from flapping.
#pragma once

#include <cstdint>
#include <optional>

#include "paymeter/base/time.hpp"

namespace paymeter::domain::watch {

/// Where a value lies. `between` neither raises nor clears: whatever was, stays.
enum class Zone : std::uint8_t { clear, between, raise };

/// raise: value >= raise_at · clear: value <= clear_at. Requires: clear_at < raise_at.
constexpr Zone zone_above(std::int64_t value, std::int64_t raise_at, std::int64_t clear_at) {
  if (value >= raise_at) return Zone::raise;
  return value <= clear_at ? Zone::clear : Zone::between;
}

/// How long a condition must last without a break before it counts.
struct Holds {
  Millis raise_after{};
  Millis clear_after{};
  friend bool operator==(const Holds&, const Holds&) = default;
};

enum class LatchChange : std::uint8_t { none, raised, cleared };

/// One alarm's memory. Between two raises lie at least clear_after + raise_after.
struct Latch {
  bool is_raised = false;
  std::optional<UtcMs> since;  ///< since when the opposite has been seen without a break
  friend bool operator==(const Latch&, const Latch&) = default;
};

/// Takes one observation. A clock that was set back starts the hold anew.
LatchChange observe(Latch& latch, Zone zone, UtcMs at, const Holds& holds);

/// When the change that is under way takes place if nothing else is seen; empty = none is.
std::optional<UtcMs> change_due(const Latch& latch, const Holds& holds);

}  // namespace paymeter::domain::watch
