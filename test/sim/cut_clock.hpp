/// Whose clock is wrong in one seed of the town in arrears, and by how much: drawn from the seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "paymeter/base/time.hpp"

namespace paymeter::town {

/// How the first station's wall clock differs from the truth; the second one's is right.
struct ClockTrouble {
  /// From then on (since the beginning) it is ahead by so much; below 0 it is behind.
  struct Step {
    Millis at{}, ahead{};
  };
  std::vector<Step> steps{};
  std::int64_t drift_ppm = 0;  ///< of the monotonic clock
  bool heals_at_restart = false;
  Millis leaps_while_reclosing{};  ///< once, right when somebody is closed again
  int wrong_meters = 0;            ///< whose clocks are hours off

  bool any() const { return !steps.empty() || drift_ppm != 0 || leaps_while_reclosing != Millis{}; }
  /// At `since` after the beginning, in this life of the station's process.
  Millis ahead(MonoMs since, int life) const;
};

/// One seed in three; the others' clocks are right.
ClockTrouble draw_clock_trouble(std::uint64_t seed, Millis span);
std::string describe(const ClockTrouble& trouble);

}  // namespace paymeter::town
