// Protocol data units: built, taken apart, and refused one reason at a time.
#include "paymeter/codec/modbus_pdu.hpp"

#include <gtest/gtest.h>

#include "paymeter/base/hex.hpp"

namespace paymeter::codec {
namespace {

Buffer hex(const char* text) { return parse_hex(text).value(); }

TEST(ModbusPdu, RequestsReadBackAsWritten) {
  EXPECT_EQ(encode_read_request(0x03, 0x6000, 49), hex("03 60 00 00 31"));
  const Buffer write = encode_write_request(0x0057, hex("0001 0001"));
  EXPECT_EQ(write, hex("10 00 57 00 02 04 00 01 00 01"));
  const auto request = decode_request(write);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->function, kWriteMultipleRegisters);
  EXPECT_EQ(request->address, 0x0057);
  EXPECT_EQ(request->count, 2);
  EXPECT_EQ(request->data, hex("0001 0001"));
}

TEST(ModbusPdu, ASlaveNamesWhatIsWrongWithARequest) {
  struct Row {
    const char* reason;
    const char* pdu;
    Errc code;
  };
  for (const Row& row :
       {Row{"nothing at all", "", Errc::frame_truncated},
        Row{"coils are not served", "01 00 00 00 01", Errc::frame_bad_function},
        Row{"read without its count", "03 00 00", Errc::frame_bad_length},
        Row{"read with a byte left over", "03 00 00 00 01 00", Errc::frame_bad_length},
        Row{"write without its byte count", "10 00 57 00 02", Errc::frame_bad_length},
        Row{"write with a byte missing", "10 00 57 00 02 04 00 01 00", Errc::frame_bad_length}})
    EXPECT_EQ(decode_request(hex(row.pdu)).error().code, row.code) << row.reason;
}

TEST(ModbusPdu, AByteCountOtherThanTwiceTheCountIsLeftToTheMeter) {
  const auto request = decode_request(hex("10 00 57 00 03 04 00 01 00 01"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->count, 3);
  EXPECT_EQ(request->data.size(), 4U);
}

TEST(ModbusPdu, ReadRepliesAreCheckedAgainstTheRequest) {
  const Buffer reply = encode_read_reply(0x03, hex("1234 5678"));
  EXPECT_EQ(reply.size(), read_reply_size(2));
  const auto data = decode_read_reply(reply, 0x03, 2);
  ASSERT_TRUE(data);
  EXPECT_EQ(Buffer(data->begin(), data->end()), hex("1234 5678"));
  EXPECT_EQ(decode_read_reply(reply, 0x04, 2).error().code, Errc::frame_wrong_reply);
  EXPECT_EQ(decode_read_reply(reply, 0x03, 3).error().code, Errc::frame_bad_length);
  EXPECT_EQ(decode_read_reply(hex("03 06 12 34 56 78"), 0x03, 2).error().code,
            Errc::frame_bad_length);
}

TEST(ModbusPdu, AWriteReplyConfirmsOnlyThisWrite) {
  const Buffer reply = encode_write_reply(0x6040, 7);
  EXPECT_TRUE(check_write_reply(reply, 0x6040, 7));
  EXPECT_EQ(check_write_reply(reply, 0x6048, 7).error().code, Errc::frame_wrong_reply);
  EXPECT_EQ(check_write_reply(reply, 0x6040, 4).error().code, Errc::frame_wrong_reply);
  EXPECT_EQ(check_write_reply(hex("06 60 40 00 07"), 0x6040, 7).error().code,
            Errc::frame_wrong_reply);
  EXPECT_EQ(check_write_reply(hex("10 60 40"), 0x6040, 7).error().code, Errc::frame_bad_length);
}

TEST(ModbusPdu, ExceptionsAreTwoBytesWithTheBit) {
  const Buffer reply = encode_exception(0x10, ModbusException::device_failure);
  EXPECT_EQ(reply, hex("90 04"));
  EXPECT_EQ(exception_code(reply), 4);
  EXPECT_EQ(exception_name(4), "device_failure");
  EXPECT_FALSE(exception_code(hex("03 02 12 34"))) << "a normal reply";
  EXPECT_FALSE(exception_code(hex("10 04"))) << "without the bit";
}

TEST(ModbusPdu, OnlyTheStandardsFunctionsHaveNames) {
  EXPECT_EQ(function_name(0x10), "write_multiple_registers");
  EXPECT_EQ(function_name(0x04), "read_input_registers");
  EXPECT_EQ(function_name(0x41), "");
  EXPECT_EQ(exception_name(9), "");
}

}  // namespace
}  // namespace paymeter::codec
