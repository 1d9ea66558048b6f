// The matrix as a sheet: order, filters, words, numbers.
#include "paymeter/service/matrix_export.hpp"

#include <gtest/gtest.h>

namespace paymeter::service {
namespace {

constexpr UtcMs kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z

domain::Meter meter(std::int64_t id, const char* code, std::optional<RoomId> room) {
  domain::Meter meter;
  meter.id = MeterId{id};
  meter.property = PropertyId{1};
  meter.bus = BusId{1};
  meter.code = code;
  meter.room = room;
  return meter;
}

/// Two buildings, three meters; the first is read and open.
LiveTable table() {
  domain::Site site;
  site.properties.push_back({PropertyId{1}, "p", "Asia/Shanghai", false});
  site.buildings.push_back({BuildingId{1}, PropertyId{1}, "A座"});
  site.buildings.push_back({BuildingId{2}, PropertyId{1}, "B座"});
  site.rooms.push_back({RoomId{1}, PropertyId{1}, BuildingId{2}, 3, "301", "书店"});
  site.rooms.push_back({RoomId{2}, PropertyId{1}, BuildingId{1}, -1, "B01", "车库"});
  site.meters = {meter(1, "1203", RoomId{1}), meter(2, "1204", RoomId{2}),
                 meter(3, "0001", std::nullopt)};
  domain::Account account;
  account.id = AccountId{1};
  account.property = PropertyId{1};
  account.number = "000017";
  account.customer_name = "张三";
  account.state = domain::AccountState::open;
  account.meters = {MeterId{1}};
  LiveTable live;
  live.load(site, {account});
  auto& read = *live.find(MeterId{1});
  read.prepaid.emplace();
  read.prepaid->balance = {-5};
  read.prepaid->credit_remaining = {12'345};
  read.prepaid->purchase_count = 4;
  read.prepaid->account_open = true;
  read.prepaid->alarm1 = read.prepaid->alarm2 = read.prepaid->arrears = true;
  read.prepaid->relay_open = true;
  read.measured.emplace();
  read.measured->energy_wh = 1'234'560;
  read.measured->power_w[3] = -1'500;
  read.last_contact = kNow - seconds(42);
  live.find(MeterId{2})->lost = true;
  return live;
}

std::string line(const std::vector<std::string>& row) {
  std::string text;
  for (const auto& cell : row) text += (text.empty() ? "" : "|") + cell;
  return text;
}

}  // namespace

TEST(MatrixExport, RowsInOrderWithNumbersAsText) {
  const auto live = table();
  const auto sheet = matrix_sheet(live, {}, Language::zh, kNow);
  EXPECT_EQ(sheet.name, "状态矩阵");
  ASSERT_EQ(sheet.rows.size(), 3U);
  EXPECT_EQ(sheet.rows[0][5], "0001") << "meters without a room first";
  EXPECT_EQ(line(sheet.rows[1]), "A座|-1|B01|车库||1204||失联||||||||");
  EXPECT_EQ(
      line(sheet.rows[2]),
      "B座|3|301|张三|000017|1203||欠费|分闸|-0.05|1234.56|-1.5|12.345|4|2026-11-22 15:59:18|42");
  for (const auto& row : sheet.rows) EXPECT_EQ(row.size(), sheet.columns.size());
}

TEST(MatrixExport, Filters) {
  const auto live = table();
  EXPECT_EQ(matrix_sheet(live, {.building = BuildingId{2}}, Language::zh, kNow).rows.size(), 1U);
  EXPECT_EQ(matrix_sheet(live, {.state = domain::TileState::lost}, Language::zh, kNow).rows.size(),
            1U);
  EXPECT_EQ(matrix_sheet(live, {.building = BuildingId{2}, .state = domain::TileState::lost},
                         Language::en, kNow)
                .rows.size(),
            0U);
}

TEST(MatrixExport, English) {
  const auto live = table();
  const auto sheet = matrix_sheet(live, {}, Language::en, kNow);
  EXPECT_EQ(sheet.columns[9].title, "Balance (yuan)");
  EXPECT_EQ(sheet.rows[2][7], "Arrears");
  EXPECT_EQ(sheet.rows[2][8], "Off");
  EXPECT_EQ(sheet.rows[0][7], "Not opened");
}

}  // namespace paymeter::service
