// Between readings and the two blocks of a day.
#include "paymeter/store/day_block.hpp"

#include "paymeter/base/assert.hpp"
#include "paymeter/store/detail_block.hpp"
#include "paymeter/store/register_block.hpp"

namespace paymeter::store {
namespace {

DayColumns columns_of(std::span<const domain::Reading> readings) {
  DayColumns columns;
  columns.present.resize(readings.size());
  for (auto& values : columns.values) values.resize(readings.size());
  for (std::size_t row = 0; row < readings.size(); ++row)
    each_value(readings[row], [&](std::size_t slot, std::int64_t value) {
      columns.present[row] |= std::uint32_t{1} << slot;
      columns.values[slot][row] = value;
    });
  return columns;
}

RegisterColumns registers_of(std::span<const domain::Reading> readings) {
  RegisterColumns columns;
  for (const domain::Reading& reading : readings) {
    columns.at_ms.push_back(reading.at.value);
    columns.has_energy.push_back(reading.energy_wh ? 1 : 0);
    if (reading.energy_wh) columns.energy_wh.push_back(*reading.energy_wh);
  }
  if (columns.energy_wh.size() == readings.size() || columns.energy_wh.empty())
    columns.has_energy.clear();
  return columns;
}

bool has_energy(const RegisterRows& rows, std::size_t row) {
  return rows.has_energy.empty() ? rows.have_energy : rows.has_energy[row] != 0;
}

}  // namespace

DayBlocks encode_day(std::span<const domain::Reading> readings) {
  PAYMETER_ASSERT(!readings.empty() && readings.size() <= kDayReadingsMax);
  for (std::size_t i = 1; i < readings.size(); ++i)
    PAYMETER_ASSERT(readings[i - 1].at < readings[i].at);
  return {encode_registers(registers_of(readings)), encode_details(columns_of(readings))};
}

Result<std::vector<domain::Reading>> decode_day(MeterId meter, Bytes registers, Bytes details) {
  std::vector<domain::rating::RegisterReading> rows;
  const auto known = decode_register_rows(registers, rows);
  if (!known) return fail(known.error());
  DayColumns columns;
  columns.present.resize(rows.size());
  columns.values[Slot::energy].resize(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!has_energy(*known, row)) continue;
    columns.present[row] = 1U << Slot::energy;
    columns.values[Slot::energy][row] = rows[row].value;
  }
  if (auto ok = decode_details(details, columns); !ok) return fail(ok.error());
  std::vector<domain::Reading> out(columns.rows());
  for (std::size_t row = 0; row < out.size(); ++row) {
    out[row].meter = meter;
    out[row].at = rows[row].at;
    for (std::size_t slot = 0; slot < kSlots; ++slot)
      if (columns.has(row, slot) && !set_value(out[row], slot, columns.values[slot][row]))
        return fail(Errc::store_failed, "detail block: a value out of range");
  }
  return out;
}

Result<> decode_registers(Bytes registers, std::vector<domain::rating::RegisterReading>& out) {
  const auto known = decode_register_rows(registers, out);
  if (!known) return fail(known.error());
  if (!known->have_energy) out.resize(known->begin);
  if (known->has_energy.empty()) return {};
  std::size_t next = known->begin;
  for (std::size_t row = 0; row < known->has_energy.size(); ++row)
    if (known->has_energy[row] != 0) out[next++] = out[known->begin + row];
  out.resize(next);
  return {};
}

}  // namespace paymeter::store
