/// Loopback sockets and pseudo-terminals behind the links under test.
#include "paymeter/transport/link_test_rig.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <utility>

#include "paymeter/codec/modbus_rtu.hpp"
#include "paymeter/codec/modbus_tcp.hpp"

namespace paymeter::transport {
namespace asio = boost::asio;
using asio::ip::tcp;
using domain::BusTransport;

PeerConnection::PeerConnection(asio::io_context& context, int fd, BusTransport transport)
    : stream_(context, fd), transport_(transport) {}

port::Async<Buffer> PeerConnection::read(std::size_t size) {
  Buffer bytes(size);
  co_await asio::async_read(stream_, asio::buffer(bytes), asio::use_awaitable);
  co_return bytes;
}

port::Async<PeerRequest> PeerConnection::request() {
  PeerRequest request;
  if (transport_ == BusTransport::modbus_tcp) {
    const auto header = co_await read(codec::kMbapSize);
    request.transaction = get_u16(header, 0);
    request.unit = header[6];
    request.pdu = co_await read(get_u16(header, 4) - 1U);
    co_return request;
  }
  const auto frame = co_await read(8);
  EXPECT_EQ(codec::crc16(frame), 0) << "a request with a wrong checksum";
  request.unit = frame[0];
  request.pdu.assign(frame.begin() + 1, frame.end() - 2);
  co_return request;
}

port::Async<> PeerConnection::send(Buffer bytes) {
  co_await asio::async_write(stream_, asio::buffer(bytes), asio::use_awaitable);
}

port::Async<> PeerConnection::send_bytewise(Buffer bytes) {
  for (const std::uint8_t byte : bytes) {
    co_await send(Buffer{byte});
    co_await asio::post(stream_.get_executor(), asio::use_awaitable);
  }
}

Buffer PeerConnection::frame(const PeerRequest& request, Buffer pdu) const {
  if (transport_ == BusTransport::modbus_tcp)
    return codec::encode_tcp(request.transaction, request.unit, pdu);
  return codec::encode_rtu(request.unit, pdu);
}

void PeerConnection::hang_up() {
  boost::system::error_code ignored;
  stream_.close(ignored);
}

void PeerConnection::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(stream_.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  hang_up();
}

LinkTestRig::LinkTestRig(BusTransport transport)
    : runtime(context, [](auto name, auto what) { ADD_FAILURE() << name << ": " << what; }),
      acceptor_(context) {
  signal(SIGPIPE, SIG_IGN);  // a peer that writes on after the link has gone
  gateway.id = GatewayId{1};
  gateway.name = "gateway";
  gateway.host = "127.0.0.1";
  bus.id = BusId{1};
  bus.name = "bus";
  bus.transport = transport;
  bus.baud = 115'200;
}

LinkTestRig::~LinkTestRig() {
  if (slave_fd_ >= 0) ::close(slave_fd_);
}

void LinkTestRig::open_terminal() {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(master, 0);
  ASSERT_EQ(grantpt(master), 0);
  ASSERT_EQ(unlockpt(master), 0);
  bus.device = ptsname(master);
  slave_fd_ = ::open(bus.device.c_str(), O_RDWR | O_NOCTTY);
  ASSERT_GE(slave_fd_, 0);
  connections_.push_back(std::make_shared<PeerConnection>(context, master, bus.transport));
}

void LinkTestRig::serve(PeerScript script) {
  script_ = std::move(script);
  if (bus.transport == BusTransport::serial) {
    open_terminal();
    return;
  }
  serve_without_accepting();
  runtime.spawn("peer", accept_all());
}

void LinkTestRig::serve_without_accepting(int backlog) {
  serve_nobody();
  acceptor_.listen(backlog);
}

void LinkTestRig::serve_nobody() {
  bus.device = "/dev/paymeter-no-such-device";
  // Bound and not listening: refuses for sure, and nobody else can get the port.
  acceptor_.open(tcp::v4());
  acceptor_.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  bus.port = acceptor_.local_endpoint().port();
}

port::Async<> LinkTestRig::accept_all() {
  for (;;) {
    auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    connections_.push_back(
        std::make_shared<PeerConnection>(context, socket.release(), bus.transport));
    runtime.spawn("connection",
                  follow(connections_.back(), static_cast<int>(connections_.size()) - 1));
  }
}

port::Async<> LinkTestRig::follow(Connection connection, int index) {
  try {
    co_await script_(connection, index);
  } catch (const boost::system::system_error&) {
    // The other side has closed: the script is over.
  }
}

void LinkTestRig::connect(Millis reply_timeout, LinkOptions options) {
  bus.reply_timeout = reply_timeout;
  factory_.emplace(runtime, options);
  link = factory_->make(gateway, bus);
}

void LinkTestRig::run(std::function<port::Async<>()> body) {
  if (bus.transport == BusTransport::serial && !connections_.empty())
    runtime.spawn("terminal", follow(connections_.front(), 0));
  bool done = false;
  auto whole = [&]() -> port::Async<> {
    co_await body();
    done = true;
    context.stop();
  };
  runtime.spawn("body", whole());
  context.run_for(std::chrono::seconds(60));
  ASSERT_TRUE(done) << "the test hangs";
}

port::BusRequest read_two_registers(std::uint8_t unit) {
  return {.unit = unit, .pdu = codec::encode_read_request(3, 0, 2), .reply_size = 6};
}

Buffer two_registers(std::uint32_t value) {
  Buffer data;
  put_u32(data, value);
  return codec::encode_read_reply(3, data);
}

}  // namespace paymeter::transport
