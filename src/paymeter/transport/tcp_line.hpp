/// A TCP connection to a gateway.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "paymeter/transport/asio_line.hpp"
#include "paymeter/transport/link_options.hpp"

namespace paymeter::transport {

struct TcpTarget {
  std::string host;  ///< a name or a numeric address
  std::uint16_t port = 0;
};

/// No delay for small segments; keepalive and a bound on unacknowledged data find half-open
/// connections.
class TcpLine final : public AsioLine<boost::asio::ip::tcp::socket> {
 public:
  TcpLine(boost::asio::io_context& context, TcpTarget target, LinkOptions options);

  port::Async<Result<>> open(MonoMs deadline) override;
  Result<std::size_t> write_now(Bytes bytes) override;
  Result<std::size_t> read_now(std::span<std::uint8_t> into) override;
  bool ended() override;
  void drop() override;

 private:
  using Endpoint = boost::asio::ip::tcp::endpoint;
  struct LookUp;

  port::Async<Result<std::vector<Endpoint>>> resolve(MonoMs deadline);
  boost::system::error_code configure();

  TcpTarget target_;
  LinkOptions options_;
  std::weak_ptr<LookUp> look_up_;  ///< under way
};

}  // namespace paymeter::transport
