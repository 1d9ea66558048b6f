/// Modbus TCP: the MBAP header in front of a PDU.
///
///   transaction(2) protocol(2) = 0 length(2) = 1 + PDU unit(1) PDU(1–253)
///
/// A TCP stream has no checksum to find the next frame by, so a broken header ends the connection.
/// Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, clause 3.1.3.
#pragma once

#include <cstdint>
#include <optional>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/codec/frame_counters.hpp"
#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/codec/modbus_rtu.hpp"

namespace paymeter::codec {

inline constexpr std::size_t kMbapSize = 7;
inline constexpr std::size_t kTcpFrameSizeMax = kMbapSize + kPduSizeMax;

/// A whole frame, request or reply. Requires: pdu of 1 to kPduSizeMax bytes.
Buffer encode_tcp(std::uint16_t transaction, std::uint8_t unit, Bytes pdu);

/// Master's side. Keeps at most kTcpFrameSizeMax bytes; how the bytes are cut makes no difference.
class TcpReplyParser {
 public:
  /// Waits for this reply. Bytes of an unfinished older frame are kept, so that its rest is
  /// recognised; a failed parser stays failed until reset(). Requires: 2 <= reply_size <=
  /// kPduSizeMax.
  void expect(ReplyExpectation expected);
  /// The reply's PDU (normal or exception) as soon as it is whole; empty = more bytes are needed.
  /// Frames with another transaction id, and frames behind the reply, are counted and skipped.
  /// Errors: frame_bad_protocol, frame_bad_length (state failed: reconnect); frame_wrong_unit,
  /// frame_wrong_reply (our transaction id on another unit, function or length; state done).
  std::optional<Result<Buffer>> push(Bytes bytes);
  /// Why there is no reply, for a caller that stops waiting. In order: frame_wrong_transaction
  /// (only older replies came), frame_truncated (a beginning only), link_timeout (nothing).
  Error finish();
  /// For a new connection: forgets everything but the counters.
  void reset();
  ParserState state() const { return state_; }
  const FrameCounters& counters() const { return counters_; }

 private:
  Result<Buffer> judge(Bytes frame);

  ReplyExpectation expected_;
  Buffer kept_;
  ParserState state_ = ParserState::hunting;
  bool wrong_transaction_ = false;
  Errc failure_ = Errc::frame_bad_protocol;  ///< why the state is failed
  FrameCounters counters_;
};

/// Slave's side.
class TcpRequestParser {
 public:
  /// Call next() until it is empty after each push: over kRequestBytesMax the parser fails.
  void push(Bytes bytes);
  /// The next whole request; empty = more bytes are needed.
  /// Errors: frame_bad_protocol, frame_bad_length (state failed: close the connection).
  std::optional<Result<RequestFrame>> next();
  /// For a new connection.
  void reset();
  ParserState state() const { return state_; }
  const FrameCounters& counters() const { return counters_; }

 private:
  Buffer kept_;
  ParserState state_ = ParserState::hunting;
  FrameCounters counters_;
};

}  // namespace paymeter::codec
