// What people type, row by row.
#include "paymeter/service/importer_text.hpp"

#include <gtest/gtest.h>

namespace paymeter::service {

TEST(ImporterText, SpacesAndFullWidthForms) {
  struct Row {
    const char* why;
    const char* raw;
    const char* display;
    const char* code;
  };
  const Row rows[] = {
      {"plain", "A座", "A座", "A座"},
      {"spaces around", "  A座\t", "A座", "A座"},
      {"ideographic and no-break spaces", "\u3000A\u00A0座\u3000", "A 座", "A 座"},
      {"a line break inside", "A座\n一层", "A座 一层", "A座 一层"},
      {"zero-width characters of a copied cell", "\uFEFF12\u200B03", "1203", "1203"},
      {"full-width digits and letters", "ＡＢ１２０３", "ＡＢ１２０３", "AB1203"},
      {"full-width brackets stay in what is shown", "店（一）", "店（一）", "店(一)"},
      {"a code that Excel made a decimal", "1203.0", "1203.0", "1203"},
      {"and with more zeros", "1203.00", "1203.00", "1203"},
      {"leading zeros stay", "001203", "001203", "001203"},
      {"a version is no decimal", "1.2.0", "1.2.0", "1.2.0"},
      {"nothing behind the point", "1203.", "1203.", "1203."},
      {"empty", " \u3000\n", "", ""},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(display_text(row.raw), row.display) << row.why;
    EXPECT_EQ(code_text(row.raw), row.code) << row.why;
  }
  EXPECT_EQ(length_in_characters("店a😀"), 3U);
}

TEST(ImporterText, TitlesAreCompared) {
  for (const char* title : {"CT ratio", " ct RATIO ", "ＣＴ　ratio", "ct_ratio", "CT-ratio*",
                            "CT ratio (1-65535)", "CT ratio（变比）", "CT ratio:"})
    EXPECT_EQ(folded_title(title), "ctratio") << title;
}

TEST(ImporterText, Numbers) {
  struct Row {
    const char* why;
    const char* text;
    int decimals;
    std::int64_t value;
    NumberFault fault;
  };
  const Row rows[] = {
      {"whole", "12", 2, 1200, NumberFault::none},
      {"two places", "12.34", 2, 1234, NumberFault::none},
      {"zeros behind do not count as places", "12.3400", 2, 1234, NumberFault::none},
      {"eight places", "0.12345678", 8, 12345678, NumberFault::none},
      {"nine places", "0.123456789", 8, 0, NumberFault::too_many_decimals},
      {"a decimal where a whole number belongs", "1.5", 0, 0, NumberFault::too_many_decimals},
      {"a whole number with zeros", "20.0", 0, 20, NumberFault::none},
      {"negative", "-3", 0, -3, NumberFault::none},
      {"the minus sign proper", "\u22123.5", 1, -35, NumberFault::none},
      {"full-width", "１２．５", 1, 125, NumberFault::none},
      {"thousands", "1,234,567.5", 1, 12345675, NumberFault::none},
      {"commas at the wrong place", "1,23", 0, 0, NumberFault::not_a_number},
      {"comma for a point", "0,65", 2, 0, NumberFault::not_a_number},
      {"four digits before a comma", "1234,567", 0, 0, NumberFault::not_a_number},
      {"yuan sign", "￥50.00", 2, 5000, NumberFault::none},
      {"unit behind", "50元", 2, 0, NumberFault::not_a_number},
      {"exponent", "1e3", 0, 0, NumberFault::not_a_number},
      {"error cell", "#N/A", 0, 0, NumberFault::not_a_number},
      {"empty", "", 0, 0, NumberFault::not_a_number},
      {"point alone", ".", 2, 0, NumberFault::not_a_number},
      {"no digit before the point", ".5", 2, 0, NumberFault::not_a_number},
      {"beyond 64 bits", "99999999999999999999", 0, 0, NumberFault::too_large},
      {"beyond 64 bits once scaled", "9223372036854775807", 8, 0, NumberFault::too_large},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_scaled(row.text, row.decimals);
    EXPECT_EQ(parsed.fault, row.fault) << row.why;
    EXPECT_EQ(parsed.value, row.value) << row.why;
  }
}

TEST(ImporterText, ScaledNumbersPrint) {
  EXPECT_EQ(format_scaled(65'000'000, 8), "0.65");
  EXPECT_EQ(format_scaled(1200, 0), "1200");
  EXPECT_EQ(format_scaled(-5, 2), "-0.05");
  EXPECT_EQ(format_scaled(0, 3), "0");
  EXPECT_EQ(format_scaled(1'234'500, 3), "1234.5");
  EXPECT_EQ(format_scaled(INT64_MIN, 0), "-9223372036854775808");
}

TEST(ImporterText, Floors) {
  struct Row {
    const char* text;
    int floor;
  };
  for (const auto& row : {Row{"3", 3},
                          {"-1", -1},
                          {"3F", 3},
                          {"3层", 3},
                          {"三", 999},
                          {"3楼", 3},
                          {"B1", -1},
                          {"B1层", -1},
                          {"地下2层", -2},
                          {"负一", 999},
                          {"负1层", -1},
                          {"12.0", 12},
                          {"F5", 5},
                          {"0", 0},
                          {"1.5", 999},
                          {"", 999},
                          {"3-4", 999},
                          {"第2层", 2}})
    EXPECT_EQ(parse_floor(row.text).value_or(999), row.floor) << row.text;
}

TEST(ImporterText, LocalTimes) {
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const auto& row : {Row{"2026-11-22", "2026-11-22 00:00:00"},
                          {"2026-11-22 08:00:00", "2026-11-22 08:00:00"},
                          {"2026/1/2 8:05", "2026-01-02 08:05:00"},
                          {"2026年1月2日", "2026-01-02 00:00:00"},
                          {"2026年1月2日 8:05", "2026-01-02 08:05:00"},
                          {"2026.1.2", "2026-01-02 00:00:00"},
                          {"2026-11-22T08:00:00", "2026-11-22 08:00:00"},
                          {"2028-02-29", "2028-02-29 00:00:00"},
                          {"2026-02-29", ""},
                          {"2026-13-01", ""},
                          {"2026-11-22 24:00", ""},
                          {"08:00:00", ""},
                          {"46348", ""},
                          {"2026-11-22 08:00:00 x", ""},
                          {"", ""},
                          {"22.11.2026", ""}}) {
    const auto time = parse_local_time(row.text);
    char text[32] = "";
    if (time)
      std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d", time->year, time->month,
                    time->day, time->hour, time->minute, time->second);
    EXPECT_STREQ(text, row.expected) << row.text;
  }
}

TEST(ImporterText, ZonesAndLetters) {
  EXPECT_EQ(fixed_zone_offset("Asia/Shanghai"), minutes(480));
  EXPECT_EQ(fixed_zone_offset("Asia/Kolkata"), minutes(330));
  EXPECT_FALSE(fixed_zone_offset("Europe/Berlin")) << "has daylight saving";
  EXPECT_FALSE(fixed_zone_offset("asia/shanghai")) << "names are exact";
  EXPECT_EQ(column_letters(0), "A");
  EXPECT_EQ(column_letters(25), "Z");
  EXPECT_EQ(column_letters(26), "AA");
  EXPECT_EQ(column_letters(255), "IV");
}

}  // namespace paymeter::service
