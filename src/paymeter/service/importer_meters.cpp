// The meters: identity, line, room, wallet, settings, key, opening reading.
#include <algorithm>

#include "paymeter/base/hex.hpp"
#include "paymeter/service/importer_parser.hpp"
#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

constexpr NumberRule kUnit{0, 1, 247};
constexpr NumberRule kCtRatio{0, 1, 65'535};
constexpr NumberRule kOverloadW{0, 0, 4'294'967'295};
constexpr NumberRule kOpeningKwh{3, 0, 9'999'999'999'999};
/// A meter holds prices in units of 0.0001 yuan.
constexpr std::int64_t kMeterPriceStepE8 = 10'000;
/// RS-485 drives 32 loads.
constexpr std::size_t kMetersOnALineMax = 32;

using domain::Utility;
using domain::Wallet;

const std::vector<ChoiceWord>& utilities() {
  static const std::vector<ChoiceWord> words{
      {static_cast<int>(Utility::electricity), {"电", "electricity", "电力", "电能"}},
      {static_cast<int>(Utility::water), {"水", "water"}},
      {static_cast<int>(Utility::heat), {"热", "heat", "冷热", "冷", "热能"}}};
  return words;
}

const std::vector<ChoiceWord>& wallets() {
  static const std::vector<ChoiceWord> words{
      {static_cast<int>(Wallet::meter), {"表计", "meter", "表", "表内", "电表"}},
      {static_cast<int>(Wallet::platform), {"平台", "platform", "系统"}}};
  return words;
}

bool only(std::string_view text, std::string_view extra) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           extra.find(c) != std::string_view::npos;
  });
}

}  // namespace

void SiteParser::read_meters() {
  const auto sheet = sheets_.find(SheetKey::meters);
  if (sheet == sheets_.end()) return;
  out_.meter_sheet = sheet->second.name();
  const auto rows = sheet->second.rows();
  // Addresses and serials of meters that this workbook does not describe stay taken.
  std::map<std::string, bool> described;
  for (const Row& row : rows) described[folded(row.code("code"))] = true;
  std::map<BusId, BusEntry*> by_id;
  for (const auto& bus : known_.buses)
    for (const auto& gateway : known_.gateways)
      if (gateway.id == bus.gateway)
        if (const auto found = buses_.find(joined_key(gateway.name, bus.name));
            found != buses_.end())
          by_id[bus.id] = &found->second;
  for (const auto& [code, meter] : known_meters_) {
    if (described.contains(code)) continue;
    if (!meter->serial.empty()) serials_[folded(meter->serial)] = meter->code;
    if (const auto bus = by_id.find(meter->bus); bus != by_id.end())
      bus->second->units[meter->unit] = meter->code;
  }
  for (const Row& row : rows) read_meter(row);
}

void SiteParser::read_meter(const Row& row) {
  MeterDraft draft;
  read_identity(row, draft);
  read_line(row, draft);
  read_room(row, draft);
  read_main_of(row, draft);
  read_wallet(row, draft);
  read_settings(row, draft);
  read_serial_and_key(row, draft);
  read_opening(row, draft);
  check_prices(row, draft);
  out_.plan.meters.push_back(std::move(draft.row));
  out_.meter_rows.push_back(row.number());
}

void SiteParser::read_identity(const Row& row, MeterDraft& draft) {
  auto& meter = draft.row.meter;
  meter.code = row.identifier("code");
  if (!only(meter.code, "._-"))
    row.complain("code", Errc::import_value_invalid,
                 {"只能用字母、数字、点、横线和下划线",
                  "Only letters, digits, dots, dashes and underscores are allowed"});
  define(meters_, folded(meter.code), row, "code", meter.code);
  if (const auto known = known_meters_.find(folded(meter.code)); known != known_meters_.end())
    draft.known = known->second;
  meter.name = row.name("name");
  meter.ct_ratio = static_cast<std::uint32_t>(row.number_or("ct_ratio", kCtRatio, 1));
  if (const auto utility = row.choice("utility", utilities()))
    meter.utility = static_cast<Utility>(*utility);

  const std::string model = folded(row.name("model"));
  if (model.empty()) return;
  std::string list;
  for (const auto& info : models_) {
    if (folded(info.name) == model || folded(info.title) == model) draft.model = &info;
    list += (list.empty() ? "" : ", ") + info.name;
  }
  if (draft.model)
    meter.model = draft.model->name;
  else
    row.complain("model", Errc::import_reference_unknown,
                 {"没有这个型号；已有型号：" + list, "No such model; known models: " + list});
}

void SiteParser::read_line(const Row& row, MeterDraft& draft) {
  const std::string gateway_name = row.name("gateway"), bus_name = row.name("bus");
  const auto unit = row.number("unit", kUnit);
  draft.row.meter.unit = static_cast<std::uint8_t>(unit.value_or(0));
  if (gateway_name.empty() || bus_name.empty()) return;
  const auto* gateway = refer(gateways_, folded(gateway_name), row, "gateway", SheetKey::gateways);
  if (!gateway) return;
  draft.row.gateway = gateway->name;
  auto* bus = refer(buses_, joined_key(gateway->name, bus_name), row, "bus", SheetKey::buses);
  if (!bus) return;
  draft.row.bus = bus->name;
  if (!unit) return;
  const std::string& code = draft.row.meter.code;
  const auto [old, is_new] = bus->units.emplace(static_cast<int>(*unit), code);
  if (!is_new) {
    row.complain("unit", Errc::import_duplicate,
                 {"该总线上的通讯地址已用于表" + quoted_zh(old->second) + "；同一总线内不能重复",
                  "The address is used by meter " + quoted_en(old->second) +
                      " on this bus already; it must be unique there"});
  } else if (bus->transport != domain::BusTransport::modbus_tcp &&
             bus->units.size() == kMetersOnALineMax + 1) {
    row.complain("bus", Errc::import_value_invalid,
                 {"RS-485 总线最多 32 块表", "A serial (RS-485) bus carries at most 32 meters"});
  }
}

void SiteParser::read_room(const Row& row, MeterDraft& draft) {
  const bool has_building = row.filled("building"), has_room = row.filled("room");
  if (!has_building && !has_room) return;
  if (!has_building || !has_room) {
    row.complain(has_building ? "room" : "building", Errc::import_value_missing,
                 {"建筑和房号必须同时填写，或同时为空（总表）",
                  "Fill in both building and room, or neither (main meter)"});
    return;
  }
  const auto* building =
      refer(buildings_, folded(row.text("building")), row, "building", SheetKey::buildings);
  if (!building) return;
  draft.row.building = building->name;
  if (const auto* room =
          refer(rooms_, joined_key(building->name, row.code("room")), row, "room", SheetKey::rooms))
    draft.row.room = room->name;
}

/// Any room of it, described here or known.
bool SiteParser::has_floor(const std::string& building, int floor) const {
  const bool is_described = std::ranges::any_of(out_.plan.rooms, [&](const auto& row) {
    return row.building == building && row.room.floor == floor;
  });
  if (is_described || !known_property_) return is_described;
  return std::ranges::any_of(known_.rooms, [&](const domain::Room& room) {
    if (room.property != known_property_->id || room.floor != floor) return false;
    return std::ranges::any_of(known_.buildings, [&](const domain::Building& row) {
      return row.id == room.building && row.name == building;
    });
  });
}

/// `A座` or `A座/3`. A building's own name may hold a slash.
void SiteParser::read_main_of(const Row& row, const MeterDraft& draft) {
  if (!row.filled("main_of")) return;
  if (draft.row.meter.utility != Utility::electricity) {
    row.complain("main_of", Errc::import_value_invalid,
                 {"只有电表可以是总表", "Only electricity meters are main meters of losses"});
    return;
  }
  const std::string text = row.text("main_of");
  const std::size_t slash = text.rfind('/');
  const bool is_whole = buildings_.contains(folded(text)) || slash == std::string::npos;
  const std::string name = is_whole ? text : text.substr(0, slash);
  const auto building = buildings_.find(folded(name));
  if (building == buildings_.end()) {
    row.complain("main_of", Errc::import_reference_unknown,
                 {quoted_zh(name) + "不是已有的建筑", quoted_en(name) + " is no known building"});
    return;
  }
  MainMeter main{draft.row.meter.code, building->second.name, std::nullopt};
  if (!is_whole) {
    main.floor = parse_floor(text.substr(slash + 1));
    if (!main.floor || !has_floor(main.building, *main.floor)) {
      row.complain("main_of", Errc::import_reference_unknown,
                   {"该建筑没有这一层的房间", "The building has no rooms on such a floor"});
      return;
    }
  }
  out_.mains.push_back(std::move(main));
}

void SiteParser::read_wallet(const Row& row, MeterDraft& draft) {
  auto& meter = draft.row.meter;
  const bool model_has_wallet = draft.model && draft.model->abilities.prepaid_wallet;
  const auto wallet = row.choice("wallet", wallets());
  meter.wallet = model_has_wallet ? Wallet::meter : Wallet::platform;
  if (wallet) meter.wallet = static_cast<Wallet>(*wallet);
  meter.prepaid = row.yes_no("prepaid").value_or(model_has_wallet || wallet.has_value());
  meter.is_protected = row.yes_no("protected").value_or(false);
  if (meter.prepaid && draft.model && meter.wallet == Wallet::meter && !model_has_wallet)
    row.complain(wallet ? "wallet" : "prepaid", Errc::import_value_invalid,
                 {"型号 " + meter.model + " 没有表内钱包；请改为“平台”，或将预付费设为“否”",
                  "The model " + meter.model +
                      " has no wallet: choose \"platform\", or \"no\" for prepaid"});
  if (row.filled("tariff")) {
    draft.tariff = refer(tariffs_, folded(row.text("tariff")), row, "tariff", SheetKey::tariffs);
    if (draft.tariff) draft.row.tariff = draft.tariff->name;
  } else if (meter.prepaid && draft.model) {
    row.complain("tariff", Errc::import_value_missing,
                 {"预付费表必须填写电价方案", "A prepaid meter needs a tariff"});
  }
}

void SiteParser::read_settings(const Row& row, MeterDraft& draft) {
  auto& settings = draft.row.meter.settings;
  settings.alarm1 = {row.number_or("alarm1", kMeterMoney, 0)};
  settings.alarm2 = {row.number_or("alarm2", kMeterMoney, 0)};
  settings.overload_w = row.number_or("overload_w", kOverloadW, 0);
  settings.overdraft = {row.number_or("overdraft", kMeterMoney, 0)};
  if (settings.alarm2 > settings.alarm1)
    row.complain(
        "alarm2", Errc::import_value_invalid,
        {"报警金额2 不能大于报警金额1（" + domain::format_money(settings.alarm1) + "）",
         "Alarm 2 must not be above alarm 1 (" + domain::format_money(settings.alarm1) + ")"});
}

void SiteParser::read_serial_and_key(const Row& row, MeterDraft& draft) {
  auto& meter = draft.row.meter;
  meter.serial = row.identifier("serial", 20);
  if (!only(meter.serial, "-"))
    row.complain("serial", Errc::import_value_invalid,
                 {"最多 20 个字母、数字或横线", "At most 20 letters, digits or dashes"});
  draft.row.names_device = !meter.serial.empty();
  if (meter.serial.empty() && draft.known) meter.serial = draft.known->serial;
  if (!meter.serial.empty()) {
    const auto [old, is_new] = serials_.emplace(folded(meter.serial), meter.code);
    if (!is_new)
      row.complain("serial", Errc::import_duplicate,
                   {"出厂编号已用于表" + quoted_zh(old->second),
                    "The serial number belongs to meter " + quoted_en(old->second) + " already"});
  }

  if (row.filled("key")) {
    const auto bytes = parse_hex(row.code("key"));
    if (!bytes || bytes->size() != meter.key.size()) {
      row.complain("key", Errc::import_value_invalid,
                   {"应为 32 位十六进制数（16 字节）", "Must be 32 hexadecimal digits (16 bytes)"});
      return;
    }
    std::copy(bytes->begin(), bytes->end(), meter.key.begin());
  } else if (draft.known) {
    meter.key = draft.known->key;
  }
  if (domain::has_zero_key(meter) && meter.prepaid && meter.wallet == Wallet::meter &&
      draft.model && !is_test_site_)
    row.complain("key", row.filled("key") ? Errc::import_value_invalid : Errc::import_value_missing,
                 {"表内钱包的预付费表必须有密钥；全零或空密钥只允许用于测试站点",
                  "A prepaid meter with its own wallet needs a key; all zeros or an empty key are "
                  "allowed at a test site only"});
}

void SiteParser::read_opening(const Row& row, MeterDraft& draft) {
  const bool has_value = row.filled("opening_kwh"), has_time = row.filled("opening_at");
  if (!has_value && !has_time) return;
  if (!has_value || !has_time) {
    row.complain(
        has_value ? "opening_at" : "opening_kwh", Errc::import_value_missing,
        {"起始读数和抄表时间必须同时填写", "Fill in both the opening reading and its time"});
    return;
  }
  const auto energy = row.number("opening_kwh", kOpeningKwh);
  const auto time = parse_local_time(row.text("opening_at"));
  if (!time)
    row.complain("opening_at", Errc::import_value_invalid,
                 {"应为 2026-11-22 或 2026-11-22 08:00 这样的时间",
                  "Must be a time like 2026-11-22 or 2026-11-22 08:00"});
  if (energy && time)
    draft.row.opening = domain::OpeningReading{utc_from_civil(*time, zone_offset_), *energy};
}

/// A price of the workbook is complained about once, where it stands; one that only the store
/// knows, at the meter that would need it.
void SiteParser::check_prices(const Row& row, MeterDraft& draft) {
  const auto& meter = draft.row.meter;
  if (!draft.tariff || !meter.prepaid || meter.wallet != Wallet::meter) return;
  const Words words{"表内钱包的电价必须是 0.0001 元的整数倍",
                    "A price for meters with their own wallet must be a multiple of 0.0001 yuan"};
  for (const auto& [place, price] : draft.tariff->prices) {
    if (price.e8 % kMeterPriceStepE8 == 0) continue;
    if (!draft.tariff->in_workbook) {
      row.complain("tariff", Errc::import_value_invalid, words);
      return;
    }
    if (!draft.tariff->complained) issues_.add(place, Errc::import_value_invalid, words);
  }
  draft.tariff->complained = true;
}

}  // namespace paymeter::service
