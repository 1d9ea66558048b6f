// The workbook that installers start from: titles, notes, choices and two example rows a sheet.
#include "paymeter/service/importer.hpp"
#include "paymeter/service/importer_columns.hpp"

namespace paymeter::service {
namespace {

port::SheetContent explanation() {
  port::SheetContent sheet;
  sheet.name = "说明 Read me";
  sheet.columns = {{"工作表", false, 14, "", {}}, {"列", false, 16, "", {}},
                   {"必填", false, 8, "", {}},    {"允许的内容", false, 60, "", {}},
                   {"Sheet", false, 12, "", {}},  {"Column", false, 18, "", {}},
                   {"Needed", false, 8, "", {}},  {"What is allowed", false, 70, "", {}}};
  sheet.rows.push_back(
      {"（全部）", "", "",
       "以 ## 开头的行是示例，不会导入；去掉 ## 即成为数据。列的顺序任意，中英文标题均可，"
       "不认识的列和表会被忽略。",
       "(all)", "", "",
       "Rows that begin with ## are examples and not imported; take the ## away to "
       "use them. Columns may stand in any order, titles in Chinese or English; "
       "unknown columns and sheets are ignored."});
  for (const auto& spec : site_sheets())
    for (const auto& column : spec.columns)
      sheet.rows.push_back({std::string(spec.zh), std::string(column.zh),
                            column.need == Need::key ? "是" : "", std::string(column.note_zh),
                            std::string(spec.en), std::string(column.en),
                            column.need == Need::key ? "yes" : "", std::string(column.note_en)});
  return sheet;
}

port::SheetContent template_sheet(const SheetSpec& spec, const std::vector<std::string>& models) {
  port::SheetContent sheet;
  sheet.name = spec.zh;
  std::vector<std::string> first, second;
  bool has_second = false;
  for (const auto& column : spec.columns) {
    const bool needed = column.need == Need::key;
    sheet.columns.push_back(
        {std::string(column.zh), column.numeric, column.width,
         std::string(column.en) + (needed ? "（必填 needed）" : "") + "\n" +
             std::string(column.note_zh) + "\n" + std::string(column.note_en),
         spec.key == SheetKey::meters && column.key == "model" ? models : column.choices});
    first.emplace_back(column.example1);
    second.emplace_back(column.example2);
    has_second = has_second || !column.example2.empty();
  }
  first.front().insert(0, kRemark);
  sheet.rows.push_back(std::move(first));
  if (has_second) {
    second.front().insert(0, kRemark);
    sheet.rows.push_back(std::move(second));
  }
  return sheet;
}

}  // namespace

Result<Buffer> Importer::template_workbook() {
  std::vector<std::string> models;
  for (const auto& model : drivers_.models()) models.push_back(model.name);
  std::vector<port::SheetContent> sheets{explanation()};
  for (const auto& spec : site_sheets()) sheets.push_back(template_sheet(spec, models));
  return format_.write_xlsx(sheets);
}

}  // namespace paymeter::service
