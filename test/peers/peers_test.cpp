/// Register reads and writes against pymodbus and libmodbus: envelopes that only we understand
/// would pass every test of our own.
#include <gtest/gtest.h>

#include "peer_fixture.hpp"

namespace paymeter::test {
namespace {

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

INSTANTIATE_TEST_SUITE_P(Each, PeersTest, testing::ValuesIn(kPeers), name_of);
INSTANTIATE_TEST_SUITE_P(Pymodbus, SilentUnitTest, testing::ValuesIn(kPeers, kPeers + 3), name_of);

}  // namespace
}  // namespace paymeter::test
