/// S1: a workbook becomes the site. Errors name sheet, row and column; all or nothing.
#pragma once

#include <string>
#include <vector>

#include "paymeter/domain/site.hpp"
#include "paymeter/port/meter_driver.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/port/workbook.hpp"
#include "paymeter/service/main_meters.hpp"

namespace paymeter::service {

/// One thing wrong in a workbook. row counts as the spreadsheet shows it (titles are row 1);
/// column is the letter and the title: `F 变比`. 0 / empty = the whole sheet.
struct ImportIssue {
  std::string sheet;
  int row = 0;
  std::string column;
  Errc code = Errc::import_value_invalid;
  std::string value;             ///< what stands in the cell
  std::string text_zh, text_en;  ///< the reason in words, with what is allowed
};

struct ImportReport {
  domain::SitePlanResult result;
  std::vector<ImportIssue> issues;  ///< not empty: nothing was imported
  int buildings = 0, rooms = 0, gateways = 0, buses = 0, tariffs = 0, meters = 0;
  bool committed = false;
  /// Named as main meters, and the property they belong to: for next_tree_changes, once committed.
  std::vector<MainMeter> mains;
  std::string property_name;
};

/// Checks a workbook without any store. Titles are accepted in Chinese and English, in any column
/// order; unknown columns are ignored, unknown sheets too. At most 1,000 issues.
struct ParsedPlan {
  domain::SitePlan plan;
  std::vector<ImportIssue> issues;
  std::string meter_sheet;  ///< its name, and for each of plan.meters its row there
  std::vector<int> meter_rows;
  std::vector<MainMeter> mains;
  std::string property_name;
};
/// `known` is what the store already holds: rows may refer to it, and empty cells of a key or a
/// serial number keep what is known. Without it everything must stand in the workbook.
ParsedPlan parse_site_workbook(const port::Workbook& workbook,
                               const std::vector<port::MeterModelInfo>& models,
                               const domain::Site& known = {});

class Importer {
 public:
  Importer(port::SiteStore& store, port::WorkbookFormat& format, port::MeterDriverFactory& drivers)
      : store_(store), format_(format), drivers_(drivers) {}
  /// The report says everything; an Error only when the file is no workbook or the store failed.
  port::Async<Result<ImportReport>> import(Buffer file, port::SiteStore::Apply apply, UtcMs at);
  /// The annotated template: titles, notes, choices and example rows (remarks until their `##`
  /// is taken away). Errors: sheet_damaged (no space for a temporary file).
  Result<Buffer> template_workbook();
  /// The same workbook, cells as text and numbers without formats, with a column 导入错误 in every
  /// sheet and a first sheet that lists all issues. Errors: those of reading and writing it.
  Result<Buffer> annotated(Bytes file, const std::vector<ImportIssue>& issues);

 private:
  port::SiteStore& store_;
  port::WorkbookFormat& format_;
  port::MeterDriverFactory& drivers_;
};

}  // namespace paymeter::service
