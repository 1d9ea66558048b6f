// .xls files of LibreOffice; what FreeXL cannot read is refused politely.
#include "paymeter/adapter/spreadsheet/xls_reader.hpp"

#include "paymeter/adapter/spreadsheet/test_workbooks.hpp"

namespace paymeter::adapter::spreadsheet {

TEST(XlsReader, SampleFile) {
  const auto book = read_xls(sample_file("libreoffice.xls"));
  ASSERT_TRUE(book.has_value()) << book.error().detail;
  ASSERT_EQ(book->sheets.size(), 3U);
  EXPECT_EQ(book->sheets[0].name, "仪表");
  const Rows expected{
      {"表号", "安装位置", "变比", "电价", "抄表时间", "预付费", "噪声"},
      {"1203", "一楼 “星巴克” & Co <1>", "20", "0.65", "2026-11-22", "是", "0.3"},
      {"001204", " 前后空格 ", "1", "0.12345678", "2026-11-22 08:00:00", "否", "1200"},
      {},
      {},
      {"跳行", "", "", "0.0000001", "", "", "-12.5"}};
  EXPECT_EQ(book->sheets[0].rows, expected);
}

TEST(XlsReader, FormulasAndBooleansThatFreeXlLoses) {
  const auto book = read_xls(sample_file("formula.xls"));
  ASSERT_TRUE(book.has_value()) << book.error().detail;
  const Rows expected{{"甲", "5", "TRUE", "FALSE"}, {"甲楼", "10", "TRUE", "#DIV/0!", "0.65"}};
  EXPECT_EQ(book->sheets[0].rows, (Rows{{"first"}}));
  EXPECT_EQ(book->sheets[1].rows, expected);
}

TEST(XlsReader, TruncatedFilesAreRefused) {
  const Buffer whole = sample_file("libreoffice.xls");
  for (std::size_t size = 8; size < whole.size(); size += 509) {
    const auto book = read_xls(Bytes(whole).first(size));
    if (!book)
      EXPECT_TRUE(book.error().code == Errc::sheet_damaged ||
                  book.error().code == Errc::sheet_not_workbook)
          << size;
  }
}

}  // namespace paymeter::adapter::spreadsheet
