// Bytes there as they are, bytes back as the dice say.
#include "faulty_wire.hpp"

#include <array>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

namespace paymeter::test {
namespace asio = boost::asio;
using asio::ip::tcp;

FaultyWire::FaultyWire(transport::AsioRuntime& runtime, std::uint16_t server_port,
                       domain::BusTransport transport, std::uint64_t seed)
    : runtime_(runtime),
      transport_(transport),
      acceptor_(runtime.context(), tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      dice_(seed) {
  runtime_.spawn("wire", accept_all(server_port));
}

FaultyWire::~FaultyWire() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (const Socket& socket : sockets_) socket->close(ignored);
}

std::uint16_t FaultyWire::port() const { return acceptor_.local_endpoint().port(); }

port::Async<> FaultyWire::accept_all(std::uint16_t server_port) {
  try {
    for (;;) {
      auto near =
          std::make_shared<tcp::socket>(co_await acceptor_.async_accept(asio::use_awaitable));
      auto far = std::make_shared<tcp::socket>(acceptor_.get_executor());
      sockets_.insert(sockets_.end(), {near, far});
      co_await far->async_connect({asio::ip::address_v4::loopback(), server_port},
                                  asio::use_awaitable);
      runtime_.spawn("there", there(near, far));
      runtime_.spawn("back", back(far, near));
    }
  } catch (const boost::system::system_error&) {
    // The wire is cut.
  }
}

port::Async<> FaultyWire::there(Socket from, Socket to) {
  boost::system::error_code ignored;
  try {
    for (std::array<std::uint8_t, 512> chunk{};;) {
      const auto size = co_await from->async_read_some(asio::buffer(chunk), asio::use_awaitable);
      co_await asio::async_write(*to, asio::buffer(chunk.data(), size), asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
    to->close(ignored);
  }
}

port::Async<> FaultyWire::back(Socket from, Socket to) {
  boost::system::error_code ignored;
  try {
    for (std::array<std::uint8_t, 512> chunk{};;) {
      const auto size = co_await from->async_read_some(asio::buffer(chunk), asio::use_awaitable);
      Buffer reply(chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(size));
      const Buffer now = dice_.chance(rate_) ? spoil(reply) : reply;
      older_ = std::move(reply);
      if (!now.empty()) co_await asio::async_write(*to, asio::buffer(now), asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
    to->close(ignored);
  }
}

Buffer FaultyWire::spoil(Buffer reply) {
  ++spoilt_;
  const bool has_checksum = transport_ != domain::BusTransport::modbus_tcp;
  switch (dice_.below(6)) {
    case 0:
      return {};
    case 1:
      reply.resize(reply.size() / 2);
      return reply;
    case 2: {
      Buffer twice = reply;
      twice.insert(twice.end(), reply.begin(), reply.end());
      return twice;
    }
    case 3: {
      // Modbus TCP leaves its payload to TCP's checksum: only a broken header can be known as one.
      const std::size_t reach = has_checksum ? reply.size() : std::size_t{4};
      reply.at(dice_.below(reach)) ^= 0x41;
      return reply;
    }
    case 4: {
      // An older reply comes late, before the right one.
      Buffer late = older_;
      late.insert(late.end(), reply.begin(), reply.end());
      return late;
    }
    default: {
      const Buffer noise{0x00, 0xFF, 0x55, 0x03, 0x04};
      if (!has_checksum) return noise;
      Buffer behind = noise;
      behind.insert(behind.end(), reply.begin(), reply.end());
      return behind;
    }
  }
}

}  // namespace paymeter::test
