/// Test help: a small workbook that imports cleanly, and ways to spoil one cell of it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "paymeter/service/importer.hpp"

namespace paymeter::service {

inline std::vector<port::MeterModelInfo> test_models() {
  port::MeterModelInfo wallet{"paymeter-reference-nk", "Reference NK", "modbus", {}};
  wallet.abilities.prepaid_wallet = true;
  wallet.abilities.relay = true;
  wallet.abilities.measurements = true;
  port::MeterModelInfo plain{"acrel-dtsd1352", "DTSD1352", "modbus", {}};
  plain.abilities.measurements = true;
  return {wallet, plain};
}

inline const char* kTestKey = "000102030405060708090a0b0c0d0e0f";

/// Sheets by Chinese name; every sheet starts with its titles.
class TestSite {
 public:
  TestSite() {
    add("项目", {{"名称", "时区", "测试站点"}, {"项目一", "Asia/Shanghai", "否"}});
    add("建筑", {{"名称"}, {"A座"}, {"B座"}});
    add("房间", {{"建筑", "楼层", "房号", "店铺/户名"},
                 {"A座", "1", "101", "便利店"},
                 {"A座", "B1", "102", ""}});
    add("通讯管理机", {{"名称", "IP"}, {"管理机1", "127.0.0.1"}, {"管理机2", ""}});
    add("总线", {{"所属管理机", "名称", "通讯方式", "端口", "串口设备", "波特率", "校验", "超时ms",
                  "轮询间隔s", "集抄间隔min"},
                 {"管理机1", "总线1", "modbus_tcp", "502", "", "", "", "", "", ""},
                 {"管理机2", "总线1", "串口", "", "/dev/ttyS1", "2400", "偶", "500", "20", "60"}});
    add("电价方案",
        {{"名称", "尖", "峰", "平", "谷", "深谷", "阶梯1起", "阶梯1加价", "阶梯2起", "阶梯2加价"},
         {"分时", "1.4356", "1.1712", "0.7384", "0.3521", "", "", "", "", ""},
         {"阶梯", "", "", "0.5283", "", "", "230", "0.05", "400", "0.3"}});
    add("仪表", {{"表号",     "安装位置",  "型号",        "通讯地址",  "所属管理机", "总线",
                  "建筑",     "房号",      "变比",        "能源类型",  "钱包",       "预付费",
                  "电价方案", "报警金额1", "报警金额2",   "过载功率W", "透支金额",   "保电",
                  "出厂编号", "密钥",      "起始读数kWh", "抄表时间"},
                 {"1203",
                  "强电井",
                  "paymeter-reference-nk",
                  "1",
                  "管理机1",
                  "总线1",
                  "A座",
                  "101",
                  "20",
                  "",
                  "",
                  "",
                  "分时",
                  "50",
                  "20.00",
                  "60000",
                  "0",
                  "是",
                  "PM00001203",
                  kTestKey,
                  "12.5",
                  "2026-11-22 08:00"},
                 {"1204", "",        "acrel-dtsd1352",
                  "1",    "管理机2", "总线1",
                  "",     "",        "",
                  "电",   "",        "",
                  "",     "",        "",
                  "",     "",        "",
                  "",     "",        "",
                  ""}});
  }

  void add(std::string name, std::vector<std::vector<std::string>> rows) {
    book.sheets.push_back({std::move(name), std::move(rows)});
  }
  port::Sheet& sheet(const std::string& name) {
    for (auto& sheet : book.sheets)
      if (sheet.name == name) return sheet;
    ADD_FAILURE() << "no sheet " << name;
    return book.sheets.front();
  }
  /// The cell under `title` in row `row` (as the spreadsheet counts: titles are row 1).
  std::string& cell(const std::string& name, const std::string& title, int row) {
    auto& rows = sheet(name).rows;
    for (std::size_t i = 0; i < rows[0].size(); ++i)
      if (rows[0][i] == title) return rows[static_cast<std::size_t>(row) - 1][i];
    ADD_FAILURE() << "no column " << title;
    return rows[0][0];
  }
  ParsedPlan parse(const domain::Site& known = {}) const {
    return parse_site_workbook(book, test_models(), known);
  }

  port::Workbook book;
};

/// `仪表 2 I 变比 import_value_invalid`, one line per issue.
inline std::string issue_lines(const std::vector<ImportIssue>& issues) {
  std::string lines;
  for (const auto& issue : issues) {
    if (!lines.empty()) lines += "\n";
    lines += issue.sheet + " " + std::to_string(issue.row) + " " + issue.column + " " +
             std::string(error_name(issue.code));
  }
  return lines;
}

}  // namespace paymeter::service
