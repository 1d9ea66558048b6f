/// Can the station's own clock be believed? Hours, days and the age of warnings are read from it,
/// so whoever cuts by it must have asked somebody else: the monotonic clock, the meters, the
/// kernel.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "paymeter/base/time.hpp"

namespace paymeter::domain {

/// So long a doubt lasts after its cause has gone: a warning that was stamped by the wrong clock is
/// then a day old by any clock.
inline constexpr Millis kClockDoubt = minutes(24L * 60);

/// Both clocks of one process side by side. They part when somebody sets the wall clock, when it is
/// slewed, and when the machine slept.
class ClockWatch {
 public:
  /// Both clocks at one instant. Requires: `mono` not before the last one.
  void note(UtcMs now, MonoMs mono);
  /// How far they have parted between any two notes of the last day.
  Millis wander() const;

 private:
  /// Notes of one hour.
  struct Stretch {
    MonoMs from{};
    std::int64_t least_ms = 0, most_ms = 0;  ///< wall − monotonic
  };
  std::deque<Stretch> stretches_;
};

/// What the meters' clocks say together, ahead of the station's: the middle one. Of two in the
/// middle the worse one. Empty: no meter says anything.
std::optional<Millis> clocks_apart(std::vector<Millis> ahead);

/// What is known about the station's clock. Empty = not known.
struct ClockEvidence {
  std::optional<Millis> wander;     ///< within a day; empty while an earlier doubt is not a day old
  std::optional<Millis> apart;      ///< clocks_apart of the meters read just now
  std::optional<bool> disciplined;  ///< the kernel says that a time server disciplines it
  friend bool operator==(const ClockEvidence&, const ClockEvidence&) = default;
};

enum class ClockTrust : std::uint8_t {
  trusted,
  stepped,  ///< it was set, or the machine slept
  differs,  ///< most meters show another time
  unknown,  ///< a doubt is younger than a day, or there is no witness
};
/// `tolerance`: so far it may be off. A witness is needed: meters, or else the kernel's word.
ClockTrust clock_trust(const ClockEvidence& evidence, Millis tolerance);

/// May meters be set by it? Not by a clock that is known to be wrong; where most meters disagree,
/// only with the kernel's word.
bool may_set_meters(const ClockEvidence& evidence, Millis tolerance);

}  // namespace paymeter::domain
