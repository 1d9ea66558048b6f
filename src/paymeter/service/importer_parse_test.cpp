// A clean workbook becomes a plan; every spoiled cell is named by sheet, row, column and reason.
#include "paymeter/service/importer_test_site.hpp"

namespace paymeter::service {

TEST(ImporterParse, ACleanSite) {
  const auto parsed = TestSite().parse();
  ASSERT_EQ(issue_lines(parsed.issues), "");
  const auto& plan = parsed.plan;
  ASSERT_TRUE(plan.property);
  EXPECT_EQ(plan.property->name, "项目一");
  EXPECT_FALSE(plan.property->is_test_site);
  EXPECT_EQ(plan.buildings.size(), 2U);
  ASSERT_EQ(plan.rooms.size(), 2U);
  EXPECT_EQ(plan.rooms[1].room.floor, -1);
  EXPECT_EQ(plan.rooms[0].room.name, "便利店");
  ASSERT_EQ(plan.buses.size(), 2U);
  EXPECT_EQ(plan.buses[0].bus.port, 502);
  EXPECT_EQ(plan.buses[0].bus.baud, 9600);
  EXPECT_EQ(plan.buses[0].bus.poll_interval, seconds(15));
  EXPECT_EQ(plan.buses[1].bus.transport, domain::BusTransport::serial);
  EXPECT_EQ(plan.buses[1].bus.parity, domain::Parity::even);
  EXPECT_EQ(plan.buses[1].bus.reply_timeout, Millis{500});
  EXPECT_EQ(plan.buses[1].bus.full_interval, minutes(60));
}

TEST(ImporterParse, PricesFillEmptyRatesFromTheirNeighbours) {
  const auto plan = TestSite().parse().plan;
  ASSERT_EQ(plan.tariffs.size(), 2U);
  const auto& tou = plan.tariffs[0].prices.rate_price;
  EXPECT_EQ(tou[0].e8, 143'560'000);
  EXPECT_EQ(tou[4].e8, 35'210'000) << "deep valley = valley";
  const auto& steps = plan.tariffs[1].prices;
  for (const auto price : steps.rate_price) EXPECT_EQ(price.e8, 52'830'000);
  ASSERT_EQ(steps.steps.size(), 2U);
  EXPECT_EQ(steps.steps[1].from.wh, 400'000);
  EXPECT_EQ(steps.steps[1].surcharge.e8, 30'000'000);
}

TEST(ImporterParse, AMeterInFull) {
  const auto plan = TestSite().parse().plan;
  ASSERT_EQ(plan.meters.size(), 2U);
  const auto& row = plan.meters[0];
  EXPECT_EQ(row.building + "/" + row.room + "/" + row.gateway + "/" + row.bus + "/" + row.tariff,
            "A座/101/管理机1/总线1/分时");
  EXPECT_EQ(row.meter.code, "1203");
  EXPECT_EQ(row.meter.ct_ratio, 20U);
  EXPECT_EQ(row.meter.wallet, domain::Wallet::meter);
  EXPECT_TRUE(row.meter.prepaid);
  EXPECT_TRUE(row.meter.is_protected);
  EXPECT_EQ(row.meter.settings, (domain::MeterSettings{{5000}, {2000}, 60'000, {0}}));
  EXPECT_EQ(row.meter.key[15], 15);
  ASSERT_TRUE(row.opening);
  EXPECT_EQ(row.opening->energy_wh, 12'500);
  EXPECT_EQ(format_rfc3339(row.opening->at), "2026-11-22T00:00:00.000Z") << "local time";
  const auto& check = plan.meters[1].meter;
  EXPECT_FALSE(check.prepaid) << "a model without wallet is only read";
  EXPECT_EQ(check.wallet, domain::Wallet::platform);
  EXPECT_EQ(check.ct_ratio, 1U);
}

TEST(ImporterParse, OneBadCell) {
  struct Row {
    const char* why;
    const char* sheet;
    const char* title;
    int row;
    const char* value;
    const char* issue;
  };
  const Row rows[] = {
      {"unit 0 is broadcast", "仪表", "通讯地址", 2, "0", "仪表 2 D 通讯地址 import_value_invalid"},
      {"unit 247 is the last", "仪表", "通讯地址", 2, "248",
       "仪表 2 D 通讯地址 import_value_invalid"},
      {"unit is a number", "仪表", "通讯地址", 2, "一", "仪表 2 D 通讯地址 import_value_invalid"},
      {"unit missing", "仪表", "通讯地址", 2, "", "仪表 2 D 通讯地址 import_value_missing"},
      {"CT ratio 0", "仪表", "变比", 2, "0", "仪表 2 I 变比 import_value_invalid"},
      {"CT ratio with decimals", "仪表", "变比", 2, "1.5", "仪表 2 I 变比 import_value_invalid"},
      {"CT ratio above 16 bits", "仪表", "变比", 2, "65536", "仪表 2 I 变比 import_value_invalid"},
      {"code missing", "仪表", "表号", 2, "", "仪表 2 A 表号 import_value_missing"},
      {"code with a space", "仪表", "表号", 2, "12 03", "仪表 2 A 表号 import_value_invalid"},
      {"code too long", "仪表", "表号", 2, "123456789012345678901234567890123",
       "仪表 2 A 表号 import_value_invalid"},
      {"code twice, once as a decimal", "仪表", "表号", 3, "1203.0",
       "仪表 3 A 表号 import_duplicate"},
      {"model unknown", "仪表", "型号", 2, "dtsy", "仪表 2 C 型号 import_reference_unknown"},
      {"gateway unknown", "仪表", "所属管理机", 2, "管理机9",
       "仪表 2 E 所属管理机 import_reference_unknown"},
      {"bus of another gateway", "仪表", "总线", 2, "总线2",
       "仪表 2 F 总线 import_reference_unknown"},
      {"room unknown", "仪表", "房号", 2, "103", "仪表 2 H 房号 import_reference_unknown"},
      {"room without building", "仪表", "建筑", 2, "", "仪表 2 G 建筑 import_value_missing"},
      {"building without room", "仪表", "房号", 2, "", "仪表 2 H 房号 import_value_missing"},
      {"energy unknown", "仪表", "能源类型", 2, "气", "仪表 2 J 能源类型 import_value_invalid"},
      {"wallet unknown", "仪表", "钱包", 2, "口袋", "仪表 2 K 钱包 import_value_invalid"},
      {"prepaid unclear", "仪表", "预付费", 2, "也许", "仪表 2 L 预付费 import_value_invalid"},
      {"tariff missing", "仪表", "电价方案", 2, "", "仪表 2 M 电价方案 import_value_missing"},
      {"tariff unknown", "仪表", "电价方案", 2, "夜间",
       "仪表 2 M 电价方案 import_reference_unknown"},
      {"alarm with three decimals", "仪表", "报警金额1", 2, "50.001",
       "仪表 2 N 报警金额1 import_value_invalid\n仪表 2 O 报警金额2 import_value_invalid"},
      {"alarm 2 above alarm 1", "仪表", "报警金额2", 2, "50.01",
       "仪表 2 O 报警金额2 import_value_invalid"},
      {"alarm negative", "仪表", "报警金额2", 2, "-1", "仪表 2 O 报警金额2 import_value_invalid"},
      {"alarm beyond the meter's register", "仪表", "报警金额1", 2, "21474836.48",
       "仪表 2 N 报警金额1 import_value_invalid\n仪表 2 O 报警金额2 import_value_invalid"},
      {"overload negative", "仪表", "过载功率W", 2, "-5",
       "仪表 2 P 过载功率W import_value_invalid"},
      {"overdraft no number", "仪表", "透支金额", 2, "无",
       "仪表 2 Q 透支金额 import_value_invalid"},
      {"serial too long", "仪表", "出厂编号", 2, "PM0000000000000000001",
       "仪表 2 S 出厂编号 import_value_invalid"},
      {"serial with Chinese letters", "仪表", "出厂编号", 2, "号1203",
       "仪表 2 S 出厂编号 import_value_invalid"},
      {"key too short", "仪表", "密钥", 2, "0001", "仪表 2 T 密钥 import_value_invalid"},
      {"key not hexadecimal", "仪表", "密钥", 2, "000102030405060708090a0b0c0d0e0g",
       "仪表 2 T 密钥 import_value_invalid"},
      {"key of zeros away from a bench", "仪表", "密钥", 2, "00000000000000000000000000000000",
       "仪表 2 T 密钥 import_value_invalid"},
      {"key missing", "仪表", "密钥", 2, "", "仪表 2 T 密钥 import_value_missing"},
      {"opening without time", "仪表", "抄表时间", 2, "", "仪表 2 V 抄表时间 import_value_missing"},
      {"time without opening", "仪表", "起始读数kWh", 2, "",
       "仪表 2 U 起始读数kWh import_value_missing"},
      {"opening with four decimals", "仪表", "起始读数kWh", 2, "1.0001",
       "仪表 2 U 起始读数kWh import_value_invalid"},
      {"time that is none", "仪表", "抄表时间", 2, "2026-02-30",
       "仪表 2 V 抄表时间 import_value_invalid"},
      {"model without wallet as prepaid", "仪表", "钱包", 3, "表计",
       "仪表 3 K 钱包 import_value_invalid\n仪表 3 M 电价方案 import_value_missing\n"
       "仪表 3 T 密钥 import_value_missing"},
      {"port 0", "总线", "端口", 2, "0", "总线 2 D 端口 import_value_invalid"},
      {"port above 16 bits", "总线", "端口", 2, "65536", "总线 2 D 端口 import_value_invalid"},
      {"port missing for TCP", "总线", "端口", 2, "", "总线 2 D 端口 import_value_missing"},
      {"device missing for serial", "总线", "串口设备", 3, "",
       "总线 3 E 串口设备 import_value_missing"},
      {"TCP through a gateway without host", "总线", "所属管理机", 2, "管理机2",
       "总线 2 A 所属管理机 import_value_missing\n总线 3 B 名称 import_duplicate\n"
       "仪表 2 F 总线 import_reference_unknown"},
      {"transport unknown", "总线", "通讯方式", 2, "lora",
       "总线 2 C 通讯方式 import_value_invalid"},
      {"baud unusual", "总线", "波特率", 3, "9700", "总线 3 F 波特率 import_value_invalid"},
      {"parity unknown", "总线", "校验", 3, "双", "总线 3 G 校验 import_value_invalid"},
      {"timeout too short", "总线", "超时ms", 3, "10", "总线 3 H 超时ms import_value_invalid"},
      {"poll 0", "总线", "轮询间隔s", 3, "0", "总线 3 I 轮询间隔s import_value_invalid"},
      {"full reading over a day", "总线", "集抄间隔min", 3, "1441",
       "总线 3 J 集抄间隔min import_value_invalid"},
      {"host with scheme", "通讯管理机", "IP", 2, "http://10.0.0.1",
       "通讯管理机 2 B IP import_value_invalid"},
      {"host that is nearly an address", "通讯管理机", "IP", 2, "192.168.1.300",
       "通讯管理机 2 B IP import_value_invalid"},
      {"gateway twice, other case", "通讯管理机", "名称", 3, "管理机１",
       "通讯管理机 3 A 名称 import_duplicate\n总线 3 A 所属管理机 import_reference_unknown\n"
       "仪表 3 E 所属管理机 import_reference_unknown"},
      {"floor unclear", "房间", "楼层", 2, "大堂", "房间 2 B 楼层 import_value_invalid"},
      {"floor missing", "房间", "楼层", 2, "", "房间 2 B 楼层 import_value_missing"},
      {"floor too high", "房间", "楼层", 2, "201", "房间 2 B 楼层 import_value_invalid"},
      {"room twice in a building", "房间", "房号", 3, "101", "房间 3 C 房号 import_duplicate"},
      {"room's building unknown", "房间", "建筑", 3, "C座",
       "房间 3 A 建筑 import_reference_unknown"},
      {"building twice", "建筑", "名称", 3, " A座 ", "建筑 3 A 名称 import_duplicate"},
      {"name too long", "建筑", "名称", 3,
       "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
       "一二三四五六七八九十一二三四五六七八九十一二三四五",
       "建筑 3 A 名称 import_value_invalid"},
      {"price missing", "电价方案", "平", 2, "", "电价方案 2 D 平 import_value_missing"},
      {"price negative", "电价方案", "谷", 2, "-0.1", "电价方案 2 E 谷 import_value_invalid"},
      {"price with nine decimals", "电价方案", "峰", 2, "0.123456789",
       "电价方案 2 C 峰 import_value_invalid"},
      {"price that the meter cannot hold", "电价方案", "峰", 2, "1.17125",
       "电价方案 2 C 峰 import_value_invalid"},
      {"step without surcharge", "电价方案", "阶梯1加价", 3, "",
       "电价方案 3 H 阶梯1加价 import_value_missing\n电价方案 3 I 阶梯2起 import_value_invalid"},
      {"steps that do not rise", "电价方案", "阶梯2起", 3, "230",
       "电价方案 3 I 阶梯2起 import_value_invalid"},
      {"tariff twice", "电价方案", "名称", 3, "分时", "电价方案 3 A 名称 import_duplicate"},
      {"zone with daylight saving", "项目", "时区", 2, "Europe/Berlin",
       "项目 2 B 时区 import_value_invalid"},
      {"test site unclear", "项目", "测试站点", 2, "?", "项目 2 C 测试站点 import_value_invalid"},
  };
  for (const auto& row : rows) {
    TestSite site;
    site.cell(row.sheet, row.title, row.row) = row.value;
    const auto issues = site.parse().issues;
    EXPECT_EQ(issue_lines(issues), row.issue) << row.why;
    for (const auto& issue : issues) {
      EXPECT_FALSE(issue.text_zh.empty()) << row.why;
      EXPECT_FALSE(issue.text_en.empty()) << row.why;
      EXPECT_NE(issue.text_zh, issue.text_en) << row.why;
    }
  }
}

TEST(ImporterParse, WhatIsTolerated) {
  struct Row {
    const char* why;
    const char* sheet;
    const char* title;
    int row;
    const char* value;
  };
  const Row rows[] = {
      {"full-width digits", "仪表", "通讯地址", 2, "１"},
      {"a number with zeros behind the point", "仪表", "通讯地址", 2, "1.0"},
      {"thousands separator", "仪表", "过载功率W", 2, "60,000"},
      {"reference with spaces and other width", "仪表", "所属管理机", 2, " 管理机１ "},
      {"English yes", "仪表", "保电", 2, "YES"},
      {"boolean cell", "仪表", "保电", 2, "TRUE"},
      {"model in capitals", "仪表", "型号", 2, "Paymeter-Reference-NK"},
      {"key with spaces and capitals", "仪表", "密钥", 2, "00010203 04050607 08090A0B 0C0D0E0F"},
      {"transport in words", "总线", "通讯方式", 2, "Modbus TCP"},
      {"parity as 8E1", "总线", "校验", 3, "8E1"},
      {"host name", "通讯管理机", "IP", 2, "gw-1.example.com"},
      {"IPv6", "通讯管理机", "IP", 2, "fe80::1"},
      {"no test site given", "项目", "测试站点", 2, ""},
  };
  for (const auto& row : rows) {
    TestSite site;
    site.cell(row.sheet, row.title, row.row) = row.value;
    EXPECT_EQ(issue_lines(site.parse().issues), "") << row.why;
  }
}

TEST(ImporterParse, IssuesCarryTheCellAndWhatIsAllowed) {
  TestSite site;
  site.cell("仪表", "变比", 2) = " 0 ";
  site.cell("仪表", "型号", 3) = "dtsy";
  const auto issues = site.parse().issues;
  ASSERT_EQ(issues.size(), 2U);
  EXPECT_EQ(issues[0].value, "0");
  EXPECT_EQ(issues[0].text_zh, "超出范围：应为 1 到 65535 的整数");
  EXPECT_EQ(issues[0].text_en, "Out of range: a whole number from 1 to 65535 is allowed");
  EXPECT_NE(issues[1].text_en.find("paymeter-reference-nk, acrel-dtsd1352"), std::string::npos);
}

TEST(ImporterParse, ZeroKeysOnlyAtATestSite) {
  TestSite site;
  site.cell("项目", "测试站点", 2) = "是";
  for (const char* key : {"", "00000000000000000000000000000000"}) {
    site.cell("仪表", "密钥", 2) = key;
    EXPECT_EQ(issue_lines(site.parse().issues), "") << key;
  }
}

TEST(ImporterParse, ALineCarries32Meters) {
  TestSite site;
  auto& rows = site.sheet("仪表").rows;
  const auto check_meter = rows[2];
  for (int unit = 2; unit <= 34; ++unit) {
    rows.push_back(check_meter);
    rows.back()[0] = "X" + std::to_string(unit);
    rows.back()[3] = std::to_string(unit);
  }
  EXPECT_EQ(issue_lines(site.parse().issues), "仪表 35 F 总线 import_value_invalid")
      << "said once, at the 33rd meter";
  for (std::size_t i = 2; i < rows.size(); ++i) {
    rows[i][4] = "管理机1";
    rows[i][3] = std::to_string(i);
  }
  EXPECT_EQ(issue_lines(site.parse().issues), "") << "a Modbus TCP gateway may carry more";
}

TEST(ImporterParse, DuplicatesAcrossRows) {
  TestSite site;
  auto& meters = site.sheet("仪表").rows;
  meters.push_back(meters[1]);
  site.cell("仪表", "表号", 4) = "1205";
  auto& buses = site.sheet("总线").rows;
  buses.push_back(buses[1]);
  site.cell("总线", "名称", 4) = "总线9";
  const auto issues = site.parse().issues;
  EXPECT_EQ(issue_lines(issues),
            "总线 4 D 端口 import_duplicate\n仪表 4 D 通讯地址 import_duplicate\n"
            "仪表 4 S 出厂编号 import_duplicate");
  EXPECT_NE(issues[1].text_zh.find("1203"), std::string::npos) << "names the other meter";
}

TEST(ImporterParse, APriceOfManyMetersIsNamedOnce) {
  TestSite site;
  site.cell("电价方案", "平", 2) = "0.73841";
  auto& meters = site.sheet("仪表").rows;
  for (int i = 2; i < 6; ++i) {
    meters.push_back(meters[1]);
    meters.back()[0] = "N" + std::to_string(i);
    meters.back()[3] = std::to_string(i);
    meters.back()[18] = "";
  }
  EXPECT_EQ(issue_lines(site.parse().issues), "电价方案 2 D 平 import_value_invalid");
  site.cell("仪表", "预付费", 2) = "否";
  for (int row = 4; row <= 7; ++row) site.cell("仪表", "预付费", row) = "否";
  EXPECT_EQ(issue_lines(site.parse().issues), "") << "nobody has to hold it";
}

namespace {
/// The column of main meters beside the two meters of the test site.
TestSite with_mains(const std::string& first, const std::string& second) {
  TestSite site;
  auto& rows = site.sheet("仪表").rows;
  rows[0].push_back("总表范围");
  rows[1].push_back(first);
  rows[2].push_back(second);
  return site;
}
}  // namespace

TEST(ImporterParse, MainMetersOfBuildingsAndFloors) {
  const auto parsed = with_mains("A座/b1", "B座").parse();
  EXPECT_EQ(issue_lines(parsed.issues), "");
  ASSERT_EQ(parsed.mains.size(), 2U);
  EXPECT_EQ(parsed.mains[0].meter, "1203");
  EXPECT_EQ(parsed.mains[0].building, "A座");
  EXPECT_EQ(parsed.mains[0].floor, -1);
  EXPECT_EQ(parsed.mains[1].building, "B座");
  EXPECT_FALSE(parsed.mains[1].floor);
  EXPECT_EQ(parsed.property_name, "项目一");
  EXPECT_TRUE(with_mains("", "").parse().mains.empty());
}

TEST(ImporterParse, MainMetersThatCannotBe) {
  struct Row {
    const char* reason;
    const char* cell;
    const char* utility;
    const char* code;
  };
  const Row rows[] = {
      {"no such building", "C座", "电", "import_reference_unknown"},
      {"no room on that floor", "A座/9", "电", "import_reference_unknown"},
      {"no floor at all", "A座/天台", "电", "import_reference_unknown"},
      {"a building without rooms has no floors", "B座/1", "电", "import_reference_unknown"},
      {"water is not lost like this", "A座", "水", "import_value_invalid"},
  };
  for (const Row& row : rows) {
    TestSite site = with_mains(row.cell, "");
    site.cell("仪表", "能源类型", 2) = row.utility;
    const auto parsed = site.parse();
    EXPECT_NE(issue_lines(parsed.issues).find(row.code), std::string::npos)
        << row.reason << ": " << issue_lines(parsed.issues);
    EXPECT_TRUE(parsed.mains.empty()) << row.reason;
  }
}

}  // namespace paymeter::service
