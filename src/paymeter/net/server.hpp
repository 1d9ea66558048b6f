/// The HTTP server: requests come in as values, a coroutine answers them. Everything runs on the
/// one thread that runs the given io_context. The only header above RESTinio.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "paymeter/base/error.hpp"
#include "paymeter/net/message.hpp"

namespace boost::asio {
class io_context;
}

namespace paymeter::net {

/// What a client may cost. A client that exceeds a limit of the head or the body is disconnected
/// without an answer; callers that want a polite 413 check `body` below `body_bytes_max`.
struct ServerLimits {
  std::size_t target_bytes_max = 4096;
  std::size_t header_count_max = 64;
  std::size_t header_name_bytes_max = 256;
  std::size_t header_value_bytes_max = 8192;
  std::size_t body_bytes_max = 24 * 1024 * 1024;
  std::size_t connections_max = 256;                   ///< further ones are closed at once
  std::size_t pipelined_max = 4;                       ///< requests of one connection at a time
  std::size_t stream_queue_bytes_max = 1024 * 1024;    ///< of one event stream
  std::chrono::milliseconds request_timeout{30'000};   ///< to receive one whole request
  std::chrono::milliseconds handling_timeout{60'000};  ///< silence of a handler or stream
  std::chrono::milliseconds write_timeout{30'000};     ///< to send one response or stream part
};

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0 = any free one
  ServerLimits limits{};
};

class Server {
 public:
  using Handler = std::function<boost::asio::awaitable<Response>(Request)>;

  /// Requires: `io` outlives the server and is run by one thread; `handler` may be called until
  /// `stop` returned. An exception that escapes the handler becomes a plain 500.
  Server(boost::asio::io_context& io, ServerSettings settings, Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts listening. Errors: config_invalid (bad address, port taken; detail says which).
  Result<> start();
  /// The port that is listened on. Requires: started.
  std::uint16_t port() const;
  std::size_t connections() const;
  std::size_t streams() const;
  /// Takes no new connection, ends every stream, and waits at most `grace` for requests under way.
  boost::asio::awaitable<void> stop(std::chrono::milliseconds grace);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace paymeter::net
