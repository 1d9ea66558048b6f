/// What every test of a mutant asks: some seed breaks a rule, and the same seed without the mistake
/// breaks none.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <optional>

namespace paymeter::town {

/// `row` has name, why and mistake; `violation_of(seed, row, mistake)` plays one seed.
template <class Row, class Play>
void expect_caught(const Row& row, std::uint64_t seeds_at_most, Play violation_of) {
  for (std::uint64_t seed = 1; seed <= seeds_at_most; ++seed) {
    const auto violation = violation_of(seed, row, row.mistake);
    if (!violation) continue;
    std::printf("%s caught by seed %llu: %s (%s)\n", row.name,
                static_cast<unsigned long long>(seed), violation->invariant.c_str(),
                violation->detail.c_str());
    const auto control = violation_of(seed, row, std::nullopt);
    EXPECT_FALSE(control) << "without the mistake seed " << seed << " breaks " << control->invariant
                          << ": " << control->detail;
    return;
  }
  FAIL() << row.name << " (" << row.why << ") was not caught by " << seeds_at_most << " seeds";
}

}  // namespace paymeter::town
