// Walks the records of the workbook stream.
#include "paymeter/adapter/spreadsheet/xls_results.hpp"

#include <bit>
#include <map>
#include <optional>

#include "paymeter/adapter/spreadsheet/cell_text.hpp"
#include "paymeter/adapter/spreadsheet/compound_file.hpp"
#include "paymeter/adapter/spreadsheet/little_endian.hpp"

namespace paymeter::adapter::spreadsheet {
namespace {

constexpr std::uint16_t kFormula = 0x0006, kBoundSheet = 0x0085, kBoolErr = 0x0205,
                        kString = 0x0207, kStart = 0x0809;
constexpr std::uint16_t kBiff8 = 0x0600;

struct Record {
  std::uint16_t id = 0;
  std::size_t at = 0;  ///< of its header in the stream
  Bytes body;
};

std::optional<Record> record_at(Bytes stream, std::size_t at) {
  if (at + 4 > stream.size()) return std::nullopt;
  const std::size_t length = get_u16_le(stream, at + 2);
  if (at + 4 + length > stream.size()) return std::nullopt;
  return Record{get_u16_le(stream, at), at, stream.subspan(at + 4, length)};
}

std::string error_text(std::uint8_t code) {
  static const std::map<int, const char*> texts{
      {0x00, "#NULL!"}, {0x07, "#DIV/0!"}, {0x0F, "#VALUE!"}, {0x17, "#REF!"},
      {0x1D, "#NAME?"}, {0x24, "#NUM!"},   {0x2A, "#N/A"}};
  const auto found = texts.find(code);
  return found == texts.end() ? "#ERROR" : found->second;
}

std::string truth_text(std::uint8_t value) { return value ? "TRUE" : "FALSE"; }

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// XLUnicodeString: count, flags (bit 0 = 16-bit characters), characters.
std::optional<std::string> string_text(Bytes body) {
  if (body.size() < 3) return std::nullopt;
  const std::size_t count = get_u16_le(body, 0);
  const bool wide = (body[2] & 1) != 0;
  if (body.size() < 3 + count * (wide ? 2 : 1)) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t code = wide ? get_u16_le(body, 3 + i * 2) : body[3 + i];
    if (code >= 0xD800 && code < 0xDC00 && i + 1 < count) {
      const std::uint32_t low = get_u16_le(body, 3 + (i + 1) * 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        ++i;
      }
    }
    append_utf8(text, code);
  }
  return clean_text(text);
}

class Walker {
 public:
  explicit Walker(Bytes stream) : stream_(stream) {}
  Result<std::vector<ResultCell>> walk();

 private:
  void start(const Record& record);
  Result<> formula(const Record& record);
  void bool_or_error(const Record& record);
  void add(Bytes place, std::string text) {
    cells_.push_back({*sheet_, get_u16_le(place, 0), get_u16_le(place, 2), std::move(text)});
  }

  Bytes stream_;
  std::map<std::size_t, std::size_t> sheets_;  ///< offset of a sheet's first record -> its number
  std::optional<std::size_t> sheet_;
  std::uint16_t version_ = kBiff8;
  std::vector<ResultCell> cells_;
};

void Walker::start(const Record& record) {
  if (record.body.size() >= 2 && record.at == 0) version_ = get_u16_le(record.body, 0);
  // Charts inside a sheet have a start of their own; they hold no cells.
  if (const auto found = sheets_.find(record.at); found != sheets_.end()) sheet_ = found->second;
}

Result<> Walker::formula(const Record& record) {
  if (record.body.size() < 14) return fail(Errc::sheet_damaged, "broken formula");
  const Bytes result = record.body.subspan(6, 8);
  if (result[6] != 0xFF || result[7] != 0xFF) {
    const std::uint64_t bits =
        get_u32_le(result, 0) | (static_cast<std::uint64_t>(get_u32_le(result, 4)) << 32);
    add(record.body, number_text(std::bit_cast<double>(bits)));
    return {};
  }
  if (result[0] == 1) add(record.body, truth_text(result[2]));
  if (result[0] == 2) add(record.body, error_text(result[2]));
  if (result[0] != 0) return {};
  // A text result follows in a String record, perhaps after the shared formula itself.
  std::size_t at = record.at;
  for (int steps = 0; steps < 4; ++steps) {
    const auto here = record_at(stream_, at);
    if (!here) break;
    at += 4 + here->body.size();
    if (here->id != kString) continue;
    const auto text = version_ == kBiff8 ? string_text(here->body) : std::nullopt;
    if (!text) return fail(Errc::sheet_damaged, "text computed by a formula: save it as .xlsx");
    add(record.body, *text);
    return {};
  }
  return fail(Errc::sheet_damaged, "text computed by a formula: save it as .xlsx");
}

void Walker::bool_or_error(const Record& record) {
  if (record.body.size() < 8) return;
  add(record.body, record.body[7] ? error_text(record.body[6]) : truth_text(record.body[6]));
}

Result<std::vector<ResultCell>> Walker::walk() {
  std::size_t at = 0;
  while (const auto record = record_at(stream_, at)) {
    at += 4 + record->body.size();
    if (record->id == kBoundSheet && record->body.size() >= 4) {
      const std::size_t number = sheets_.size();
      sheets_.emplace(get_u32_le(record->body, 0), number);
    }
    if (record->id == kStart) start(*record);
    if (!sheet_) continue;
    if (record->id == kBoolErr) bool_or_error(*record);
    if (record->id == kFormula)
      if (const auto ok = formula(*record); !ok) return fail(ok.error());
  }
  return std::move(cells_);
}

}  // namespace

Result<std::vector<ResultCell>> read_result_cells(Bytes file) {
  auto stream = read_compound_stream(file, "Workbook");
  if (!stream && stream.error().code == Errc::request_not_found)
    stream = read_compound_stream(file, "Book");
  if (!stream) return fail(Errc::sheet_damaged, stream.error().detail);
  return Walker(*stream).walk();
}

}  // namespace paymeter::adapter::spreadsheet
