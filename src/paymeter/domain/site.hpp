/// The site's set-up: properties, buildings, rooms, gateways, buses, tariffs, and the plan that an
/// imported workbook turns into.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/meter.hpp"

namespace paymeter::domain {

struct Property {
  PropertyId id{};
  std::string name;
  std::string time_zone = "Asia/Shanghai";
  bool is_test_site = false;  ///< allows bench meters with an all-zero key
};

struct Building {
  BuildingId id{};
  PropertyId property{};
  std::string name;
};

struct Room {
  RoomId id{};
  PropertyId property{};
  BuildingId building{};
  int floor = 1;       ///< below ground negative
  std::string number;  ///< 房号, unique within the building
  std::string name;    ///< shop or tenant name, may be empty
};

struct Gateway {
  GatewayId id{};
  PropertyId property{};
  std::string name;  ///< unique within the property
  std::string host;  ///< address of its network side; empty for local serial ports
  friend bool operator==(const Gateway&, const Gateway&) = default;
};

enum class BusTransport : std::uint8_t { modbus_tcp, rtu_over_tcp, serial };
std::string_view bus_transport_name(BusTransport transport);
std::optional<BusTransport> bus_transport_from_name(std::string_view name);

enum class Parity : std::uint8_t { none, even, odd };
std::string_view parity_name(Parity parity);
std::optional<Parity> parity_from_name(std::string_view name);

struct Bus {
  BusId id{};
  PropertyId property{};
  GatewayId gateway{};
  std::string name;  ///< unique within the gateway
  BusTransport transport = BusTransport::modbus_tcp;
  std::uint16_t port = 0;  ///< TCP port, for the TCP transports
  std::string device;      ///< /dev/ttyS1 …, for serial
  int baud = 9600;
  Parity parity = Parity::none;
  Millis reply_timeout{1000};       ///< from the last byte sent to the whole reply
  Millis poll_interval{15'000};     ///< prepaid block
  Millis full_interval{1'800'000};  ///< full set of measured values (C1: 30 min)
  friend bool operator==(const Bus&, const Bus&) = default;
};

struct Tariff {
  TariffId id{};
  PropertyId property{};
  std::string name;  ///< unique within the property
  PriceTable prices;
};

/// A register value at hand-over: history starts here.
struct OpeningReading {
  UtcMs at{};
  std::int64_t energy_wh = 0;
};

/// Everything the station needs to know about a site, as stored.
struct Site {
  std::vector<Property> properties;
  std::vector<Building> buildings;
  std::vector<Room> rooms;
  std::vector<Gateway> gateways;
  std::vector<Bus> buses;
  std::vector<Tariff> tariffs;
  std::vector<Meter> meters;
};

/// A workbook's content by name, checked but not yet stored. Ids are empty; references are names.
struct SitePlan {
  struct RoomRow {
    std::string building;
    Room room;
  };
  struct BusRow {
    std::string gateway;
    Bus bus;
  };
  struct MeterRow {
    std::string building, room;        ///< both empty = no room (main meter)
    std::string gateway, bus, tariff;  ///< tariff empty = none
    Meter meter;
    std::optional<OpeningReading> opening;
    bool names_device = true;  ///< false: the serial is only what was known before
  };
  std::optional<Property> property;  ///< empty = the existing one
  std::vector<Building> buildings;
  std::vector<RoomRow> rooms;
  std::vector<Gateway> gateways;
  std::vector<BusRow> buses;
  std::vector<Tariff> tariffs;
  std::vector<MeterRow> meters;
};

/// What applying a plan did, or would do.
struct SitePlanResult {
  int added = 0, changed = 0, unchanged = 0;
};

}  // namespace paymeter::domain
