/// A wire between our link and a server of other people's making that loses, cuts, doubles, damages
/// and mixes what comes back, by dice.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/domain/site.hpp"
#include "paymeter/port/async.hpp"
#include "paymeter/sim/dice.hpp"
#include "paymeter/transport/asio_runtime.hpp"

namespace paymeter::test {

class FaultyWire {
 public:
  /// Listens on a port of its own; each connection gets one to `server_port`.
  FaultyWire(transport::AsioRuntime& runtime, std::uint16_t server_port,
             domain::BusTransport transport, std::uint64_t seed);
  ~FaultyWire();
  FaultyWire(const FaultyWire&) = delete;
  FaultyWire& operator=(const FaultyWire&) = delete;

  std::uint16_t port() const;
  /// Of 10,000 replies so many are spoilt, each kind as often.
  void set_rate(int per_10000) { rate_ = per_10000; }
  std::size_t spoilt() const { return spoilt_; }

 private:
  using Socket = std::shared_ptr<boost::asio::ip::tcp::socket>;
  port::Async<> accept_all(std::uint16_t server_port);
  port::Async<> there(Socket from, Socket to);
  port::Async<> back(Socket from, Socket to);
  /// What arrives instead; empty: nothing does.
  Buffer spoil(Buffer reply);

  transport::AsioRuntime& runtime_;
  domain::BusTransport transport_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<Socket> sockets_;
  sim::Dice dice_;
  int rate_ = 0;
  std::size_t spoilt_ = 0;
  Buffer older_;  ///< the last reply, for those that come twice
};

}  // namespace paymeter::test
