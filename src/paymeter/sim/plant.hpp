/// A whole virtual site built from the same plan as the station: buses with their meters, and the
/// hands that tests and demonstrations need.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/domain/site.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/sim/reference_meter.hpp"
#include "paymeter/sim/virtual_bus.hpp"

namespace paymeter::sim {

struct PlantOptions {
  Millis utc_offset{8 * 3'600'000};  ///< of the site's local time
  int speed = 1;                     ///< ≥ 1: how much faster meters' time runs
  std::uint64_t seed = 1;
  FaultRates faults{};  ///< on every bus, at first
};

/// The serial number of a meter whose plan leaves it empty: `PM`, the bus's number in the plan
/// (from 1, five digits) and the unit (three digits).
std::string derived_serial(std::size_t bus_number, std::uint8_t unit);

/// The plan with the site's names, as `simulate` needs it when the station's database is at hand.
domain::SitePlan plan_of(const domain::Site& site);

class Plant {
 public:
  struct BusPlace {
    std::string gateway;
    domain::Bus plan;
    VirtualBus bus;
    bool down = false;  ///< the gateway neither accepts connections nor takes bytes
  };

  /// `runtime` outlives the plant. Errors: import_reference_unknown (a bus without gateway, a meter
  /// without bus), import_duplicate (unit or meter code twice), import_value_invalid (unit outside
  /// 1–247, serial too long, CT ratio outside 1–65535), model_unknown. Detail names the row.
  static Result<std::unique_ptr<Plant>> build(port::Runtime& runtime, const domain::SitePlan& plan,
                                              PlantOptions options);

  std::vector<std::unique_ptr<BusPlace>>& buses() { return buses_; }
  /// Null = no such bus.
  BusPlace* find_bus(std::string_view gateway, std::string_view bus);
  const SiteClock& clock() const { return clock_; }
  std::size_t meter_count() const { return places_.size(); }

  // Hands on one meter, by its code 表号. Errors of each: meter_unknown.
  Result<> set_load(std::string_view code, std::optional<MeterLoad> load);
  Result<> kill_meter(std::string_view code);
  Result<> revive_meter(std::string_view code);
  Result<> lose_power(std::string_view code, Millis span);
  /// As delivered, but one clear count further. Errors: also meter_unsupported (no wallet).
  Result<> reset_meter(std::string_view code);
  /// A new device as delivered, with the same key and tenant. Errors: also import_value_invalid.
  Result<> replace_meter(std::string_view code, std::string serial);
  /// Errors of these two: also meter_unsupported.
  Result<> open_cover(std::string_view code);
  Result<> lose_clock(std::string_view code);
  /// The meter as it is now; null = no such meter, or (reference) of another model.
  VirtualMeter* meter(std::string_view code);
  ReferenceMeter* reference(std::string_view code);

  void set_faults(const FaultRates& rates);  ///< on every bus
  /// All buses of the gateway. Unknown names change nothing.
  void set_gateway_down(std::string_view gateway, bool down);

  /// One line of JSON per meter; what `load_state` takes back for the meters that are still there
  /// with the same code, bus and serial. Clocks are set to the site's present time.
  std::string save_state();
  /// Errors: request_invalid (a line that is none; the lines before it were taken).
  Result<> load_state(std::string_view lines);

 private:
  struct Place {
    BusPlace* bus = nullptr;
    std::uint8_t unit = 0;
    std::string serial;
    codec::MeterKey key{};
    std::uint16_t ct_ratio = 1;
    std::string model;
  };
  Plant(port::Runtime& runtime, PlantOptions options);
  Result<> add_meter(const domain::SitePlan::MeterRow& row);
  Result<std::unique_ptr<VirtualMeter>> make_meter(const Place& place) const;
  SiteMeter* find(std::string_view code);
  Result<ReferenceMeter*> wallet(std::string_view code);

  PlantOptions options_;
  SiteClock clock_;
  std::vector<std::unique_ptr<BusPlace>> buses_;
  std::map<std::string, Place, std::less<>> places_;  // by meter code
};

}  // namespace paymeter::sim
