// Sheets and titles as people arrange them, and what the store knows already.
#include <algorithm>

#include "paymeter/service/importer_columns.hpp"
#include "paymeter/service/importer_test_site.hpp"

namespace paymeter::service {
namespace {

domain::Site known_site() {
  domain::Site site;
  site.properties.push_back({PropertyId{1}, "项目一", "Asia/Shanghai", false});
  site.buildings.push_back({BuildingId{1}, PropertyId{1}, "A座"});
  site.rooms.push_back({RoomId{1}, PropertyId{1}, BuildingId{1}, 1, "101", ""});
  site.gateways.push_back({GatewayId{1}, PropertyId{1}, "管理机1", "127.0.0.1"});
  domain::Bus bus;
  bus.id = BusId{1};
  bus.property = PropertyId{1};
  bus.gateway = GatewayId{1};
  bus.name = "总线1";
  bus.port = 502;
  site.buses.push_back(bus);
  domain::Tariff tariff;
  tariff.id = TariffId{1};
  tariff.property = PropertyId{1};
  tariff.name = "分时";
  site.tariffs.push_back(tariff);
  domain::Meter meter;
  meter.id = MeterId{1};
  meter.property = PropertyId{1};
  meter.bus = BusId{1};
  meter.code = "0900";
  meter.serial = "PM00000900";
  meter.unit = 9;
  meter.key.fill(7);
  site.meters.push_back(meter);
  return site;
}

/// Only the sheet of meters, and only the meter behind the TCP gateway.
TestSite meters_only() {
  TestSite site;
  std::erase_if(site.book.sheets, [](const auto& sheet) { return sheet.name != "仪表"; });
  site.book.sheets[0].rows.resize(2);
  return site;
}

}  // namespace

TEST(ImporterSheet, EnglishTitlesInAnyOrder) {
  TestSite site;
  for (auto& sheet : site.book.sheets)
    for (const auto& spec : site_sheets()) {
      if (sheet.name != spec.zh) continue;
      sheet.name = spec.en;
      for (auto& title : sheet.rows[0])
        for (const auto& column : spec.columns)
          if (title == column.zh) {
            title = column.en;
            break;
          }
      for (auto& row : sheet.rows) std::reverse(row.begin(), row.end());
      break;
    }
  const auto parsed = site.parse();
  EXPECT_EQ(issue_lines(parsed.issues), "");
  EXPECT_EQ(parsed.plan.meters.size(), 2U);
  EXPECT_EQ(parsed.plan.meters[0].meter.ct_ratio, 20U);
}

TEST(ImporterSheet, WhatStandsAroundTheTable) {
  TestSite site;
  auto& sheet = site.sheet("仪表");
  for (auto& row : sheet.rows) row.insert(row.begin(), "");  // a column in front
  sheet.rows[0][0] = "备注";
  sheet.rows.insert(sheet.rows.begin(), {"参考写字楼仪表清单"});  // a headline
  sheet.rows.push_back({});
  sheet.rows.push_back({"", "## 1299", "an example"});
  sheet.rows.push_back({"合计两块表"});
  site.add("Sheet1", {});
  site.add("说明", {{"随便写点什么"}});
  const auto parsed = site.parse();
  EXPECT_EQ(issue_lines(parsed.issues), "");
  EXPECT_EQ(parsed.plan.meters.size(), 2U);
  EXPECT_EQ(parsed.meter_rows, (std::vector<int>{3, 4})) << "rows as the spreadsheet shows them";
}

TEST(ImporterSheet, TitlesThatAreMissingOrDouble) {
  TestSite site;
  site.cell("仪表", "型号", 1) = "kind";
  site.cell("房间", "店铺/户名", 1) = "房号";
  EXPECT_EQ(issue_lines(site.parse().issues),
            "房间 1 D 房号 import_duplicate\n仪表 0 型号 import_column_missing");
}

TEST(ImporterSheet, SheetsThatAreMissingOrDouble) {
  TestSite site;
  site.add("Meters", {{"表号"}});
  EXPECT_EQ(issue_lines(site.parse().issues), "Meters 0  import_duplicate");
  port::Workbook empty;
  EXPECT_EQ(issue_lines(parse_site_workbook(empty, test_models()).issues),
            " 0  import_sheet_missing");
  empty.sheets.push_back({"Sheet1", {{"x"}}});
  EXPECT_EQ(issue_lines(parse_site_workbook(empty, test_models()).issues),
            " 0  import_sheet_missing");
}

TEST(ImporterSheet, AtMostAThousandIssues) {
  TestSite site;
  for (int i = 0; i < 3000; ++i) site.sheet("建筑").rows.push_back({"A座"});
  EXPECT_EQ(site.parse().issues.size(), 1000U);
}

TEST(ImporterSheet, RowsMayReferToWhatIsStored) {
  const auto site = meters_only();
  EXPECT_EQ(issue_lines(site.parse(known_site()).issues), "");
  EXPECT_EQ(site.parse(known_site()).plan.meters[0].bus, "总线1");
  EXPECT_EQ(issue_lines(site.parse().issues),
            "项目 0  import_sheet_missing\n仪表 2 E 所属管理机 import_reference_unknown\n"
            "仪表 2 G 建筑 import_reference_unknown\n仪表 2 M 电价方案 import_reference_unknown");
}

TEST(ImporterSheet, WhatIsStoredStaysTaken) {
  auto site = meters_only();
  site.cell("仪表", "通讯地址", 2) = "9";
  site.cell("仪表", "出厂编号", 2) = "PM00000900";
  EXPECT_EQ(issue_lines(site.parse(known_site()).issues),
            "仪表 2 D 通讯地址 import_duplicate\n仪表 2 S 出厂编号 import_duplicate");
  site.cell("仪表", "表号", 2) = "0900";
  EXPECT_EQ(issue_lines(site.parse(known_site()).issues), "") << "the stored meter itself";
}

TEST(ImporterSheet, EmptyKeyAndSerialKeepWhatIsStored) {
  auto site = meters_only();
  site.cell("仪表", "表号", 2) = "0900";
  site.cell("仪表", "出厂编号", 2) = "";
  site.cell("仪表", "密钥", 2) = "";
  const auto parsed = site.parse(known_site());
  ASSERT_EQ(issue_lines(parsed.issues), "");
  EXPECT_EQ(parsed.plan.meters[0].meter.serial, "PM00000900");
  EXPECT_EQ(parsed.plan.meters[0].meter.key[3], 7);
}

TEST(ImporterSheet, AStoredPriceThatTheMeterCannotHold) {
  auto known = known_site();
  known.tariffs[0].prices.rate_price[2].e8 = 12'345'678;
  EXPECT_EQ(issue_lines(meters_only().parse(known).issues),
            "仪表 2 M 电价方案 import_value_invalid");
}

TEST(ImporterSheet, OtherPropertiesNamesAreNotOurs) {
  auto known = known_site();
  known.properties.push_back({PropertyId{2}, "项目二", "Asia/Shanghai", true});
  auto site = meters_only();
  EXPECT_EQ(issue_lines(site.parse(known).issues).find("项目 0  import_sheet_missing"), 0U)
      << "which of the two?";
  site.add("项目", {{"名称"}, {"项目二"}});
  EXPECT_NE(issue_lines(site.parse(known).issues), "") << "the gateway belongs to the first";
  site.cell("项目", "名称", 2) = "项目一";
  EXPECT_EQ(issue_lines(site.parse(known).issues), "");
}

TEST(ImporterSheet, EmptyPropertyCellsKeepWhatIsStored) {
  auto known = known_site();
  known.properties[0].is_test_site = true;
  known.properties[0].time_zone = "Asia/Urumqi";
  auto site = meters_only();
  site.add("项目", {{"名称"}, {"项目一"}});
  const auto parsed = site.parse(known);
  ASSERT_TRUE(parsed.plan.property);
  EXPECT_TRUE(parsed.plan.property->is_test_site);
  EXPECT_EQ(format_rfc3339(parsed.plan.meters[0].opening->at), "2026-11-22T02:00:00.000Z");
}

TEST(ImporterSheet, EveryTitleIsFoundUnderEachOfItsNames) {
  for (const auto& spec : site_sheets())
    for (const auto& column : spec.columns) {
      EXPECT_FALSE(column.note_zh.empty()) << column.key;
      EXPECT_FALSE(column.note_en.empty()) << column.key;
    }
}

}  // namespace paymeter::service
