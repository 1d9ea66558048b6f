// Tells .xlsx and .xls apart by their first bytes; file names prove nothing.
#include "paymeter/adapter/spreadsheet/xlsx_xls_format.hpp"

#include <array>
#include <cstring>

#include "paymeter/adapter/spreadsheet/limits.hpp"
#include "paymeter/adapter/spreadsheet/xls_reader.hpp"
#include "paymeter/adapter/spreadsheet/xlsx_reader.hpp"
#include "paymeter/adapter/spreadsheet/xlsx_writer.hpp"

namespace paymeter::adapter {
namespace {

constexpr std::array<std::uint8_t, 4> kZip{'P', 'K', 3, 4};
constexpr std::array<std::uint8_t, 8> kCompoundFile{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};

template <std::size_t N>
bool begins(Bytes file, const std::array<std::uint8_t, N>& magic) {
  return file.size() >= N && std::memcmp(file.data(), magic.data(), N) == 0;
}

}  // namespace

Result<port::Workbook> XlsxXlsFormat::read(Bytes file) {
  if (file.size() > spreadsheet::kFileBytesMax)
    return fail(Errc::sheet_too_large, "more than 20 MB");
  if (begins(file, kZip)) return spreadsheet::read_xlsx(file);
  if (begins(file, kCompoundFile)) return spreadsheet::read_xls(file);
  return fail(Errc::sheet_not_workbook,
              file.empty() ? "the file is empty" : "text, CSV or another format: save it as .xlsx");
}

Result<Buffer> XlsxXlsFormat::write_xlsx(const std::vector<port::SheetContent>& sheets) {
  return spreadsheet::write_xlsx(sheets);
}

}  // namespace paymeter::adapter
