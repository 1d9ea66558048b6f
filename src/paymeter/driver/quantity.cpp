// One table of quantities; spelling, units and destination are looked up in it.
#include "paymeter/driver/quantity.hpp"

#include <array>

namespace paymeter::driver {
namespace {

struct KindRow {
  QuantityKind kind;
  std::string_view stem;
  std::string_view platform_unit;  ///< ends a golden key
  bool follows_ct;
  std::uint8_t count;
};
constexpr std::array<KindRow, 7> kKinds{{
    {QuantityKind::energy, "energy", "_wh", true, 6},
    {QuantityKind::voltage, "voltage", "_mv", false, 3},
    {QuantityKind::line_current, "line_current", "_ma", true, 3},
    {QuantityKind::power, "power", "_w", true, 4},
    {QuantityKind::power_factor, "power_factor", "_e3", false, 4},
    {QuantityKind::frequency, "frequency", "_mhz", false, 1},
    {QuantityKind::ct_ratio, "ct_ratio", "", false, 1},
}};

constexpr std::array<std::string_view, 6> kEnergySuffix{"_total", "_rate1", "_rate2",
                                                        "_rate3", "_rate4", "_rate5"};
constexpr std::array<std::string_view, 4> kPhaseSuffix{"_a", "_b", "_c", "_total"};

struct UnitRow {
  QuantityKind kind;
  std::string_view unit;
  std::int64_t factor;
};
constexpr UnitRow kUnits[] = {
    {QuantityKind::energy, "Wh", 1},         {QuantityKind::energy, "kWh", 1000},
    {QuantityKind::energy, "MWh", 1000'000}, {QuantityKind::voltage, "V", 1000},
    {QuantityKind::voltage, "kV", 1000'000}, {QuantityKind::line_current, "mA", 1},
    {QuantityKind::line_current, "A", 1000}, {QuantityKind::power, "W", 1},
    {QuantityKind::power, "kW", 1000},       {QuantityKind::power_factor, "1", 1000},
    {QuantityKind::frequency, "Hz", 1000},   {QuantityKind::ct_ratio, "1", 1},
};

const KindRow& row_of(QuantityKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::string_view suffix_of(Quantity quantity) {
  if (row_of(quantity.kind).count == 1) return {};
  if (quantity.kind == QuantityKind::energy) return kEnergySuffix.at(quantity.index);
  return kPhaseSuffix.at(quantity.index);
}

}  // namespace

std::string quantity_name(Quantity quantity) {
  return std::string(row_of(quantity.kind).stem) + std::string(suffix_of(quantity));
}

std::string quantity_key(Quantity quantity) {
  return quantity_name(quantity) + std::string(row_of(quantity.kind).platform_unit);
}

std::optional<Quantity> quantity_from_name(std::string_view name) {
  for (const KindRow& row : kKinds)
    for (std::uint8_t index = 0; index < row.count; ++index)
      if (quantity_name({row.kind, index}) == name) return Quantity{row.kind, index};
  return std::nullopt;
}

std::optional<std::int64_t> unit_factor(QuantityKind kind, std::string_view unit) {
  for (const UnitRow& row : kUnits)
    if (row.kind == kind && row.unit == unit) return row.factor;
  return std::nullopt;
}

bool follows_ct_ratio(QuantityKind kind) { return row_of(kind).follows_ct; }

namespace {

/// The place of a quantity, in a constant or a changing Measurements alike. Not for ct_ratio.
template <class M>
auto& place_of(M& m, Quantity quantity) {
  const std::size_t i = quantity.index;
  switch (quantity.kind) {
    case QuantityKind::energy:
      return i == 0 ? m.energy_wh : m.rate_energy_wh.at(i - 1);
    case QuantityKind::voltage:
      return m.voltage_mv.at(i);
    case QuantityKind::line_current:
      return m.line_current_ma.at(i);
    case QuantityKind::power:
      return m.power_w.at(i);
    case QuantityKind::power_factor:
      return m.power_factor_e3.at(i);
    case QuantityKind::frequency:
    case QuantityKind::ct_ratio:
      break;
  }
  return m.frequency_mhz;
}

}  // namespace

void set_value(domain::Measurements& out, Quantity quantity, std::int64_t value) {
  if (quantity.kind == QuantityKind::ct_ratio)
    out.ct_ratio = static_cast<std::uint32_t>(value);
  else
    place_of(out, quantity) = value;
}

std::optional<std::int64_t> value_of(const domain::Measurements& in, Quantity quantity) {
  if (quantity.kind != QuantityKind::ct_ratio) return place_of(in, quantity);
  if (!in.ct_ratio) return std::nullopt;
  return static_cast<std::int64_t>(*in.ct_ratio);
}

}  // namespace paymeter::driver
