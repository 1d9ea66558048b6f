// What is written reads back the same, here and in openpyxl.
#include "paymeter/adapter/spreadsheet/xlsx_writer.hpp"

#include "paymeter/adapter/spreadsheet/test_workbooks.hpp"
#include "paymeter/adapter/spreadsheet/xlsx_xls_format.hpp"
#include "paymeter/adapter/spreadsheet/zip_parts.hpp"

namespace paymeter::adapter::spreadsheet {
namespace {

std::string part_of(const Buffer& file, const char* path) {
  Budget budget;
  const auto parts = ZipParts::open(file);
  const auto text = parts->read(path, budget);
  EXPECT_TRUE(text.has_value()) << path;
  return text.value_or("");
}

port::SheetContent sample() {
  port::SheetContent sheet;
  sheet.name = "仪表";
  sheet.columns = {{"表号", false, 12, "唯一\nunique", {}},
                   {"变比", true, 14, "", {}},
                   {"预付费", false, 14, "", {"是", "否"}},
                   {"余额", true, 14, "", {}}};
  sheet.rows = {
      {"001203", "20", "是", "123.45"}, {"1204", "=1+1", "", "-0.05"}, {"", "", "", "007"}};
  return sheet;
}

}  // namespace

TEST(XlsxWriter, ReadsBack) {
  XlsxXlsFormat format;
  const auto file = format.write_xlsx({sample()});
  ASSERT_TRUE(file.has_value()) << file.error().detail;
  const auto book = format.read(*file);
  ASSERT_TRUE(book.has_value()) << book.error().detail;
  EXPECT_EQ(book->sheets[0].name, "仪表");
  EXPECT_EQ(book->sheets[0].rows, (Rows{{"表号", "变比", "预付费", "余额"},
                                        {"001203", "20", "是", "123.45"},
                                        {"1204", "=1+1", "", "-0.05"},
                                        {"", "", "", "007"}}));
}

TEST(XlsxWriter, KindsNotesListsAndPanes) {
  XlsxXlsFormat format;
  const auto file = format.write_xlsx({sample()});
  ASSERT_TRUE(file.has_value());
  const std::string sheet = part_of(*file, "xl/worksheets/sheet1.xml");
  EXPECT_NE(sheet.find("<v>123.45</v>"), std::string::npos) << "numeric column holds numbers";
  EXPECT_EQ(sheet.find("<v>1204</v>"), std::string::npos) << "text column holds text";
  EXPECT_EQ(sheet.find("<f>"), std::string::npos) << "text never becomes a formula";
  EXPECT_NE(sheet.find("state=\"frozen\""), std::string::npos);
  EXPECT_NE(sheet.find("<autoFilter ref=\"A1:D4\""), std::string::npos);
  EXPECT_NE(sheet.find("<formula1>\"是,否\"</formula1>"), std::string::npos);
  EXPECT_NE(part_of(*file, "xl/comments1.xml").find("unique"), std::string::npos);
}

TEST(XlsxWriter, LongListsGoToAHiddenSheet) {
  auto content = sample();
  content.columns[2].choices.assign(30, "a-rather-long-meter-model-name");
  XlsxXlsFormat format;
  const auto file = format.write_xlsx({content});
  ASSERT_TRUE(file.has_value()) << file.error().detail;
  EXPECT_NE(part_of(*file, "xl/worksheets/sheet1.xml").find("choices!$A$1:$A$30"),
            std::string::npos);
  EXPECT_NE(part_of(*file, "xl/workbook.xml").find("state=\"hidden\""), std::string::npos);
}

TEST(XlsxWriter, RefusesWhatExcelRefuses) {
  XlsxXlsFormat format;
  for (const char* name : {"", "a/b", "a name that is longer than thirty-one characters"}) {
    auto content = sample();
    content.name = name;
    const auto file = format.write_xlsx({content});
    ASSERT_FALSE(file.has_value()) << name;
    EXPECT_EQ(file.error().code, Errc::sheet_damaged);
  }
  EXPECT_FALSE(format.write_xlsx({sample(), sample()}).has_value()) << "the same name twice";
  EXPECT_FALSE(format.write_xlsx({}).has_value());
}

TEST(XlsxWriter, PlainNumbers) {
  for (const char* yes : {"0", "1", "-1", "0.65", "123456789012345", "-0.05", "1.50"})
    EXPECT_TRUE(is_plain_number(yes)) << yes;
  for (const char* no :
       {"", "-", "+1", "007", "1e3", "1.", ".5", "1,000", "1 ", "1234567890123456"})
    EXPECT_FALSE(is_plain_number(no)) << no;
}

TEST(XlsxWriter, TenThousandRows) {
  auto content = sample();
  content.rows.assign(10'000, {"1203", "1", "是", "12.30"});
  XlsxXlsFormat format;
  const auto file = format.write_xlsx({content});
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(format.read(*file)->sheets[0].rows.size(), 10'001U);
}

}  // namespace paymeter::adapter::spreadsheet
