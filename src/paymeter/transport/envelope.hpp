/// What a link puts around a request and takes off its reply: RTU with a checksum, or the TCP
/// header with a transaction id.
#pragma once

#include <memory>
#include <optional>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/codec/frame_counters.hpp"
#include "paymeter/port/bus_link.hpp"

namespace paymeter::transport {

/// Errors of push and finish are those of codec::RtuReplyParser and codec::TcpReplyParser.
class Envelope {
 public:
  virtual ~Envelope() = default;
  /// The frame to send; from now on its reply is expected.
  /// Requires: a PDU of 1 to codec::kPduSizeMax bytes, 2 <= reply_size <= codec::kPduSizeMax.
  virtual Buffer begin(const port::BusRequest& request) = 0;
  /// The reply's PDU as soon as it is whole; empty = more bytes are needed.
  virtual std::optional<Result<Buffer>> push(Bytes bytes) = 0;
  /// Why there is no reply, when nobody waits any longer.
  virtual Error finish() = 0;
  /// The reply came damaged: only a short wait is worth while.
  virtual bool damaged() const = 0;
  /// The stream cannot be followed any more: connect anew.
  virtual bool lost_track() const = 0;
  /// For a new connection.
  virtual void reset() = 0;
  virtual const codec::FrameCounters& counters() const = 0;
};

std::unique_ptr<Envelope> make_rtu_envelope();
/// Transaction ids count up from `first_transaction`; a random one tells this process's replies
/// from those that a gateway still holds for the process before it.
std::unique_ptr<Envelope> make_tcp_envelope(std::uint16_t first_transaction);

}  // namespace paymeter::transport
