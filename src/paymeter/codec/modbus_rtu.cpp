// Modbus RTU envelopes: checksum, the master's search for a reply, the slave's cutting of requests.
#include "paymeter/codec/modbus_rtu.hpp"

#include <algorithm>
#include <array>

#include "paymeter/base/assert.hpp"

namespace paymeter::codec {
namespace {

constexpr std::uint16_t kCrcStart = 0xFFFF;
constexpr std::uint8_t kUnitMax = 247;
constexpr std::size_t kExceptionFrameSize = 5;
constexpr std::size_t kWriteReplyFrameSize = 8;

constexpr std::array<std::uint16_t, 256> kCrcTable = [] {
  std::array<std::uint16_t, 256> table{};
  for (unsigned i = 0; i < table.size(); ++i) {
    unsigned crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1) ^ 0xA001U : crc >> 1;
    table[i] = static_cast<std::uint16_t>(crc);
  }
  return table;
}();

std::uint16_t crc_step(std::uint16_t crc, std::uint8_t byte) {
  return static_cast<std::uint16_t>((crc >> 8) ^ kCrcTable[(crc ^ byte) & 0xFFU]);
}

/// A frame followed by its own checksum leaves a remainder of 0.
bool checksum_fits(Bytes frame) { return crc16(frame) == 0; }

bool is_register_read(std::uint8_t function) {
  return function == kReadHoldingRegisters || function == kReadInputRegisters;
}
bool counts_bytes(std::uint8_t function) { return function >= 0x01 && function <= 0x04; }

/// Size of a request frame by its fields; 0 = more bytes are needed to tell, empty = unknown.
std::optional<std::size_t> request_size(Bytes frame) {
  const auto with_byte_count = [&](std::size_t at) -> std::size_t {
    return frame.size() > at ? at + 3U + frame[at] : 0U;
  };
  switch (frame[1]) {
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x05:
    case 0x06:
    case 0x08:
      return 8;
    case 0x0F:
    case 0x10:
      return with_byte_count(6);
    case 0x16:
      return 10;
    case 0x17:
      return with_byte_count(10);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::uint16_t crc16(Bytes bytes) {
  std::uint16_t crc = kCrcStart;
  for (std::uint8_t byte : bytes) crc = crc_step(crc, byte);
  return crc;
}

Buffer encode_rtu(std::uint8_t unit, Bytes pdu) {
  PAYMETER_ASSERT(!pdu.empty() && pdu.size() <= kPduSizeMax);
  Buffer frame;
  frame.reserve(pdu.size() + 3);
  frame.push_back(unit);
  frame.insert(frame.end(), pdu.begin(), pdu.end());
  const std::uint16_t crc = crc16(frame);
  frame.push_back(static_cast<std::uint8_t>(crc));
  frame.push_back(static_cast<std::uint8_t>(crc >> 8));
  return frame;
}

std::string_view parser_state_name(ParserState state) {
  switch (state) {
    case ParserState::hunting:
      return "hunting";
    case ParserState::in_frame:
      return "in_frame";
    case ParserState::done:
      return "done";
    case ParserState::failed:
      return "failed";
  }
  return {};
}

// ------------------------------------------------------------------ master

void RtuReplyParser::expect(ReplyExpectation expected) {
  PAYMETER_ASSERT(expected.reply_size >= 2 && expected.reply_size <= kPduSizeMax);
  expected_ = expected;
  kept_.clear();
  open_.clear();
  seen_ = 0;
  state_ = ParserState::hunting;
  damaged_ = wrong_unit_ = wrong_reply_ = false;
}

std::optional<Result<Buffer>> RtuReplyParser::push(Bytes bytes) {
  if (state_ == ParserState::done) return std::nullopt;
  for (std::uint8_t byte : bytes) {
    if (auto pdu = take_byte(byte)) return Result<Buffer>(std::move(*pdu));
  }
  return std::nullopt;
}

void RtuReplyParser::open(Kind kind, std::size_t size, std::size_t have) {
  if (size <= kRtuFrameSizeMax) open_.push_back({kind, size, seen_ + size - have});
}

/// Opens the frames whose size is known since the last byte: most by unit and function, reads by
/// their byte count, an echoed write by its own.
void RtuReplyParser::learn() {
  const auto last = [this](std::size_t size) { return Bytes(kept_).last(size); };
  if (kept_.size() >= 7) {
    const Bytes head = last(7);
    if (head[0] == expected_.unit && head[1] == kWriteMultipleRegisters)
      open(Kind::request_echo, 9U + head[6], 7);
  }
  if (kept_.size() >= 3 && counts_bytes(last(3)[1]) && may_be_unit(last(3)[0])) {
    const Bytes head = last(3);
    const bool wanted = head[1] == expected_.function && head[2] + 2U == expected_.reply_size;
    open(kind_of(head, wanted), 5U + head[2], 3);
    if (head[0] == expected_.unit && is_register_read(head[1])) open(Kind::request_echo, 8, 3);
  }
  if (kept_.size() < 2 || !may_be_unit(last(2)[0])) return;
  const Bytes head = last(2);
  if (head[1] == (expected_.function | kExceptionBit))
    open(kind_of(head, true), kExceptionFrameSize, 2);
  else if (head[1] == kWriteMultipleRegisters)
    open(kind_of(head, head[1] == expected_.function && expected_.reply_size == kWriteReplySize),
         kWriteReplyFrameSize, 2);
  else if (head[1] == expected_.function && !counts_bytes(head[1]))
    open(kind_of(head, true), expected_.reply_size + 3, 2);
}

bool RtuReplyParser::may_be_unit(std::uint8_t byte) const {
  return byte == expected_.unit || (byte != 0 && byte <= kUnitMax);
}

/// `wanted`: function and length are those of the expected reply.
RtuReplyParser::Kind RtuReplyParser::kind_of(Bytes head, bool wanted) const {
  if (head[0] != expected_.unit) return Kind::foreign_unit;
  return wanted ? Kind::ours : Kind::other_reply;
}

/// Could the last one or two bytes begin the reply? Its size is not known yet.
bool RtuReplyParser::at_beginning() const {
  if (kept_.back() == expected_.unit) return true;
  return kept_.size() >= 2 && kept_[kept_.size() - 2] == expected_.unit &&
         kept_.back() == expected_.function && counts_bytes(expected_.function);
}

std::optional<Buffer> RtuReplyParser::take_byte(std::uint8_t byte) {
  if (kept_.size() == kRtuFrameSizeMax) kept_.erase(kept_.begin());
  kept_.push_back(byte);
  ++seen_;
  learn();
  for (const Candidate& candidate : open_) {
    if (candidate.end != seen_) continue;
    const Bytes frame = Bytes(kept_).last(candidate.size);
    if (candidate.kind == Kind::ours && checksum_fits(frame)) {
      ++counters_.accepted;
      counters_.skipped_bytes += seen_ - frame.size();
      state_ = ParserState::done;
      return Buffer(frame.begin() + 1, frame.end() - 2);
    }
    judge(candidate.kind, frame);
  }
  std::erase_if(open_, [this](const Candidate& candidate) { return candidate.end <= seen_; });
  // The reply itself and the echo are worth waiting for; other frames are not.
  const bool awaited = std::ranges::any_of(open_, [](const Candidate& candidate) {
    return candidate.kind == Kind::ours || candidate.kind == Kind::request_echo;
  });
  state_ = awaited || at_beginning() ? ParserState::in_frame : ParserState::hunting;
  return std::nullopt;
}

void RtuReplyParser::judge(Kind kind, Bytes frame) {
  const bool sound = checksum_fits(frame);
  if (kind == Kind::ours && !sound) {
    ++counters_.bad_checksum;
    damaged_ = true;
  } else if (kind == Kind::foreign_unit && sound) {
    ++counters_.wrong_unit;
    wrong_unit_ = true;
  } else if (kind == Kind::other_reply && sound) {
    ++counters_.wrong_reply;
    wrong_reply_ = true;
  } else if (kind == Kind::request_echo && sound) {
    // The echo of a write begins like its reply and was counted as a damaged one.
    damaged_ = false;
  }
}

Error RtuReplyParser::finish() {
  counters_.skipped_bytes += state_ == ParserState::done ? 0 : seen_;
  seen_ = 0;
  if (damaged_) return Error{Errc::frame_bad_checksum, {}};
  if (wrong_unit_) return Error{Errc::frame_wrong_unit, {}};
  if (wrong_reply_) return Error{Errc::frame_wrong_reply, {}};
  if (state_ == ParserState::in_frame) return Error{Errc::frame_truncated, {}};
  return Error{Errc::link_timeout, {}};
}

// ------------------------------------------------------------------ slave

void RtuRequestParser::push(Bytes bytes) {
  kept_.insert(kept_.end(), bytes.begin(), bytes.end());
  if (kept_.size() > kRequestBytesMax) drop(kept_.size() - kRequestBytesMax);
}

void RtuRequestParser::drop(std::size_t bytes) {
  kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(bytes));
  counters_.skipped_bytes += bytes;
  searched_ = 0;
}

void RtuRequestParser::reset() {
  drop(kept_.size());
  state_ = ParserState::hunting;
}

std::optional<RequestFrame> RtuRequestParser::take(std::size_t at, std::size_t size) {
  drop(at);
  RequestFrame frame{kept_[0], Buffer(kept_.begin() + 1, kept_.begin() + std::ptrdiff_t(size) - 2)};
  kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(size));
  searched_ = 0;
  ++counters_.accepted;
  state_ = kept_.empty() ? ParserState::hunting : ParserState::in_frame;
  return frame;
}

std::optional<RequestFrame> RtuRequestParser::next() {
  while (kept_.size() >= 2) {
    if (kept_[0] > kUnitMax) {
      drop(1);
      continue;
    }
    const auto size = request_size(kept_);
    if (!size) {
      if (auto frame = search_unknown()) return frame;
      if (kept_.size() < kRtuFrameSizeMax) break;
      drop(1);
      continue;
    }
    if (*size > kRtuFrameSizeMax) {
      ++counters_.bad_length;
      drop(1);
      continue;
    }
    if (*size == 0 || kept_.size() < *size) break;
    if (checksum_fits(Bytes(kept_).first(*size))) return take(0, *size);
    ++counters_.bad_checksum;
    drop(1);
  }
  if (kept_.size() == 1 && kept_[0] > kUnitMax) drop(1);
  state_ = kept_.empty() ? ParserState::hunting : ParserState::in_frame;
  return std::nullopt;
}

std::optional<RequestFrame> RtuRequestParser::search_unknown() {
  const Bytes window = Bytes(kept_).first(std::min(kept_.size(), kRtuFrameSizeMax));
  std::size_t first_end = window.size() + 1, first_at = 0;
  std::uint16_t crc = kCrcStart;
  for (std::size_t end = 1; end <= window.size(); ++end) {
    crc = crc_step(crc, window[end - 1]);
    if (end < 4 || crc != 0) continue;
    first_end = end;
    break;
  }
  // The head may be garbage: a sound request of a known function behind it wins when it ends
  // first, so that the order of events does not depend on how the bytes were cut.
  for (std::size_t at = 1; at + 4 <= window.size(); ++at) {
    const Bytes rest = window.subspan(at);
    const std::size_t size = rest[0] > kUnitMax ? 0 : request_size(rest).value_or(0);
    // What ended within the bytes of the last search was judged then.
    if (size == 0 || at + size <= searched_ || at + size >= first_end ||
        !checksum_fits(rest.first(size)))
      continue;
    first_end = at + size;
    first_at = at;
  }
  searched_ = window.size();
  if (first_end > window.size()) return std::nullopt;
  return take(first_at, first_end - first_at);
}

}  // namespace paymeter::codec
