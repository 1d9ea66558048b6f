/// The parser behind parse_site_workbook: one pass per sheet, references resolved by name.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/service/importer_sheet.hpp"

namespace paymeter::service {

class SiteParser {
 public:
  SiteParser(const port::Workbook& workbook, const std::vector<port::MeterModelInfo>& models,
             const domain::Site& known);
  ParsedPlan parse();

 private:
  /// Something that rows refer to by name: described here, or only known to the store.
  struct Named {
    std::string name;
    bool in_workbook = false;
  };
  struct GatewayEntry : Named {
    std::string host;
  };
  struct BusEntry : Named {
    std::string gateway;   ///< its exact name
    std::string endpoint;  ///< host:port or device, empty while unknown
    domain::BusTransport transport = domain::BusTransport::modbus_tcp;
    std::map<int, std::string> units;  ///< address -> meter
  };
  struct PriceCell {
    Place place;
    domain::Price price;
  };
  struct TariffEntry : Named {
    std::vector<PriceCell> prices;  ///< place is empty for what is only known
    bool complained = false;
  };
  /// A meter row while it is checked.
  struct MeterDraft {
    domain::SitePlan::MeterRow row;
    const port::MeterModelInfo* model = nullptr;
    const domain::Meter* known = nullptr;
    TariffEntry* tariff = nullptr;
  };

  // importer_parse.cpp
  void find_sheets();
  void read_property();
  void choose_known_property(const std::string& name);
  void load_known();
  void load_known_lines();
  std::vector<Row> rows_of(SheetKey key);
  /// Puts a new name into `entries`, or complains that it stands twice; null then.
  template <class Entry>
  Entry* define(std::map<std::string, Entry>& entries, const std::string& key, const Row& row,
                std::string_view column, std::string name);
  /// What `name` means, or a complaint that there is no such thing.
  template <class Entry>
  Entry* refer(std::map<std::string, Entry>& entries, const std::string& key, const Row& row,
               std::string_view column, SheetKey target);

  // importer_rows.cpp
  void read_buildings();
  void read_rooms();
  void read_gateways();
  void read_buses();
  void read_bus_place(const Row& row, const GatewayEntry* gateway, domain::Bus& bus,
                      BusEntry* entry);
  void read_tariffs();
  void read_rates(const Row& row, domain::PriceTable& prices, TariffEntry* entry);
  void read_steps(const Row& row, domain::PriceTable& prices, TariffEntry* entry);

  // importer_meters.cpp
  void read_meters();
  void read_meter(const Row& row);
  void read_identity(const Row& row, MeterDraft& draft);
  void read_line(const Row& row, MeterDraft& draft);
  void read_room(const Row& row, MeterDraft& draft);
  void read_main_of(const Row& row, const MeterDraft& draft);
  bool has_floor(const std::string& building, int floor) const;
  void read_wallet(const Row& row, MeterDraft& draft);
  void read_settings(const Row& row, MeterDraft& draft);
  void read_serial_and_key(const Row& row, MeterDraft& draft);
  void read_opening(const Row& row, MeterDraft& draft);
  void check_prices(const Row& row, MeterDraft& draft);

  const port::Workbook& workbook_;
  const std::vector<port::MeterModelInfo>& models_;
  const domain::Site& known_;
  IssueList issues_;
  ParsedPlan out_;
  std::map<SheetKey, SheetReader> sheets_;
  std::optional<domain::Property> known_property_;
  bool is_test_site_ = false;
  Millis zone_offset_ = minutes(480);

  std::map<std::string, Named> buildings_;
  std::map<std::string, Named> rooms_;  ///< key: building and number
  std::map<std::string, GatewayEntry> gateways_;
  std::map<std::string, BusEntry> buses_;         ///< key: gateway and name
  std::map<std::string, std::string> endpoints_;  ///< endpoint -> bus
  std::map<std::string, TariffEntry> tariffs_;
  std::map<std::string, Named> meters_;         ///< by code
  std::map<std::string, std::string> serials_;  ///< serial -> meter
  std::map<std::string, const domain::Meter*> known_meters_;
};

/// Key of something that belongs to something else.
std::string joined_key(std::string_view owner, std::string_view name);
/// `“A座 101”`-style quoting for sentences.
std::string quoted_zh(std::string_view name);
std::string quoted_en(std::string_view name);

template <class Entry>
Entry* SiteParser::define(std::map<std::string, Entry>& entries, const std::string& key,
                          const Row& row, std::string_view column, std::string name) {
  if (name.empty()) return nullptr;
  Entry& entry = entries[key];
  if (entry.in_workbook) {
    row.complain(column, Errc::import_duplicate,
                 {quoted_zh(name) + "与前面一行重复，必须唯一",
                  quoted_en(name) + " repeats an earlier row; it must be unique"});
    return nullptr;
  }
  entry.name = std::move(name);
  entry.in_workbook = true;
  return &entry;
}

template <class Entry>
Entry* SiteParser::refer(std::map<std::string, Entry>& entries, const std::string& key,
                         const Row& row, std::string_view column, SheetKey target) {
  const auto found = entries.find(key);
  if (found != entries.end()) return &found->second;
  const auto& sheet = site_sheet(target);
  const std::string name = row.text(column);
  row.complain(column, Errc::import_reference_unknown,
               {quoted_zh(name) + "在“" + std::string(sheet.zh) + "”表和系统中都不存在",
                quoted_en(name) + " stands neither in the sheet " + std::string(sheet.en) +
                    " nor in the system"});
  return nullptr;
}

}  // namespace paymeter::service
