/// What can be set about links, and the times that follow from a bus's line speed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "paymeter/base/time.hpp"
#include "paymeter/codec/modbus_rtu.hpp"

namespace paymeter::transport {

/// How an RTU-over-TCP link gets rid of a reply that may still be under way. Draining alone waits
/// for a quiet line; reconnecting also loses what the network still holds, but some converters
/// take seconds to accept the next connection.
enum class RtuTcpRecovery : std::uint8_t { reconnect, drain };

struct LinkOptions {
  Millis connect_timeout = seconds(5);  ///< name look-up and connection together
  Millis write_timeout = seconds(5);    ///< beyond the request's time on the wire
  Millis retry_min = seconds(1);        ///< first pause after a failed connection …
  Millis retry_max = seconds(60);  ///< … doubling up to this; each is cut to 50–100 % at random
  std::size_t connects_max = 64;   ///< being made at once, over all links of a factory
  Millis keepalive_idle = seconds(10);     ///< an idle connection is probed after this …
  Millis keepalive_interval = seconds(5);  ///< … every so often, three times: then it is lost
  int timeouts_to_reconnect = 5;           ///< Modbus TCP: unanswered requests in a row
  RtuTcpRecovery rtu_tcp_recovery = RtuTcpRecovery::reconnect;
};

/// Times of an asynchronous line; a character is 11 bits, the longest that Modbus RTU uses.
struct LineTiming {
  std::int64_t baud = 9600;

  /// Rounded up. Requires: baud > 0.
  constexpr Millis wire_time(std::size_t bytes) const {
    return {(static_cast<std::int64_t>(bytes) * 11 * 1000 + baud - 1) / baud};
  }
  /// The longest frame: a line quiet for so long carries nothing any more.
  constexpr Millis frame_time() const { return wire_time(codec::kRtuFrameSizeMax); }
  /// Silence before a request so that slaves see its beginning: 3.5 characters, at least 1.75 ms,
  /// rounded up. Source: MODBUS over Serial Line V1.02, clause 2.5.1.1.
  constexpr Millis turnaround() const {
    const Millis span = wire_time(4);
    return span < Millis{2} ? Millis{2} : span;
  }
};

}  // namespace paymeter::transport
