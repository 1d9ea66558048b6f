// Makes the table of sheets and columns out of importer_columns.def.
#include "paymeter/service/importer_columns.hpp"

#include "paymeter/base/assert.hpp"

namespace paymeter::service {
namespace {

enum class Cells { text, number };

/// `a|b` -> a, b.
template <class Text>
std::vector<Text> split(std::string_view list) {
  std::vector<Text> parts;
  while (!list.empty()) {
    const std::size_t bar = list.find('|');
    parts.emplace_back(list.substr(0, bar));
    list = bar == std::string_view::npos ? std::string_view{} : list.substr(bar + 1);
  }
  return parts;
}

std::vector<SheetSpec> make_sheets() {
  std::vector<SheetSpec> sheets;
#define PAYMETER_SHEET(key, zh, en, aliases) \
  sheets.push_back({SheetKey::key, zh, en, split<std::string_view>(aliases), {}});
#define PAYMETER_COLUMN(key, zh, en, need, cells, width, note_zh, note_en, choices, example1,      \
                        example2, aliases)                                                         \
  sheets.back().columns.push_back({#key, zh, en, Need::need, Cells::cells == Cells::number, width, \
                                   note_zh, note_en, split<std::string>(choices), example1,        \
                                   example2, split<std::string_view>(aliases)});
#include "paymeter/service/importer_columns.def"
#undef PAYMETER_COLUMN
#undef PAYMETER_SHEET
  return sheets;
}

}  // namespace

std::span<const SheetSpec> site_sheets() {
  static const std::vector<SheetSpec> sheets = make_sheets();
  return sheets;
}

const SheetSpec& site_sheet(SheetKey key) {
  for (const auto& sheet : site_sheets())
    if (sheet.key == key) return sheet;
  PAYMETER_ASSERT(false);
}

}  // namespace paymeter::service
