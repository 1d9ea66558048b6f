/// The site workbook's sheets and columns, in one table: the importer, the template and
/// docs/formats/site-workbook.md all follow it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace paymeter::service {

enum class SheetKey { property, buildings, rooms, gateways, buses, tariffs, meters };

/// Must a column be there? key: in every sheet, each row filled; optional: may be left out.
enum class Need { key, optional };

struct ColumnSpec {
  std::string_view key;     ///< how the parser names it
  std::string_view zh, en;  ///< titles; either is accepted, without regard to case and spaces
  Need need = Need::optional;
  bool numeric = false;
  int width = 14;
  std::string_view note_zh, note_en;  ///< what is allowed, and what an empty cell means
  std::vector<std::string> choices;   ///< drop-down list (the models' is filled at run time)
  std::string_view example1, example2;
  std::vector<std::string_view> aliases;  ///< further accepted titles
};

struct SheetSpec {
  SheetKey key = SheetKey::property;
  std::string_view zh, en;
  std::vector<std::string_view> aliases;
  std::vector<ColumnSpec> columns;
};

/// In the order of the template.
std::span<const SheetSpec> site_sheets();
const SheetSpec& site_sheet(SheetKey key);

/// A row whose first filled cell begins like this is a remark.
inline constexpr std::string_view kRemark = "##";
/// Title of the column, and beginning of the name of the sheet, that `Importer::annotated` adds.
inline constexpr std::string_view kErrorsTitle = "导入错误";

}  // namespace paymeter::service
