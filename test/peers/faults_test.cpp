/// Servers of other people's making behind a bad wire, and servers that stand still: whatever
/// happens, a value that arrives is the one that was asked for.
#include <optional>

#include "faulty_wire.hpp"
#include "peer_fixture.hpp"

namespace paymeter::test {
namespace {

struct FaultsTest : PeersTest {
  Buffer expected(std::uint16_t address, std::uint16_t count) {
    Buffer data;
    for (unsigned n = address; n < address + unsigned{count}; ++n)
      put_u16(data, static_cast<std::uint16_t>(0x1000 + n));
    return codec::encode_read_reply(codec::kReadHoldingRegisters, data);
  }
  /// Over `wire` instead of straight to the server.
  void connect_over(FaultyWire& wire, Millis reply_timeout) {
    domain::Gateway gateway;
    gateway.name = GetParam().name;
    gateway.host = "127.0.0.1";
    domain::Bus bus;
    bus.name = "bus";
    bus.baud = 115'200;
    bus.transport = GetParam().transport;
    bus.reply_timeout = reply_timeout;
    bus.port = wire.port();
    transport::LinkOptions options;
    options.retry_min = Millis{1};
    options.retry_max = Millis{10};
    quick_factory.emplace(runtime, options);
    link = quick_factory->make(gateway, bus);
  }
  std::optional<transport::AsioLinkFactory> quick_factory;
};

TEST_P(FaultsTest, ABadWireBringsErrorsAndNeverAWrongValue) {
  FaultyWire wire(runtime, static_cast<std::uint16_t>(std::stoi(server.where())),
                  GetParam().transport, 20'261'122);
  connect_over(wire, Millis{150});
  wire.set_rate(3'000);
  int right = 0, failed = 0;
  run([&]() -> port::Async<> {
    // Lengths differ from one to the next, as the driver's do: an older reply fails by its length.
    for (std::uint16_t i = 0; i < 200; ++i) {
      const std::uint16_t address = static_cast<std::uint16_t>(i % 50);
      const std::uint16_t count = static_cast<std::uint16_t>(2 + i % 3);
      const auto reply = co_await read(1, address, count);
      if (!reply) {
        ++failed;
        co_await runtime.sleep(Millis{10});
        continue;
      }
      ++right;
      EXPECT_EQ(*reply, expected(address, count)) << "exchange " << i;
    }
    EXPECT_GT(wire.spoilt(), 20U);
    wire.set_rate(0);
    // The wire is sound again: so is the link, after at most a new connection.
    int in_a_row = 0;
    for (int i = 0; i < 100 && in_a_row < 10; ++i) {
      const auto reply = co_await read(1, 7, 4);
      in_a_row = reply ? in_a_row + 1 : 0;
      if (reply) EXPECT_EQ(*reply, expected(7, 4));
      if (!reply) co_await runtime.sleep(Millis{20});
    }
    EXPECT_EQ(in_a_row, 10);
  });
  EXPECT_GT(right, 50);
  EXPECT_GT(failed, 0) << "the wire was not that bad";
}

TEST_P(FaultsTest, AServerThatStandsStillIsATimeOutAndItsLateRepliesAreNobodys) {
  FaultyWire wire(runtime, static_cast<std::uint16_t>(std::stoi(server.where())),
                  GetParam().transport, 1);
  connect_over(wire, Millis{200});
  run([&]() -> port::Async<> {
    EXPECT_EQ(co_await read(1, 3, 2), expected(3, 2));
    server.stand_still();
    for (std::uint16_t i = 0; i < 3; ++i) {
      const auto reply = co_await read(1, static_cast<std::uint16_t>(10 + i), 3);
      EXPECT_FALSE(reply.has_value());
      if (!reply && i == 0) EXPECT_EQ(reply.error().code, Errc::link_timeout);
    }
    server.go_on();
    int in_a_row = 0;
    for (int i = 0; i < 200 && in_a_row < 5; ++i) {
      const auto reply = co_await read(1, 20, 4);
      in_a_row = reply ? in_a_row + 1 : 0;
      if (reply) EXPECT_EQ(*reply, expected(20, 4)) << "not the replies to 10, 11 and 12";
      if (!reply) co_await runtime.sleep(Millis{20});
    }
    EXPECT_EQ(in_a_row, 5);
  });
}

const Peer kNetworkPeers[] = {kPeers[0], kPeers[1], kPeers[3]};
INSTANTIATE_TEST_SUITE_P(Network, FaultsTest, testing::ValuesIn(kNetworkPeers), name_of);

}  // namespace
}  // namespace paymeter::test
