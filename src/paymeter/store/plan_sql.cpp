// Applying a site plan: adds and changes by name, never deletes, all or nothing.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "paymeter/store/settlement_sql.hpp"
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::SitePlan;

class PlanWriter {
 public:
  PlanWriter(Db& db, const SitePlan& plan) : db_(db), plan_(plan) {}

  Result<domain::SitePlanResult> write() {
    // In the order of their references; the first error ends it and the engine rolls back.
    for (auto step :
         {&PlanWriter::write_property, &PlanWriter::write_buildings, &PlanWriter::write_rooms,
          &PlanWriter::write_gateways, &PlanWriter::write_buses, &PlanWriter::write_tariffs,
          &PlanWriter::write_meters, &PlanWriter::check_addresses})
      if (auto done = (this->*step)(); !done) return fail(done.error());
    return result_;
  }

 private:
  enum class Change : std::uint8_t { added, changed, unchanged };

  void count(Change change) {
    ++(change == Change::added     ? result_.added
       : change == Change::changed ? result_.changed
                                   : result_.unchanged);
  }

  /// Inserts, updates or leaves the row; sets wanted.id.
  template <class T>
  Change place(T& wanted, const std::optional<T>& stored) {
    if (!stored) {
      wanted.id = {insert(db_, wanted)};
      return Change::added;
    }
    wanted.id = stored->id;
    if (cells_of(wanted) == cells_of(*stored)) return Change::unchanged;
    update(db_, wanted);
    return Change::changed;
  }

  /// Errors: import_duplicate when the plan names the same thing twice.
  Result<> once(const std::string& sort, const std::string& name) {
    if (!seen_.insert(sort + " " + name).second)
      return fail(Errc::import_duplicate, sort + " " + name);
    return {};
  }

  Result<> write_property();
  Result<> write_buildings();
  Result<> write_rooms();
  Result<> write_gateways();
  Result<> write_buses();
  Result<> write_tariffs();
  Result<> write_meters();
  Result<> write_meter(const SitePlan::MeterRow& row);
  Result<> refer(const SitePlan::MeterRow& row, domain::Meter& meter);
  Change write_opening(const domain::Meter& meter, const domain::OpeningReading& opening);
  Result<> check_device(const SitePlan::MeterRow& row, const domain::Meter& stored,
                        const domain::Meter& wanted);
  Result<> check_change(const domain::Meter& stored, const domain::Meter& wanted);
  std::optional<std::string> priced_otherwise(const domain::Meter& stored,
                                              const domain::Meter& wanted);
  Result<> check_addresses();

  std::optional<BuildingId> building_of(const std::string& name) {
    return db_.value<BuildingId>(
        "select id from building where property_id = :property and name = :name", property_, name);
  }
  std::optional<GatewayId> gateway_of(const std::string& name) {
    return db_.value<GatewayId>(
        "select id from gateway where property_id = :property and name = :name", property_, name);
  }

  Db& db_;
  const SitePlan& plan_;
  PropertyId property_{};
  domain::SitePlanResult result_;
  std::set<std::string> seen_;
  std::map<std::string, domain::Meter> stored_meters_;  ///< by code, as they were before
};

Result<> PlanWriter::write_property() {
  if (!plan_.property) {
    const auto existing = db_.value<PropertyId>("select id from property order by id limit 1");
    if (!existing) return fail(Errc::import_reference_unknown, "no property yet, and none given");
    property_ = *existing;
    return {};
  }
  domain::Property wanted = *plan_.property;
  count(
      place(wanted, select_one<domain::Property>(db_, "where property.name = :name", wanted.name)));
  property_ = wanted.id;
  return {};
}

Result<> PlanWriter::write_buildings() {
  for (domain::Building wanted : plan_.buildings) {
    if (auto first = once("building", wanted.name); !first) return first;
    wanted.property = property_;
    count(place(wanted, select_one<domain::Building>(
                            db_, "where building.property_id = :property and building.name = :name",
                            property_, wanted.name)));
  }
  return {};
}

Result<> PlanWriter::write_rooms() {
  for (const SitePlan::RoomRow& row : plan_.rooms) {
    domain::Room wanted = row.room;
    if (auto first = once("room", row.building + " " + wanted.number); !first) return first;
    const auto building = building_of(row.building);
    if (!building) return fail(Errc::import_reference_unknown, "building " + row.building);
    wanted.property = property_;
    wanted.building = *building;
    count(place(wanted, select_one<domain::Room>(
                            db_, "where room.building_id = :building and room.number = :number",
                            wanted.building, wanted.number)));
  }
  return {};
}

Result<> PlanWriter::write_gateways() {
  for (domain::Gateway wanted : plan_.gateways) {
    if (auto first = once("gateway", wanted.name); !first) return first;
    wanted.property = property_;
    count(place(wanted, select_one<domain::Gateway>(
                            db_, "where gateway.property_id = :property and gateway.name = :name",
                            property_, wanted.name)));
  }
  return {};
}

Result<> PlanWriter::write_buses() {
  for (const SitePlan::BusRow& row : plan_.buses) {
    domain::Bus wanted = row.bus;
    if (auto first = once("bus", row.gateway + " " + wanted.name); !first) return first;
    const auto gateway = gateway_of(row.gateway);
    if (!gateway) return fail(Errc::import_reference_unknown, "gateway " + row.gateway);
    wanted.property = property_;
    wanted.gateway = *gateway;
    count(place(wanted,
                select_one<domain::Bus>(db_, "where bus.gateway_id = :gateway and bus.name = :name",
                                        wanted.gateway, wanted.name)));
  }
  return {};
}

Result<> PlanWriter::write_tariffs() {
  for (domain::Tariff wanted : plan_.tariffs) {
    if (auto first = once("tariff", wanted.name); !first) return first;
    wanted.property = property_;
    const auto stored = select_one<domain::Tariff>(
        db_, "where tariff.property_id = :property and tariff.name = :name", property_,
        wanted.name);
    Change change = place(wanted, stored);
    if (change == Change::added || load_prices(db_, wanted.id) != wanted.prices) {
      store_prices(db_, wanted);
      if (change == Change::unchanged) change = Change::changed;
    }
    count(change);
  }
  return {};
}

Result<> PlanWriter::write_meters() {
  for (domain::Meter& meter :
       select<domain::Meter>(db_, "where meter.property_id = :property", property_)) {
    const std::string code = meter.code;
    stored_meters_.emplace(code, std::move(meter));
  }
  for (const SitePlan::MeterRow& row : plan_.meters)
    if (auto done = write_meter(row); !done) return done;
  return {};
}

Result<> PlanWriter::refer(const SitePlan::MeterRow& row, domain::Meter& meter) {
  const auto gateway = gateway_of(row.gateway);
  const auto bus =
      gateway ? db_.value<BusId>("select id from bus where gateway_id = :gateway and name = :name",
                                 *gateway, row.bus)
              : std::nullopt;
  if (!bus) return fail(Errc::import_reference_unknown, "bus " + row.gateway + " " + row.bus);
  meter.bus = *bus;
  meter.room.reset();
  if (!row.room.empty()) {
    const auto building = building_of(row.building);
    meter.room = building ? db_.value<RoomId>(
                                "select id from room where building_id = :building "
                                "and number = :number",
                                *building, row.room)
                          : std::nullopt;
    if (!meter.room)
      return fail(Errc::import_reference_unknown, "room " + row.building + " " + row.room);
  }
  meter.tariff.reset();
  if (!row.tariff.empty()) {
    meter.tariff =
        db_.value<TariffId>("select id from tariff where property_id = :property and name = :name",
                            property_, row.tariff);
    if (!meter.tariff) return fail(Errc::import_reference_unknown, "tariff " + row.tariff);
  }
  return {};
}

/// An old workbook must not put the old device back over the one that replaced it.
Result<> PlanWriter::check_device(const SitePlan::MeterRow& row, const domain::Meter& stored,
                                  const domain::Meter& wanted) {
  const bool same_serial = stored.serial == wanted.serial;
  if (same_serial && stored.ct_ratio == wanted.ct_ratio && stored.key == wanted.key) return {};
  const auto replaced = devices(db_, stored.id);
  if (!replaced || replaced->empty()) return {};
  const auto& last = replaced->back();
  if (row.opening && row.opening->at > last.to_at) return {};
  const auto is_wanted = [&](const SettlementStore::Device& device) {
    return std::ranges::equal(device.serial, wanted.serial, [](unsigned char a, unsigned char b) {
      return std::tolower(a) == std::tolower(b);
    });
  };
  if (same_serial ? row.names_device : std::ranges::none_of(*replaced, is_wanted)) return {};
  std::string detail = "meter " + stored.code + ": " + last.serial;
  if (!stored.serial.empty()) detail += " -> " + stored.serial;
  return fail(Errc::import_device_replaced, detail);
}

Result<> PlanWriter::check_change(const domain::Meter& stored, const domain::Meter& wanted) {
  const bool same_device = stored.model == wanted.model && stored.bus == wanted.bus &&
                           stored.unit == wanted.unit && stored.wallet == wanted.wallet &&
                           stored.serial == wanted.serial;
  const auto priced = same_device ? priced_otherwise(stored, wanted) : std::nullopt;
  if (same_device && !priced) return {};
  const auto account = db_.value<AccountId>(
      "select account_id from account_meter where meter_id = :meter and to_at is null", stored.id);
  if (!account) return {};
  return fail(Errc::import_change_forbidden,
              "meter " + stored.code + (priced ? ": " + *priced : std::string()));
}

/// A platform wallet's bills are counted again from what is said here, settled months with them.
/// Empty: they stay as they are; else what would change them and the way that does not.
std::optional<std::string> PlanWriter::priced_otherwise(const domain::Meter& stored,
                                                        const domain::Meter& wanted) {
  if (stored.wallet != domain::Wallet::platform) return std::nullopt;
  if (stored.utility != wanted.utility) return "utility; close the account first";
  if (stored.ct_ratio != wanted.ct_ratio) return "ct_ratio; change the device over instead";
  if (stored.tariff == wanted.tariff) return std::nullopt;
  // Without a tariff nothing has been billed: the first one may still be said.
  const bool has_own =
      db_.value<TariffId>("select tariff_id from tariff_profile where own_meter_id = :meter",
                          stored.id)
          .has_value();
  if (!stored.tariff && !has_own) return std::nullopt;
  return "tariff; give the meter a tariff of its own from a coming day instead";
}

Result<> PlanWriter::write_meter(const SitePlan::MeterRow& row) {
  domain::Meter wanted = row.meter;
  if (auto first = once("meter", wanted.code); !first) return first;
  wanted.property = property_;
  if (auto known = refer(row, wanted); !known) return known;
  std::optional<domain::Meter> stored;
  if (const auto found = stored_meters_.find(wanted.code); found != stored_meters_.end()) {
    stored = found->second;
    if (auto newer = check_device(row, *stored, wanted); !newer) return newer;
    if (auto allowed = check_change(*stored, wanted); !allowed) return allowed;
  }
  // Meters may swap addresses within a plan: whoever holds this one steps aside for now, and
  // check_addresses sees whether it found another.
  db_.execute("update meter set unit = -id where bus_id = :bus and unit = :unit and code <> :code",
              wanted.bus, wanted.unit, wanted.code);
  Change change = place(wanted, stored);
  if (change == Change::added)
    db_.execute(
        "insert into meter_money (meter_id, property_id, purchase_count, quarantined, "
        "price_version, settings_version, clock_sequence) values (:meter, :property, 0, 0, 0, 0, "
        "0)",
        wanted.id, property_);
  if (row.opening) {
    const Change opening = write_opening(wanted, *row.opening);
    if (change == Change::unchanged) change = opening;
  }
  count(change);
  return {};
}

PlanWriter::Change PlanWriter::write_opening(const domain::Meter& meter,
                                             const domain::OpeningReading& opening) {
  const auto stored = db_.one<UtcMs, std::int64_t>(
      "select at, energy_wh from opening_reading where meter_id = :meter", meter.id);
  if (stored && *stored == std::tuple(opening.at, opening.energy_wh)) return Change::unchanged;
  db_.execute(
      "insert into opening_reading (meter_id, property_id, at, energy_wh) "
      "values (:meter, :property, :at, :energy) on conflict (meter_id) do update "
      "set at = excluded.at, energy_wh = excluded.energy_wh",
      meter.id, meter.property, opening.at, opening.energy_wh);
  return Change::changed;
}

Result<> PlanWriter::check_addresses() {
  const auto homeless = db_.value<std::string>(
      "select code from meter where unit < 0 and property_id = :property order by id limit 1",
      property_);
  if (homeless)
    return fail(Errc::import_duplicate, "the bus address of meter " + *homeless + " is taken");
  return {};
}

}  // namespace

Result<domain::SitePlanResult> apply_plan(Db& db, const SitePlan& plan, UtcMs) {
  return PlanWriter(db, plan).write();
}

}  // namespace paymeter::store::sql
