// One row per live meter, written by integer arithmetic only.
#include "paymeter/service/matrix_export.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>

#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

struct Title {
  const char *zh, *en;
  bool numeric;
  int width;
};
constexpr auto kTitles = std::to_array<Title>({
    {"建筑", "Building", false, 14},
    {"楼层", "Floor", true, 8},
    {"房号", "Room", false, 10},
    {"户名", "Name", false, 26},
    {"户号", "Account", false, 14},
    {"表号", "Meter", false, 14},
    {"安装位置", "Location", false, 22},
    {"状态", "State", false, 12},
    {"供电", "Supply", false, 12},
    {"余额(元)", "Balance (yuan)", true, 12},
    {"累计电量(kWh)", "Energy (kWh)", true, 14},
    {"功率(kW)", "Power (kW)", true, 12},
    {"剩余电量(kWh)", "Remaining (kWh)", true, 14},
    {"购电次数", "Purchases", true, 10},
    {"最近通讯", "Last contact", false, 20},
    {"距今(秒)", "Age (s)", true, 10},
});

const char* pick(Language language, const char* zh, const char* en) {
  return language == Language::zh ? zh : en;
}

std::string supply_words(const std::optional<domain::PrepaidState>& read, Language language) {
  if (!read) return {};
  if (read->forced)
    return read->relay_open ? pick(language, "拉闸", "Tripped")
                            : pick(language, "保电", "Forced on");
  if (read->overload_trip) return pick(language, "过载跳闸", "Overload trip");
  return read->relay_open ? pick(language, "分闸", "Off") : pick(language, "合闸", "On");
}

std::string local_text(UtcMs at, Millis offset) {
  const CivilTime c = civil_time(at, offset);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day,
                c.hour, c.minute, c.second);
  return text.data();
}

/// A meter with what it is sorted and shown by.
struct Entry {
  const LiveMeter* live = nullptr;
  const domain::Building* building = nullptr;
  const domain::Room* room = nullptr;
  auto order() const {
    // Meters without a room (main meters) come first in their building-less group.
    return std::make_tuple(building ? building->id.value : 0, room ? room->floor : 0,
                           std::string_view(room ? room->number : ""),
                           std::string_view(live->meter.code));
  }
};

std::vector<std::string> row_of(const LiveTable& table, const Entry& entry, Language language,
                                UtcMs now) {
  const auto& live = *entry.live;
  const auto* property = table.property(live.meter.property);
  const Millis offset =
      fixed_zone_offset(property ? property->time_zone : "Asia/Shanghai").value_or(minutes(480));
  std::string holder;
  if (live.account) holder = live.account->customer_name;
  if (holder.empty() && entry.room) holder = entry.room->name;
  std::vector<std::string> row{entry.building ? entry.building->name : "",
                               entry.room ? std::to_string(entry.room->floor) : "",
                               entry.room ? entry.room->number : "",
                               holder,
                               live.account ? live.account->number : "",
                               live.meter.code,
                               live.meter.name,
                               std::string(tile_state_words(live.tile(), language)),
                               supply_words(live.prepaid, language)};
  row.push_back(live.prepaid ? domain::format_money(live.prepaid->balance) : "");
  const auto measured = [&](const auto& member) {
    return live.measured && member(*live.measured) ? format_scaled(*member(*live.measured), 3) : "";
  };
  row.push_back(measured([](const domain::Measurements& m) { return m.energy_wh; }));
  row.push_back(measured([](const domain::Measurements& m) { return m.power_w[3]; }));
  row.push_back(live.prepaid ? format_scaled(live.prepaid->credit_remaining.wh, 3) : "");
  row.push_back(live.prepaid ? std::to_string(live.prepaid->purchase_count) : "");
  row.push_back(live.last_contact ? local_text(*live.last_contact, offset) : "");
  row.push_back(
      live.last_contact
          ? std::to_string(std::max<std::int64_t>(0, (now - *live.last_contact).value) / 1000)
          : "");
  return row;
}

}  // namespace

std::string_view tile_state_words(domain::TileState state, Language language) {
  switch (state) {
    case domain::TileState::not_opened:
      return pick(language, "未开户", "Not opened");
    case domain::TileState::opened:
      return pick(language, "已开户", "Opened");
    case domain::TileState::alarm1:
      return pick(language, "报警1", "Alarm 1");
    case domain::TileState::alarm2:
      return pick(language, "报警2", "Alarm 2");
    case domain::TileState::arrears:
      return pick(language, "欠费", "Arrears");
    case domain::TileState::lost:
      return pick(language, "失联", "Lost");
  }
  return {};
}

port::SheetContent matrix_sheet(const LiveTable& live, const MatrixFilter& filter,
                                Language language, UtcMs now) {
  std::vector<Entry> entries;
  for (const auto& [id, meter] : live.meters()) {
    Entry entry{&meter, nullptr, nullptr};
    if (meter.meter.room) entry.room = live.room(*meter.meter.room);
    if (entry.room) entry.building = live.building(entry.room->building);
    if (filter.property && meter.meter.property != *filter.property) continue;
    if (filter.building && (!entry.building || entry.building->id != *filter.building)) continue;
    if (filter.state && meter.tile() != *filter.state) continue;
    entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.order() < b.order(); });

  port::SheetContent sheet;
  sheet.name = pick(language, "状态矩阵", "Status");
  for (const auto& title : kTitles)
    sheet.columns.push_back(
        {pick(language, title.zh, title.en), title.numeric, title.width, "", {}});
  for (const auto& entry : entries) sheet.rows.push_back(row_of(live, entry, language, now));
  return sheet;
}

Result<Buffer> export_matrix(const LiveTable& live, const MatrixFilter& filter, Language language,
                             port::WorkbookFormat& format, UtcMs now) {
  return format.write_xlsx({matrix_sheet(live, filter, language, now)});
}

}  // namespace paymeter::service
