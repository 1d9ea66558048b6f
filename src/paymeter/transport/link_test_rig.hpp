/// For tests: a link of each kind and a scripted peer at its other end, on one event loop.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/site.hpp"
#include "paymeter/transport/link_factory.hpp"

namespace paymeter::transport {

struct PeerRequest {
  std::uint8_t unit = 0;
  Buffer pdu;
  std::uint16_t transaction = 0;  ///< Modbus TCP only
};

/// The peer's side of one connection, or of the cable. A script that reads past its end is over.
class PeerConnection {
 public:
  PeerConnection(boost::asio::io_context& context, int fd, domain::BusTransport transport);

  /// The next request. Requires: one with an 8-byte RTU frame (a read).
  port::Async<PeerRequest> request();
  port::Async<> send(Buffer bytes);
  /// Each byte in a write and a turn of the event loop of its own.
  port::Async<> send_bytewise(Buffer bytes);
  /// The frame that answers `request` with `pdu`.
  Buffer frame(const PeerRequest& request, Buffer pdu) const;
  void hang_up();
  /// Ends a TCP connection with RST.
  void reset();

 private:
  port::Async<Buffer> read(std::size_t size);

  boost::asio::posix::stream_descriptor stream_;
  domain::BusTransport transport_;
};

using Connection = std::shared_ptr<PeerConnection>;
/// `index` counts connections from 0; all of them stay alive until the rig ends.
using PeerScript = std::function<port::Async<>(Connection connection, int index)>;

class LinkTestRig {
 public:
  explicit LinkTestRig(domain::BusTransport transport);
  ~LinkTestRig();
  LinkTestRig(const LinkTestRig&) = delete;
  LinkTestRig& operator=(const LinkTestRig&) = delete;

  /// Opens the other end and answers by `script`.
  void serve(PeerScript script);
  /// TCP: a port that refuses connections. Serial: a device that does not exist.
  void serve_nobody();
  /// TCP: a port whose connections nobody accepts from the queue.
  void serve_without_accepting(int backlog = 16);
  /// Makes the link. Requires: one of the above.
  void connect(Millis reply_timeout, LinkOptions options = {});
  /// Runs `body` to its end, with a bound that only a hang reaches.
  void run(std::function<port::Async<>()> body);
  const LinkCounters& counters() const { return *factory_->statuses().front().counters; }

  boost::asio::io_context context;
  AsioRuntime runtime;
  std::unique_ptr<port::BusLink> link;
  domain::Gateway gateway;
  domain::Bus bus;

 private:
  port::Async<> accept_all();
  port::Async<> follow(Connection connection, int index);
  void open_terminal();

  boost::asio::ip::tcp::acceptor acceptor_;
  std::optional<AsioLinkFactory> factory_;
  PeerScript script_;
  std::vector<Connection> connections_;
  int slave_fd_ = -1;  ///< keeps the terminal from hanging up between two openings by the link
};

/// Unit 7, two registers from 0000.
port::BusRequest read_two_registers(std::uint8_t unit = 7);
/// The normal reply's PDU to it.
Buffer two_registers(std::uint32_t value);

}  // namespace paymeter::transport
