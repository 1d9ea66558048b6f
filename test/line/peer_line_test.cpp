// The collector against a pymodbus server in a process of its own that stands still, and one that
// ends: a meter of a public model, beside a sound gateway of ours.
#include "../peers/peer_process.hpp"
#include "line_station.hpp"
#include "spoilt_gateway.hpp"

namespace paymeter::line_test {
namespace {

constexpr std::int64_t kEnergyWh = 12'345'670LL * 20;  // what pymodbus_server.py's unit 3 holds

struct PeerLineTest : testing::Test {
  boost::asio::io_context context;
  transport::AsioRuntime field{context,
                               [](auto name, auto what) { ADD_FAILURE() << name << ": " << what; }};
  SpoiltGateway sound{context, field, Manner::sound};

  domain::SitePlan plan(std::uint16_t port) {
    auto out = many_gateways(2);
    out.buses[0].bus.port = sound.port();
    out.buses[1].bus.port = port;
    out.buses[1].bus.reply_timeout = Millis{400};
    auto& meter = out.meters[1].meter;
    meter.model = "acrel-dtsd1352";
    meter.unit = 3;
    meter.ct_ratio = 20;
    meter.prepaid = false;
    return out;
  }
  void TearDown() override {
    field.stop();
    context.restart();
    context.poll();
  }
};

TEST_F(PeerLineTest, AServerThatStandsStillIsALostMeterAndComesBack) {
  test::PeerProcess server({"/usr/bin/python3", PYMODBUS_SERVER, "tcp"});
  ASSERT_FALSE(server.where().empty());
  LineStation station(context, plan(static_cast<std::uint16_t>(std::stoi(server.where()))));
  const auto& peer = station.meter("M2");
  ASSERT_TRUE(station.until([&] { return peer.measured && station.meter("M1").prepaid; }));
  EXPECT_EQ(peer.measured->energy_wh, kEnergyWh);
  EXPECT_EQ(peer.measured->voltage_mv[0], 230'100);
  server.stand_still();
  ASSERT_TRUE(station.until([&] { return peer.lost; }));
  EXPECT_FALSE(station.meter("M1").lost);
  ASSERT_TRUE(station.until([&] {
    return station.alarms().is_active(domain::AlarmKind::meter_lost, peer.meter.id, {});
  })) << "its gateway's connection stands: the meter is lost, not the box";
  const UtcMs before = peer.measured->at;
  server.go_on();
  ASSERT_TRUE(station.until([&] { return !peer.lost && peer.measured->at > before; }));
  EXPECT_EQ(peer.measured->energy_wh, kEnergyWh);
}

TEST_F(PeerLineTest, AServerThatEndsIsALostGateway) {
  auto server = std::make_unique<test::PeerProcess>(
      std::vector<std::string>{"/usr/bin/python3", PYMODBUS_SERVER, "tcp"});
  ASSERT_FALSE(server->where().empty());
  LineStation station(context, plan(static_cast<std::uint16_t>(std::stoi(server->where()))));
  const auto& peer = station.meter("M2");
  ASSERT_TRUE(station.until([&] { return peer.measured && station.meter("M1").prepaid; }));
  server.reset();
  ASSERT_TRUE(station.until([&] { return peer.lost; }));
  const auto gateway = station.live().bus(peer.meter.bus)->gateway;
  EXPECT_TRUE(station.until(
      [&] { return station.alarms().is_active(domain::AlarmKind::gateway_lost, {}, gateway); }));
  EXPECT_FALSE(station.meter("M1").lost);
}

}  // namespace
}  // namespace paymeter::line_test
