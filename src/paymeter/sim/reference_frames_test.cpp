// The reference meter's exceptions, readable ranges and registers, sentence by sentence.
#include <gtest/gtest.h>

#include "paymeter/sim/reference_bench.hpp"

namespace paymeter::sim {
namespace {

struct FrameRow {
  const char* why;
  const char* request;
  const char* reply;
};

TEST(ReferenceFrames, ExceptionsInOrder) {
  const FrameRow rows[] = {
      {"any other function: read input", "04 00 00 00 01", "84 01"},
      {"any other function: write single", "06 00 57 00 01", "86 01"},
      {"any other function: read coils", "01 00 00 00 01", "81 01"},
      {"any other function: device id", "2B 0E 01 00", "AB 01"},
      {"function only", "07", "87 01"},
      {"count 0", "03 00 00 00 00", "83 03"},
      {"count 0 goes before the bad address", "03 70 00 00 00", "83 03"},
      {"count over 100", "03 60 00 00 65", "83 03"},
      {"count over 100 goes before the bad address", "03 70 00 00 65", "83 03"},
      {"read too short", "03 00 00 00", "83 03"},
      {"read too long", "03 00 00 00 01 00", "83 03"},
      {"100 registers reach out of the range", "03 60 00 00 64", "83 02"},
      {"first register listed, second not", "03 00 0F 00 02", "83 02"},
      {"address not listed", "03 00 10 00 01", "83 02"},
      {"end of the address space", "03 FF FF 00 02", "83 02"},
      {"MAC blocks are not readable", "03 60 40 00 01", "83 02"},
      {"write of count 0", "10 60 40 00 00 00", "90 03"},
      {"count 0 goes before the bad address", "10 70 00 00 00 00", "90 03"},
      {"byte count not twice the count", "10 00 57 00 02 03 00 01 00", "90 03"},
      {"byte count, before the bad address", "10 70 00 00 01 03 00 01 00", "90 03"},
      {"bytes missing", "10 00 57 00 02 04 00 01 00", "90 03"},
      {"bytes left over", "10 00 57 00 02 04 00 01 00 01 00", "90 03"},
      {"write too short to have a count", "10 00 57", "90 03"},
      {"write into no block", "10 60 00 00 01 02 00 01", "90 02"},
      {"just before a block", "10 60 3F 00 01 02 00 01", "90 02"},
      {"just after a block", "10 60 47 00 01 02 00 01", "90 02"},
      {"inside a block, not its first register", "10 60 41 00 01 02 00 01", "90 03"},
      {"last register of a block", "10 60 46 00 01 02 00 01", "90 03"},
      {"block not whole", "10 00 57 00 01 02 00 01", "90 03"},
      {"block and one more", "10 00 57 00 03 06 00 01 00 01 00 00", "90 03"},
      {"relay mode out of range", "10 00 57 00 02 04 00 02 00 00", "90 03"},
      {"relay position out of range", "10 00 57 00 02 04 00 01 00 02", "90 03"},
      {"released and open is no command", "10 00 57 00 02 04 00 00 00 01", "90 03"},
      {"release", "10 00 57 00 02 04 00 00 00 00", "10 00 57 00 02"},
      {"well-formed sale, wrong MAC", "10 60 40 00 07 0E 00 01 00 00 27 10 A1 B2 C3 D4 00 00 00 00",
       "90 04"},
  };
  for (const auto& row : rows) {
    Bench bench;
    EXPECT_EQ(bench.ask(row.request), row.reply) << row.why;
  }
}

TEST(ReferenceFrames, AnEmptyPduIsNotAnswered) { EXPECT_EQ(Bench().ask(""), "-"); }

TEST(ReferenceFrames, RefusedCommandsLeaveTheirReasonOthersDoNot) {
  Bench bench;
  EXPECT_EQ(bench.sell(1, 100), 4);
  EXPECT_EQ(bench.refusal(), 3) << "account closed";
  bench.ask("03 70 00 00 01");
  EXPECT_EQ(bench.write(0x6040, Buffer(12)), 3);
  EXPECT_EQ(bench.refusal(), 3) << "exceptions 02 and 03 say nothing";
  EXPECT_EQ(bench.relay(0, 0), 0);
  EXPECT_EQ(bench.refusal(), 0) << "0 again after an accepted command";
}

TEST(ReferenceFrames, ReadableRangesToTheLastRegister) {
  struct Row {
    std::uint16_t first, last;
  };
  const Row rows[] = {{0x0000, 0x000F}, {0x0028, 0x002D}, {0x0038, 0x0039}, {0x0057, 0x0058},
                      {0x0061, 0x0077}, {0x0164, 0x017F}, {0x2000, 0x2029}, {0x5030, 0x5031},
                      {0x6000, 0x6030}, {0x6100, 0x611C}};
  const auto listed = [&](int address) {
    for (const auto& row : rows)
      if (address >= row.first && address <= row.last) return true;
    return false;
  };
  Bench bench;
  for (int address = 0; address <= 0xFFFF; ++address) {
    const auto reply =
        bench.meter.handle(codec::encode_read_request(3, static_cast<std::uint16_t>(address), 1));
    ASSERT_EQ(reply->size(), listed(address) ? 4U : 2U) << std::hex << address;
  }
  for (const auto& row : rows) {
    const auto count = static_cast<std::uint16_t>(row.last - row.first + 1);
    EXPECT_EQ(bench.read(row.first, count).size(), count * 2U) << std::hex << row.first;
  }
}

TEST(ReferenceFrames, UnlistedAddressesInRangesReadZero) {
  Bench bench;
  bench.draw(5000);
  bench.run_seconds(3600);
  for (const std::uint16_t address : {0x000A, 0x000F, 0x0039, 0x0067, 0x0076, 0x016C, 0x017B})
    EXPECT_EQ(bench.reg(address), 0) << std::hex << address;
}

TEST(ReferenceFrames, AsDelivered) {
  Bench bench;
  EXPECT_EQ(bench.ask("03 60 00 00 31"),
            "03 62 00 01 00 00 "              // layout, status
            "00 00 00 00 00 00 00 00 "        // balance, energy
            "00 00 00 00 00 00 00 00 00 00 "  // sold, count, last amount
            "00 00 00 00 00 00 "              // tag, clear count
            "50 4D 30 30 30 30 30 30 30 31 00 00 00 00 00 00 00 00 00 00 "
            "00 00 00 00 00 00 00 00 00 00 "  // customer, cleared balance, refusal
            "00 00 00 00 00 00 00 00 "        // versions
            "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "   // alarms, overload, overdraft
            "00 00 00 00 26 11 22 12 00 00 07 00 00 00 00 00");  // cycle, clock, sequence
  EXPECT_EQ(bench.reg32(0x0057), 0U) << "released";
  EXPECT_EQ(bench.read(0x6100, 29), Buffer(58, 0)) << "prices 0";
}

TEST(ReferenceFrames, ThePublishedVector) {
  Bench bench;
  bench.open();
  for (std::uint16_t n = 1; n <= 4; ++n) ASSERT_EQ(bench.sell(n, 0), 0);
  EXPECT_EQ(bench.ask("10 60 40 00 07 0E 00 05 00 00 27 10 A1 B2 C3 D4 CC 94 A9 A0"),
            "10 60 40 00 07");
  EXPECT_EQ(bench.ask("03 60 02 00 0B"),
            "03 16 00 00 27 10 00 00 00 00 00 00 27 10 00 05 00 00 27 10 A1 B2 C3 D4");
}

TEST(ReferenceFrames, SecondaryValuesWithACurrentTransformer) {
  Bench bench(40);
  bench.meter.set_load({.power_w = {22'000, 8'800, 0},
                        .voltage_dv = {2200, 2210, 2190},
                        .power_factor_e3 = {1000, 800, 950},
                        .frequency_chz = 5001});
  bench.run_seconds(3600);
  EXPECT_EQ(bench.reg(0x0038), 40);
  EXPECT_EQ(bench.ask("03 00 61 00 06"), "03 0C 08 98 08 A2 08 8E 00 FA 00 7C 00 00")
      << "U ×0.1 V; I ×0.01 A: 22 kW / 220 V / 40 = 2.50 A; 11 kVA / 221 V / 40 = 1.24 A";
  EXPECT_EQ(bench.reg(0x0077), 5001);
  EXPECT_EQ(bench.ask("03 01 64 00 08"), "03 10 00 00 02 26 00 00 00 DC 00 00 00 00 00 00 03 02")
      << "550 W, 220 W, 0, 770 W";
  EXPECT_EQ(bench.ask("03 01 7C 00 04"), "03 08 03 E8 03 20 03 E8 03 A5")
      << "1.000, 0.800, no load 1.000, total 30.8 kW / 33 kVA = 0.933";
  EXPECT_EQ(bench.reg32(0x0000), 77U) << "30.8 kWh / 40 = 0.77 kWh";
  EXPECT_EQ(bench.reg32(0x0006), 77U) << "flat is rate 3";
  EXPECT_EQ(bench.reg32(0x0002), 0U);
}

TEST(ReferenceFrames, EnergyRollsOver) {
  Bench bench;
  ReferenceMemory memory = bench.meter.memory();
  memory.metering.energy_mj = Uint128{999'999} * kMillijoulePerKwh + kMillijoulePerKwh * 99 / 100;
  memory.metering.rate_energy_mj[4] = Uint128{2'000'001} * kMillijoulePerKwh;
  bench.meter.set_memory(memory);
  EXPECT_EQ(bench.reg32(0x0000), 99'999'999U) << "999999.99 kWh";
  EXPECT_EQ(bench.reg32(0x5030), 100U) << "rate 5 rolled over twice";
  bench.draw(36'000);
  bench.run_seconds(1);
  EXPECT_EQ(bench.reg32(0x0000), 0U) << "0.01 kWh more";
}

}  // namespace
}  // namespace paymeter::sim
