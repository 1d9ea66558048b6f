/// Test help: sample files, and packages put together part by part as different writers do.
#pragma once

#include <gtest/gtest.h>
#include <zip.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "paymeter/base/bytes.hpp"

namespace paymeter::adapter::spreadsheet {

using ZipContent = std::vector<std::pair<std::string, std::string>>;

inline Buffer to_buffer(std::string_view text) { return Buffer(text.begin(), text.end()); }

inline Buffer sample_file(const std::string& name) {
  std::ifstream in(std::string(PAYMETER_SOURCE_DIR) + "/test/data/workbooks/" + name,
                   std::ios::binary);
  Buffer bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_FALSE(bytes.empty()) << name;
  return bytes;
}

inline Buffer zip_of(const ZipContent& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const auto& [name, text] : parts) {
    zip_source_t* source = zip_source_buffer(archive, text.data(), text.size(), 0);
    zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  }
  zip_close(archive);
  zip_source_open(target);
  zip_stat_t stat;
  zip_source_stat(target, &stat);
  Buffer bytes(stat.size);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

inline constexpr std::string_view kMainNamespace =
    "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

/// The parts around one sheet as Excel names them; `sheet_data` is what stands in <sheetData>.
inline ZipContent excel_parts(const std::string& sheet_data, const std::string& strings = "",
                              const std::string& styles = "", const std::string& book_pr = "") {
  const std::string ns(kMainNamespace);
  const std::string type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
  const std::string rel_ns =
      "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
  ZipContent parts{
      {"[Content_Types].xml", "<Types/>"},
      {"_rels/.rels", "<Relationships " + rel_ns + "><Relationship Id=\"rId1\" Type=\"" + type +
                          "officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
      {"xl/workbook.xml", "<workbook " + ns + ">" + book_pr +
                              "<sheets><sheet name=\"S\" sheetId=\"7\" r:id=\"rId9\"/></sheets>"
                              "</workbook>"},
      {"xl/_rels/workbook.xml.rels",
       "<Relationships " + rel_ns + "><Relationship Id=\"rId9\" Type=\"" + type +
           "worksheet\" Target=\"worksheets/sheet4.xml\"/><Relationship Id=\"a\" Type=\"" + type +
           "sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"b\" Type=\"" + type +
           "styles\" Target=\"styles.xml\"/></Relationships>"},
      {"xl/sharedStrings.xml", "<sst " + ns + ">" + strings + "</sst>"},
      {"xl/styles.xml", "<styleSheet " + ns + ">" + styles + "</styleSheet>"},
      {"xl/worksheets/sheet4.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet " + ns +
                                       "><sheetData>" + sheet_data + "</sheetData></worksheet>"}};
  return parts;
}

using Rows = std::vector<std::vector<std::string>>;

}  // namespace paymeter::adapter::spreadsheet
