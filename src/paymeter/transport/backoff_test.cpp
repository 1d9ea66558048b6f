/// The bounds and the spread of pauses, and the times that follow from a line's speed.
#include "paymeter/transport/backoff.hpp"

#include <gtest/gtest.h>

#include "paymeter/transport/link_options.hpp"

namespace paymeter::transport {
namespace {

constexpr std::uint32_t kLeast = 0, kMost = 0xFFFFFFFF;

TEST(Backoff, DoublesUpToItsBoundAndSpreadsOverTheUpperHalf) {
  struct Row {
    std::int64_t low, high;
  };
  Backoff least(Millis{1000}, Millis{5000}), most(Millis{1000}, Millis{5000});
  for (const Row& row :
       {Row{500, 1000}, Row{1000, 2000}, Row{2000, 4000}, Row{2500, 5000}, Row{2500, 5000}}) {
    EXPECT_EQ(least.next(kLeast).value, row.low);
    EXPECT_EQ(most.next(kMost).value, row.high - 1);
  }
}

TEST(Backoff, StartsOverAfterSuccess) {
  Backoff backoff(Millis{1000}, Millis{60'000});
  for (int i = 0; i < 50; ++i) backoff.next(kMost);
  EXPECT_EQ(backoff.next(kMost).value, 59'999);
  backoff.reset();
  EXPECT_EQ(backoff.next(kLeast).value, 500);
}

TEST(Backoff, NeverPausesForNothing) {
  Backoff backoff(Millis{1}, Millis{1});
  EXPECT_EQ(backoff.next(kLeast).value, 1);
}

TEST(LineTiming, FollowsFromTheSpeed) {
  struct Row {
    std::int64_t baud, frame_ms, turnaround_ms;
    const char* reason;
  };
  for (const Row& row :
       {Row{1200, 2347, 37, "the slowest meter"}, Row{9600, 294, 5, "the usual speed"},
        Row{19'200, 147, 3, "the standard's default"},
        Row{115'200, 25, 2, "at least 1.75 ms above 19200"}}) {
    const LineTiming timing{.baud = row.baud};
    EXPECT_EQ(timing.frame_time().value, row.frame_ms) << row.reason;
    EXPECT_EQ(timing.turnaround().value, row.turnaround_ms) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::transport
