// Import: read, parse against what is known, apply; and the annotated copy of a workbook.
#include "paymeter/service/importer.hpp"

#include <algorithm>
#include <map>

#include "paymeter/service/importer_columns.hpp"
#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

/// Refusals of the store that concern a row rather than the store itself.
bool is_about_content(Errc code) {
  return code == Errc::import_change_forbidden || code == Errc::import_device_replaced ||
         code == Errc::import_duplicate || code == Errc::import_reference_unknown ||
         code == Errc::import_value_invalid;
}

/// Does `code` stand in `text` as a word of its own?
bool names(std::string_view text, std::string_view code) {
  const auto is_part = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  };
  for (std::size_t at = text.find(code); at != std::string_view::npos;
       at = text.find(code, at + 1)) {
    const std::size_t end = at + code.size();
    if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end])))
      return true;
  }
  return false;
}

/// The store's refusal as an issue at the row of the meter it names.
ImportIssue issue_of(const Error& error, const ParsedPlan& parsed) {
  ImportIssue issue;
  issue.code = error.code;
  issue.text_zh = std::string(error_text_zh(error.code)) + "：" + error.detail;
  issue.text_en = std::string(error_text_en(error.code)) + ": " + error.detail;
  for (std::size_t i = 0; i < parsed.plan.meters.size(); ++i) {
    const auto& code = parsed.plan.meters[i].meter.code;
    if (!names(error.detail, code)) continue;
    issue.sheet = parsed.meter_sheet;
    issue.row = parsed.meter_rows[i];
    issue.value = code;
    break;
  }
  return issue;
}

int count(std::size_t n) { return static_cast<int>(n); }

std::string place_text(const ImportIssue& issue) {
  return (issue.column.empty() ? "" : issue.column + "：") + issue.text_zh + " / " + issue.text_en;
}

port::SheetContent issue_sheet(const std::vector<ImportIssue>& issues) {
  port::SheetContent content;
  content.name = std::string(kErrorsTitle) + " Errors";
  content.columns = {{"工作表 Sheet", false, 16, "", {}}, {"行 Row", true, 8, "", {}},
                     {"列 Column", false, 18, "", {}},    {"内容 Value", false, 24, "", {}},
                     {"原因", false, 60, "", {}},         {"Reason", false, 60, "", {}},
                     {"代码 Code", false, 26, "", {}}};
  for (const auto& issue : issues)
    content.rows.push_back({issue.sheet, issue.row > 0 ? std::to_string(issue.row) : "",
                            issue.column, issue.value, issue.text_zh, issue.text_en,
                            std::string(error_name(issue.code))});
  return content;
}

/// One sheet copied cell by cell, rows where they were, with the issues of each row behind it.
port::SheetContent annotated_sheet(const port::Sheet& sheet,
                                   const std::vector<ImportIssue>& issues) {
  std::map<std::size_t, std::string> notes;
  for (const auto& issue : issues)
    if (issue.sheet == sheet.name)
      notes[static_cast<std::size_t>(std::max(issue.row, 1)) - 1] += place_text(issue) + "\n";
  std::size_t width = 0;
  for (const auto& row : sheet.rows) width = std::max(width, row.size());
  // The column of an earlier annotation is replaced, not repeated.
  if (!sheet.rows.empty())
    for (std::size_t i = 0; i < sheet.rows[0].size(); ++i)
      if (sheet.rows[0][i] == kErrorsTitle) width = i;
  width = std::min<std::size_t>(width, 255);

  port::SheetContent content;
  content.name = sheet.name;
  const auto cell = [&](std::size_t row, std::size_t column) {
    return row < sheet.rows.size() && column < sheet.rows[row].size() ? sheet.rows[row][column]
                                                                      : std::string{};
  };
  for (std::size_t i = 0; i < width; ++i) content.columns.push_back({cell(0, i), true, 14, "", {}});
  // What concerns the whole sheet becomes a note on the new column's title.
  content.columns.push_back({std::string(kErrorsTitle), false, 60, notes[0], {}});
  for (std::size_t row = 1; row < sheet.rows.size(); ++row) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < width; ++i) cells.push_back(cell(row, i));
    const auto note = notes.find(row);
    cells.push_back(note == notes.end() ? "" : note->second);
    content.rows.push_back(std::move(cells));
  }
  return content;
}

}  // namespace

port::Async<Result<ImportReport>> Importer::import(Buffer file, port::SiteStore::Apply apply,
                                                   UtcMs at) {
  const auto workbook = format_.read(file);
  if (!workbook) co_return fail(workbook.error());
  const auto known = co_await store_.load_site();
  if (!known) co_return fail(known.error());
  auto parsed = parse_site_workbook(*workbook, drivers_.models(), *known);

  ImportReport report;
  report.buildings = count(parsed.plan.buildings.size());
  report.rooms = count(parsed.plan.rooms.size());
  report.gateways = count(parsed.plan.gateways.size());
  report.buses = count(parsed.plan.buses.size());
  report.tariffs = count(parsed.plan.tariffs.size());
  report.meters = count(parsed.plan.meters.size());
  report.issues = std::move(parsed.issues);
  report.mains = parsed.mains;
  report.property_name = parsed.property_name;
  if (!report.issues.empty()) co_return report;

  const auto applied = co_await store_.apply_plan(parsed.plan, apply, at);
  if (!applied && !is_about_content(applied.error().code)) co_return fail(applied.error());
  if (!applied) {
    report.issues.push_back(issue_of(applied.error(), parsed));
    co_return report;
  }
  report.result = *applied;
  report.committed = apply == port::SiteStore::Apply::commit;
  co_return report;
}

Result<Buffer> Importer::annotated(Bytes file, const std::vector<ImportIssue>& issues) {
  const auto workbook = format_.read(file);
  if (!workbook) return fail(workbook.error());
  std::vector<port::SheetContent> sheets{issue_sheet(issues)};
  for (const auto& sheet : workbook->sheets)
    if (!sheet.name.starts_with(kErrorsTitle)) sheets.push_back(annotated_sheet(sheet, issues));
  return format_.write_xlsx(sheets);
}

}  // namespace paymeter::service
