// The frame tool's JSON: both envelopes, named errors.
#include "paymeter/app/decode_command.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace paymeter::app {
namespace {

boost::json::object decode(const char* protocol, const char* hex) {
  return boost::json::parse(decode_to_text({protocol, hex, "json"}).text).as_object();
}

}  // namespace

TEST(Decode, AReadRequestInBothEnvelopes) {
  const auto rtu = decode("modbus-rtu", "01 03 00 00 00 0A C5 CD");
  EXPECT_EQ(rtu.at("ok"), true);
  EXPECT_EQ(rtu.at("direction"), "request");
  EXPECT_EQ(rtu.at("function"), 3);
  EXPECT_EQ(rtu.at("address"), 0);
  EXPECT_EQ(rtu.at("count"), 10);
  const auto tcp = decode("modbus-tcp", "000700000006 01 03 0000 000A");
  EXPECT_EQ(tcp.at("transaction"), 7);
  EXPECT_EQ(tcp.at("unit"), 1);
}

TEST(Decode, NamesTheError) {
  struct Row {
    const char* reason;
    const char* protocol;
    const char* hex;
    const char* code;
  };
  for (const Row& row :
       {Row{"checksum off by one", "modbus-rtu", "01 03 00 00 00 0A C5 CE", "frame_bad_checksum"},
        Row{"not hexadecimal", "modbus-rtu", "01 0X", "hex_bad_digit"},
        Row{"half a byte", "modbus-rtu", "01 0", "hex_odd_length"},
        Row{"empty", "modbus-rtu", "", "frame_truncated"},
        Row{"not Modbus", "modbus-tcp", "000700010006 01 03 0000 000A", "frame_bad_protocol"}}) {
    const auto out = decode(row.protocol, row.hex);
    EXPECT_EQ(out.at("ok"), false) << row.reason;
    EXPECT_EQ(out.at("error").at("code"), row.code) << row.reason;
  }
}

}  // namespace paymeter::app
