// A few hundred seeds of the town: every invariant after every step.
#include "town.hpp"

#include <gtest/gtest.h>

namespace paymeter::town {
namespace {

constexpr std::uint64_t kSeedsPerCase = 60;

/// Several cases, so that they are played side by side.
class Town : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Town, KeepsEveryInvariant) {
  Counts sum;
  const std::uint64_t first = GetParam();
  for (std::uint64_t seed = first; seed < first + kSeedsPerCase; ++seed) {
    const Mixture mixture = draw_mixture(seed);
    const Outcome outcome = play(mixture);
    sum += outcome.counts;
    ASSERT_FALSE(outcome.violation)
        << "replay: PAYMETER_SEED=" << seed << " make sim\n"
        << outcome.violation->invariant << ": " << outcome.violation->detail << "\n"
        << describe(mixture);
  }
  // The mixture must go on containing what it is for.
  for (const auto happened :
       {sum.delivered,    sum.refund_due,     sum.quarantined, sum.crashes,       sum.pauses,
        sum.frames_lost,  sum.frames_doubled, sum.frames_late, sum.foreign_sales, sum.resets,
        sum.replacements, sum.refunds,        sum.reversals,   sum.transfers,     sum.grants,
        sum.adjustments,  sum.payouts,        sum.resolutions, sum.closings,      sum.change_overs})
    EXPECT_GT(happened, 0) << format_counts(sum);
  RecordProperty("counts", format_counts(sum));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Town,
                         testing::Values(1, 1 + kSeedsPerCase, 1 + 2 * kSeedsPerCase,
                                         1 + 3 * kSeedsPerCase));

/// Found among many thousands; the mixture that a seed draws may change, then they are seeds like
/// others.
TEST(TownReplay, SeedsThatOnceBrokeIt) {
  struct Row {
    std::uint64_t seed;
    const char* reason;
  };
  for (const Row& row : {Row{1253, "a closing asked a device without an account for its money"},
                         Row{1809, "a quarantine came after people had agreed on the meter"},
                         Row{3959, "a half of a transfer forgot where it came from"},
                         Row{7168, "another station ended a sale while this one started"},
                         Row{9931, "nobody imported the device that others had put there"}}) {
    const Outcome outcome = play(draw_mixture(row.seed));
    EXPECT_FALSE(outcome.violation) << row.seed << ": " << row.reason << "\n"
                                    << outcome.violation->invariant;
  }
}

TEST(TownReplay, TheSameSeedGivesTheSameRunByteForByte) {
  for (const std::uint64_t seed : {3, 7}) {
    const Outcome once = play(draw_mixture(seed)), again = play(draw_mixture(seed));
    ASSERT_FALSE(once.violation) << once.violation->invariant;
    // Three exchanges at least for every sale: read, sell, read back.
    EXPECT_GE(once.trace_lines, 6 * static_cast<std::uint64_t>(once.counts.delivered));
    EXPECT_GT(once.counts.delivered, 0);
    EXPECT_EQ(once.trace_lines, again.trace_lines);
    EXPECT_EQ(once.trace_hash, again.trace_hash);
  }
}

}  // namespace
}  // namespace paymeter::town
