// 313 gateways that all go and all come back: real TCP connections, never more at once than
// allowed.
#include "line_station.hpp"
#include "paymeter/sim/virtual_site.hpp"

namespace paymeter::line_test {
namespace {

constexpr int kGateways = 313;

struct StormTest : testing::Test {
  boost::asio::io_context context;
  transport::AsioRuntime field{context,
                               [](auto name, auto what) { ADD_FAILURE() << name << ": " << what; }};
  std::unique_ptr<sim::VirtualSite> site;
  domain::SitePlan plan = many_gateways(kGateways);

  void SetUp() override {
    sim::VirtualSiteOptions options;
    options.base_port = 0;
    auto opened = sim::VirtualSite::open(context, field, plan, options);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    site = std::move(*opened);
    plan = sim::redirected(plan, site->endpoints());
  }
  void TearDown() override {
    site.reset();
    context.restart();
    context.poll();
  }
  void all_gateways(bool down) {
    for (int i = 1; i <= kGateways; ++i) site->set_gateway_down("G" + std::to_string(i), down);
  }
  std::uint64_t accepted() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kGateways; ++i) sum += site->counters(i).accepted;
    return sum;
  }
};

TEST_F(StormTest, AWholeSiteGoesAndComesBack) {
  LineStation station(context, plan);
  ASSERT_TRUE(station.until([&] { return station.living() == kGateways; })) << station.living();
  EXPECT_LE(station.links().gate().peak(), 32U);
  EXPECT_EQ(accepted(), std::uint64_t{kGateways}) << "one connection each";
  for (int round = 1; round <= 2; ++round) {
    all_gateways(true);
    ASSERT_TRUE(station.until([&] { return station.lost() == kGateways; })) << station.lost();
    EXPECT_TRUE(station.until([&] {
      std::size_t alarms = 0;
      for (const auto& alarm : station.alarms().active())
        alarms += alarm.kind == domain::AlarmKind::gateway_lost;
      return alarms == kGateways;
    })) << "one for each box";
    for (const auto& alarm : station.alarms().active())
      EXPECT_NE(alarm.kind, domain::AlarmKind::meter_lost) << "and none for the meters behind";
    all_gateways(false);
    ASSERT_TRUE(station.until([&] { return station.living() == kGateways; })) << station.living();
  }
  const auto& gate = station.links().gate();
  EXPECT_LE(gate.peak(), 32U);
  EXPECT_GE(gate.peak(), 2U) << "the bound was of use";
  EXPECT_EQ(gate.waiting(), 0U);
  EXPECT_EQ(gate.under_way(), 0U) << "nobody keeps a turn";
  for (std::size_t i = 0; i < kGateways; ++i)
    EXPECT_GE(site->counters(i).accepted, 3U) << "at the start and after each storm";
  RecordProperty("connections_under_way_peak", static_cast<int>(gate.peak()));
}

}  // namespace
}  // namespace paymeter::line_test
