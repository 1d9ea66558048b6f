// From a spreadsheet file to the embedded database and back: examples, template, annotated copy.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "paymeter/adapter/spreadsheet/xlsx_xls_format.hpp"
#include "paymeter/driver/factory.hpp"
#include "paymeter/service/importer.hpp"
#include "paymeter/service/importer_columns.hpp"
#include "paymeter/service/matrix_export.hpp"
#include "paymeter/store/sqlite.hpp"

namespace paymeter::service {
namespace {

using Apply = port::SiteStore::Apply;

std::string read_text(const std::string& path) {
  std::ifstream in(std::string(PAYMETER_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Buffer read_file(const std::string& path) {
  const std::string text = read_text(path);
  return {text.begin(), text.end()};
}

std::string lines(const std::vector<ImportIssue>& issues) {
  std::string text;
  for (const auto& issue : issues)
    text += issue.sheet + " " + std::to_string(issue.row) + " " + issue.column + ": " +
            issue.text_en + "\n";
  return text;
}

class SiteWorkbook : public testing::Test {
 protected:
  SiteWorkbook() {
    store::SqliteOptions options;
    options.path = ":memory:";
    options.mode = store::ExecutionMode::inline_;
    options.durability = store::Durability::none;
    store_ = std::move(*store::open_sqlite(options));
    importer_ = std::make_unique<Importer>(*store_, format_, drivers_);
  }

  template <class T>
  static T run(port::Async<T> task) {
    boost::asio::io_context loop;
    auto future = boost::asio::co_spawn(loop, std::move(task), boost::asio::use_future);
    loop.run();
    return future.get();
  }
  ImportReport import(const Buffer& file, Apply apply) {
    const auto report = run(importer_->import(file, apply, UtcMs{1'795'334'400'000}));
    EXPECT_TRUE(report.has_value()) << report.error().detail;
    if (!report) return {};
    EXPECT_EQ(lines(report->issues), "");
    return *report;
  }

  adapter::XlsxXlsFormat format_;
  driver::ModelDriverFactory drivers_{driver::builtin_models()};
  std::unique_ptr<port::Store> store_;
  std::unique_ptr<Importer> importer_;
};

}  // namespace

TEST_F(SiteWorkbook, TheReferenceSiteImportsAndAgainChangesNothing) {
  const Buffer file = read_file("examples/reference-site.xlsx");
  const auto rehearsal = import(file, Apply::dry_run);
  EXPECT_FALSE(rehearsal.committed);
  EXPECT_EQ(rehearsal.meters, 152);
  EXPECT_TRUE(run(store_->load_site())->meters.empty());

  const auto first = import(file, Apply::commit);
  EXPECT_TRUE(first.committed);
  EXPECT_EQ(first.result.added, rehearsal.result.added);
  EXPECT_EQ(first.result.changed + first.result.unchanged,
            rehearsal.result.changed + rehearsal.result.unchanged);
  const auto second = import(file, Apply::commit);
  EXPECT_EQ(second.result.added, 0);
  EXPECT_EQ(second.result.changed, 0);
  EXPECT_EQ(second.result.unchanged, first.result.added);
}

TEST_F(SiteWorkbook, TheReferenceSiteIsWhatTheDemoNeeds) {
  import(read_file("examples/reference-site.xlsx"), Apply::commit);
  const auto site = run(store_->load_site());
  ASSERT_TRUE(site);
  EXPECT_EQ(site->rooms.size(), 152U);
  EXPECT_EQ(site->gateways.size(), 4U);
  ASSERT_EQ(site->buses.size(), 8U);
  EXPECT_EQ(site->meters.size(), 152U);
  EXPECT_TRUE(site->properties.at(0).is_test_site);
  std::set<int> ports;
  for (const auto& bus : site->buses) ports.insert(bus.port);
  EXPECT_EQ(*ports.begin(), 15'021);
  EXPECT_EQ(*ports.rbegin(), 15'028);
  std::map<BusId, int> meters_on;
  std::set<std::array<std::uint8_t, 16>> keys;
  for (const auto& meter : site->meters) {
    ++meters_on[meter.bus];
    keys.insert(meter.key);
    EXPECT_EQ(meter.model, "paymeter-reference-nk");
    EXPECT_EQ(meter.serial.size(), 10U);
    EXPECT_TRUE(meter.tariff.has_value() && meter.room.has_value()) << meter.code;
    EXPECT_EQ(meter.settings.alarm1.fen, 5000);
    EXPECT_EQ(meter.settings.alarm2.fen, 2000);
  }
  for (const auto& [bus, count] : meters_on) EXPECT_EQ(count, 19);
  EXPECT_EQ(keys.size(), 152U) << "every meter has a key of its own";
}

TEST_F(SiteWorkbook, TheSmallSiteImports) {
  const auto report = import(read_file("examples/small-site.xlsx"), Apply::commit);
  EXPECT_EQ(report.meters, 4);
  EXPECT_EQ(report.buses, 1);
  EXPECT_EQ(import(read_file("examples/small-site.xlsx"), Apply::commit).result.changed, 0);
}

TEST_F(SiteWorkbook, TheTemplateUncommentedIsATinySite) {
  const auto file = importer_->template_workbook();
  ASSERT_TRUE(file) << file.error().detail;
  auto book = format_.read(*file);
  ASSERT_TRUE(book) << book.error().detail;
  std::vector<port::SheetContent> filled;
  for (const auto& sheet : book->sheets) {
    port::SheetContent content;
    content.name = sheet.name;
    for (const auto& title : sheet.rows.at(0)) content.columns.push_back({title, true, 14, "", {}});
    for (std::size_t i = 1; i < sheet.rows.size(); ++i) {
      auto cells = sheet.rows[i];
      if (cells[0].starts_with(kRemark)) cells[0].erase(0, kRemark.size());
      content.rows.push_back(cells);
    }
    filled.push_back(content);
  }
  const auto report = import(*format_.write_xlsx(filled), Apply::commit);
  EXPECT_EQ(report.meters, 2);
  EXPECT_TRUE(report.committed);
}

TEST_F(SiteWorkbook, AnAnnotatedCopyOpensAndNamesTheRow) {
  const Buffer file = read_file("examples/small-site.xlsx");
  const std::vector<ImportIssue> issues{
      {"仪表", 3, "D 通讯地址", Errc::import_value_invalid, "0", "超出范围", "Out of range"}};
  const auto copy = importer_->annotated(file, issues);
  ASSERT_TRUE(copy) << copy.error().detail;
  const auto book = format_.read(*copy);
  ASSERT_TRUE(book);
  EXPECT_EQ(book->sheets.at(0).name, "导入错误 Errors");
  EXPECT_NE(book->sheets.back().rows.at(2).back().find("超出范围"), std::string::npos);
  import(*copy, Apply::dry_run);  // the copy itself still imports
}

TEST_F(SiteWorkbook, TenThousandMetersInOneWorkbook) {
  const auto small = format_.read(read_file("examples/small-site.xlsx"));
  ASSERT_TRUE(small);
  std::vector<port::SheetContent> sheets;
  for (const auto& sheet : small->sheets) {
    port::SheetContent content;
    content.name = sheet.name;
    for (const auto& title : sheet.rows[0]) content.columns.push_back({title, true, 14, "", {}});
    content.rows.assign(sheet.rows.begin() + 1, sheet.rows.end());
    if (sheet.name == "总线") {
      content.rows.clear();
      for (int bus = 0; bus < 50; ++bus) {
        auto row = sheet.rows[1];
        row[1] = "总线" + std::to_string(bus);
        row[3] = std::to_string(20'000 + bus);
        content.rows.push_back(row);
      }
    }
    if (sheet.name == "仪表") {
      content.rows.clear();
      for (int i = 0; i < 10'000; ++i) {
        auto row = sheet.rows[1];
        row[0] = "M" + std::to_string(i);
        row[3] = std::to_string(i % 200 + 1);
        row[5] = "总线" + std::to_string(i / 200);
        row[18] = "PM" + std::to_string(i);
        content.rows.push_back(row);
      }
    }
    sheets.push_back(std::move(content));
  }
  EXPECT_EQ(import(*format_.write_xlsx(sheets), Apply::dry_run).meters, 10'000);
}

TEST(SiteWorkbookPage, DescribesEverySheetAndColumn) {
  const std::string page = read_text("docs/formats/site-workbook.md");
  for (const auto& sheet : site_sheets()) {
    const std::string heading = "## " + std::string(sheet.zh) + " " + std::string(sheet.en);
    EXPECT_NE(page.find(heading), std::string::npos) << heading;
    for (const auto& column : sheet.columns) {
      const std::string row = "| " + std::string(column.zh) + " | " + std::string(column.en) +
                              " | " + (column.need == Need::key ? "●" : "") + " | " +
                              std::string(column.note_zh) + " | " + std::string(column.note_en) +
                              " |";
      EXPECT_NE(page.find(row), std::string::npos) << row;
    }
  }
}

}  // namespace paymeter::service
