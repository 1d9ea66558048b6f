// Any bytes into the RTU parsers: no crash, bounded memory, and how they are cut changes nothing.
#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/codec/modbus_rtu.hpp"

using namespace paymeter;
using namespace paymeter::codec;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

struct Received {
  std::optional<Buffer> reply;
  Errc reason = Errc::link_timeout;
  FrameCounters counters;
  friend bool operator==(const Received&, const Received&) = default;
};

Received receive(const ReplyExpectation& expected, Bytes stream, std::size_t cut) {
  RtuReplyParser parser;
  parser.expect(expected);
  Received out;
  for (std::size_t at = 0; at < stream.size() && !out.reply; at += cut)
    if (auto reply = parser.push(stream.subspan(at, std::min(cut, stream.size() - at)))) {
      out.reply = reply->value();
      PAYMETER_ASSERT(out.reply->size() == expected.reply_size ||
                      (out.reply->size() == kExceptionReplySize && exception_code(*out.reply)));
      PAYMETER_ASSERT(parser.state() == ParserState::done);
    }
  if (!out.reply) out.reason = parser.finish().code;
  out.counters = parser.counters();
  return out;
}

std::vector<Buffer> requests(Bytes stream, std::size_t cut) {
  RtuRequestParser parser;
  std::vector<Buffer> frames;
  for (std::size_t at = 0; at < stream.size(); at += cut) {
    parser.push(stream.subspan(at, std::min(cut, stream.size() - at)));
    while (auto frame = parser.next()) {
      (void)decode_request(frame->pdu);
      frames.push_back(encode_rtu(frame->unit, frame->pdu));
    }
  }
  const FrameCounters& counters = parser.counters();
  std::size_t accepted = 0;
  for (const Buffer& frame : frames) accepted += frame.size();
  PAYMETER_ASSERT(counters.accepted == frames.size());
  PAYMETER_ASSERT(counters.skipped_bytes + accepted <= stream.size());
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A little over the parsers' window says all that longer inputs would, many times slower.
  if (size < 2 || size > kRtuFrameSizeMax + 64) return 0;
  const Bytes stream(data, size);
  const std::size_t cut = 2 + size % 13;
  // A single frame as input is its own expectation, so that real frames are useful seeds.
  const std::size_t whole =
      std::clamp<std::size_t>(size - std::min<std::size_t>(size, 3), 2, kPduSizeMax);
  for (std::size_t reply_size : {whole, kWriteReplySize, read_reply_size(2)}) {
    const ReplyExpectation expected{data[0], static_cast<std::uint8_t>(data[1] & 0x7F), reply_size};
    const Received slow = receive(expected, stream, 1);
    PAYMETER_ASSERT(slow == receive(expected, stream, cut));
    PAYMETER_ASSERT(slow == receive(expected, stream, size));
  }
  const auto slow = requests(stream, 1);
  PAYMETER_ASSERT(slow == requests(stream, cut));
  PAYMETER_ASSERT(slow == requests(stream, size));
  return 0;
}

/// Random bytes never get past the checksum: make it right, over the whole input or its beginning.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (size < 4 || seed % 4 == 0) return size;
  const std::size_t end = seed % 4 == 1 ? 4 + seed / 4 % (size - 3) : size;
  const std::uint16_t crc = crc16(Bytes(data, end - 2));
  data[end - 2] = static_cast<std::uint8_t>(crc);
  data[end - 1] = static_cast<std::uint8_t>(crc >> 8);
  return size;
}
