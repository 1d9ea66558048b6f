/// What every kind of link does with a peer that behaves, and with the ways in which peers fail.
#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "paymeter/codec/modbus_rtu.hpp"
#include "paymeter/transport/link_test_rig.hpp"

namespace paymeter::transport {
namespace {

using domain::BusTransport;

constexpr Millis kPatient = seconds(30);  // a reply is expected: never reached
constexpr Millis kShort{150};             // silence is expected, or part of the story

struct LinkTest : testing::TestWithParam<BusTransport> {
  LinkTestRig rig{GetParam()};
  bool is(BusTransport transport) const { return GetParam() == transport; }
};

Errc code_of(const Result<Buffer>& reply) {
  return reply ? Errc::internal_error : reply.error().code;
}

TEST_P(LinkTest, RequestsAreAnsweredOneAfterAnotherOnOneConnection) {
  rig.serve([](Connection peer, int) -> port::Async<> {
    for (std::uint32_t value = 1;; ++value) {
      const auto request = co_await peer->request();
      EXPECT_EQ(request.unit, 7);
      EXPECT_EQ(request.pdu, read_two_registers().pdu);
      co_await peer->send(peer->frame(request, two_registers(value)));
    }
  });
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    for (std::uint32_t value = 1; value <= 3; ++value) {
      auto reply = co_await rig.link->exchange(read_two_registers());
      EXPECT_EQ(reply, two_registers(value));
    }
  });
  EXPECT_EQ(rig.counters().replies, 3U);
  EXPECT_EQ(rig.counters().connects, 1U);
  EXPECT_EQ(rig.counters().drains, 0U);
}

TEST_P(LinkTest, AReplyThatArrivesByteByByteIsPutTogether) {
  rig.serve([](Connection peer, int) -> port::Async<> {
    const auto request = co_await peer->request();
    co_await peer->send_bytewise(peer->frame(request, two_registers(0x00112233)));
  });
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(0x00112233));
  });
}

TEST_P(LinkTest, AnExceptionReplyIsAReply) {
  rig.serve([](Connection peer, int) -> port::Async<> {
    const auto request = co_await peer->request();
    co_await peer->send(peer->frame(request, Buffer{0x83, 0x02}));
  });
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), (Buffer{0x83, 0x02}));
  });
  EXPECT_EQ(rig.counters().replies, 1U);
}

TEST_P(LinkTest, AnExceptionThatDecidesNothingIsSilence) {
  struct Row {
    std::uint8_t code;
    const char* detail;
  };
  static constexpr std::array kRows{Row{0x05, "exception 5 acknowledge"},
                                    Row{0x06, "exception 6 busy"},
                                    Row{0x0A, "exception 10 gateway_path_unavailable"},
                                    Row{0x0B, "exception 11 gateway_target_silent"}};
  std::size_t asked = 0;  // over all connections
  rig.serve([&asked](Connection peer, int) -> port::Async<> {
    for (;;) {
      const auto request = co_await peer->request();
      const std::size_t number = asked++;
      co_await peer->send(peer->frame(
          request, number < kRows.size() ? Buffer{0x83, kRows.at(number).code} : two_registers(3)));
    }
  });
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    for (const Row& row : kRows) {
      auto silence = co_await rig.link->exchange(read_two_registers());
      EXPECT_EQ(code_of(silence), Errc::link_timeout) << row.detail;
      if (!silence) EXPECT_EQ(silence.error().detail, row.detail);
    }
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(3));
  });
  EXPECT_EQ(rig.counters().timeout, kRows.size());
}

TEST_P(LinkTest, SilenceIsATimeOutAndTheNextRequestIsAnswered) {
  rig.serve([](Connection peer, int index) -> port::Async<> {
    if (index == 0) co_await peer->request();  // swallowed
    const auto request = co_await peer->request();
    co_await peer->send(peer->frame(request, two_registers(2)));
  });
  rig.connect(kShort);
  rig.run([&]() -> port::Async<> {
    auto silence = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(silence), Errc::link_timeout);
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(2));
  });
  EXPECT_EQ(rig.counters().timeout, 1U);
  EXPECT_EQ(rig.counters().connects, is(BusTransport::rtu_over_tcp) ? 2U : 1U);
  EXPECT_EQ(rig.counters().drains, is(BusTransport::modbus_tcp) ? 0U : 1U);
}

TEST_P(LinkTest, WhatIsOverdueIsNotSent) {
  int asked = 0;
  rig.serve([&](Connection peer, int) -> port::Async<> {
    for (;; ++asked) {
      const auto request = co_await peer->request();
      co_await peer->send(peer->frame(request, two_registers(7)));
    }
  });
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    auto request = read_two_registers();
    request.send_by = MonoMs{rig.runtime.mono().value - 1};
    EXPECT_EQ(code_of(co_await rig.link->exchange(request)), Errc::link_timeout);
    request.send_by = rig.runtime.mono() + kPatient;
    EXPECT_EQ(co_await rig.link->exchange(request), two_registers(7)) << "the line is as before";
  });
  EXPECT_EQ(asked, 1);
}

TEST_P(LinkTest, ALateReplyIsNeverTakenForTheNext) {
  auto timed_out = rig.runtime.make_wakeup();
  Connection first;
  PeerRequest asked_first;
  rig.serve([&](Connection peer, int index) -> port::Async<> {
    if (index == 0) {
      first = peer;
      asked_first = co_await peer->request();
      co_await timed_out->wait_until(rig.runtime.mono() + kPatient);
      // RTU over a cable: now, before the second request. The others: during the second exchange.
      if (is(BusTransport::serial)) co_await peer->send(peer->frame(asked_first, two_registers(1)));
      if (is(BusTransport::rtu_over_tcp)) co_return;
    }
    const auto request = co_await peer->request();
    if (!is(BusTransport::serial)) {
      try {
        co_await first->send(first->frame(asked_first, two_registers(1)));
      } catch (const boost::system::system_error&) {
        EXPECT_TRUE(is(BusTransport::rtu_over_tcp)) << "only there the old connection is cut";
      }
    }
    co_await peer->send(peer->frame(request, two_registers(2)));
  });
  rig.connect(kShort);
  rig.run([&]() -> port::Async<> {
    auto silence = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(silence), Errc::link_timeout);
    timed_out->raise();
    EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(2));
  });
  if (is(BusTransport::modbus_tcp)) EXPECT_EQ(rig.counters().frames.wrong_transaction, 1U);
  if (is(BusTransport::serial)) EXPECT_EQ(rig.counters().dropped_bytes, 9U);
}

TEST_P(LinkTest, AReplyThatComesTwiceAnswersOneRequestOnly) {
  rig.serve([](Connection peer, int) -> port::Async<> {
    for (std::uint32_t value = 1;; ++value) {
      const auto request = co_await peer->request();
      const auto frame = peer->frame(request, two_registers(value));
      co_await peer->send(frame);
      co_await peer->send(frame);
    }
  });
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    for (std::uint32_t value = 1; value <= 3; ++value) {
      EXPECT_EQ(co_await rig.link->exchange(read_two_registers()), two_registers(value));
    }
  });
  EXPECT_EQ(rig.counters().connects, 1U);
}

TEST_P(LinkTest, AnotherUnitsReplyIsRefused) {
  rig.serve([](Connection peer, int) -> port::Async<> {
    auto request = co_await peer->request();
    request.unit = 8;
    co_await peer->send(peer->frame(request, two_registers(1)));
  });
  rig.connect(kShort);
  rig.run([&]() -> port::Async<> {
    auto reply = co_await rig.link->exchange(read_two_registers(7));
    EXPECT_EQ(code_of(reply), Errc::frame_wrong_unit);
  });
  EXPECT_EQ(rig.counters().wrong_unit, 1U);
}

TEST_P(LinkTest, AReplyOfAnotherLengthIsRefused) {
  rig.serve([](Connection peer, int) -> port::Async<> {
    const auto request = co_await peer->request();
    co_await peer->send(peer->frame(request, codec::encode_read_reply(3, Buffer{1, 2})));
  });
  rig.connect(kShort);
  rig.run([&]() -> port::Async<> {
    auto reply = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(reply), Errc::frame_wrong_reply);
  });
  EXPECT_EQ(rig.counters().wrong_reply, 1U);
}

TEST_P(LinkTest, AConnectionLostInTheMiddleOfAReplyIsClosedNotSilent) {
  rig.serve([](Connection peer, int) -> port::Async<> {
    const auto request = co_await peer->request();
    auto frame = peer->frame(request, two_registers(1));
    frame.resize(4);
    co_await peer->send(frame);
    peer->reset();
  });
  rig.connect(kPatient);
  rig.run([&]() -> port::Async<> {
    auto reply = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(reply), Errc::link_closed);
  });
  EXPECT_EQ(rig.counters().closed, 1U);
}

TEST_P(LinkTest, NobodyThereFailsAndThenFailsAtOnceWithoutTrying) {
  rig.serve_nobody();
  rig.connect(kPatient, {.retry_min = minutes(10), .retry_max = minutes(10)});
  rig.run([&]() -> port::Async<> {
    for (int i = 0; i < 3; ++i) {
      auto reply = co_await rig.link->exchange(read_two_registers());
      EXPECT_EQ(code_of(reply), Errc::link_connect_failed);
    }
  });
  EXPECT_EQ(rig.counters().connect_attempts, 1U);
  EXPECT_EQ(rig.counters().connect_failed, 3U);
}

TEST_P(LinkTest, CloseEndsAnExchangeUnderWayAndRefusesFurtherOnes) {
  auto asked = rig.runtime.make_wakeup();
  rig.serve([&](Connection peer, int) -> port::Async<> {
    co_await peer->request();
    asked->raise();
    co_await peer->request();  // never comes
  });
  rig.connect(kPatient);
  auto closer = [&]() -> port::Async<> {
    co_await asked->wait_until(rig.runtime.mono() + kPatient);
    rig.link->close();
  };
  rig.run([&]() -> port::Async<> {
    rig.runtime.spawn("closer", closer());
    auto reply = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(reply), Errc::link_closed);
    auto refused = co_await rig.link->exchange(read_two_registers());
    EXPECT_EQ(code_of(refused), Errc::link_closed);
  });
  EXPECT_EQ(rig.counters().closed, 2U);
  EXPECT_EQ(rig.counters().connects, 1U);
}

INSTANTIATE_TEST_SUITE_P(Each, LinkTest,
                         testing::Values(BusTransport::modbus_tcp, BusTransport::rtu_over_tcp,
                                         BusTransport::serial),
                         [](const auto& info) {
                           return std::string(domain::bus_transport_name(info.param));
                         });

}  // namespace
}  // namespace paymeter::transport
