/// How links come back: damaged and foreign frames, lines that babble, gateways that hang up.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "paymeter/codec/modbus_rtu.hpp"
#include "paymeter/codec/modbus_tcp.hpp"
#include "paymeter/transport/link_test_rig.hpp"

namespace paymeter::transport {
namespace {

using domain::BusTransport;

constexpr Millis kPatient = seconds(30);  // a reply is expected: never reached
constexpr Millis kShort{150};             // silence is expected, or part of the story

Errc code_of(const Result<Buffer>& reply) {
  return reply ? Errc::internal_error : reply.error().code;
}

/// Answers requests with 1, 2, 3 …
port::Async<> answer_all(Connection peer) {
  for (std::uint32_t value = 1;; ++value) {
    const auto request = co_await peer->request();
    co_await peer->send(peer->frame(request, two_registers(value)));
  }
}

// ------------------------------------------------------------------ RTU, on cable and tunnel
struct RtuLinkTest : testing::TestWithParam<BusTransport> {
  LinkTestRig rig{GetParam()};

  /// One exchange whose answer is `bytes` made from the right reply by `spoil`.
  Result<Buffer> exchange(Millis timeout, std::function<Buffer(Buffer)> spoil) {
    rig.serve([spoil](Connection peer, int) -> port::Async<> {
      const auto request = co_await peer->request();
      co_await peer->send(spoil(peer->frame(request, two_registers(1))));
    });
    rig.connect(timeout);
    Result<Buffer> reply;
    rig.run([&]() -> port::Async<> { reply = co_await rig.link->exchange(read_two_registers()); });
    return reply;
  }
};

TEST_P(RtuLinkTest, GarbageBeforeAReplyIsSkipped) {
  struct Row {
    Buffer garbage;
    const char* reason;
  };
  const Row rows[] = {{{0x00}, "a spike when the driver turns around"},
                      {{0xFF, 0xFF, 0xFF}, "a floating line"},
                      {{7}, "the unit's own address"},
                      {{7, 3}, "the beginning of a reply"},
                      {{8, 3, 4, 0, 0, 0, 1}, "a neighbour's reply without its checksum"}};
  for (const auto& row : rows) {
    LinkTestRig fresh(GetParam());
    fresh.serve([&](Connection peer, int) -> port::Async<> {
      const auto request = co_await peer->request();
      Buffer bytes = row.garbage;
      const auto frame = peer->frame(request, two_registers(1));
      bytes.insert(bytes.end(), frame.begin(), frame.end());
      co_await peer->send(bytes);
    });
    fresh.connect(kPatient);
    fresh.run([&]() -> port::Async<> {
      EXPECT_EQ(co_await fresh.link->exchange(read_two_registers()), two_registers(1))
          << row.reason;
    });
    EXPECT_EQ(fresh.counters().frames.skipped_bytes, row.garbage.size()) << row.reason;
  }
}

TEST_P(RtuLinkTest, ADamagedReplyEndsTheWaitLongBeforeTheTimeOut) {
  const auto reply = exchange(minutes(10), [](Buffer frame) {
    frame[4] ^= 1;
    return frame;
  });
  EXPECT_EQ(code_of(reply), Errc::frame_bad_checksum);
  EXPECT_EQ(rig.counters().bad_checksum, 1U);
  EXPECT_EQ(rig.counters().frames.bad_checksum, 1U);
}

TEST_P(RtuLinkTest, ATrueReplyRightBehindADamagedOneIsTaken) {
  const auto reply = exchange(kPatient, [](Buffer frame) {
    Buffer both = frame;
    both[4] ^= 1;
    both.insert(both.end(), frame.begin(), frame.end());
    return both;
  });
  EXPECT_EQ(reply, two_registers(1));
}

TEST_P(RtuLinkTest, ANeighboursFrameBeforeTheReplyIsSkipped) {
  const auto reply = exchange(kPatient, [](Buffer frame) {
    Buffer both = codec::encode_rtu(8, two_registers(99));
    both.insert(both.end(), frame.begin(), frame.end());
    return both;
  });
  EXPECT_EQ(reply, two_registers(1));
  EXPECT_EQ(rig.counters().frames.wrong_unit, 1U);
}

TEST_P(RtuLinkTest, ABeginningOnlyIsATimeOut) {
  const auto reply = exchange(kShort, [](Buffer frame) {
    frame.resize(5);
    return frame;
  });
  EXPECT_EQ(code_of(reply), Errc::link_timeout);
}

TEST_P(RtuLinkTest, ALineThatNeverFallsQuietIsGivenUp) {
  bool babbling = true;
  rig.serve([&](Connection peer, int index) -> port::Async<> {
    if (index == 0) co_await peer->request();
    while (babbling) {
      co_await peer->send(Buffer(8, 0x55));
      co_await rig.runtime.sleep(Millis{1});
    }
    co_await answer_all(peer);
  });
  rig.connect(kShort);
  rig.run([&]() -> port::Async<> {
    auto first = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(first), Errc::link_timeout);
    auto second = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(second), Errc::frame_wrong_reply);
    babbling = false;
    rig.link->close();
  });
  EXPECT_GT(rig.counters().dropped_bytes, 0U);
}

INSTANTIATE_TEST_SUITE_P(Each, RtuLinkTest,
                         testing::Values(BusTransport::rtu_over_tcp, BusTransport::serial),
                         [](const auto& info) {
                           return std::string(domain::bus_transport_name(info.param));
                         });

TEST(RtuOverTcp, DrainingKeepsTheConnectionAndDropsTheLateReply) {
  LinkTestRig rig(BusTransport::rtu_over_tcp);
  auto timed_out = rig.runtime.make_wakeup();
  rig.serve([&](Connection peer, int) -> port::Async<> {
    const auto request = co_await peer->request();
    co_await timed_out->wait_until(rig.runtime.mono() + kPatient);
    co_await peer->send(peer->frame(request, two_registers(99)));
    co_await answer_all(peer);
  });
  rig.connect(kShort, {.rtu_tcp_recovery = RtuTcpRecovery::drain});
  rig.run([&]() -> port::Async<> {
    auto silence = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(silence), Errc::link_timeout);
    timed_out->raise();
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(1));
  });
  EXPECT_EQ(rig.counters().connects, 1U);
  EXPECT_EQ(rig.counters().dropped_bytes, 9U);
}

// ------------------------------------------------------------------ TCP connections
struct TcpLinkTest : testing::TestWithParam<BusTransport> {
  LinkTestRig rig{GetParam()};
};

TEST_P(TcpLinkTest, AConnectionClosedWhileIdleIsMadeAnewWithoutAnError) {
  auto closed = rig.runtime.make_wakeup();
  rig.serve([&](Connection peer, int index) -> port::Async<> {
    if (index > 0) co_await answer_all(peer);
    const auto request = co_await peer->request();
    co_await peer->send(peer->frame(request, two_registers(10)));
    peer->hang_up();
    closed->raise();
  });
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(10));
    co_await closed->wait_until(rig.runtime.mono() + kPatient);
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(1));
  });
  EXPECT_EQ(rig.counters().connects, 2U);
  EXPECT_EQ(rig.counters().closed, 0U);
}

TEST_P(TcpLinkTest, AGatewayThatHangsUpOnEveryRequestIsPausedLikeOneThatRefuses) {
  rig.serve([](Connection peer, int) -> port::Async<> {
    co_await peer->request();
    peer->hang_up();
  });
  rig.connect(kPatient, {.retry_min = minutes(10), .retry_max = minutes(10)});
  rig.run([&]() -> port::Async<> {
    EXPECT_EQ(code_of(co_await rig.link->exchange(read_two_registers())), Errc::link_closed);
    EXPECT_EQ(code_of(co_await rig.link->exchange(read_two_registers())),
              Errc::link_connect_failed);
  });
  EXPECT_EQ(rig.counters().connect_attempts, 1U);
}

TEST_P(TcpLinkTest, AGatewayWhoseQueueNobodyEmptiesIsATimeOut) {
  rig.serve_without_accepting();
  rig.connect(kShort);
  rig.run([&]() -> port::Async<> {
    EXPECT_EQ(code_of(co_await rig.link->exchange(read_two_registers())), Errc::link_timeout);
  });
}

/// Fills the queue of a gateway that accepts nobody, so that further requests get no answer.
class FullQueue {
 public:
  explicit FullQueue(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int& fd : sockets_) {
      fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
  }
  ~FullQueue() {
    for (const int fd : sockets_) ::close(fd);
  }
  FullQueue(const FullQueue&) = delete;
  FullQueue& operator=(const FullQueue&) = delete;

 private:
  std::array<int, 8> sockets_{};
};

TEST_P(TcpLinkTest, AConnectionRequestWithoutAnAnswerEndsAtItsDeadline) {
  rig.serve_without_accepting(1);
  const FullQueue queue(rig.bus.port);
  rig.connect(kPatient, {.connect_timeout = kShort});
  rig.run([&]() -> port::Async<> {
    EXPECT_EQ(code_of(co_await rig.link->exchange(read_two_registers())),
              Errc::link_connect_failed);
  });
}

TEST_P(TcpLinkTest, CloseEndsAConnectionRequestUnderWay) {
  rig.serve_without_accepting(1);
  const FullQueue queue(rig.bus.port);
  rig.connect(kPatient, {.connect_timeout = minutes(10)});
  rig.run([&]() -> port::Async<> {
    rig.runtime.spawn("closer", [](AsioRuntime& runtime, port::BusLink& link) -> port::Async<> {
      co_await runtime.sleep(Millis{1});
      link.close();
    }(rig.runtime, *rig.link));
    EXPECT_EQ(code_of(co_await rig.link->exchange(read_two_registers())), Errc::link_closed);
  });
}

TEST_P(TcpLinkTest, ANameIsLookedUp) {
  rig.serve([](Connection peer, int) -> port::Async<> { co_await answer_all(peer); });
  rig.gateway.host = "localhost";
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(1));
  });
}

TEST_P(TcpLinkTest, CloseEndsALookUpUnderWay) {
  rig.serve_nobody();
  rig.gateway.host = "gateway.invalid";
  rig.connect(kPatient, {.connect_timeout = minutes(10)});
  rig.run([&]() -> port::Async<> {
    rig.runtime.spawn("closer", [](port::BusLink& link) -> port::Async<> {
      link.close();
      co_return;
    }(*rig.link));
    EXPECT_EQ(code_of(co_await rig.link->exchange(read_two_registers())), Errc::link_closed);
  });
}

INSTANTIATE_TEST_SUITE_P(Each, TcpLinkTest,
                         testing::Values(BusTransport::modbus_tcp, BusTransport::rtu_over_tcp),
                         [](const auto& info) {
                           return std::string(domain::bus_transport_name(info.param));
                         });

TEST(ModbusTcp, ABrokenHeaderEndsTheConnectionAndTheNextOneWorks) {
  LinkTestRig rig(BusTransport::modbus_tcp);
  rig.serve([](Connection peer, int index) -> port::Async<> {
    if (index > 0) co_await answer_all(peer);
    const auto request = co_await peer->request();
    auto frame = peer->frame(request, two_registers(1));
    frame[2] = 0x47;  // the protocol identifier
    co_await peer->send(frame);
    co_await peer->request();
  });
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    EXPECT_EQ(code_of(co_await rig.link->exchange(read_two_registers())), Errc::frame_wrong_reply);
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(1));
  });
  EXPECT_EQ(rig.counters().connects, 2U);
}

TEST(ModbusTcp, ATransactionIdIsNotUsedTwiceInARow) {
  LinkTestRig rig(BusTransport::modbus_tcp);
  std::vector<std::uint16_t> ids;
  rig.serve([&](Connection peer, int) -> port::Async<> {
    for (;;) {
      const auto request = co_await peer->request();
      ids.push_back(request.transaction);
      co_await peer->send(peer->frame(request, two_registers(1)));
    }
  });
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    for (int i = 0; i < 3; ++i) co_await rig.link->exchange(read_two_registers());
  });
  ASSERT_EQ(ids.size(), 3U);
  EXPECT_EQ(static_cast<std::uint16_t>(ids[0] + 1), ids[1]);
  EXPECT_EQ(static_cast<std::uint16_t>(ids[1] + 1), ids[2]);
}

TEST(ModbusTcp, AGatewayThatHangsWithItsConnectionIntactGetsANewOne) {
  LinkTestRig rig(BusTransport::modbus_tcp);
  rig.serve([](Connection peer, int index) -> port::Async<> {
    if (index > 0) co_await answer_all(peer);
    for (;;) co_await peer->request();
  });
  rig.connect(kShort, {.timeouts_to_reconnect = 2});
  rig.run([&]() -> port::Async<> {
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(code_of(co_await rig.link->exchange(read_two_registers())), Errc::link_timeout);
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(1));
  });
  EXPECT_EQ(rig.counters().connects, 2U);
}

// ------------------------------------------------------------------ serial ports
TEST(SerialLink, ADeviceInUseIsRefusedAndFreeAgainAfterClosing) {
  LinkTestRig rig(BusTransport::serial);
  rig.serve([](Connection peer, int) -> port::Async<> { co_await answer_all(peer); });
  const int other = ::open(rig.bus.device.c_str(), O_RDWR | O_NOCTTY);
  ASSERT_GE(other, 0);
  ASSERT_EQ(flock(other, LOCK_EX | LOCK_NB), 0);
  rig.connect(kPatient, {.retry_min = Millis{1}, .retry_max = Millis{1}});
  rig.run([&]() -> port::Async<> {
    auto refused = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(refused), Errc::link_connect_failed);
    ::close(other);
    Result<Buffer> reply = refused;
    while (code_of(reply) == Errc::link_connect_failed)  // until the pause is over
      reply = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(reply, two_registers(1));
  });
}

TEST(SerialLink, ASpeedThatThePortCannotDoIsAConnectionFailure) {
  LinkTestRig rig(BusTransport::serial);
  rig.serve([](Connection peer, int) -> port::Async<> { co_await answer_all(peer); });
  rig.bus.baud = 9601;
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    auto reply = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(reply), Errc::link_connect_failed);
  });
}

TEST(LinkFactory, KeepsTheCountersOfTheLatestLinkOfEachBus) {
  boost::asio::io_context context;
  AsioRuntime runtime(context, [](auto, auto) {});
  AsioLinkFactory factory(runtime);
  domain::Gateway gateway;
  gateway.name = "G1";
  gateway.host = "10.0.0.7";
  for (const std::int64_t id : {3, 1, 3}) {
    domain::Bus bus;
    bus.id = BusId{id};
    bus.name = "B" + std::to_string(id);
    bus.port = 502;
    EXPECT_NE(factory.make(gateway, bus), nullptr);
  }
  const auto statuses = factory.statuses();
  ASSERT_EQ(statuses.size(), 2U);
  EXPECT_EQ(statuses[0].label, "G1 / B1 (10.0.0.7:502)");
  EXPECT_EQ(statuses[1].bus, BusId{3});
  EXPECT_EQ(statuses[1].counters->exchanges, 0U);
}

}  // namespace
}  // namespace paymeter::transport
