// Modbus TCP: headers, transaction ids, and streams that cannot be followed.
#include "paymeter/codec/modbus_tcp.hpp"

#include <gtest/gtest.h>

#include "paymeter/base/hex.hpp"

namespace paymeter::codec {
namespace {

Buffer hex(const char* text) { return parse_hex(text).value(); }

const ReplyExpectation kRead2{1, kReadHoldingRegisters, read_reply_size(2), 0x0102};

/// The reply, the error, or empty while bytes are missing.
std::optional<Result<Buffer>> receive(TcpReplyParser& parser, Bytes bytes, std::size_t cut) {
  for (std::size_t at = 0; at < bytes.size(); at += cut)
    if (auto reply = parser.push(bytes.subspan(at, std::min(cut, bytes.size() - at)))) return reply;
  return std::nullopt;
}

TEST(Tcp, FrameAsInTheStandard) {
  EXPECT_EQ(encode_tcp(0x0102, 1, hex("03 60 00 00 31")), hex("0102 0000 0006 01 03 60 00 00 31"));
}

TEST(TcpReply, GivesTheReplyHoweverTheBytesAreCut) {
  struct Row {
    const char* reason;
    const char* bytes;
    const char* pdu;
  };
  for (const Row& row :
       {Row{"clean", "0102 0000 0007 01 03 04 12 34 56 78", "03 04 12 34 56 78"},
        Row{"exception", "0102 0000 0003 01 83 0B", "83 0B"},
        Row{"older reply in front", "0101 0000 0003 01 83 0B 0102 0000 0003 01 83 02", "83 02"},
        Row{"same reply twice", "0102 0000 0003 01 83 02 0102 0000 0003 01 83 04", "83 02"}})
    for (std::size_t cut : {1, 2, 5, 4096}) {
      TcpReplyParser parser;
      parser.expect(kRead2);
      const auto reply = receive(parser, hex(row.bytes), cut);
      ASSERT_TRUE(reply && *reply) << row.reason << " cut " << cut;
      EXPECT_EQ(**reply, hex(row.pdu)) << row.reason << " cut " << cut;
      EXPECT_EQ(parser.state(), ParserState::done) << row.reason;
    }
}

TEST(TcpReply, NamesWhatIsWrong) {
  struct Row {
    const char* reason;
    const char* bytes;
    Errc code;
    ParserState state;
  };
  using enum Errc;
  for (const Row& row :
       {Row{"protocol 1", "0102 0001 0003", frame_bad_protocol, ParserState::failed},
        Row{"length without a function", "0102 0000 0001", frame_bad_length, ParserState::failed},
        Row{"length over a PDU", "0102 0000 00FF", frame_bad_length, ParserState::failed},
        Row{"another unit", "0102 0000 0003 02 83 02", frame_wrong_unit, ParserState::done},
        Row{"another function", "0102 0000 0003 01 90 02", frame_wrong_reply, ParserState::done},
        Row{"another length", "0102 0000 0005 01 03 02 12 34", frame_wrong_reply,
            ParserState::done}}) {
    TcpReplyParser parser;
    parser.expect(kRead2);
    const auto reply = receive(parser, hex(row.bytes), 1);
    ASSERT_TRUE(reply) << row.reason;
    EXPECT_EQ(reply->error().code, row.code) << row.reason;
    EXPECT_EQ(parser.state(), row.state) << row.reason;
  }
}

TEST(TcpReply, SaysWhyThereIsNone) {
  TcpReplyParser parser;
  parser.expect(kRead2);
  EXPECT_EQ(parser.finish().code, Errc::link_timeout);
  EXPECT_FALSE(parser.push(hex("0102 0000 00")));
  EXPECT_EQ(parser.finish().code, Errc::frame_truncated);
  parser.reset();
  parser.expect(kRead2);
  EXPECT_FALSE(parser.push(hex("0101 0000 0003 01 83 0B")));
  EXPECT_EQ(parser.finish().code, Errc::frame_wrong_transaction);
  EXPECT_EQ(parser.counters().wrong_transaction, 1U);
}

TEST(TcpReply, TheRestOfALateReplyDoesNotDisturbTheNextRequest) {
  TcpReplyParser parser;
  parser.expect(kRead2);
  EXPECT_FALSE(parser.push(hex("0102 0000 0007 01 03 04 12")));
  ReplyExpectation next = kRead2;
  next.transaction = 0x0103;
  parser.expect(next);
  const auto reply = parser.push(hex("34 56 78 0103 0000 0003 01 83 02"));
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ(**reply, hex("83 02"));
}

TEST(TcpReply, AFailedStreamStaysFailedUntilTheNextConnection) {
  TcpReplyParser parser;
  parser.expect(kRead2);
  EXPECT_FALSE(parser.push(hex("0102 FFFF"))->has_value());
  parser.expect(kRead2);
  EXPECT_EQ(parser.push(hex("0102 0000 0003 01 83 02"))->error().code, Errc::frame_bad_protocol);
  parser.reset();
  parser.expect(kRead2);
  EXPECT_TRUE(parser.push(hex("0102 0000 0003 01 83 02"))->has_value());
}

TEST(TcpRequest, CutsPipelinedRequests) {
  TcpRequestParser parser;
  parser.push(hex("0001 0000 0006 01 03 60 00 00 31 0002 0000 0006 02 03 00 00 00 0A 0003"));
  const auto first = parser.next(), second = parser.next();
  ASSERT_TRUE(first && *first && second && *second);
  EXPECT_EQ((*first)->unit, 1);
  EXPECT_EQ((*first)->transaction, 1);
  EXPECT_EQ((*first)->pdu, hex("03 60 00 00 31"));
  EXPECT_EQ((*second)->unit, 2);
  EXPECT_EQ((*second)->transaction, 2);
  EXPECT_FALSE(parser.next());
  EXPECT_EQ(parser.state(), ParserState::in_frame);
}

TEST(TcpRequest, ABrokenHeaderEndsTheConnection) {
  struct Row {
    const char* reason;
    const char* bytes;
    Errc code;
  };
  for (const Row& row : {Row{"HTTP on the port", "474554202F20", Errc::frame_bad_protocol},
                         Row{"length 0", "0001 0000 0000", Errc::frame_bad_length},
                         Row{"length 65535", "0001 0000 FFFF", Errc::frame_bad_length}}) {
    TcpRequestParser parser;
    parser.push(hex(row.bytes));
    const auto frame = parser.next();
    ASSERT_TRUE(frame) << row.reason;
    EXPECT_EQ(frame->error().code, row.code) << row.reason;
    EXPECT_EQ(parser.state(), ParserState::failed) << row.reason;
    parser.push(hex("0001 0000 0006 01 03 60 00 00 31"));
    EXPECT_FALSE(parser.next()) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::codec
