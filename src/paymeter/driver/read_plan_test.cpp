// Read plans and integer scaling.
#include "paymeter/driver/read_plan.hpp"

#include <gtest/gtest.h>

#include "paymeter/base/hex.hpp"

namespace paymeter::driver {
namespace {

ModelRegister reg(const char* quantity, std::uint16_t address, RegisterType type,
                  std::uint8_t function = 3) {
  ModelRegister out;
  out.quantity = quantity_from_name(quantity).value();
  out.function = function;
  out.address = address;
  out.type = type;
  return out;
}

/// `0000+10 0038+1`: each request's first register and size.
std::string spans(const Result<std::vector<PlannedRead>>& plan) {
  std::string text;
  for (const PlannedRead& read : plan.value()) {
    char part[16];
    std::snprintf(part, sizeof part, "%s%04X+%d", text.empty() ? "" : " ", read.address,
                  read.count);
    text += part;
  }
  return text;
}

TEST(ReadPlan, MergesNeighboursWithinTheRules) {
  const std::vector<ModelRegister> registers{
      reg("power_total", 0x0010, RegisterType::s32), reg("energy_total", 0x0000, RegisterType::u32),
      reg("energy_rate1", 0x0002, RegisterType::u32), reg("voltage_a", 0x000A, RegisterType::u16)};
  struct Row {
    const char* reason;
    ReadRules rules;
    const char* spans;
  };
  for (const Row& row : {
           Row{"no gaps", {100, 0, {}}, "0000+4 000A+1 0010+2"},
           Row{"gap of 5 fits, of 6 does not", {100, 5, {}}, "0000+4 000A+8"},
           Row{"all in one", {100, 6, {}}, "0000+18"},
           Row{"request size", {17, 6, {}}, "0000+11 0010+2"},
           Row{"a request never crosses a range",
               {100, 6, {{0, 0x0A}, {0x0B, 0x20}}},
               "0000+11 0010+2"},
           Row{"ranges that hold all", {100, 6, {{0, 0x11}}}, "0000+18"},
       })
    EXPECT_EQ(spans(plan_reads(registers, row.rules)), row.spans) << row.reason;
}

TEST(ReadPlan, FunctionsAreNotMixed) {
  EXPECT_EQ(spans(plan_reads({reg("voltage_a", 0, RegisterType::u16, 4),
                              reg("voltage_b", 1, RegisterType::u16, 3)},
                             {100, 6, {}})),
            "0001+1 0000+1");
}

TEST(ReadPlan, RefusesWhatCannotBeRead) {
  struct Row {
    const char* reason;
    std::vector<ModelRegister> registers;
    ReadRules rules;
  };
  for (const Row& row : {
           Row{"overlap by one word",
               {reg("energy_total", 0, RegisterType::u32), reg("voltage_a", 1, RegisterType::u16)},
               {100, 0, {}}},
           Row{"half of it outside the range",
               {reg("energy_total", 0x0F, RegisterType::u32)},
               {100, 0, {{0, 0x0F}}}},
           Row{"beyond the last register",
               {reg("energy_total", 0xFFFF, RegisterType::u32)},
               {100, 0, {}}},
       })
    EXPECT_EQ(plan_reads(row.registers, row.rules).error().code, Errc::model_invalid) << row.reason;
}

TEST(ReadPlan, ScalesWithIntegersOnly) {
  struct Row {
    const char* reason;
    RegisterType type;
    const char* data;
    std::int64_t numerator, denominator;
    Side side;
    std::uint32_t ct_ratio;
    std::int64_t value;
  };
  for (const Row& row : {
           Row{"hundredths of kWh", RegisterType::u32, "00 00 00 01", 10, 1, Side::primary, 40, 10},
           Row{"secondary is multiplied", RegisterType::u32, "00 00 00 01", 10, 1, Side::secondary,
               40, 400},
           Row{"highest counter and ratio", RegisterType::u32, "FF FF FF FF", 10, 1,
               Side::secondary, 65535, 4294967295LL * 10 * 65535},
           Row{"signed 16", RegisterType::s16, "FF FF", 1, 1, Side::primary, 1, -1},
           Row{"unsigned 16", RegisterType::u16, "FF FF", 1, 1, Side::primary, 1, 65535},
           Row{"signed 32", RegisterType::s32, "80 00 00 00", 1, 1, Side::secondary, 2,
               -4294967296LL},
           Row{"finer than the unit: down", RegisterType::u16, "00 1F", 1, 10, Side::primary, 1, 3},
           Row{"negative and finer: down", RegisterType::s16, "FF FF", 1, 10, Side::primary, 1, -1},
           Row{"multiplied before divided", RegisterType::u16, "00 05", 1, 10, Side::secondary, 4,
               2},
       }) {
    ModelRegister power = reg("power_total", 0, row.type);
    power.numerator = row.numerator;
    power.denominator = row.denominator;
    power.side = row.side;
    const PlannedRead read{3, 0, register_count(row.type), {power}};
    domain::Measurements out;
    take_values(read, parse_hex(row.data).value(), row.ct_ratio, out);
    EXPECT_EQ(out.power_w[3], row.value) << row.reason;
  }
}

TEST(Quantity, EveryNameHasItsPlace) {
  for (const char* name : {"energy_total", "energy_rate5", "voltage_c", "line_current_a", "power_b",
                           "power_total", "power_factor_total", "frequency", "ct_ratio"}) {
    const auto quantity = quantity_from_name(name);
    ASSERT_TRUE(quantity) << name;
    EXPECT_EQ(quantity_name(*quantity), name);
    domain::Measurements m;
    EXPECT_FALSE(value_of(m, *quantity)) << name;
    set_value(m, *quantity, 7);
    EXPECT_EQ(value_of(m, *quantity), 7) << name;
  }
  EXPECT_FALSE(quantity_from_name("voltage_total"));
  EXPECT_EQ(quantity_key(*quantity_from_name("line_current_b")), "line_current_b_ma");
  EXPECT_EQ(quantity_key(*quantity_from_name("frequency")), "frequency_mhz");
}

}  // namespace
}  // namespace paymeter::driver
