/// What a meter holds at this moment, read from it, beside what the station holds for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "paymeter/domain/read_back.hpp"
#include "paymeter/domain/supply.hpp"
#include "paymeter/service/collector.hpp"

namespace paymeter::service {

enum class CompareStanding : std::uint8_t {
  same,        ///< every field agrees
  differs,     ///< and no download is under way that would explain it
  awaited,     ///< differs; a download is under way, or arrived after the meter was read
  never_sent,  ///< differs; the station has sent the meter nothing of this kind yet
  not_held,    ///< the station holds nothing of this kind for the meter
};
std::string_view compare_standing_name(CompareStanding standing);

/// What one kind of download brings: settings, prices or time tables.
struct ComparedGroup {
  domain::CommandKind kind = domain::CommandKind::write_settings;
  CompareStanding standing = CompareStanding::same;
  std::optional<TariffId> tariff;           ///< of prices
  std::int64_t tariff_number = 0;           ///< its version in force; 0 = as imported
  std::optional<domain::Command> download;  ///< the newest of this kind, whatever its state
  std::vector<domain::ReadBackField> fields;
};

struct MeterComparison {
  UtcMs read_at{};
  domain::Epoch epoch;  ///< of the device that answered
  std::vector<ComparedGroup> groups;
  /// Nothing differs of what the station holds.
  bool is_same() const;
};

struct CompareDeps {
  port::Runtime& runtime;
  port::Store& store;
  Collector& collector;
  LiveTable& live;
  port::MeterDriverFactory& drivers;
};

/// Reads the meter in one turn on its bus (nothing can be written in between) and then takes what
/// the station holds: prices and settings are those that a download would bring today, tables the
/// last that the meter confirmed or is being sent. Changes nothing.
/// Errors: meter_unknown, model_unknown, meter_unsupported (the model or its wallet holds nothing
/// of the station's), those of Collector::run and of the driver, store errors.
port::Async<Result<MeterComparison>> compare_meter(CompareDeps deps, MeterId meter);

}  // namespace paymeter::service
