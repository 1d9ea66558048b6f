// Any bytes into the TCP parsers: no crash, bounded memory, and how they are cut changes nothing.
#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/codec/modbus_tcp.hpp"

using namespace paymeter;
using namespace paymeter::codec;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

struct Received {
  std::vector<Buffer> replies;
  std::vector<Errc> errors;
  ParserState state = ParserState::hunting;
  friend bool operator==(const Received&, const Received&) = default;
};

Received receive(const ReplyExpectation& expected, Bytes stream, std::size_t cut) {
  TcpReplyParser parser;
  parser.expect(expected);
  Received out;
  for (std::size_t at = 0; at < stream.size(); at += cut) {
    if (parser.state() == ParserState::failed) break;
    if (auto reply = parser.push(stream.subspan(at, std::min(cut, stream.size() - at)))) {
      if (*reply) out.replies.push_back(**reply);
      // A broken header behind the reply is told by the state alone when both come in one push.
      else if (out.replies.empty() && out.errors.empty())
        out.errors.push_back(reply->error().code);
    }
  }
  PAYMETER_ASSERT(out.replies.size() + out.errors.size() <= 1);
  out.state = parser.state();
  (void)parser.finish();
  return out;
}

Received requests(Bytes stream, std::size_t cut) {
  TcpRequestParser parser;
  Received out;
  for (std::size_t at = 0; at < stream.size(); at += cut) {
    parser.push(stream.subspan(at, std::min(cut, stream.size() - at)));
    while (auto frame = parser.next()) {
      if (!*frame) {
        out.errors.push_back(frame->error().code);
        continue;
      }
      (void)decode_request((*frame)->pdu);
      out.replies.push_back(encode_tcp((*frame)->transaction, (*frame)->unit, (*frame)->pdu));
    }
  }
  PAYMETER_ASSERT(out.errors.size() <= 1);
  out.state = parser.state();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kMbapSize + 1) return 0;
  const Bytes stream(data, size);
  const std::size_t cut = 2 + size % 13;
  const std::size_t reply_size = std::clamp<std::size_t>(size - kMbapSize, 2, kPduSizeMax);
  const ReplyExpectation expected{data[6], static_cast<std::uint8_t>(data[7] & 0x7F), reply_size,
                                  get_u16(stream, 0)};
  const Received slow = receive(expected, stream, 1);
  PAYMETER_ASSERT(slow == receive(expected, stream, cut));
  PAYMETER_ASSERT(slow == receive(expected, stream, size));
  const Received asked = requests(stream, 1);
  PAYMETER_ASSERT(asked == requests(stream, cut));
  PAYMETER_ASSERT(asked == requests(stream, size));
  return 0;
}

/// Makes protocol identifier and length field right, most of the time.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (size < kMbapSize + 1 || seed % 4 == 0) return size;
  const std::size_t room = std::min(size, kTcpFrameSizeMax) - 6;
  const std::size_t length = seed % 4 == 1 ? 2 + seed / 4 % (room - 1) : room;
  data[2] = data[3] = data[4] = 0;
  data[5] = static_cast<std::uint8_t>(length);
  return size;
}
