// Files that are no workbooks, are damaged, or want more memory than a workbook deserves.
#include <random>

#include "paymeter/adapter/spreadsheet/limits.hpp"
#include "paymeter/adapter/spreadsheet/test_workbooks.hpp"
#include "paymeter/adapter/spreadsheet/xlsx_xls_format.hpp"

namespace paymeter::adapter::spreadsheet {
namespace {

Errc error_of(const Buffer& file) {
  XlsxXlsFormat format;
  const auto book = format.read(file);
  EXPECT_FALSE(book.has_value());
  return book ? Errc::internal_error : book.error().code;
}

}  // namespace

TEST(HostileWorkbook, NotAWorkbook) {
  struct Row {
    const char* why;
    Buffer file;
  };
  const Row rows[] = {
      {"empty file", {}},
      {"a .csv renamed .xlsx", to_buffer("表号,变比\r\n1203,20\r\n")},
      {"an HTML table renamed .xls", to_buffer("<html><table><tr><td>1203</td></tr></table>")},
      {"zip without a workbook", zip_of({{"a.txt", "hello"}})},
      {"OpenDocument", zip_of({{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}})},
      {"a Word document", zip_of({{"_rels/.rels",
                                   "<R><Relationship Id=\"a\" Type=\"x/officeDocument\" "
                                   "Target=\"word/document.xml\"/></R>"},
                                  {"word/document.xml", "<w:document xmlns:w=\"w\"/>"}})},
      {"binary workbook .xlsb", zip_of({{"_rels/.rels",
                                         "<R><Relationship Id=\"a\" Type=\"x/officeDocument\" "
                                         "Target=\"xl/workbook.bin\"/></R>"},
                                        {"xl/workbook.bin", "\x83\x01"}})},
      {"a picture", to_buffer("\x89PNG\r\n\x1A\n")},
  };
  for (const auto& row : rows) EXPECT_EQ(error_of(row.file), Errc::sheet_not_workbook) << row.why;
}

TEST(HostileWorkbook, Damaged) {
  const auto good = excel_parts("<row><c t=\"s\"><v>0</v></c></row>", "<si><t>x</t></si>");
  const auto with = [&](const std::string& name, const std::string& text) {
    auto parts = good;
    for (auto& part : parts)
      if (part.first == name) part.second = text;
    return zip_of(parts);
  };
  const auto without = [&](const std::string& name) {
    auto parts = good;
    std::erase_if(parts, [&](const auto& part) { return part.first == name; });
    return zip_of(parts);
  };
  struct Row {
    const char* why;
    Buffer file;
  };
  const Row rows[] = {
      {"string index beyond the table", with("xl/sharedStrings.xml", "<sst/>")},
      {"negative string index",
       with("xl/worksheets/sheet4.xml",
            "<w><sheetData><row><c t=\"s\"><v>-1</v></c></row></sheetData></w>")},
      {"broken XML", with("xl/worksheets/sheet4.xml", "<worksheet><sheetData><row>")},
      {"empty part", with("xl/worksheets/sheet4.xml", "")},
      {"sheet part missing", without("xl/worksheets/sheet4.xml")},
      {"strings part missing", without("xl/sharedStrings.xml")},
      {"relations missing", without("xl/_rels/workbook.xml.rels")},
      {"a chart in an .xls, on which FreeXL fails", sample_file("chart.xls")},
  };
  for (const auto& row : rows) EXPECT_EQ(error_of(row.file), Errc::sheet_damaged) << row.why;
}

TEST(HostileWorkbook, TruncatedAnywhere) {
  const Buffer whole = sample_file("openpyxl.xlsx");
  for (std::size_t size = 4; size < whole.size(); size += 97) {
    const Buffer part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(error_of(part), Errc::sheet_damaged) << size;
  }
}

TEST(HostileWorkbook, FlippedBytesNeverCrash) {
  XlsxXlsFormat format;
  for (const char* name : {"openpyxl.xlsx", "libreoffice.xlsx", "libreoffice.xls"}) {
    const Buffer whole = sample_file(name);
    std::mt19937 random(1203);
    for (int round = 0; round < 300; ++round) {
      Buffer file = whole;
      for (int i = 0; i < 4; ++i)
        file[random() % file.size()] = static_cast<std::uint8_t>(random());
      const auto book = format.read(file);
      if (!book)
        EXPECT_TRUE(book.error().code == Errc::sheet_damaged ||
                    book.error().code == Errc::sheet_not_workbook ||
                    book.error().code == Errc::sheet_too_large)
            << name << " round " << round;
    }
  }
}

TEST(HostileWorkbook, RandomBytesBehindTheMagic) {
  std::mt19937 random(42);
  for (const auto& magic :
       {std::string("PK\x03\x04"), std::string("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")})
    for (int round = 0; round < 50; ++round) {
      Buffer file = to_buffer(magic);
      for (int i = 0; i < 2000; ++i) file.push_back(static_cast<std::uint8_t>(random()));
      EXPECT_TRUE(error_of(file) != Errc::internal_error) << round;
    }
}

TEST(HostileWorkbook, TooLarge) {
  const auto cell_at = [](const char* reference, const char* row) {
    return zip_of(excel_parts(std::string("<row r=\"") + row + "\"><c r=\"" + reference +
                              "\"><v>1</v></c></row>"));
  };
  const std::string bomb(kPartBytesMax + 1, ' ');
  std::string many_sheets, wide_rows, long_strings;
  for (int i = 0; i < 65; ++i) many_sheets += "<sheet name=\"x\" r:id=\"rId9\"/>";
  for (int i = 0; i < 20'000; ++i) wide_rows += "<row><c r=\"IV1\"><v>1</v></c></row>";
  for (int i = 0; i < 2'000; ++i) long_strings += "<row><c t=\"s\"><v>0</v></c></row>";
  auto sheets = excel_parts("");
  sheets[2].second = "<workbook xmlns:r=\"r\"><sheets>" + many_sheets + "</sheets></workbook>";
  ZipContent entries = excel_parts("");
  for (int i = 0; i < 4096; ++i) entries.emplace_back("x" + std::to_string(i), "");
  struct Row {
    const char* why;
    Buffer file;
  };
  const Row rows[] = {
      {"file above 20 MB", Buffer(kFileBytesMax + 1, 'P')},
      {"a part that unpacks to 48 MB of blanks", zip_of(excel_parts(bomb))},
      {"row 100,001", cell_at("A100001", "100001")},
      {"the 257th column", cell_at("IW1", "1")},
      {"the last row there is", cell_at("A1048576", "1048576")},
      {"65 sheets", zip_of(sheets)},
      {"cells far right in many rows", zip_of(excel_parts(wide_rows))},
      {"one long string in many cells",
       zip_of(excel_parts(long_strings, "<si><t>" + std::string(100'000, 'x') + "</t></si>"))},
      {"too many parts", zip_of(entries)},
  };
  for (const auto& row : rows) EXPECT_EQ(error_of(row.file), Errc::sheet_too_large) << row.why;
}

TEST(HostileWorkbook, DeclaredSizesAreNotBelieved) {
  Buffer file = zip_of(excel_parts("<row><c><v>1</v></c></row>"));
  // Every central directory header (PK 01 02) claims 4 GB unpacked, 24 bytes into it.
  for (std::size_t i = 0; i + 28 < file.size(); ++i)
    if (file[i] == 'P' && file[i + 1] == 'K' && file[i + 2] == 1 && file[i + 3] == 2)
      for (int k = 0; k < 4; ++k) file[i + 24 + static_cast<std::size_t>(k)] = 0xF0;
  XlsxXlsFormat format;
  const auto book = format.read(file);
  ASSERT_TRUE(book.has_value()) << "what is unpacked counts, nothing is reserved beforehand";
  EXPECT_EQ(book->sheets[0].rows, (Rows{{"1"}}));
}

TEST(HostileWorkbook, EntitiesAreNotExpanded) {
  auto parts = excel_parts("");
  parts.back().second =
      "<!DOCTYPE w [<!ENTITY a \"boom\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
      "<w><sheetData><row><c t=\"str\"><v>&a;&f;</v></c></row></sheetData></w>";
  XlsxXlsFormat format;
  const auto book = format.read(zip_of(parts));
  ASSERT_TRUE(book.has_value());
  EXPECT_EQ(book->sheets[0].rows, (Rows{{"&a;&f;"}}));
}

TEST(HostileWorkbook, DeepNestingIsHarmless) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<a>";
  for (int i = 0; i < 200'000; ++i) deep += "</a>";
  XlsxXlsFormat format;
  EXPECT_TRUE(format.read(zip_of(excel_parts(deep))).has_value());
}

}  // namespace paymeter::adapter::spreadsheet
