// Accepting, reading frames by their header, and answering as badly as it is told to.
#include "spoilt_gateway.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "paymeter/codec/modbus_tcp.hpp"

namespace paymeter::line_test {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {
constexpr Millis kTurnaround{5};
constexpr std::size_t kBabble = 64;
}  // namespace

const char* name_of(Manner manner) {
  constexpr std::array<const char*, 9> kNames{"sound",      "garbage",        "half_frames",
                                              "wrong_unit", "other_register", "stuck",
                                              "half_open",  "slams",          "deaf"};
  return kNames.at(static_cast<std::size_t>(manner));
}

SpoiltGateway::SpoiltGateway(asio::io_context& context, transport::AsioRuntime& runtime,
                             Manner manner)
    : runtime_(runtime),
      acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      manner_(manner) {
  sim::ReferenceIdentity identity;
  identity.serial = "PM00000001";
  identity.key.fill(7);
  meter_ = std::make_unique<sim::ReferenceMeter>(identity, civil_time(runtime.now(), minutes(480)));
  runtime_.spawn("gateway", accept_all());
}

SpoiltGateway::~SpoiltGateway() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (const Socket& socket : connections_) socket->close(ignored);
}

std::uint16_t SpoiltGateway::port() const { return acceptor_.local_endpoint().port(); }

void SpoiltGateway::behave(Manner manner) {
  manner_ = manner;
  boost::system::error_code ignored;
  for (const Socket& socket : connections_) socket->close(ignored);
}

port::Async<> SpoiltGateway::accept_all() {
  try {
    for (;;) {
      auto socket =
          std::make_shared<tcp::socket>(co_await acceptor_.async_accept(asio::use_awaitable));
      ++accepted_;
      connections_.push_back(socket);
      most_open_ = std::max(most_open_, connections_.size());
      runtime_.spawn("connection", serve(socket));
    }
  } catch (const boost::system::system_error&) {
    // The gateway is closed.
  }
}

void SpoiltGateway::forget(const Socket& socket) { std::erase(connections_, socket); }

port::Async<> SpoiltGateway::serve(Socket socket) {
  try {
    while (co_await answer(socket)) {
    }
  } catch (const boost::system::system_error&) {
    // The connection is over.
  }
  forget(socket);
}

Buffer SpoiltGateway::reply_to(Bytes request) const {
  const auto transaction = get_u16(request, 0);
  const std::uint8_t unit = request[6];
  auto pdu = meter_->handle(request.subspan(codec::kMbapSize)).value_or(Buffer{0x83, 4});
  if (manner_ == Manner::other_register && pdu.size() > 4) {
    pdu.resize(pdu.size() - 2);
    pdu[1] = static_cast<std::uint8_t>(pdu[1] - 2);
  }
  const bool is_foreign = manner_ == Manner::wrong_unit;
  Buffer frame = codec::encode_tcp(transaction, is_foreign ? std::uint8_t{99} : unit, pdu);
  if (manner_ == Manner::half_frames) frame.resize(frame.size() / 2);
  if (manner_ == Manner::garbage)
    for (std::size_t i = 0; i < frame.size(); ++i)
      frame[i] = static_cast<std::uint8_t>(0xA5 ^ (i * 37));
  return frame;
}

/// One request, and whatever follows it. False: the connection is to end.
port::Async<bool> SpoiltGateway::answer(Socket socket) {
  if (manner_ == Manner::deaf) {
    while (socket->is_open() && manner_ == Manner::deaf) co_await runtime_.sleep(Millis{20});
    co_return false;
  }
  Buffer request(codec::kMbapSize);
  co_await asio::async_read(*socket, asio::buffer(request), asio::use_awaitable);
  const std::size_t length = get_u16(request, 4);
  if (length < 2 || length > 260) co_return false;
  request.resize(codec::kMbapSize + length - 1);
  co_await asio::async_read(*socket, asio::buffer(request.data() + codec::kMbapSize, length - 1),
                            asio::use_awaitable);
  if (manner_ == Manner::slams) co_return false;
  if (manner_ == Manner::half_open) co_return true;
  co_await runtime_.sleep(kTurnaround);
  if (manner_ == Manner::stuck) {
    const Buffer babble(kBabble, 0x55);
    while (manner_ == Manner::stuck && !runtime_.stopping()) {
      co_await asio::async_write(*socket, asio::buffer(babble), asio::use_awaitable);
      co_await runtime_.sleep(Millis{2});
    }
    co_return false;
  }
  const Buffer reply = reply_to(request);
  co_await asio::async_write(*socket, asio::buffer(reply), asio::use_awaitable);
  co_return true;
}

}  // namespace paymeter::line_test
