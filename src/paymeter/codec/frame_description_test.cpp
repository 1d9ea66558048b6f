// The frame tool's answers, one frame per row.
#include "paymeter/codec/frame_description.hpp"

#include <gtest/gtest.h>

#include "paymeter/base/hex.hpp"
#include "paymeter/codec/modbus_rtu.hpp"

namespace paymeter::codec {
namespace {

using enum FrameProtocol;
using enum FrameDirection;
using Registers = std::vector<std::uint16_t>;

Buffer hex(const char* text) { return parse_hex(text).value(); }
Buffer rtu(const char* pdu) { return encode_rtu(1, hex(pdu)); }

struct Row {
  const char* reason;
  const char* pdu;
  FrameDirection direction;
  const char* function;
  std::optional<std::uint16_t> address, count;
  Registers registers;
  const char* data;
};

TEST(FrameDescription, ReadsRequestsAndReplies) {
  for (const Row& row : {
           Row{"read", "03 00 00 00 0A", request, "read_holding_registers", 0, 10, {}, ""},
           Row{"read reply",
               "03 04 12 34 56 78",
               reply,
               "read_holding_registers",
               {},
               2,
               {0x1234, 0x5678},
               ""},
           Row{"input registers", "04 02 00 07", reply, "read_input_registers", {}, 1, {7}, ""},
           Row{"write",
               "10 00 57 00 02 04 00 01 00 01",
               request,
               "write_multiple_registers",
               0x57,
               2,
               {1, 1},
               ""},
           Row{"write reply", "10 00 57 00 02", reply, "write_multiple_registers", 0x57, 2, {}, ""},
           Row{"one register and its echo",
               "06 00 57 00 01",
               either,
               "write_single_register",
               0x57,
               1,
               {1},
               ""},
           Row{"coil and its echo",
               "05 00 01 FF 00",
               either,
               "write_single_coil",
               1,
               1,
               {},
               "FF 00"},
           Row{"coils that fit both",
               "01 03 00 00 08",
               either,
               "read_coils",
               0x0300,
               8,
               {},
               "00 00 08"},
           Row{"coils request", "01 00 13 00 25", request, "read_coils", 0x13, 0x25, {}, ""},
           Row{"coils reply", "01 01 CD", reply, "read_coils", {}, {}, {}, "CD"},
           Row{"write coils",
               "0F 00 13 00 0A 02 CD 01",
               request,
               "write_multiple_coils",
               0x13,
               10,
               {},
               "CD 01"},
           Row{"status", "07", request, "read_exception_status", {}, {}, {}, ""},
           Row{"server id", "11 02 41 FF", reply, "report_server_id", {}, {}, {}, "41 FF"},
           Row{"read and write",
               "17 00 03 00 01 00 0E 00 01 02 00 FF",
               request,
               "read_write_multiple_registers",
               3,
               1,
               {0xFF},
               ""},
       }) {
    const auto frame = describe_frame(modbus_rtu, rtu(row.pdu));
    ASSERT_TRUE(frame) << row.reason;
    EXPECT_EQ(frame->direction, row.direction) << row.reason;
    EXPECT_EQ(frame->unit, 1) << row.reason;
    EXPECT_EQ(frame->function_name, row.function) << row.reason;
    EXPECT_EQ(frame->address, row.address) << row.reason;
    EXPECT_EQ(frame->count, row.count) << row.reason;
    EXPECT_EQ(frame->registers, row.registers) << row.reason;
    EXPECT_EQ(frame->data, hex(row.data)) << row.reason;
    EXPECT_FALSE(frame->exception) << row.reason;
  }
}

TEST(FrameDescription, NamesExceptionsAndEnvelopes) {
  const auto refused = describe_frame(modbus_rtu, rtu("90 04"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->direction, reply);
  EXPECT_EQ(refused->function, 0x10);
  EXPECT_EQ(refused->exception, 4);
  EXPECT_EQ(refused->exception_name, "device_failure");

  const auto read = describe_frame(modbus_rtu, hex("01 03 00 00 00 0A C5 CD"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->checksum, 0xCDC5);
  EXPECT_FALSE(read->transaction);

  const auto tcp = describe_frame(modbus_tcp, hex("0102 0000 0006 07 03 60 00 00 31"));
  ASSERT_TRUE(tcp);
  EXPECT_EQ(tcp->transaction, 0x0102);
  EXPECT_EQ(tcp->unit, 7);
  EXPECT_EQ(tcp->count, 49);
  EXPECT_FALSE(tcp->checksum);
}

TEST(FrameDescription, NamesWhatIsWrongInOrder) {
  struct Bad {
    const char* reason;
    FrameProtocol protocol;
    Buffer frame;
    Errc code;
  };
  using enum Errc;
  for (const Bad& row : {
           Bad{"empty", modbus_rtu, {}, frame_truncated},
           Bad{"three bytes", modbus_rtu, hex("01 03 00"), frame_truncated},
           Bad{"257 bytes", modbus_rtu, Buffer(257, 1), frame_bad_length},
           Bad{"one bit wrong", modbus_rtu, hex("01 03 00 00 00 0A C5 CC"), frame_bad_checksum},
           Bad{"cut off", modbus_rtu, hex("01 03 00 00 00 0A C5"), frame_bad_checksum},
           Bad{"wrong checksum before unknown function", modbus_rtu, hex("01 41 00 00"),
               frame_bad_checksum},
           Bad{"no such function", modbus_rtu, rtu("41 00"), frame_bad_function},
           Bad{"exception of no function", modbus_rtu, rtu("C1 01"), frame_bad_function},
           Bad{"exception with a byte too many", modbus_rtu, rtu("83 02 00"), frame_bad_length},
           Bad{"byte count and bytes differ", modbus_rtu, rtu("03 06 12 34 56 78"),
               frame_bad_length},
           Bad{"half a register", modbus_rtu, rtu("03 05 12 34 56 78 9A"), frame_bad_length},
           Bad{"count and byte count differ", modbus_rtu, rtu("10 00 57 00 03 04 00 01 00 01"),
               frame_bad_length},
           Bad{"header cut off", modbus_tcp, hex("0102 0000 00"), frame_truncated},
           Bad{"protocol before length", modbus_tcp, hex("0102 0001 0001"), frame_bad_protocol},
           Bad{"length field 1", modbus_tcp, hex("0102 0000 0001"), frame_bad_length},
           Bad{"length field over a PDU", modbus_tcp, hex("0102 0000 00FF"), frame_bad_length},
           Bad{"fewer bytes than it says", modbus_tcp, hex("0102 0000 0006 07 03"),
               frame_truncated},
           Bad{"more bytes than it says", modbus_tcp, hex("0102 0000 0003 07 83 02 00"),
               frame_bad_length},
           Bad{"unknown function", modbus_tcp, hex("0102 0000 0003 07 41 00"), frame_bad_function},
       }) {
    const auto frame = describe_frame(row.protocol, row.frame);
    ASSERT_FALSE(frame) << row.reason;
    EXPECT_EQ(frame.error().code, row.code) << row.reason;
  }
}

TEST(FrameDescription, ProtocolsHaveOneSpelling) {
  EXPECT_EQ(frame_protocol_from_name("modbus-rtu"), modbus_rtu);
  EXPECT_EQ(frame_protocol_from_name("modbus-tcp"), modbus_tcp);
  EXPECT_FALSE(frame_protocol_from_name("modbus"));
}

}  // namespace
}  // namespace paymeter::codec
