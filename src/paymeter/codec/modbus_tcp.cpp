// Modbus TCP envelopes.
#include "paymeter/codec/modbus_tcp.hpp"

#include <algorithm>
#include <utility>

#include "paymeter/base/assert.hpp"

namespace paymeter::codec {
namespace {

constexpr std::size_t kLengthEnd = 6;    // transaction, protocol and length; the unit is counted
constexpr std::uint16_t kLengthMin = 2;  // unit and function code
constexpr std::uint16_t kLengthMax = 1 + kPduSizeMax;

/// Size of the frame at the head; 0 = more bytes are needed to tell.
/// Errors: frame_bad_protocol, frame_bad_length.
Result<std::size_t> frame_size(Bytes kept) {
  if (kept.size() >= 4 && get_u16(kept, 2) != 0) return fail(Errc::frame_bad_protocol);
  if (kept.size() < kLengthEnd) return std::size_t{0};
  const std::uint16_t length = get_u16(kept, 4);
  if (length < kLengthMin || length > kLengthMax) return fail(Errc::frame_bad_length);
  return kLengthEnd + length;
}

void count_failure(FrameCounters& counters, Errc code) {
  ++(code == Errc::frame_bad_protocol ? counters.bad_protocol : counters.bad_length);
}

Buffer take_front(Buffer& kept, std::size_t size) {
  const auto end = kept.begin() + static_cast<std::ptrdiff_t>(size);
  Buffer frame(kept.begin(), end);
  kept.erase(kept.begin(), end);
  return frame;
}

}  // namespace

Buffer encode_tcp(std::uint16_t transaction, std::uint8_t unit, Bytes pdu) {
  PAYMETER_ASSERT(!pdu.empty() && pdu.size() <= kPduSizeMax);
  Buffer frame;
  frame.reserve(kMbapSize + pdu.size());
  put_u16(frame, transaction);
  put_u16(frame, 0);
  put_u16(frame, static_cast<std::uint16_t>(pdu.size() + 1));
  frame.push_back(unit);
  frame.insert(frame.end(), pdu.begin(), pdu.end());
  return frame;
}

// ------------------------------------------------------------------ master

void TcpReplyParser::expect(ReplyExpectation expected) {
  PAYMETER_ASSERT(expected.reply_size >= 2 && expected.reply_size <= kPduSizeMax);
  expected_ = expected;
  wrong_transaction_ = false;
  if (state_ != ParserState::failed)
    state_ = kept_.empty() ? ParserState::hunting : ParserState::in_frame;
}

std::optional<Result<Buffer>> TcpReplyParser::push(Bytes bytes) {
  if (state_ == ParserState::failed) return Result<Buffer>(fail(failure_));
  std::optional<Result<Buffer>> answer;
  bool asked = state_ != ParserState::done;
  kept_.reserve(kTcpFrameSizeMax);
  // A header is looked at byte by byte, what is behind it is taken as a whole.
  for (std::size_t missing = kept_.size() < kLengthEnd ? 1 : *frame_size(kept_) - kept_.size();
       !bytes.empty();) {
    const std::size_t part = std::min(missing, bytes.size());
    kept_.insert(kept_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part));
    bytes = bytes.subspan(part);
    const auto size = frame_size(kept_);
    if (!size) {
      failure_ = size.error().code;
      count_failure(counters_, failure_);
      state_ = ParserState::failed;
      kept_.clear();
      return answer ? std::move(answer) : Result<Buffer>(fail(failure_));
    }
    missing = *size == 0 ? 1 : *size - kept_.size();
    if (missing > 0) continue;
    missing = 1;
    if (!asked || get_u16(kept_, 0) != expected_.transaction) {
      ++counters_.wrong_transaction;
      counters_.skipped_bytes += kept_.size();
      wrong_transaction_ = true;
    } else {
      answer = judge(kept_);
      asked = false;
    }
    kept_.clear();
  }
  if (!asked)
    state_ = ParserState::done;
  else
    state_ = kept_.empty() ? ParserState::hunting : ParserState::in_frame;
  return answer;
}

Result<Buffer> TcpReplyParser::judge(Bytes frame) {
  if (frame[6] != expected_.unit) {
    ++counters_.wrong_unit;
    return fail(Errc::frame_wrong_unit);
  }
  const Bytes pdu = frame.subspan(kMbapSize);
  const bool normal = pdu[0] == expected_.function && pdu.size() == expected_.reply_size;
  const bool exception =
      pdu[0] == (expected_.function | kExceptionBit) && pdu.size() == kExceptionReplySize;
  if (!normal && !exception) {
    ++counters_.wrong_reply;
    return fail(Errc::frame_wrong_reply);
  }
  ++counters_.accepted;
  return Buffer(pdu.begin(), pdu.end());
}

Error TcpReplyParser::finish() {
  if (wrong_transaction_) return Error{Errc::frame_wrong_transaction, {}};
  if (state_ == ParserState::in_frame) return Error{Errc::frame_truncated, {}};
  return Error{Errc::link_timeout, {}};
}

void TcpReplyParser::reset() {
  kept_.clear();
  state_ = ParserState::hunting;
  wrong_transaction_ = false;
}

// ------------------------------------------------------------------ slave

void TcpRequestParser::push(Bytes bytes) {
  if (state_ == ParserState::failed) return;
  kept_.insert(kept_.end(), bytes.begin(), bytes.end());
  if (kept_.size() <= kRequestBytesMax) return;
  ++counters_.bad_length;
  state_ = ParserState::failed;
  kept_.clear();
}

std::optional<Result<RequestFrame>> TcpRequestParser::next() {
  if (state_ == ParserState::failed) return std::nullopt;
  const auto size = frame_size(kept_);
  if (!size) {
    count_failure(counters_, size.error().code);
    state_ = ParserState::failed;
    kept_.clear();
    return Result<RequestFrame>(fail(size.error()));
  }
  if (*size == 0 || kept_.size() < *size) {
    state_ = kept_.empty() ? ParserState::hunting : ParserState::in_frame;
    return std::nullopt;
  }
  const Buffer frame = take_front(kept_, *size);
  state_ = kept_.empty() ? ParserState::hunting : ParserState::in_frame;
  ++counters_.accepted;
  return Result<RequestFrame>(
      RequestFrame{frame[6], Buffer(frame.begin() + kMbapSize, frame.end()), get_u16(frame, 0)});
}

void TcpRequestParser::reset() {
  kept_.clear();
  state_ = ParserState::hunting;
}

}  // namespace paymeter::codec
