// Building meters from a plan, and laying hands on them.
#include "paymeter/sim/plant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "paymeter/sim/public_meter.hpp"

namespace paymeter::sim {
namespace {

constexpr std::string_view kReferenceModel = "paymeter-reference-nk";

struct ShapeWord {
  std::string_view word;
  LoadShape shape;
};
// A building's name usually says what it is.
constexpr ShapeWord kShapeWords[] = {
    {"商", LoadShape::shop},        {"店", LoadShape::shop},        {"Mall", LoadShape::shop},
    {"办公", LoadShape::office},    {"写字", LoadShape::office},    {"Office", LoadShape::office},
    {"宿舍", LoadShape::dormitory}, {"公寓", LoadShape::dormitory}, {"Dorm", LoadShape::dormitory},
};

LoadShape shape_of(const domain::SitePlan::MeterRow& row, Dice& dice) {
  const auto drawn = static_cast<LoadShape>(dice.below(3));
  if (row.room.empty()) return LoadShape::common_area;
  for (const auto& known : kShapeWords)
    if (row.building.find(known.word) != row.building.npos) return known.shape;
  return drawn;
}

LoadCurve curve_of(const domain::SitePlan::MeterRow& row, std::uint64_t seed) {
  Dice dice(seed);
  const LoadShape shape = shape_of(row, dice);
  std::int64_t peak_w = 0;
  switch (shape) {
    case LoadShape::shop:
      peak_w = dice.between(2'000, 8'000);
      break;
    case LoadShape::office:
      peak_w = dice.between(1'500, 6'000);
      break;
    case LoadShape::dormitory:
      peak_w = dice.between(800, 2'500);
      break;
    case LoadShape::common_area:
      peak_w = dice.between(6'000, 20'000);
      break;
  }
  // Transformers are fitted where the load is large.
  const std::uint32_t ct_ratio = row.meter.ct_ratio;
  if (ct_ratio > 1) peak_w = peak_w * ct_ratio / 4;
  const bool three = ct_ratio > 1 || shape == LoadShape::common_area || dice.below(2) == 0;
  return {shape, three ? PhaseCount::three : PhaseCount::single, peak_w, dice.next()};
}

}  // namespace

std::string derived_serial(std::size_t bus_number, std::uint8_t unit) {
  return fmt::format("PM{:05}{:03}", bus_number % 100'000, unit);
}

domain::SitePlan plan_of(const domain::Site& site) {
  const auto name_of = [](const auto& rows, auto id) -> std::string {
    for (const auto& row : rows)
      if (row.id == id) return row.name;
    return {};
  };
  domain::SitePlan plan;
  if (!site.properties.empty()) plan.property = site.properties.front();
  plan.buildings = site.buildings;
  plan.gateways = site.gateways;
  plan.tariffs = site.tariffs;
  for (const auto& room : site.rooms)
    plan.rooms.push_back({name_of(site.buildings, room.building), room});
  for (const auto& bus : site.buses)
    plan.buses.push_back({name_of(site.gateways, bus.gateway), bus});
  for (const auto& meter : site.meters) {
    domain::SitePlan::MeterRow row;
    row.meter = meter;
    for (const auto& room : site.rooms)
      if (meter.room == room.id) {
        row.building = name_of(site.buildings, room.building);
        row.room = room.number;
      }
    for (const auto& bus : site.buses)
      if (meter.bus == bus.id) {
        row.bus = bus.name;
        row.gateway = name_of(site.gateways, bus.gateway);
      }
    if (meter.tariff) row.tariff = name_of(site.tariffs, *meter.tariff);
    plan.meters.push_back(std::move(row));
  }
  return plan;
}

// ------------------------------------------------------------------ building
Plant::Plant(port::Runtime& runtime, PlantOptions options)
    : options_(options), clock_(runtime, options.utc_offset, std::max(options.speed, 1)) {}

Result<std::unique_ptr<Plant>> Plant::build(port::Runtime& runtime, const domain::SitePlan& plan,
                                            PlantOptions options) {
  std::unique_ptr<Plant> plant(new Plant(runtime, options));
  for (const auto& row : plan.buses) {
    const bool known = std::ranges::any_of(
        plan.gateways, [&](const domain::Gateway& gateway) { return gateway.name == row.gateway; });
    if (!known) return fail(Errc::import_reference_unknown, row.gateway);
    const std::string name = row.gateway + " / " + row.bus.name;
    VirtualBus::Settings settings{.name = name,
                                  .framing = row.bus.transport == domain::BusTransport::modbus_tcp
                                                 ? Framing::tcp
                                                 : Framing::rtu,
                                  .baud = std::max(row.bus.baud, 300)};
    plant->buses_.emplace_back(new BusPlace{
        row.gateway, row.bus,
        VirtualBus(runtime, plant->clock_, std::move(settings), seed_for(options.seed, name))});
    plant->buses_.back()->bus.faults().set_rates(options.faults);
  }
  for (const auto& row : plan.meters)
    if (auto added = plant->add_meter(row); !added) return fail(added.error());
  return plant;
}

Result<> Plant::add_meter(const domain::SitePlan::MeterRow& row) {
  const domain::Meter& meter = row.meter;
  const auto found = std::ranges::find_if(buses_, [&](const auto& place) {
    return place->gateway == row.gateway && place->plan.name == row.bus;
  });
  if (found == buses_.end())
    return fail(Errc::import_reference_unknown, fmt::format("{} / {}", row.gateway, row.bus));
  if (meter.unit < 1 || meter.unit > 247 || meter.ct_ratio < 1 || meter.ct_ratio > 65535)
    return fail(Errc::import_value_invalid, meter.code);
  BusPlace& bus = **found;
  if (bus.bus.meter(meter.unit) != nullptr || places_.contains(meter.code))
    return fail(Errc::import_duplicate, meter.code);
  const auto bus_number = static_cast<std::size_t>(found - buses_.begin()) + 1;
  Place place{
      .bus = &bus,
      .unit = meter.unit,
      .serial = meter.serial.empty() ? derived_serial(bus_number, meter.unit) : meter.serial,
      .key = meter.key,
      .ct_ratio = static_cast<std::uint16_t>(meter.ct_ratio),
      .model = meter.model};
  auto made = make_meter(place);
  if (!made) return fail(made.error().code, meter.code);
  if (row.opening) (*made)->start_energy(std::max<std::int64_t>(row.opening->energy_wh, 0));
  bus.bus.attach(meter.unit, SiteMeter(std::move(*made),
                                       curve_of(row, seed_for(options_.seed, meter.code)), clock_));
  places_.emplace(meter.code, std::move(place));
  return {};
}

Result<std::unique_ptr<VirtualMeter>> Plant::make_meter(const Place& place) const {
  if (place.model == kReferenceModel) {
    if (!codec::reference_nk::encode_serial(place.serial)) return fail(Errc::import_value_invalid);
    return std::make_unique<ReferenceMeter>(
        ReferenceIdentity{.serial = place.serial, .key = place.key, .ct_ratio = place.ct_ratio},
        clock_.local_time());
  }
  if (const auto model = public_model_from_name(place.model))
    return std::make_unique<PublicMeter>(*model, place.ct_ratio, clock_.local_time());
  return fail(Errc::model_unknown);
}

// ------------------------------------------------------------------ looking up
Plant::BusPlace* Plant::find_bus(std::string_view gateway, std::string_view bus) {
  for (const auto& place : buses_)
    if (place->gateway == gateway && place->plan.name == bus) return place.get();
  return nullptr;
}

SiteMeter* Plant::find(std::string_view code) {
  const auto found = places_.find(code);
  return found == places_.end() ? nullptr : found->second.bus->bus.meter(found->second.unit);
}

VirtualMeter* Plant::meter(std::string_view code) {
  SiteMeter* const place = find(code);
  return place == nullptr ? nullptr : &place->up_to_date();
}

ReferenceMeter* Plant::reference(std::string_view code) {
  return dynamic_cast<ReferenceMeter*>(meter(code));
}

Result<ReferenceMeter*> Plant::wallet(std::string_view code) {
  if (find(code) == nullptr) return fail(Errc::meter_unknown, std::string(code));
  ReferenceMeter* const found = reference(code);
  if (found == nullptr) return fail(Errc::meter_unsupported, std::string(code));
  return found;
}

// ------------------------------------------------------------------ hands
Result<> Plant::set_load(std::string_view code, std::optional<MeterLoad> load) {
  SiteMeter* const place = find(code);
  if (place == nullptr) return fail(Errc::meter_unknown, std::string(code));
  place->set_load(load);
  return {};
}

Result<> Plant::kill_meter(std::string_view code) {
  SiteMeter* const place = find(code);
  if (place == nullptr) return fail(Errc::meter_unknown, std::string(code));
  place->set_dead(true);
  return {};
}

Result<> Plant::revive_meter(std::string_view code) {
  SiteMeter* const place = find(code);
  if (place == nullptr) return fail(Errc::meter_unknown, std::string(code));
  place->set_dead(false);
  return {};
}

Result<> Plant::lose_power(std::string_view code, Millis span) {
  SiteMeter* const place = find(code);
  if (place == nullptr) return fail(Errc::meter_unknown, std::string(code));
  place->lose_power(span);
  return {};
}

Result<> Plant::reset_meter(std::string_view code) {
  const auto found = wallet(code);
  if (!found) return fail(found.error());
  const ReferenceMemory& old = (*found)->memory();
  ReferenceMemory fresh;
  fresh.metering = old.metering;
  fresh.cycle_month = old.cycle_month;
  fresh.clear_count = static_cast<std::uint16_t>(old.clear_count + 1);
  (*found)->set_memory(fresh);
  return {};
}

Result<> Plant::replace_meter(std::string_view code, std::string serial) {
  const auto found = places_.find(code);
  if (found == places_.end()) return fail(Errc::meter_unknown, std::string(code));
  Place place = found->second;
  place.serial = std::move(serial);
  auto made = make_meter(place);
  if (!made) return fail(made.error());
  find(code)->replace(std::move(*made));
  found->second = std::move(place);
  return {};
}

Result<> Plant::open_cover(std::string_view code) {
  const auto found = wallet(code);
  if (!found) return fail(found.error());
  (*found)->open_cover();
  return {};
}

Result<> Plant::lose_clock(std::string_view code) {
  const auto found = wallet(code);
  if (!found) return fail(found.error());
  (*found)->lose_clock();
  return {};
}

void Plant::set_gateway_down(std::string_view gateway, bool down) {
  for (const auto& place : buses_)
    if (place->gateway == gateway) place->down = down;
}

void Plant::set_faults(const FaultRates& rates) {
  for (const auto& place : buses_) place->bus.faults().set_rates(rates);
}

// ------------------------------------------------------------------ state
std::string Plant::save_state() {
  std::string lines;
  for (const auto& [code, place] : places_) {
    boost::json::object line;
    line["meter"] = code;
    line["bus"] = place.bus->bus.settings().name;
    line["serial"] = place.serial;
    line["memory"] = find(code)->up_to_date().save();
    lines += boost::json::serialize(line) + "\n";
  }
  return lines;
}

Result<> Plant::load_state(std::string_view lines) {
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    const auto text = lines.substr(0, end);
    lines = end == lines.npos ? std::string_view{} : lines.substr(end + 1);
    if (text.empty()) continue;
    boost::system::error_code failed;
    const auto line = boost::json::parse(text, failed);
    const auto* const object = line.if_object();
    if (failed || object == nullptr) return fail(Errc::request_invalid, std::string(text));
    const auto field = [&](std::string_view name) -> std::string {
      const auto* value = object->if_contains(name);
      return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
    };
    const auto found = places_.find(field("meter"));
    if (found == places_.end() || field("bus") != found->second.bus->bus.settings().name ||
        field("serial") != found->second.serial)
      continue;
    VirtualMeter& meter = find(found->first)->up_to_date();
    if (auto restored = meter.restore(field("memory")); !restored) return restored;
    meter.start_clock(clock_.local_time());
  }
  return {};
}

}  // namespace paymeter::sim
