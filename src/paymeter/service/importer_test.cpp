// The use case around the parser: nothing reaches the store unless everything is right.
#include "paymeter/service/importer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "paymeter/service/importer_columns.hpp"
#include "paymeter/service/importer_test_site.hpp"

namespace paymeter::service {
namespace {

using Apply = port::SiteStore::Apply;

class FakeStore final : public port::SiteStore {
 public:
  port::Async<Result<domain::Site>> load_site() override { co_return site; }
  port::Async<Result<domain::SitePlanResult>> apply_plan(domain::SitePlan plan, Apply apply,
                                                         UtcMs) override {
    plans.push_back(std::move(plan));
    applied.push_back(apply);
    co_return answer;
  }
  domain::Site site;
  Result<domain::SitePlanResult> answer = domain::SitePlanResult{11, 0, 0};
  std::vector<domain::SitePlan> plans;
  std::vector<Apply> applied;
};

class FakeFormat final : public port::WorkbookFormat {
 public:
  Result<port::Workbook> read(Bytes) override { return book; }
  Result<Buffer> write_xlsx(const std::vector<port::SheetContent>& sheets) override {
    written = sheets;
    return Buffer{1};
  }
  Result<port::Workbook> book;
  std::vector<port::SheetContent> written;
};

class FakeDrivers final : public port::MeterDriverFactory {
 public:
  Result<std::unique_ptr<port::MeterDriver>> make(const domain::Meter&) override {
    return fail(Errc::model_unknown);
  }
  std::vector<port::MeterModelInfo> models() const override { return test_models(); }
};

class ImporterTest : public testing::Test {
 protected:
  Result<ImportReport> import(Apply apply) {
    boost::asio::io_context loop;
    auto future =
        boost::asio::co_spawn(loop, importer_.import({}, apply, UtcMs{1}), boost::asio::use_future);
    loop.run();
    return future.get();
  }
  FakeStore store_;
  FakeFormat format_;
  FakeDrivers drivers_;
  Importer importer_{store_, format_, drivers_};
};

/// The template as its reader would see it: titles, then rows.
port::Workbook as_read(const std::vector<port::SheetContent>& sheets) {
  port::Workbook book;
  for (const auto& content : sheets) {
    port::Sheet sheet{content.name, {}};
    sheet.rows.emplace_back();
    for (const auto& column : content.columns) sheet.rows[0].push_back(column.title);
    sheet.rows.insert(sheet.rows.end(), content.rows.begin(), content.rows.end());
    book.sheets.push_back(std::move(sheet));
  }
  return book;
}

}  // namespace

TEST_F(ImporterTest, CommitAndDryRun) {
  format_.book = TestSite().book;
  for (const Apply apply : {Apply::dry_run, Apply::commit}) {
    const auto report = import(apply);
    ASSERT_TRUE(report);
    EXPECT_EQ(issue_lines(report->issues), "");
    EXPECT_EQ(report->result.added, 11);
    EXPECT_EQ(report->committed, apply == Apply::commit);
    EXPECT_EQ(report->meters, 2);
    EXPECT_EQ(report->rooms, 2);
    EXPECT_EQ(store_.applied.back(), apply);
  }
}

TEST_F(ImporterTest, AMistakeKeepsEverythingOut) {
  TestSite site;
  site.cell("仪表", "变比", 2) = "0";
  format_.book = site.book;
  const auto report = import(Apply::commit);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->issues.size(), 1U);
  EXPECT_FALSE(report->committed);
  EXPECT_TRUE(store_.plans.empty());
}

TEST_F(ImporterTest, ARefusalOfTheStoreFindsItsRow) {
  format_.book = TestSite().book;
  store_.answer = fail(Errc::import_change_forbidden, "meter 1204");
  const auto report = import(Apply::commit);
  ASSERT_TRUE(report);
  EXPECT_EQ(issue_lines(report->issues), "仪表 3  import_change_forbidden");
  EXPECT_FALSE(report->committed);
  store_.answer = fail(Errc::import_change_forbidden, "meter 12031");
  EXPECT_EQ(issue_lines(import(Apply::commit)->issues), " 0  import_change_forbidden")
      << "part of another code is no match";
}

TEST_F(ImporterTest, ARowOfADeviceThatWasReplacedIsToldInBothLanguages) {
  format_.book = TestSite().book;
  store_.answer = fail(Errc::import_device_replaced, "meter 1204: PM7 -> PM8");
  const auto report = import(Apply::commit);
  ASSERT_TRUE(report);
  ASSERT_EQ(issue_lines(report->issues), "仪表 3  import_device_replaced");
  EXPECT_NE(report->issues[0].text_zh.find("已换表"), std::string::npos);
  EXPECT_NE(report->issues[0].text_en.find("PM7 -> PM8"), std::string::npos);
}

TEST_F(ImporterTest, ErrorsOfFileAndStorePass) {
  format_.book = fail(Errc::sheet_not_workbook);
  EXPECT_EQ(import(Apply::commit).error().code, Errc::sheet_not_workbook);
  format_.book = TestSite().book;
  store_.answer = fail(Errc::store_full);
  EXPECT_EQ(import(Apply::commit).error().code, Errc::store_full);
}

TEST_F(ImporterTest, TheTemplatesExamplesAreRemarksAndImportOnceUncommented) {
  ASSERT_TRUE(importer_.template_workbook());
  auto book = as_read(format_.written);
  ASSERT_EQ(book.sheets.size(), 8U);
  domain::Site known;
  known.properties.push_back({PropertyId{1}, "p", "Asia/Shanghai", false});
  auto parsed = parse_site_workbook(book, test_models(), known);
  EXPECT_EQ(issue_lines(parsed.issues), "");
  EXPECT_TRUE(parsed.plan.meters.empty());

  for (auto& sheet : book.sheets)
    for (auto& row : sheet.rows)
      if (row[0].starts_with(kRemark)) row[0].erase(0, kRemark.size());
  parsed = parse_site_workbook(book, test_models());
  EXPECT_EQ(issue_lines(parsed.issues), "");
  EXPECT_EQ(parsed.plan.meters.size(), 2U);
  EXPECT_EQ(parsed.plan.buses.size(), 2U);
}

TEST_F(ImporterTest, TheTemplateHelps) {
  ASSERT_TRUE(importer_.template_workbook());
  const auto& meters = format_.written.back();
  EXPECT_EQ(meters.name, "仪表");
  for (const auto& column : meters.columns) {
    EXPECT_FALSE(column.comment.empty()) << column.title;
    if (column.title == "型号") {
      EXPECT_EQ(column.choices.size(), 2U) << "the models of this installation";
    }
  }
}

TEST_F(ImporterTest, AnAnnotatedCopy) {
  TestSite site;
  site.cell("仪表", "变比", 2) = "0";
  site.cell("仪表", "型号", 3) = "";
  format_.book = site.book;
  auto issues = import(Apply::dry_run)->issues;
  issues.push_back({"仪表", 0, "", Errc::import_column_missing, "", "缺", "missing"});
  ASSERT_TRUE(importer_.annotated({}, issues));
  const auto copy = as_read(format_.written);
  ASSERT_EQ(copy.sheets.size(), 8U);
  EXPECT_EQ(copy.sheets[0].name, "导入错误 Errors");
  EXPECT_EQ(copy.sheets[0].rows.size(), 1 + issues.size());
  EXPECT_EQ(copy.sheets[0].rows[1][2], "I 变比");
  const auto& meters = copy.sheets.back();
  EXPECT_EQ(meters.rows[0].back(), "导入错误");
  EXPECT_NE(meters.rows[1].back().find("I 变比：超出范围"), std::string::npos);
  EXPECT_NE(meters.rows[2].back().find("C 型号"), std::string::npos);
  EXPECT_NE(format_.written.back().columns.back().comment.find("missing"), std::string::npos);

  // Annotating the annotated copy replaces what was added before, and it can be imported.
  format_.book = copy;
  EXPECT_EQ(issue_lines(import(Apply::dry_run)->issues),
            "仪表 2 I 变比 import_value_invalid\n仪表 3 C 型号 import_value_missing");
  ASSERT_TRUE(importer_.annotated({}, {}));
  EXPECT_EQ(as_read(format_.written).sheets.size(), 8U);
  EXPECT_EQ(as_read(format_.written).sheets.back().rows[0].size(), meters.rows[0].size());
}

}  // namespace paymeter::service
