// The collector against gateways that misbehave: they are lost, nothing of theirs is believed, the
// sound one next to them never notices, and when they behave again all live.
#include <map>

#include "line_station.hpp"
#include "spoilt_gateway.hpp"

namespace paymeter::line_test {
namespace {

struct SpoiltLineTest : testing::Test {
  boost::asio::io_context context;
  transport::AsioRuntime field{context,
                               [](auto name, auto what) { ADD_FAILURE() << name << ": " << what; }};
  std::vector<std::unique_ptr<SpoiltGateway>> gateways;

  /// The sound one first.
  domain::SitePlan start(std::vector<Manner> manners) {
    auto plan = many_gateways(static_cast<int>(manners.size()));
    for (std::size_t i = 0; i < manners.size(); ++i) {
      gateways.push_back(std::make_unique<SpoiltGateway>(context, field, manners[i]));
      plan.buses[i].bus.port = gateways[i]->port();
      plan.buses[i].bus.reply_timeout = Millis{300};
    }
    return plan;
  }
  std::vector<Manner> sound_and_spoilt(Manner first) {
    std::vector<Manner> out{first};
    for (Manner manner : kSpoilt) out.push_back(first == Manner::sound ? manner : Manner::sound);
    return out;
  }
  void TearDown() override {
    gateways.clear();
    field.stop();
    context.restart();
    while (field.tasks_running() > 0 && context.run_one() > 0) {
    }
  }
};

TEST_F(SpoiltLineTest, TheSpoiltAreLostAndComeBackTheSoundOneNeverNotices) {
  auto plan = start(sound_and_spoilt(Manner::sound));
  LineStation station(context, plan);
  const std::size_t all = gateways.size();
  ASSERT_TRUE(station.until([&] { return station.lost() == all - 1; })) << station.lost();
  EXPECT_EQ(station.living(), 1U);
  for (std::size_t i = 1; i < all; ++i) {
    const auto& meter = station.meter("M" + std::to_string(i + 1));
    EXPECT_FALSE(meter.prepaid) << name_of(kSpoilt[i - 1]) << ": nothing of it is believed";
    EXPECT_LE(gateways[i]->most_open(), 2U) << name_of(kSpoilt[i - 1]) << ": connections pile up";
  }
  const auto& sound = station.meter("M1");
  const UtcMs before = sound.prepaid->at;
  ASSERT_TRUE(station.until([&] { return sound.prepaid->at > before; })) << "it is read on";
  EXPECT_EQ(gateways[0]->accepted(), 1U) << "over its first connection";
  for (auto& gateway : gateways) gateway->behave(Manner::sound);
  ASSERT_TRUE(station.until([&] { return station.living() == all; })) << station.living();
}

TEST_F(SpoiltLineTest, WhoIsSpoiltInTheMiddleIsFoundOut) {
  std::vector<Manner> manners(std::size(kSpoilt), Manner::sound);
  auto plan = start(manners);
  LineStation station(context, plan);
  const std::size_t all = gateways.size();
  ASSERT_TRUE(station.until([&] { return station.living() == all; })) << station.living();
  std::map<std::size_t, UtcMs> last;
  for (std::size_t i = 0; i < all; ++i) gateways[i]->behave(kSpoilt[i]);
  ASSERT_TRUE(station.until([&] { return station.lost() == all; })) << station.lost();
  for (std::size_t i = 0; i < all; ++i)
    last[i] = station.meter("M" + std::to_string(i + 1)).prepaid->at;
  for (std::size_t i = 0; i < all; ++i) gateways[i]->behave(Manner::sound);
  ASSERT_TRUE(station.until([&] { return station.living() == all; })) << station.living();
  for (std::size_t i = 0; i < all; ++i)
    EXPECT_GE(station.meter("M" + std::to_string(i + 1)).prepaid->at, last[i]);
}

}  // namespace
}  // namespace paymeter::line_test
