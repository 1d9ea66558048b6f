/// Where a virtual bus meets the outside: a listening TCP port or a pseudo-terminal.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "paymeter/base/error.hpp"
#include "paymeter/sim/plant.hpp"

namespace paymeter::sim {

/// Connections of one gate since it opened.
struct GateCounters {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;         ///< too many at once, or the gateway was down
  std::uint64_t dropped_broken = 0;  ///< the stream could not be followed
  std::uint64_t dropped_slow = 0;    ///< did not read what was sent
  friend bool operator==(const GateCounters&, const GateCounters&) = default;
};

class Gate {
 public:
  virtual ~Gate() = default;
  /// Ends every connection and accepts no more.
  virtual void close() = 0;
  /// Ends every connection; new ones are welcome (a gateway that restarts).
  virtual void drop_connections() = 0;
  virtual const GateCounters& counters() const = 0;
  /// TCP port, 0 for terminals.
  virtual std::uint16_t port() const { return 0; }
  /// Path of the terminal's slave side, empty for TCP.
  virtual std::string device() const { return {}; }
};

struct TcpGateSettings {
  std::string host = "127.0.0.1";  ///< numeric
  std::uint16_t port = 0;          ///< 0 = any free one
  std::size_t connections_max = 8;
};
/// `context` and `place` outlive the gate's tasks. Errors: link_connect_failed (host is no address,
/// port in use; detail says which).
Result<std::unique_ptr<Gate>> open_tcp_gate(boost::asio::io_context& context,
                                            Plant::BusPlace& place, TcpGateSettings settings);

/// A pseudo-terminal in raw mode. `link` (may be empty): a symbolic link to the slave side, made
/// anew and removed with the gate; nothing but a symbolic link is ever replaced.
/// Errors: link_connect_failed (no terminal to be had, link cannot be made).
Result<std::unique_ptr<Gate>> open_pty_gate(boost::asio::io_context& context,
                                            Plant::BusPlace& place, std::string link);

}  // namespace paymeter::sim
