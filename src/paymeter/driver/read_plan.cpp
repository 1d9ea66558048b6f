// Planning of reads and integer scaling of their values.
#include "paymeter/driver/read_plan.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <tuple>

#include "paymeter/base/assert.hpp"

namespace paymeter::driver {
namespace {

std::string hex_address(std::uint16_t address) {
  char text[8];
  std::snprintf(text, sizeof text, "%04X", address);
  return text;
}

/// One past the last register of `reg`.
std::uint32_t end_of(const ModelRegister& reg) {
  return std::uint32_t{reg.address} + register_count(reg.type);
}

/// The readable run that holds first..end whole. Without known ranges: everything.
bool in_one_range(std::uint32_t first, std::uint32_t end, const ReadRules& rules) {
  if (end > 0x10000U) return false;
  return rules.ranges.empty() || std::ranges::any_of(rules.ranges, [&](const RegisterRange& range) {
           return first >= range.first && end <= std::uint32_t{range.last} + 1;
         });
}

std::int64_t raw_value(const ModelRegister& reg, Bytes data, std::size_t at) {
  switch (reg.type) {
    case RegisterType::u16:
      return get_u16(data, at);
    case RegisterType::s16:
      return static_cast<std::int16_t>(get_u16(data, at));
    case RegisterType::u32:
      return get_u32(data, at);
    case RegisterType::s32:
      return static_cast<std::int32_t>(get_u32(data, at));
  }
  return 0;
}

/// raw x ratio x numerator needs up to 94 bits before it is divided.
__extension__ typedef __int128 Wide;

/// Rounded down; held at the ends of int64, which no sound meter reaches.
std::int64_t scaled(Wide product, std::int64_t denominator) {
  Wide quotient = product / denominator;
  if (product % denominator < 0) --quotient;
  return static_cast<std::int64_t>(std::clamp<Wide>(quotient,
                                                    std::numeric_limits<std::int64_t>::min(),
                                                    std::numeric_limits<std::int64_t>::max()));
}

}  // namespace

Result<std::vector<PlannedRead>> plan_reads(std::vector<ModelRegister> registers,
                                            const ReadRules& rules) {
  std::ranges::sort(registers, {},
                    [](const ModelRegister& reg) { return std::tuple(reg.function, reg.address); });
  std::vector<PlannedRead> plan;
  for (const ModelRegister& reg : registers) {
    if (!in_one_range(reg.address, end_of(reg), rules))
      return fail(Errc::model_invalid, quantity_name(reg.quantity) + " at " +
                                           hex_address(reg.address) +
                                           " is outside the readable ranges");
    if (!plan.empty() && plan.back().function == reg.function) {
      PlannedRead& last = plan.back();
      const std::uint32_t end = std::uint32_t{last.address} + last.count;
      if (reg.address < end)
        return fail(Errc::model_invalid, quantity_name(reg.quantity) + " at " +
                                             hex_address(reg.address) + " overlaps " +
                                             quantity_name(last.registers.back().quantity));
      const std::uint32_t count = end_of(reg) - last.address;
      if (reg.address - end <= rules.gap_max && count <= rules.registers_per_request_max &&
          in_one_range(last.address, end_of(reg), rules)) {
        last.count = static_cast<std::uint16_t>(count);
        last.registers.push_back(reg);
        continue;
      }
    }
    plan.push_back({reg.function, reg.address, register_count(reg.type), {reg}});
  }
  return plan;
}

void take_values(const PlannedRead& read, Bytes data, std::uint32_t ct_ratio,
                 domain::Measurements& out) {
  PAYMETER_ASSERT(data.size() == std::size_t{2} * read.count);
  for (const ModelRegister& reg : read.registers) {
    const std::int64_t raw =
        raw_value(reg, data, std::size_t{2} * static_cast<std::size_t>(reg.address - read.address));
    const std::int64_t ratio = reg.side == Side::secondary ? std::int64_t{ct_ratio} : 1;
    set_value(out, reg.quantity, scaled(Wide{raw} * ratio * reg.numerator, reg.denominator));
  }
}

}  // namespace paymeter::driver
