// Hexadecimal text as people paste it, and what is wrong with it.
#include "paymeter/base/hex.hpp"

#include <gtest/gtest.h>

namespace paymeter {

TEST(Hex, ParsesWhatPeoplePaste) {
  const Buffer expected{0x01, 0x0A, 0xFF};
  for (const char* text : {"010AFF", "01 0a ff", "01:0A:FF", "01-0A-FF\r\n", " 01\t0A FF "})
    EXPECT_EQ(parse_hex(text), expected) << text;
  EXPECT_EQ(parse_hex("")->size(), 0U);
}

TEST(Hex, NamesWhatIsWrong) {
  struct Row {
    const char* reason;
    const char* text;
    Errc code;
  };
  for (const Row& row : {Row{"letter outside hex", "0G", Errc::hex_bad_digit},
                         Row{"half a byte at the end", "010", Errc::hex_odd_length},
                         Row{"half a byte in the middle", "0 10", Errc::hex_odd_length},
                         Row{"prefix is not a digit", "0x01", Errc::hex_bad_digit}})
    EXPECT_EQ(parse_hex(row.text).error().code, row.code) << row.reason;
}

TEST(Hex, FormatsAndReturns) {
  const Buffer bytes{0x00, 0x7F, 0xA5};
  EXPECT_EQ(format_hex(bytes), "00 7F A5");
  EXPECT_EQ(format_hex(bytes, '\0'), "007FA5");
  EXPECT_EQ(parse_hex(format_hex(bytes)), bytes);
}

}  // namespace paymeter
