// RTU: published vectors, and parsers against damage, garbage, echoes and every way of cutting.
#include "paymeter/codec/modbus_rtu.hpp"

#include <gtest/gtest.h>

#include "paymeter/base/hex.hpp"

namespace paymeter::codec {
namespace {

Buffer hex(const char* text) { return parse_hex(text).value(); }
Buffer join(std::initializer_list<Buffer> parts) {
  Buffer all;
  for (const Buffer& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct Vector {
  const char* name;
  const char* frame;
  std::uint8_t unit;
  const char* pdu;
};
// Source: Acrel manuals and ems4j (docs/protocols/vectors/acrel.txt).
const Vector kVectors[] = {
    {"rd_energy", "01 03 00 00 00 0A C5 CD", 1, "03 00 00 00 0A"},
    {"trip5", "05 10 00 57 00 02 04 00 01 00 01 32 45", 5, "10 00 57 00 02 04 00 01 00 01"},
    {"close7", "07 10 00 57 00 02 04 00 01 00 00 F8 3D", 7, "10 00 57 00 02 04 00 01 00 00"},
    {"release1", "01 10 00 57 00 02 04 00 00 00 00 B7 75", 1, "10 00 57 00 02 04 00 00 00 00"},
    {"event record", "01 03 30 01 00 06 9B 08", 1, "03 30 01 00 06"},
};

TEST(Rtu, PublishedFramesAreBuiltAndCut) {
  for (const Vector& vector : kVectors) {
    EXPECT_EQ(encode_rtu(vector.unit, hex(vector.pdu)), hex(vector.frame)) << vector.name;
    RtuRequestParser parser;
    parser.push(hex(vector.frame));
    const auto frame = parser.next();
    ASSERT_TRUE(frame) << vector.name;
    EXPECT_EQ(frame->unit, vector.unit) << vector.name;
    EXPECT_EQ(frame->pdu, hex(vector.pdu)) << vector.name;
    EXPECT_FALSE(parser.next()) << vector.name;
  }
}

TEST(Rtu, ChecksumOfTheTunnelFramesInTheSameManual) {
  // The 7B 7B tunnel puts the same CRC behind command and payload, low byte first.
  EXPECT_EQ(crc16(hex("84")), 0x23BF);
  EXPECT_EQ(crc16(hex("94")), 0xEFBE);
  EXPECT_EQ(crc16(hex("90 01 10 00 57 00 02 04 00 01 00 01 27 75")), 0x7A38);
}

struct Outcome {
  std::optional<Buffer> pdu;
  FrameCounters counters;
  Errc reason = Errc::link_timeout;
};

Outcome receive(ReplyExpectation expected, Bytes bytes, std::size_t cut) {
  RtuReplyParser parser;
  parser.expect(expected);
  Outcome out;
  for (std::size_t at = 0; at < bytes.size() && !out.pdu; at += cut)
    if (auto reply = parser.push(bytes.subspan(at, std::min(cut, bytes.size() - at))))
      out.pdu = reply->value();
  if (!out.pdu) out.reason = parser.finish().code;
  out.counters = parser.counters();
  return out;
}

const ReplyExpectation kRead2{1, kReadHoldingRegisters, read_reply_size(2)};
const ReplyExpectation kWrite{1, kWriteMultipleRegisters, kWriteReplySize};

TEST(RtuReply, IsFoundBehindAnythingHoweverTheBytesAreCut) {
  const Buffer good = encode_rtu(1, hex("03 04 12 34 56 78"));
  const Buffer exception = encode_rtu(1, hex("83 02"));
  const Buffer ack = encode_rtu(1, hex("10 60 40 00 07"));
  const Buffer sale = hex("10 60 40 00 07 0E 0005 00002710 A1B2C3D4 CC94A9A0");
  Buffer damaged = good;
  damaged[4] ^= 0x40;
  struct Row {
    const char* reason;
    ReplyExpectation expected;
    Buffer bytes;
    const char* pdu;
  };
  for (const Row& row : {
           Row{"clean", kRead2, good, "03 04 12 34 56 78"},
           Row{"exception", kRead2, exception, "83 02"},
           Row{"noise in front", kRead2, join({hex("FF 00 55"), good}), "03 04 12 34 56 78"},
           Row{"noise that begins like it", kRead2, join({hex("01 03 04"), good}),
               "03 04 12 34 56 78"},
           Row{"our address as noise before an exception", kRead2,
               join({hex("01 03 04"), exception}), "83 02"},
           Row{"echo of the read", kRead2, join({encode_rtu(1, hex("03 60 00 00 02")), good}),
               "03 04 12 34 56 78"},
           Row{"echo of the write", kWrite, join({encode_rtu(1, sale), ack}), "10 60 40 00 07"},
           Row{"late reply of a neighbour", kRead2,
               join({encode_rtu(2, hex("03 04 00 00 00 01")), good}), "03 04 12 34 56 78"},
           Row{"late reply of another length", kRead2,
               join({encode_rtu(1, hex("03 06 00 00 00 01 00 02")), good}), "03 04 12 34 56 78"},
           Row{"damaged copy first", kRead2, join({damaged, good}), "03 04 12 34 56 78"},
           Row{"1,000 bytes of noise", kRead2, join({Buffer(1000, 0x01), good}),
               "03 04 12 34 56 78"},
       })
    for (std::size_t cut : {1, 2, 3, 7, 4096}) {
      const Outcome out = receive(row.expected, row.bytes, cut);
      ASSERT_TRUE(out.pdu) << row.reason << " cut " << cut;
      EXPECT_EQ(*out.pdu, hex(row.pdu)) << row.reason << " cut " << cut;
      EXPECT_EQ(out.counters, receive(row.expected, row.bytes, 1).counters) << row.reason;
    }
}

TEST(RtuReply, SaysWhyThereIsNone) {
  Buffer damaged = encode_rtu(1, hex("03 04 12 34 56 78"));
  damaged.back() ^= 1;
  struct Row {
    const char* reason;
    ReplyExpectation expected;
    Buffer bytes;
    Errc code;
  };
  for (const Row& row : {
           Row{"silence", kRead2, {}, Errc::link_timeout},
           Row{"noise only", kRead2, hex("FE FE FE"), Errc::link_timeout},
           Row{"echo only", kRead2, encode_rtu(1, hex("03 60 00 00 02")), Errc::link_timeout},
           Row{"checksum off by one bit", kRead2, damaged, Errc::frame_bad_checksum},
           Row{"damaged exception", kRead2, hex("01 83 02 C0 F0"), Errc::frame_bad_checksum},
           Row{"another unit", kRead2, encode_rtu(2, hex("03 04 00 00 00 01")),
               Errc::frame_wrong_unit},
           Row{"another unit's exception", kRead2, encode_rtu(9, hex("83 02")),
               Errc::frame_wrong_unit},
           Row{"another length", kRead2, encode_rtu(1, hex("03 02 00 00")),
               Errc::frame_wrong_reply},
           Row{"a late write reply", kRead2, encode_rtu(1, hex("10 60 40 00 07")),
               Errc::frame_wrong_reply},
           Row{"a beginning", kRead2, hex("01 03 04 12"), Errc::frame_truncated},
       })
    EXPECT_EQ(receive(row.expected, row.bytes, 1).reason, row.code) << row.reason;
}

TEST(RtuReply, DamageIsKnownBeforeTheDeadline) {
  RtuReplyParser parser;
  parser.expect(kRead2);
  Buffer damaged = encode_rtu(1, hex("03 04 12 34 56 78"));
  damaged[5] ^= 1;
  EXPECT_FALSE(parser.push(Bytes(damaged).first(8)));
  EXPECT_FALSE(parser.damaged()) << "the frame is still arriving";
  EXPECT_FALSE(parser.push(Bytes(damaged).subspan(8)));
  EXPECT_TRUE(parser.damaged());
  EXPECT_EQ(parser.counters().bad_checksum, 1U);
  parser.expect(kRead2);
  EXPECT_FALSE(parser.damaged()) << "a new request starts clean";
}

TEST(RtuReply, AnEchoedWriteIsNotDamage) {
  RtuReplyParser parser;
  parser.expect(kWrite);
  for (std::uint8_t byte : hex("01 10 00 57 00 02 04 00 00 00 00 B7 75")) {
    EXPECT_FALSE(parser.push(Bytes(&byte, 1)));
    EXPECT_FALSE(parser.damaged());
  }
}

TEST(RtuReply, IgnoresWhatFollowsTheReply) {
  RtuReplyParser parser;
  parser.expect(kRead2);
  const Buffer good = encode_rtu(1, hex("03 04 12 34 56 78"));
  EXPECT_TRUE(parser.push(good));
  EXPECT_EQ(parser.state(), ParserState::done);
  EXPECT_FALSE(parser.push(good));
}

std::vector<RequestFrame> cut_requests(RtuRequestParser& parser, Bytes bytes, std::size_t cut) {
  std::vector<RequestFrame> frames;
  for (std::size_t at = 0; at < bytes.size(); at += cut) {
    parser.push(bytes.subspan(at, std::min(cut, bytes.size() - at)));
    while (auto frame = parser.next()) frames.push_back(*frame);
  }
  return frames;
}

TEST(RtuRequest, DamageCostsOneFrameNotTheStream) {
  const Buffer read = hex("01 03 00 00 00 0A C5 CD");
  const Buffer trip = hex("05 10 00 57 00 02 04 00 01 00 01 32 45");
  Buffer damaged = read;
  damaged[6] ^= 1;
  struct Row {
    const char* reason;
    Buffer bytes;
    std::size_t frames;
  };
  for (const Row& row : {
           Row{"two in a row", join({read, trip}), 2},
           Row{"noise in front", join({hex("FF 07 00"), read}), 1},
           Row{"noise between", join({read, hex("F8 FF"), trip}), 2},
           Row{"damaged first", join({damaged, trip, read}), 2},
           Row{"cut off in the middle", join({hex("01 03 00 00"), trip, read}), 2},
           Row{"broadcast", encode_rtu(0, hex("03 00 00 00 01")), 1},
           Row{"unknown function", encode_rtu(1, hex("41 00 01 02")), 1},
           Row{"unknown function, shortest", encode_rtu(1, hex("41")), 1},
           Row{"noise with an unknown function before a request", join({hex("55 66"), read}), 1},
           Row{"byte count over the longest frame", join({hex("01 10 00 00 00 7F FE"), read}), 1},
           Row{"addresses above 247 are reserved", join({encode_rtu(250, hex("03 00 00 00 01"))}),
               0},
       })
    for (std::size_t cut : {1, 3, 4096}) {
      RtuRequestParser parser;
      EXPECT_EQ(cut_requests(parser, row.bytes, cut).size(), row.frames)
          << row.reason << " cut " << cut;
    }
}

TEST(RtuRequest, CountsReasonsAndForgetsOnReset) {
  RtuRequestParser parser;
  Buffer damaged = hex("01 03 00 00 00 0A C5 CC");
  cut_requests(parser, damaged, 8);
  EXPECT_GE(parser.counters().bad_checksum, 1U);
  parser.reset();
  EXPECT_EQ(parser.state(), ParserState::hunting);
  EXPECT_EQ(cut_requests(parser, hex("01 03 00 00 00 0A C5 CD"), 8).size(), 1U);
  EXPECT_EQ(parser.counters().skipped_bytes, 8U);
}

TEST(RtuRequest, MemoryIsBounded) {
  RtuRequestParser parser;
  for (int i = 0; i < 100; ++i) parser.push(Buffer(4096, 0x00));
  const Buffer read = hex("01 03 00 00 00 0A C5 CD");
  EXPECT_EQ(cut_requests(parser, read, 8).size(), 1U);
}

}  // namespace
}  // namespace paymeter::codec
