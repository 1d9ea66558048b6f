// Exactly once: sales over lossy buses with crashes at random store calls, seed after seed.
#include <gtest/gtest.h>

#include <cstdlib>

#include "sale_world.hpp"

namespace paymeter::sale_world {
namespace {

using domain::VendState;

struct Seeds {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
};

/// PAYMETER_SEED plays one seed again, PAYMETER_SEEDS plays more of them.
Seeds seeds(std::uint64_t usual) {
  const char* one = std::getenv("PAYMETER_SEED");
  if (one != nullptr) return {std::strtoull(one, nullptr, 10), 1};
  const char* many = std::getenv("PAYMETER_SEEDS");
  return {1, many == nullptr ? usual : std::strtoull(many, nullptr, 10)};
}

/// The invariants of vending.md that can be seen from outside.
void expect_exactly_once(const Outcome& outcome) {
  ASSERT_TRUE(outcome.quiet) << "a sale never ended";
  EXPECT_TRUE(outcome.book_problems.empty()) << outcome.book_problems.front();
  std::map<std::string, std::int64_t> delivered;
  for (const Purchase& purchase : outcome.purchases) {
    const Error refused = purchase.refused.value_or(Error{Errc::internal_error, {}});
    ASSERT_TRUE(purchase.ended.has_value())
        << purchase.key << " was refused: " << error_name(refused.code) << " " << refused.detail;
    const domain::Vend& vend = *purchase.ended;
    EXPECT_EQ(vend.idempotency_key, purchase.key);
    EXPECT_EQ(vend.captured.fen, purchase.fen) << purchase.key;
    if (vend.state == VendState::delivered) {
      delivered[purchase.meter_code] += vend.to_meter.fen;
    } else {
      EXPECT_EQ(vend.state, VendState::refund_due) << purchase.key;
      EXPECT_TRUE(purchase.cancel_after.has_value())
          << purchase.key << " is owed back although nobody cancelled it: "
          << error_name(vend.reason.value_or(Errc::internal_error));
    }
  }
  for (const auto& [code, memory] : outcome.meters) {
    const auto& money = outcome.money.at(code);
    EXPECT_EQ(memory.sold_total, delivered[code]) << "sold in meter " << code;
    EXPECT_EQ(static_cast<std::int64_t>(memory.balance_fine / sim::kFinePerFen), delivered[code])
        << "balance of meter " << code;
    EXPECT_EQ(memory.purchase_count, money.purchase_count) << "count of meter " << code;
    EXPECT_FALSE(money.quarantined) << code;
    EXPECT_FALSE(money.in_flight.has_value()) << code;
  }
}

void play_seeds(Story story, Seeds range) {
  int crashes = 0;
  for (std::uint64_t seed = range.first; seed < range.first + range.count; ++seed) {
    SCOPED_TRACE("PAYMETER_SEED=" + std::to_string(seed));
    story.seed = seed;
    const Outcome outcome = play(story);
    crashes += outcome.crashes;
    expect_exactly_once(outcome);
    if (testing::Test::HasFailure()) return;  // the first seed that fails is enough to read
  }
  if (range.count > 3) EXPECT_EQ(crashes > 0, story.crashes > 0);
}

constexpr sim::FaultRates kLossy{
    .lost_request = 1'000, .lost_reply = 1'000, .doubled_request = 500, .doubled_reply = 500};

TEST(LossySale, OnASoundLineEverySaleArrives) { play_seeds({.crashes = 0}, seeds(2)); }

TEST(LossySale, LossesAndDoublesAndCrashes) {
  play_seeds({.faults = kLossy, .crashes = 3}, seeds(12));
}

TEST(LossySale, CancelledWhileUnderWay) {
  play_seeds({.faults = kLossy, .crashes = 2, .cancel_percent = 50}, seeds(12));
}

TEST(LossySale, FramesThatComeLateOvertakenAndDamaged) {
  auto faults = kLossy;
  faults.delayed_request = faults.late_reply = 300;
  faults.garbage = faults.damaged_reply = faults.damaged_request = 200;
  faults.power_loss = 20;
  play_seeds({.faults = faults, .crashes = 2, .cancel_percent = 25}, seeds(12));
}

TEST(LossySale, TheSameSeedGivesTheSameRunByteForByte) {
  const Story story{.seed = seeds(1).first, .faults = kLossy, .crashes = 2, .cancel_percent = 25};
  const Outcome once = play(story), again = play(story);
  EXPECT_GT(once.trace_lines, 100U);
  EXPECT_EQ(once.trace_lines, again.trace_lines);
  EXPECT_EQ(once.trace_hash, again.trace_hash);
}

}  // namespace
}  // namespace paymeter::sale_world
