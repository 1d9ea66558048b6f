/// Modbus RTU: unit, PDU, CRC16 on a serial line or a transparent TCP tunnel. Frames end by length
/// and checksum, never by silence: converters cut and join what they carry.
///
///   unit(1) PDU(1–253) crc_low crc_high
///
/// Source: MODBUS over Serial Line V1.02, clause 2.5.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/codec/frame_counters.hpp"
#include "paymeter/codec/modbus_pdu.hpp"

namespace paymeter::codec {

inline constexpr std::size_t kRtuFrameSizeMax = 256;
inline constexpr std::size_t kRequestBytesMax = 65'536;  ///< kept by a slave's parser

/// CRC-16/MODBUS: polynomial A001H reflected, initial FFFFH. Sent low byte first.
std::uint16_t crc16(Bytes bytes);

/// A whole frame, request or reply. Requires: pdu of 1 to kPduSizeMax bytes.
Buffer encode_rtu(std::uint8_t unit, Bytes pdu);

/// What the master waits for.
struct ReplyExpectation {
  std::uint8_t unit = 0;
  std::uint8_t function = 0;      ///< of the request
  std::size_t reply_size = 0;     ///< bytes of the normal reply's PDU
  std::uint16_t transaction = 0;  ///< TCP only
};

enum class ParserState : std::uint8_t {
  hunting,   ///< no byte kept could begin a frame
  in_frame,  ///< the bytes kept begin a plausible frame
  done,      ///< the reply was given; further bytes are ignored until the next expect()
  failed,    ///< the stream cannot be followed any more (TCP): close the connection
};
std::string_view parser_state_name(ParserState state);

/// Master's side: finds the one reply that was asked for in whatever arrives. Garbage, an echo of
/// the request, damaged frames and other units' frames are counted and passed over. Every possible
/// beginning is judged when its last byte arrives, so nothing in front delays or hides the reply,
/// and how the bytes are cut into pushes makes no difference. Keeps kRtuFrameSizeMax bytes at most.
class RtuReplyParser {
 public:
  /// Forgets what was kept and waits for this reply. Requires: 2 <= reply_size <= kPduSizeMax.
  void expect(ReplyExpectation expected);
  /// The reply's PDU (normal, or an exception of 2 bytes) as soon as it is whole; empty = more
  /// bytes are needed. Never gives an error: after damage the true reply may still follow.
  std::optional<Result<Buffer>> push(Bytes bytes);
  /// Why there is no reply, for a caller that stops waiting.
  /// In order: frame_bad_checksum, frame_wrong_unit, frame_wrong_reply (sound frame of another
  /// length or function), frame_truncated (a beginning only), link_timeout (nothing plausible).
  Error finish();
  /// The expected reply arrived damaged and nothing plausible is under way: a caller may shorten
  /// its wait to the line's quiet time.
  bool damaged() const { return damaged_ && state_ == ParserState::hunting; }
  ParserState state() const { return state_; }
  const FrameCounters& counters() const { return counters_; }

 private:
  enum class Kind : std::uint8_t { ours, foreign_unit, other_reply, request_echo };
  /// A frame that may be under way; judged when its last byte has arrived.
  struct Candidate {
    Kind kind = Kind::ours;
    std::size_t size = 0;
    std::uint64_t end = 0;  ///< seen_ at its last byte
  };
  void open(Kind kind, std::size_t size, std::size_t have);
  void learn();
  bool may_be_unit(std::uint8_t byte) const;
  Kind kind_of(Bytes head, bool wanted) const;
  bool at_beginning() const;
  std::optional<Buffer> take_byte(std::uint8_t byte);
  void judge(Kind kind, Bytes frame);

  ReplyExpectation expected_;
  Buffer kept_;
  std::vector<Candidate> open_;
  std::uint64_t seen_ = 0;  ///< bytes since expect()
  ParserState state_ = ParserState::hunting;
  bool damaged_ = false, wrong_unit_ = false, wrong_reply_ = false;
  FrameCounters counters_;
};

/// A request as a slave receives it.
struct RequestFrame {
  std::uint8_t unit = 0;
  Buffer pdu;
  std::uint16_t transaction = 0;  ///< TCP only
};

/// Slave's side: cuts requests out of a byte stream. A request of a known function ends at the
/// length that its fields give; one of another function ends at the first length whose checksum
/// fits (so that the meter can answer exception 01). Damaged frames are skipped byte by byte.
/// Keeps kRequestBytesMax bytes at most.
class RtuRequestParser {
 public:
  /// Call next() until it is empty after each push: over the bound the oldest bytes are dropped.
  void push(Bytes bytes);
  /// The next whole request; empty = more bytes are needed.
  std::optional<RequestFrame> next();
  /// Drops a partial frame, for an owner that knows the line has been quiet: silence may discard
  /// a frame, it never ends one.
  void reset();
  ParserState state() const { return state_; }
  const FrameCounters& counters() const { return counters_; }

 private:
  std::optional<RequestFrame> take(std::size_t at, std::size_t size);
  /// The sound frame that ends first, when the head's function gives no length.
  std::optional<RequestFrame> search_unknown();
  void drop(std::size_t bytes);

  Buffer kept_;
  std::size_t searched_ = 0;  ///< bytes of kept_ in which search_unknown() found nothing
  ParserState state_ = ParserState::hunting;
  FrameCounters counters_;
};

}  // namespace paymeter::codec
