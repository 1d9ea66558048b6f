// Numbers, dates and strings as the spreadsheet shows them.
#include "paymeter/adapter/spreadsheet/cell_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace paymeter::adapter::spreadsheet {

TEST(NumberText, ReadsAsPeopleWroteIt) {
  struct Row {
    const char* why;
    double value;
    const char* text;
  };
  const Row rows[] = {
      {"zero", 0.0, "0"},
      {"minus zero has no sign", -0.0, "0"},
      {"integers have no point", 1200.0, "1200"},
      {"a decimal that binary cannot hold", 0.65, "0.65"},
      {"Excel's noise from 0.1 + 0.2", 0.30000000000000004, "0.3"},
      {"noise the other way", 0.29999999999999999, "0.3"},
      {"eight decimals of a printed tariff", 0.12345678, "0.12345678"},
      {"small without exponent", 1e-7, "0.0000001"},
      {"large without exponent", 1e21, "1000000000000000000000"},
      {"negative", -12.5, "-12.5"},
      {"fifteen digits survive", 123456789012345.0, "123456789012345"},
      {"a kWh register", 999999.99, "999999.99"},
      {"not finite", std::numeric_limits<double>::infinity(), ""},
  };
  for (const auto& row : rows) EXPECT_EQ(number_text(row.value), row.text) << row.why;
}

TEST(StoredNumber, OnlyWholeNumbersText) {
  EXPECT_EQ(parse_stored_number("1.2E-3"), 0.0012);
  EXPECT_EQ(parse_stored_number(" 7\n"), 7.0) << "pretty-printed XML";
  for (const char* bad : {"", "x", "1 2", "0x10", "nan", "inf", "1e999"})
    EXPECT_FALSE(parse_stored_number(bad)) << bad;
}

TEST(DateText, BothDaySystems) {
  struct Row {
    const char* why;
    double serial;
    DateSystem system;
    const char* text;
  };
  const Row rows[] = {
      {"a day", 46348, DateSystem::y1900, "2026-11-22"},
      {"a day and time", 46348.333333333336, DateSystem::y1900, "2026-11-22 08:00:00"},
      {"rounded to the second, over midnight", 46348.9999999, DateSystem::y1900, "2026-11-23"},
      {"before the phantom 1900-02-29", 59, DateSystem::y1900, "1900-02-28"},
      {"after it", 61, DateSystem::y1900, "1900-03-01"},
      {"time only", 0.5, DateSystem::y1900, "12:00:00"},
      {"the Macintosh system", 44886, DateSystem::y1904, "2026-11-22"},
      {"negative is no date", -3, DateSystem::y1900, "-3"},
      {"beyond the year 9999", 3e6, DateSystem::y1900, "3000000"},
  };
  for (const auto& row : rows) EXPECT_EQ(date_text(row.serial, row.system), row.text) << row.why;
  EXPECT_EQ(iso_date_text("2026-11-22T08:00:00Z"), "2026-11-22 08:00:00");
  EXPECT_EQ(iso_date_text("2026-11-22T00:00:00"), "2026-11-22");
  EXPECT_EQ(iso_date_text("2026-11-22"), "2026-11-22");
}

TEST(DateFormat, CodesThatShowTime) {
  struct Row {
    const char* code;
    bool date;
    const char* why;
  };
  const Row rows[] = {
      {"yyyy-mm-dd", true, "plain"},
      {"yyyy\"年\"m\"月\"d\"日\"", true, "Chinese Excel"},
      {"[h]:mm:ss", true, "elapsed hours"},
      {"[$-804]aaaa;@", false, "weekday letters only"},
      {"General", false, "no letter of a date"},
      {"0.00", false, "number"},
      {"#,##0.00 \"days\"", false, "quoted letters are text"},
      {"[Red]0.00", false, "a colour holds a d"},
      {"0.0\\d", false, "escaped letter"},
      {"0_d", false, "width of a letter"},
      {"0;[Red]yyyy", false, "only the first section decides"},
      {"0.00E+00", false, "scientific"},
      {"\"open", false, "unclosed quote"},
      {"[h", false, "unclosed bracket"},
  };
  for (const auto& row : rows) EXPECT_EQ(is_date_format(row.code), row.date) << row.why;
  EXPECT_TRUE(is_builtin_date_format(14));
  EXPECT_TRUE(is_builtin_date_format(31)) << "Chinese long date";
  EXPECT_FALSE(is_builtin_date_format(0));
  EXPECT_FALSE(is_builtin_date_format(37)) << "accounting";
}

TEST(CleanText, IsAlwaysValidUtf8WithoutControls) {
  struct Row {
    const char* why;
    std::string raw;
    std::string clean;
  };
  const Row rows[] = {
      {"Chinese passes", "星巴克", "星巴克"},
      {"carriage return goes, newline stays", "a\r\nb", "a\nb"},
      {"Excel's escape of a carriage return", "a_x000D_\nb", "a\nb"},
      {"an escaped letter", "_x0041_", "A"},
      {"no escape", "_x00_ _xyzzy", "_x00_ _xyzzy"},
      {"GBK bytes", "\xD0\xC7", "\uFFFD\uFFFD"},
      {"overlong slash", "\xC0\xAF", "\uFFFD\uFFFD"},
      {"surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"cut off", "\xE6\x98", "\uFFFD\uFFFD"},
      {"bell and escape", "a\a\x1B[0m", "a[0m"},
  };
  for (const auto& row : rows) EXPECT_EQ(clean_text(row.raw), row.clean) << row.why;
}

TEST(ColumnOfReference, LettersOnly) {
  EXPECT_EQ(column_of_reference("A1"), 0);
  EXPECT_EQ(column_of_reference("Z9"), 25);
  EXPECT_EQ(column_of_reference("AA7"), 26);
  EXPECT_EQ(column_of_reference("XFD1"), 16383);
  EXPECT_EQ(column_of_reference("b2"), 1);
  for (const char* bad : {"", "1", "AAAA1"}) EXPECT_FALSE(column_of_reference(bad)) << bad;
}

}  // namespace paymeter::adapter::spreadsheet
