/// A gateway of one reference meter on a real socket that can be spoilt while it runs.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "paymeter/port/async.hpp"
#include "paymeter/sim/reference_meter.hpp"
#include "paymeter/transport/asio_runtime.hpp"

namespace paymeter::line_test {

enum class Manner : std::uint8_t {
  sound,
  garbage,         ///< answers each request with bytes that are no frame
  half_frames,     ///< the first half of the right answer
  wrong_unit,      ///< a whole answer of another unit
  other_register,  ///< a right frame for another request: one value short
  stuck,           ///< babbles without an end
  half_open,       ///< takes the connection and the bytes, and never says anything again
  slams,           ///< closes the connection as soon as a request has come
  deaf,            ///< takes the connection and does not even read
};
inline constexpr Manner kSpoilt[] = {
    Manner::garbage, Manner::half_frames, Manner::wrong_unit, Manner::other_register,
    Manner::stuck,   Manner::half_open,   Manner::slams,      Manner::deaf};
const char* name_of(Manner manner);

class SpoiltGateway {
 public:
  SpoiltGateway(boost::asio::io_context& context, transport::AsioRuntime& runtime, Manner manner);
  ~SpoiltGateway();
  SpoiltGateway(const SpoiltGateway&) = delete;
  SpoiltGateway& operator=(const SpoiltGateway&) = delete;

  std::uint16_t port() const;
  /// From now on, on every connection; those that were spoilt so far are closed.
  void behave(Manner manner);
  std::size_t accepted() const { return accepted_; }
  std::size_t open_connections() const { return connections_.size(); }
  std::size_t most_open() const { return most_open_; }

 private:
  using Socket = std::shared_ptr<boost::asio::ip::tcp::socket>;
  port::Async<> accept_all();
  port::Async<> serve(Socket socket);
  port::Async<bool> answer(Socket socket);
  Buffer reply_to(Bytes request) const;
  void forget(const Socket& socket);

  transport::AsioRuntime& runtime_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::unique_ptr<sim::ReferenceMeter> meter_;
  std::vector<Socket> connections_;
  Manner manner_;
  std::size_t accepted_ = 0, most_open_ = 0;
};

}  // namespace paymeter::line_test
