// Buildings, rooms, gateways, buses and tariffs.
#include <algorithm>
#include <array>

#include "paymeter/service/importer_parser.hpp"
#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

constexpr NumberRule kPort{0, 1, 65'535};
constexpr NumberRule kTimeoutMs{0, 50, 60'000};
constexpr NumberRule kPollSeconds{0, 1, 3600};
constexpr NumberRule kFullMinutes{0, 1, 1440};
constexpr NumberRule kStepKwh{0, 1, 4'294'967};
constexpr int kFloorMin = -20, kFloorMax = 200;

using domain::BusTransport;
using domain::Parity;

const std::vector<ChoiceWord>& transports() {
  static const std::vector<ChoiceWord> words{
      {static_cast<int>(BusTransport::modbus_tcp), {"modbus_tcp", "TCP", "modbus", "网关"}},
      {static_cast<int>(BusTransport::rtu_over_tcp), {"rtu_over_tcp", "透传", "串口服务器"}},
      {static_cast<int>(BusTransport::serial), {"serial", "串口", "RS485", "RS-485", "485"}}};
  return words;
}

const std::vector<ChoiceWord>& parities() {
  static const std::vector<ChoiceWord> words{
      {static_cast<int>(Parity::none), {"无", "none", "n", "8n1", "无校验"}},
      {static_cast<int>(Parity::even), {"偶", "even", "e", "8e1", "偶校验"}},
      {static_cast<int>(Parity::odd), {"奇", "odd", "o", "8o1", "奇校验"}}};
  return words;
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= 253 &&
         host.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:") ==
             std::string_view::npos &&
         host.front() != '.' && host.front() != '-' && host.find("..") == std::string_view::npos;
}

/// An address that begins like IPv4 has to be one: `192.168.1.300` is no host name.
bool is_broken_ipv4(std::string_view host) {
  if (host.find_first_not_of("0123456789.") != std::string_view::npos) return false;
  int parts = 0;
  while (true) {
    const std::size_t dot = host.find('.');
    const std::string_view part = host.substr(0, dot);
    if (part.empty() || part.size() > 3 || std::stoi(std::string(part)) > 255) return true;
    ++parts;
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  return parts != 4;
}

}  // namespace

void SiteParser::read_buildings() {
  for (const Row& row : rows_of(SheetKey::buildings)) {
    const std::string name = row.name("name");
    if (!define(buildings_, folded(name), row, "name", name)) continue;
    domain::Building building;
    building.name = name;
    out_.plan.buildings.push_back(building);
  }
}

void SiteParser::read_rooms() {
  for (const Row& row : rows_of(SheetKey::rooms)) {
    domain::SitePlan::RoomRow room;
    const std::string building = row.name("building");
    if (!building.empty())
      if (const auto* entry =
              refer(buildings_, folded(building), row, "building", SheetKey::buildings))
        room.building = entry->name;
    room.room.number = row.identifier("number");
    room.room.name = row.name("name");
    if (!row.filled("floor"))
      row.name("floor");  // says that it is missing
    else if (const auto floor = parse_floor(row.text("floor"));
             floor && *floor >= kFloorMin && *floor <= kFloorMax)
      room.room.floor = *floor;
    else
      row.complain("floor", Errc::import_value_invalid,
                   {"应为 -20 到 200 的整数，或 3层、3F、B1 这样的写法",
                    "Must be a whole number from -20 to 200, or written like 3F or B1"});
    if (room.room.number.empty()) continue;
    if (define(rooms_, joined_key(building, room.room.number), row, "number", room.room.number))
      out_.plan.rooms.push_back(std::move(room));
  }
}

void SiteParser::read_gateways() {
  for (const Row& row : rows_of(SheetKey::gateways)) {
    domain::Gateway gateway;
    gateway.name = row.name("name");
    gateway.host = row.identifier("host", 253);
    if (!gateway.host.empty() && (!is_host(gateway.host) || is_broken_ipv4(gateway.host)))
      row.complain("host", Errc::import_value_invalid,
                   {"应为 IP 地址或主机名，不带 http:// 和端口",
                    "Must be an IP address or a host name, without http:// and port"});
    auto* entry = define(gateways_, folded(gateway.name), row, "name", gateway.name);
    if (!entry) continue;
    entry->host = gateway.host;
    out_.plan.gateways.push_back(std::move(gateway));
  }
}

void SiteParser::read_buses() {
  for (const Row& row : rows_of(SheetKey::buses)) {
    domain::SitePlan::BusRow bus;
    const std::string gateway_name = row.name("gateway");
    const GatewayEntry* gateway = nullptr;
    if (!gateway_name.empty())
      gateway = refer(gateways_, folded(gateway_name), row, "gateway", SheetKey::gateways);
    bus.gateway = gateway ? gateway->name : gateway_name;
    bus.bus.name = row.name("name");
    auto* entry = define(buses_, joined_key(bus.gateway, bus.bus.name), row, "name", bus.bus.name);
    if (entry) entry->gateway = bus.gateway;
    read_bus_place(row, gateway, bus.bus, entry);

    static constexpr std::array<std::int64_t, 8> kBauds{1200,  2400,  4800,  9600,
                                                        19200, 38400, 57600, 115200};
    const auto baud = row.number_or("baud", {0, 1200, 115'200}, 9600);
    bus.bus.baud = static_cast<int>(baud);
    if (std::find(kBauds.begin(), kBauds.end(), baud) == kBauds.end())
      row.complain("baud", Errc::import_value_invalid,
                   {"应为 1200、2400、4800、9600、19200、38400、57600 或 115200",
                    "Must be 1200, 2400, 4800, 9600, 19200, 38400, 57600 or 115200"});
    if (const auto parity = row.choice("parity", parities()))
      bus.bus.parity = static_cast<Parity>(*parity);
    bus.bus.reply_timeout = Millis{row.number_or("timeout_ms", kTimeoutMs, 1000)};
    bus.bus.poll_interval = seconds(row.number_or("poll_s", kPollSeconds, 15));
    bus.bus.full_interval = minutes(row.number_or("full_min", kFullMinutes, 30));
    if (entry) out_.plan.buses.push_back(std::move(bus));
  }
}

void SiteParser::read_bus_place(const Row& row, const GatewayEntry* gateway, domain::Bus& bus,
                                BusEntry* entry) {
  const auto transport = row.choice("transport", transports());
  if (!transport) return;
  bus.transport = static_cast<BusTransport>(*transport);
  std::string endpoint;
  if (bus.transport == BusTransport::serial) {
    bus.device = row.identifier("device", 128);
    if (bus.device.empty())
      row.complain("device", Errc::import_value_missing,
                   {"串口总线必须填写设备，如 /dev/ttyS1",
                    "A serial bus needs its device, such as /dev/ttyS1"});
    endpoint = bus.device;
  } else {
    if (!row.filled("port"))
      row.complain("port", Errc::import_value_missing,
                   {"TCP 总线必须填写端口，1 到 65535", "A TCP bus needs its port, 1 to 65535"});
    else if (const auto port = row.number("port", kPort))
      bus.port = static_cast<std::uint16_t>(*port);
    if (gateway && gateway->host.empty())
      row.complain("gateway", Errc::import_value_missing,
                   {"TCP 总线所属的管理机必须填写 IP", "The gateway of a TCP bus needs its host"});
    if (gateway && bus.port != 0) endpoint = gateway->host + ":" + std::to_string(bus.port);
  }
  if (!entry) return;
  entry->transport = bus.transport;
  if (endpoint.empty()) return;
  const auto [old, is_new] = endpoints_.emplace(endpoint, bus.name);
  if (!is_new)
    row.complain(bus.transport == BusTransport::serial ? "device" : "port", Errc::import_duplicate,
                 {endpoint + " 已用于总线" + quoted_zh(old->second) + "；一条总线只能有一个主站",
                  endpoint + " is used by the bus " + quoted_en(old->second) +
                      " already: a bus has one master only"});
}

void SiteParser::read_tariffs() {
  for (const Row& row : rows_of(SheetKey::tariffs)) {
    domain::Tariff tariff;
    tariff.name = row.name("name");
    auto* entry = define(tariffs_, folded(tariff.name), row, "name", tariff.name);
    if (entry) entry->prices.clear();  // what the store knows is replaced
    read_rates(row, tariff.prices, entry);
    read_steps(row, tariff.prices, entry);
    if (entry) out_.plan.tariffs.push_back(std::move(tariff));
  }
}

void SiteParser::read_rates(const Row& row, domain::PriceTable& prices, TariffEntry* entry) {
  const auto read = [&](std::string_view key, domain::Price fallback) {
    if (key != "flat" && !row.filled(key)) return fallback;
    const domain::Price price{row.number(key, kPriceRule).value_or(0)};
    if (entry) entry->prices.push_back({row.place(key), price});
    return price;
  };
  const domain::Price flat = read("flat", {});
  const domain::Price peak = read("peak", flat);
  const domain::Price sharp = read("sharp", peak);
  const domain::Price valley = read("valley", flat);
  prices.rate_price = {sharp, peak, flat, valley, read("deep_valley", valley)};
}

void SiteParser::read_steps(const Row& row, domain::PriceTable& prices, TariffEntry* entry) {
  static constexpr std::array<std::array<std::string_view, 2>, 4> kSteps{
      {{"step1_from", "step1_add"},
       {"step2_from", "step2_add"},
       {"step3_from", "step3_add"},
       {"step4_from", "step4_add"}}};
  std::size_t given = 0;
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    const auto [from_key, add_key] = kSteps[i];
    const bool has_from = row.filled(from_key), has_add = row.filled(add_key);
    if (!has_from && !has_add) continue;
    if (!has_from || !has_add) {
      row.complain(
          has_from ? add_key : from_key, Errc::import_value_missing,
          {"阶梯的起点和加价必须同时填写", "A step needs both its start and its surcharge"});
      continue;
    }
    if (given++ != i)
      row.complain(
          from_key, Errc::import_value_invalid,
          {"前一级阶梯为空；请从阶梯1起依次填写", "The step before is empty: fill them in order"});
    const auto from = row.number(from_key, kStepKwh);
    const auto add = row.number(add_key, kPriceRule);
    if (!from || !add) continue;
    const domain::PriceStep step{{*from * 1000}, {*add}};
    if (!prices.steps.empty() && step.from <= prices.steps.back().from)
      row.complain(
          from_key, Errc::import_value_invalid,
          {"必须大于前一级阶梯的起点", "Must be greater than the start of the step before"});
    prices.steps.push_back(step);
    if (entry) entry->prices.push_back({row.place(add_key), step.surcharge});
  }
}

}  // namespace paymeter::service
