/// For tests: a server process of other people's making and our link to it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/domain/site.hpp"
#include "paymeter/transport/link_factory.hpp"
#include "peer_process.hpp"

namespace paymeter::test {

using domain::BusTransport;

struct Peer {
  const char* name;
  BusTransport transport;
  std::vector<std::string> command;
};

inline void PrintTo(const Peer& peer, std::ostream* out) { *out << peer.name; }

inline const Peer kPeers[] = {
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

inline constexpr Millis kPatient = seconds(30);  // a reply is expected: never reached

inline std::string name_of(const testing::TestParamInfo<Peer>& info) { return info.param.name; }

}  // namespace paymeter::test
