// Finding the sheets, what is known already, and the order of the pass.
#include <algorithm>

#include "paymeter/service/importer_parser.hpp"
#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {

std::string joined_key(std::string_view owner, std::string_view name) {
  return folded(owner) + '\n' + folded(code_text(name));
}
std::string quoted_zh(std::string_view name) { return "“" + std::string(name) + "”"; }
std::string quoted_en(std::string_view name) { return "\"" + std::string(name) + "\""; }

SiteParser::SiteParser(const port::Workbook& workbook,
                       const std::vector<port::MeterModelInfo>& models, const domain::Site& known)
    : workbook_(workbook), models_(models), known_(known) {}

ParsedPlan SiteParser::parse() {
  find_sheets();
  if (sheets_.empty()) {
    issues_.add(
        {}, Errc::import_sheet_missing,
        {"没有认识的工作表：应有 项目、建筑、房间、通讯管理机、总线、电价方案、仪表 中的至少一张",
         "No sheet is known: at least one of Property, Buildings, Rooms, Gateways, Buses, "
         "Tariffs, Meters must be there"});
  } else {
    read_property();
    load_known();
    read_buildings();
    read_rooms();
    read_gateways();
    read_buses();
    read_tariffs();
    read_meters();
  }
  out_.issues = issues_.take();
  return std::move(out_);
}

void SiteParser::find_sheets() {
  for (const auto& sheet : workbook_.sheets)
    for (const auto& spec : site_sheets()) {
      if (!is_sheet(spec, sheet.name)) continue;
      if (sheets_.contains(spec.key)) {
        issues_.add({sheet.name, 0, "", ""}, Errc::import_duplicate,
                    {"工作表“" + std::string(spec.zh) + "”出现了两次，请合并为一张",
                     "The sheet " + std::string(spec.en) + " stands twice: join them into one"});
      } else {
        sheets_.try_emplace(spec.key, sheet, spec, issues_);
      }
    }
}

std::vector<Row> SiteParser::rows_of(SheetKey key) {
  const auto found = sheets_.find(key);
  return found == sheets_.end() ? std::vector<Row>{} : found->second.rows();
}

void SiteParser::choose_known_property(const std::string& name) {
  for (const auto& property : known_.properties)
    if (name.empty() ? known_.properties.size() == 1 : folded(property.name) == folded(name))
      known_property_ = property;
}

void SiteParser::read_property() {
  const auto rows = rows_of(SheetKey::property);
  if (rows.empty()) {
    choose_known_property("");
    if (!known_property_)
      issues_.add({std::string(site_sheet(SheetKey::property).zh), 0, "", ""},
                  Errc::import_sheet_missing,
                  {known_.properties.empty() ? "缺少“项目”表：系统中还没有项目，请填写名称"
                                             : "系统中有多个项目，请在“项目”表中写明名称",
                   known_.properties.empty()
                       ? "The sheet Property is missing: there is no property yet, name it"
                       : "There are several properties: name one in the sheet Property"});
  } else {
    const Row& row = rows.front();
    for (std::size_t i = 1; i < rows.size(); ++i)
      rows[i].complain("name", Errc::import_duplicate,
                       {"“项目”表只能有一行", "The sheet Property may hold one row only"});
    domain::Property property;
    property.name = row.name("name");
    choose_known_property(property.name.empty() ? "?" : property.name);
    if (known_property_) property = *known_property_;
    property.id = {};
    if (row.filled("time_zone")) property.time_zone = row.text("time_zone");
    if (!fixed_zone_offset(property.time_zone))
      row.complain("time_zone", Errc::import_value_invalid,
                   {"应为无夏令时的 IANA 时区，如 Asia/Shanghai",
                    "Must be an IANA time zone without daylight saving, such as Asia/Shanghai"});
    if (const auto test = row.yes_no("test_site")) property.is_test_site = *test;
    out_.plan.property = property;
  }
  const auto& chosen = out_.plan.property ? out_.plan.property : known_property_;
  if (!chosen) return;
  out_.property_name = chosen->name;
  is_test_site_ = chosen->is_test_site;
  zone_offset_ = fixed_zone_offset(chosen->time_zone).value_or(minutes(480));
}

/// Only what belongs to the property: another one may use the same names.
void SiteParser::load_known() {
  if (!known_property_) return;
  const PropertyId id = known_property_->id;
  std::map<BuildingId, std::string> names;
  for (const auto& building : known_.buildings) {
    if (building.property != id) continue;
    names[building.id] = building.name;
    buildings_[folded(building.name)].name = building.name;
  }
  for (const auto& room : known_.rooms)
    if (room.property == id)
      rooms_[joined_key(names[room.building], room.number)].name = room.number;
  for (const auto& tariff : known_.tariffs) {
    if (tariff.property != id) continue;
    auto& entry = tariffs_[folded(tariff.name)];
    entry.name = tariff.name;
    for (const auto price : tariff.prices.rate_price) entry.prices.push_back({{}, price});
    for (const auto& step : tariff.prices.steps) entry.prices.push_back({{}, step.surcharge});
  }
  for (const auto& meter : known_.meters) {
    if (meter.property != id) continue;
    known_meters_[folded(meter.code)] = &meter;
    meters_[folded(meter.code)].name = meter.code;
  }
  load_known_lines();
}

void SiteParser::load_known_lines() {
  const PropertyId id = known_property_->id;
  std::map<GatewayId, std::string> gateway_names;
  for (const auto& gateway : known_.gateways) {
    if (gateway.property != id) continue;
    gateway_names[gateway.id] = gateway.name;
    auto& entry = gateways_[folded(gateway.name)];
    entry.name = gateway.name;
    entry.host = gateway.host;
  }
  for (const auto& bus : known_.buses) {
    if (bus.property != id) continue;
    auto& entry = buses_[joined_key(gateway_names[bus.gateway], bus.name)];
    entry.name = bus.name;
    entry.gateway = gateway_names[bus.gateway];
    entry.transport = bus.transport;
  }
}

ParsedPlan parse_site_workbook(const port::Workbook& workbook,
                               const std::vector<port::MeterModelInfo>& models,
                               const domain::Site& known) {
  return SiteParser(workbook, models, known).parse();
}

}  // namespace paymeter::service
