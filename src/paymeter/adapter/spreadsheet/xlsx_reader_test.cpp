// Workbooks of openpyxl, LibreOffice, Excel and WPS give the same cells.
#include "paymeter/adapter/spreadsheet/xlsx_reader.hpp"

#include "paymeter/adapter/spreadsheet/test_workbooks.hpp"

namespace paymeter::adapter::spreadsheet {
namespace {

/// What make_workbooks.py puts into its first sheet.
const Rows kSample{
    {"表号", "安装位置", "变比", "电价", "抄表时间", "预付费", "噪声"},
    {"1203", "一楼 “星巴克” & Co <1>", "20", "0.65", "2026-11-22", "TRUE", "0.3"},
    {"001204", " 前后空格 ", "1", "0.12345678", "2026-11-22 08:00:00", "FALSE", "1200"},
    {},
    {},
    {"跳行", "", "", "0.0000001", "", "", "-12.5"}};

Rows rows_of(const ZipContent& parts) {
  const auto book = read_xlsx(zip_of(parts));
  EXPECT_TRUE(book.has_value()) << book.error().detail;
  return book && book->sheets.size() == 1 ? book->sheets[0].rows : Rows{};
}

}  // namespace

TEST(XlsxReader, SampleFiles) {
  for (const char* name : {"openpyxl.xlsx", "libreoffice.xlsx"}) {
    const auto book = read_xlsx(sample_file(name));
    ASSERT_TRUE(book.has_value()) << name << book.error().detail;
    ASSERT_EQ(book->sheets.size(), 3U) << name;
    EXPECT_EQ(book->sheets[0].name, "仪表");
    EXPECT_EQ(book->sheets[0].rows, kSample) << name;
    EXPECT_EQ(book->sheets[1].name, "空 表");
    EXPECT_TRUE(book->sheets[1].rows.empty()) << name;
    EXPECT_EQ(book->sheets[2].rows, (Rows{{}, {"", "", "只有一格"}})) << name;
  }
}

TEST(XlsxReader, CellsAsDifferentWritersStoreThem) {
  struct Row {
    const char* why;
    const char* xml;
    std::vector<std::string> cells;
  };
  const Row rows[] = {
      {"Excel: shared strings", "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>1</v></c></row>", {"二"}},
      {"rich text without its phonetic guide",
       "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>2</v></c></row>",
       {"红字黑字"}},
      {"blanks only are a value",
       "<row r=\"1\"><c t=\"s\"><v>3</v></c><c><v>1</v></c></row>",
       {"  ", "1"}},
      {"WPS: inline strings, number as text",
       "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>甲</t></is></c>"
       "<c r=\"B1\" t=\"inlineStr\"><is><r><t>12</t></r><r><t>03</t></r></is></c></row>",
       {"甲", "1203"}},
      {"inline string without a type", "<row><c><is><t>乙</t></is></c></row>", {"乙"}},
      {"no references at all", "<row><c><v>1</v></c><c/><c><v>3</v></c></row>", {"1", "", "3"}},
      {"references with gaps",
       "<row r=\"1\"><c r=\"B1\"><v>2</v></c><c><v>3</v></c></row>",
       {"", "2", "3"}},
      {"cells out of order",
       "<row r=\"1\"><c r=\"B1\"><v>2</v></c><c r=\"A1\"><v>1</v></c></row>",
       {"1", "2"}},
      {"formula results",
       "<row><c t=\"str\"><f>A2&amp;1</f><v>x</v></c><c><f>1+1</f><v>2</v></c></row>",
       {"x", "2"}},
      {"booleans and errors",
       "<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\"><v>#N/A</v></c></row>",
       {"TRUE", "FALSE", "#N/A"}},
      {"exponent", "<row><c><v>6.5000000000000002E-1</v></c></row>", {"0.65"}},
      {"styled as date, built-in and custom",
       "<row><c s=\"1\"><v>46348</v></c><c s=\"2\"><v>46348.25</v></c><c "
       "s=\"3\"><v>5</v></c></row>",
       {"2026-11-22", "2026-11-22 06:00:00", "5"}},
      {"strict writers' dates",
       "<row><c t=\"d\"><v>2026-11-22T00:00:00</v></c></row>",
       {"2026-11-22"}},
      {"style that does not exist", "<row><c s=\"99\"><v>5</v></c></row>", {"5"}},
      {"trailing empty cells are dropped",
       "<row><c><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row>",
       {"1"}},
      {"entities of XML", "<row><c t=\"str\"><v>a&amp;b&#x4E2D;&lt;</v></c></row>", {"a&b中<"}},
  };
  const std::string strings =
      "<si><t>一</t></si><si><t>二</t></si>"
      "<si><r><rPr><b/></rPr><t>红字</t></r><r><t>黑字</t></r><rPh sb=\"0\" "
      "eb=\"1\"><t>hong</t></rPh></si>"
      "<si><t xml:space=\"preserve\">  </t></si>";
  const std::string styles =
      "<numFmts count=\"1\"><numFmt numFmtId=\"176\" formatCode=\"yyyy&quot;年&quot;\"/></numFmts>"
      "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"176\"/><xf numFmtId=\"2\"/>"
      "</cellXfs>";
  for (const auto& row : rows)
    EXPECT_EQ(rows_of(excel_parts(row.xml, strings, styles)), Rows{row.cells}) << row.why;
}

TEST(XlsxReader, RowsKeepTheirNumbers) {
  EXPECT_EQ(rows_of(excel_parts("<row r=\"3\"><c><v>1</v></c></row><row><c><v>2</v></c></row>")),
            (Rows{{}, {}, {"1"}, {"2"}}));
  EXPECT_EQ(rows_of(excel_parts("<row r=\"1048576\"><c r=\"A1048576\" s=\"0\"/></row>")), Rows{})
      << "a formatted empty row at the end costs nothing";
}

TEST(XlsxReader, MacintoshDates) {
  EXPECT_EQ(rows_of(excel_parts("<row><c s=\"0\"><v>44886</v></c></row>", "",
                                "<cellXfs><xf numFmtId=\"14\"/></cellXfs>",
                                "<workbookPr date1904=\"1\"/>")),
            (Rows{{"2026-11-22"}}));
}

TEST(XlsxReader, PrefixesAbsoluteTargetsAndBackslashes) {
  const std::string type = "http://purl.oclc.org/ooxml/officeDocument/relationships/";
  const ZipContent parts{
      {"_rels\\.rels", "<p:Relationships xmlns:p=\"x\"><p:Relationship Id=\"r\" Type=\"" + type +
                           "officeDocument\" Target=\"/XL/Book.xml\"/></p:Relationships>"},
      {"xl/book.xml",
       "<x:workbook xmlns:x=\"m\" xmlns:rel=\"n\"><x:sheets><x:sheet name=\"一\" sheetId=\"1\" "
       "rel:id=\"k1\"/><x:sheet name=\"图\" sheetId=\"2\" rel:id=\"k2\"/></x:sheets></x:workbook>"},
      {"xl/_rels/book.xml.rels", "<Relationships><Relationship Id=\"k1\" Type=\"" + type +
                                     "worksheet\" Target=\"/xl/../xl/./sheets/A.xml\"/>"
                                     "<Relationship Id=\"k2\" Type=\"" +
                                     type +
                                     "chartsheet\" Target=\"charts/1.xml\"/></Relationships>"},
      {"xl\\sheets\\a.xml",
       "<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row r=\"1\"><x:c r=\"A1\" t=\"inlineStr\"><x:is>"
       "<x:t>甲</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>"}};
  EXPECT_EQ(rows_of(parts), (Rows{{"甲"}}));
}

TEST(XlsxReader, Utf16Parts) {
  auto parts = excel_parts("<row><c t=\"str\"><v>x</v></c></row>");
  std::string wide = "\xFF\xFE";
  for (const char c : parts.back().second.substr(38)) (wide += c) += '\0';
  parts.back().second = wide;
  EXPECT_EQ(rows_of(parts), (Rows{{"x"}}));
}

}  // namespace paymeter::adapter::spreadsheet
