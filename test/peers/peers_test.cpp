/// Register reads and writes against pymodbus and libmodbus: envelopes that only we understand
/// would pass every test of our own.
#include <gtest/gtest.h>

#include <memory>
#include <ostream>

#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/domain/site.hpp"
#include "paymeter/transport/link_factory.hpp"
#include "peer_process.hpp"

namespace paymeter::test {
namespace {

using domain::BusTransport;

struct Peer {
  const char* name;
  BusTransport transport;
  std::vector<std::string> command;
};

void PrintTo(const Peer& peer, std::ostream* out) { *out << peer.name; }

const Peer kPeers[] = {
    {"PymodbusTcp", BusTransport::modbus_tcp, {"/usr/bin/python3", PYMODBUS_SERVER, "tcp"}},
    {"PymodbusRtuOverTcp",
     BusTransport::rtu_over_tcp,
     {"/usr/bin/python3", PYMODBUS_SERVER, "rtu_over_tcp"}},
    {"PymodbusSerial", BusTransport::serial, {"/usr/bin/python3", PYMODBUS_SERVER, "serial"}},
    {"LibmodbusTcp", BusTransport::modbus_tcp, {LIBMODBUS_SERVER}},
};

struct PeersTest : testing::TestWithParam<Peer> {
  PeerProcess server{GetParam().command};
  boost::asio::io_context context;
  transport::AsioRuntime runtime{
      context, [](auto name, auto what) { ADD_FAILURE() << name << ": " << what; }};
  transport::AsioLinkFactory factory{runtime};
  std::unique_ptr<port::BusLink> link;

  void SetUp() override { ASSERT_FALSE(server.where().empty()) << "the server did not start"; }

  void connect(Millis reply_timeout) {
    domain::Gateway gateway;
    gateway.name = GetParam().name;
    gateway.host = "127.0.0.1";
    domain::Bus bus;
    bus.name = "bus";
    bus.transport = GetParam().transport;
    bus.reply_timeout = reply_timeout;
    if (bus.transport == BusTransport::serial) {
      bus.device = server.where();
    } else {
      bus.port = static_cast<std::uint16_t>(std::stoi(server.where()));
    }
    link = factory.make(gateway, bus);
  }

  /// Runs `body` to its end; a hang is ended by ctest.
  void run(std::function<port::Async<>()> body) {
    auto whole = [&]() -> port::Async<> {
      co_await body();
      context.stop();
    };
    runtime.spawn("body", whole());
    context.run();
  }

  port::Async<Result<Buffer>> read(std::uint8_t unit, std::uint16_t address, std::uint16_t count,
                                   std::uint8_t function = codec::kReadHoldingRegisters) {
    port::BusRequest request{.unit = unit,
                             .pdu = codec::encode_read_request(function, address, count),
                             .reply_size = codec::read_reply_size(count)};
    co_return co_await link->exchange(request);
  }

  port::Async<Result<Buffer>> write(std::uint8_t unit, std::uint16_t address, Buffer data) {
    port::BusRequest request{.unit = unit,
                             .pdu = codec::encode_write_request(address, data),
                             .reply_size = codec::kWriteReplySize};
    co_return co_await link->exchange(request);
  }
};

constexpr Millis kPatient = seconds(30);

/// Every peer's register n of unit u holds u x 1000H + n.
Buffer expected_reply(std::uint8_t unit, std::uint16_t address, std::uint16_t count,
                      std::uint8_t function = codec::kReadHoldingRegisters) {
  Buffer data;
  for (unsigned n = address; n < address + unsigned{count}; ++n)
    put_u16(data, static_cast<std::uint16_t>(unit * 0x1000 + n));
  return codec::encode_read_reply(function, data);
}

TEST_P(PeersTest, RegistersOfEveryLengthArrive) {
  connect(kPatient);
  run([&]() -> port::Async<> {
    for (const std::uint16_t count : {1, 2, 10, 60, 124, 125}) {
      EXPECT_EQ(co_await read(1, 0x0061, count), expected_reply(1, 0x0061, count)) << count;
    }
    EXPECT_EQ(co_await read(1, 0, 4, codec::kReadInputRegisters),
              expected_reply(1, 0, 4, codec::kReadInputRegisters));
  });
}

TEST_P(PeersTest, AHundredExchangesUseOneConnection) {
  connect(kPatient);
  run([&]() -> port::Async<> {
    for (std::uint16_t n = 0; n < 100; ++n)
      EXPECT_EQ(co_await read(1, n, 2), expected_reply(1, n, 2));
  });
  const auto& counters = *factory.statuses().front().counters;
  EXPECT_EQ(counters.replies, 100U);
  EXPECT_EQ(counters.connects, 1U);
  EXPECT_EQ(counters.dropped_bytes, 0U);
  EXPECT_EQ(counters.frames.skipped_bytes, 0U);
}

TEST_P(PeersTest, WrittenRegistersAreReadBack) {
  connect(kPatient);
  run([&]() -> port::Async<> {
    const Buffer data{0x00, 0x01, 0x00, 0x00};
    const auto written = co_await write(1, 0x0057, data);
    EXPECT_TRUE(written.has_value());
    if (written) EXPECT_TRUE(codec::check_write_reply(*written, 0x0057, 2).has_value());
    EXPECT_EQ(co_await read(1, 0x0057, 2),
              codec::encode_read_reply(codec::kReadHoldingRegisters, data));
  });
}

TEST_P(PeersTest, AnAddressOutsideIsAnExceptionReply) {
  connect(kPatient);
  run([&]() -> port::Async<> {
    const auto reply = co_await read(1, 0x6000, 2);
    EXPECT_TRUE(reply.has_value());
    if (reply) EXPECT_EQ(codec::exception_code(*reply), 2);
    EXPECT_EQ(co_await read(1, 0, 2), expected_reply(1, 0, 2)) << "the line goes on";
  });
}

/// For servers where units other than 1 and 2 are silent (libmodbus answers for every unit).
struct SilentUnitTest : PeersTest {};

TEST_P(SilentUnitTest, DoesNotDisturbItsNeighbours) {
  connect(Millis{400});
  run([&]() -> port::Async<> {
    EXPECT_EQ(co_await read(2, 8, 3), expected_reply(2, 8, 3));
    const auto silence = co_await read(9, 8, 3);
    EXPECT_FALSE(silence.has_value());
    if (!silence) EXPECT_EQ(silence.error().code, Errc::link_timeout);
    EXPECT_EQ(co_await read(2, 8, 3), expected_reply(2, 8, 3));
  });
}

std::string name_of(const testing::TestParamInfo<Peer>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Each, PeersTest, testing::ValuesIn(kPeers), name_of);
INSTANTIATE_TEST_SUITE_P(Pymodbus, SilentUnitTest, testing::ValuesIn(kPeers, kPeers + 3), name_of);

}  // namespace
}  // namespace paymeter::test
