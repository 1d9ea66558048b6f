// The reference meter's commands, sentence by sentence.
#include <gtest/gtest.h>

#include "paymeter/sim/reference_bench.hpp"

namespace paymeter::sim {
namespace {

constexpr int kRefused = 4, kBadValue = 3;

TEST(ReferenceMac, BindsAFrameToOneMeterAndOneEpoch) {
  const Buffer sale = *parse_hex("00 05 00 00 27 10 A1 B2 C3 D4 CC 94 A9 A0");
  struct Row {
    const char* why;
    const char* serial;
    std::uint16_t clear_count;
    std::size_t damage;  ///< byte of the block to change, 99 = none
    int reply;
    int reason;
  };
  const Row rows[] = {
      {"ours", "PM00000001", 0, 99, 0, 0},
      {"another meter with the same key", "PM00000002", 0, 99, kRefused, 1},
      {"another epoch", "PM00000001", 1, 99, kRefused, 1},
      {"the count changed", "PM00000001", 0, 1, kRefused, 1},
      {"the amount changed", "PM00000001", 0, 5, kRefused, 1},
      {"the tag changed", "PM00000001", 0, 9, kRefused, 1},
      {"the MAC changed", "PM00000001", 0, 13, kRefused, 1},
  };
  for (const auto& row : rows) {
    Bench bench;
    bench.identity.serial = row.serial;
    bench.meter = ReferenceMeter(bench.identity, kBenchTime);
    ReferenceMemory memory = bench.meter.memory();
    memory.customer_number = 1;
    memory.purchase_count = 4;
    memory.clear_count = row.clear_count;
    bench.meter.set_memory(memory);
    Buffer block = sale;
    if (row.damage < block.size()) block[row.damage] ^= 1;
    EXPECT_EQ(bench.write(0x6040, block), row.reply) << row.why;
    EXPECT_EQ(bench.refusal(), row.reason) << row.why;
    EXPECT_EQ(bench.balance(), row.reply == 0 ? 10'000 : 0) << row.why;
  }
}

TEST(ReferenceMac, TheBlockAddressIsInIt) {
  Bench bench;
  bench.open(1);
  Buffer block = *parse_hex("C1 EB 00 00");
  const auto mac =
      codec::mac4(bench.identity.key, *codec::reference_nk::encode_serial(bench.identity.serial), 0,
                  0x6048, block);
  block.insert(block.end(), mac.begin(), mac.end());
  EXPECT_EQ(bench.write(0x6050, block), kRefused) << "an opening is no clear";
  EXPECT_EQ(bench.refusal(), 1);
}

TEST(ReferenceMac, AnAllZeroKeySwitchesTheCheckOff) {
  Bench bench;
  bench.identity.key = {};
  bench.meter = ReferenceMeter(bench.identity, kBenchTime);
  EXPECT_EQ(bench.write(0x6048, *parse_hex("00 00 00 09 DE AD BE EF")), 0);
  EXPECT_EQ(bench.reg32(0x6018), 9U);
}

TEST(ReferenceMac, WrongMacComesBeforeEveryOtherReason) {
  Bench bench;
  EXPECT_EQ(bench.write(0x6040, *parse_hex("00 09 00 00 00 01 00 00 00 00 00 00 00 00")), kRefused);
  EXPECT_EQ(bench.refusal(), 1) << "account closed and count wrong as well";
}

struct SaleRow {
  const char* why;
  std::uint16_t count;   ///< before
  std::int32_t balance;  ///< before, fen
  std::int32_t sold;     ///< before
  std::uint16_t n;
  std::int32_t amount;
  int reply;
  int reason;
};

TEST(ReferenceSale, Rules) {
  constexpr std::int32_t kMax = INT32_MAX, kMin = INT32_MIN;
  const SaleRow rows[] = {
      {"n = count + 1", 4, 500, 900, 5, 10'000, 0, 0},
      {"the same n again", 5, 500, 900, 5, 10'000, kRefused, 4},
      {"n too high", 5, 500, 900, 7, 10'000, kRefused, 4},
      {"n = 0 on a new meter", 0, 0, 0, 0, 1, kRefused, 4},
      {"amount 0 uses up n", 5, 500, 900, 6, 0, 0, 0},
      {"refund of all", 5, 500, 900, 6, -500, 0, 0},
      {"refund of a fen more", 5, 500, 900, 6, -501, kRefused, 5},
      {"count before balance", 5, 500, 900, 9, -501, kRefused, 4},
      {"refund from a balance below zero", 5, -1, 900, 6, -1, kRefused, 5},
      {"sale onto a balance below zero", 5, -300, 900, 6, 300, 0, 0},
      {"balance up to the limit", 1, 1, 1, 2, kMax - 1, 0, 0},
      {"balance over the limit is a bad value", 1, 1, 0, 2, kMax, kBadValue, 0},
      {"sold over the limit is a bad value", 1, 0, 1, 2, kMax, kBadValue, 0},
      {"sold under the limit is a bad value", 1, 0, -1, 2, kMin, kBadValue, 0},
      {"the largest refund is refused, not bad", 1, 0, 0, 2, kMin, kRefused, 5},
      {"bad value goes before the count", 1, 1, 0, 9, kMax, kBadValue, 0},
      {"the last count", 65534, 0, 0, 65535, 1, 0, 0},
      {"at 65535 every sale is refused", 65535, 0, 0, 0, 1, kRefused, 4},
      {"at 65535, n 65535", 65535, 0, 0, 65535, 1, kRefused, 4},
  };
  for (const auto& row : rows) {
    Bench bench;
    ReferenceMemory memory = bench.meter.memory();
    memory.customer_number = 1;
    memory.purchase_count = row.count;
    memory.balance_fine = Int128{row.balance} * kFinePerFen;
    memory.sold_total = row.sold;
    bench.meter.set_memory(memory);
    EXPECT_EQ(bench.sell(row.n, row.amount, 0x01020304), row.reply) << row.why;
    EXPECT_EQ(bench.refusal(), row.reason) << row.why;
    const bool accepted = row.reply == 0;
    EXPECT_EQ(bench.balance(), row.balance + (accepted ? row.amount : 0)) << row.why;
    EXPECT_EQ(bench.sreg32(0x6006), row.sold + (accepted ? row.amount : 0)) << row.why;
    EXPECT_EQ(bench.reg(0x6008), accepted ? row.n : row.count) << row.why;
    EXPECT_EQ(bench.sreg32(0x6009), accepted ? row.amount : 0) << row.why;
    EXPECT_EQ(bench.reg32(0x600B), accepted ? 0x01020304U : 0U) << row.why;
  }
}

TEST(ReferenceSale, ARefundLooksAtTheShownBalance) {
  Bench bench;
  bench.open_at_one_yuan(100);
  bench.draw(3600);  // 0.1 fen a second
  bench.run_seconds(1);
  EXPECT_EQ(bench.balance(), 99) << "99.9 fen are shown rounded down";
  EXPECT_EQ(bench.sell(2, -100), kRefused);
  EXPECT_EQ(bench.refusal(), 5);
  EXPECT_EQ(bench.sell(2, -99), 0);
  EXPECT_EQ(bench.balance(), 0) << "0.9 fen stay";
}

TEST(ReferenceOpen, Rules) {
  Bench bench;
  EXPECT_EQ(bench.sell(1, 100), kRefused);
  EXPECT_EQ(bench.refusal(), 3) << "no sale before opening";
  EXPECT_EQ(bench.open(0), kBadValue) << "customers count from 1";
  EXPECT_EQ(bench.open(7), 0);
  EXPECT_EQ(bench.reg32(0x6018), 7U);
  EXPECT_EQ(bench.status() & kB6Open, kB6Open);
  EXPECT_EQ(bench.balance(), 0) << "balance stays 0";
  EXPECT_EQ(bench.reg(0x6008), 0) << "count stays 0";
  EXPECT_EQ(bench.sell(1, 100), 0);
  EXPECT_EQ(bench.open(7), 0) << "again for the same customer";
  EXPECT_EQ(bench.balance(), 100) << "nothing changes";
  EXPECT_EQ(bench.open(8), kRefused) << "another customer";
  EXPECT_EQ(bench.refusal(), 3);
  EXPECT_EQ(bench.reg32(0x6018), 7U);
}

TEST(ReferenceClear, Rules) {
  Bench bench;
  EXPECT_EQ(bench.clear(0xC1EA, 0), kRefused) << "closed";
  EXPECT_EQ(bench.refusal(), 3);
  bench.open(7);
  bench.sell(1, 100);
  EXPECT_EQ(bench.clear(0xC1EC, 0), kBadValue) << "unknown code";
  EXPECT_EQ(bench.clear(0xC1EA, 1), kRefused) << "not the present clear count";
  EXPECT_EQ(bench.refusal(), 4);
  EXPECT_EQ(bench.clear(0xC1EA, 0), kRefused) << "balance left";
  EXPECT_EQ(bench.refusal(), 5);
  EXPECT_EQ(bench.sell(2, -100), 0);
  EXPECT_EQ(bench.clear(0xC1EA, 0), 0);
  EXPECT_EQ(bench.status() & kB6Open, 0);
  EXPECT_EQ(bench.reg(0x600D), 1) << "clear count + 1";
}

TEST(ReferenceClear, ForcedKeepsTheBalanceReadable) {
  Bench bench;
  bench.open(7);
  bench.sell(1, 12'345, 99);
  EXPECT_EQ(bench.clear(0xC1EB, 0), 0);
  EXPECT_EQ(bench.sreg32(0x601A), 12'345);
  for (const std::uint16_t zero : {0x6002, 0x6006, 0x6009, 0x600B, 0x6018})
    EXPECT_EQ(bench.reg32(zero), 0U) << std::hex << zero;
  EXPECT_EQ(bench.reg(0x6008), 0);
  EXPECT_EQ(bench.refusal(), 0);
}

TEST(ReferenceClear, ALostReplyMakesTheRepetitionLookLikeAWrongMac) {
  Bench bench;
  bench.open(7);
  Buffer block = *parse_hex("C1 EA 00 00");
  const auto mac =
      codec::mac4(bench.identity.key, *codec::reference_nk::encode_serial(bench.identity.serial), 0,
                  0x6050, block);
  block.insert(block.end(), mac.begin(), mac.end());
  EXPECT_EQ(bench.write(0x6050, block), 0);
  EXPECT_EQ(bench.write(0x6050, block), kRefused);
  EXPECT_EQ(bench.refusal(), 1);
}

TEST(ReferenceClear, TheClearCountWraps) {
  Bench bench;
  ReferenceMemory memory = bench.meter.memory();
  memory.clear_count = 65535;
  memory.customer_number = 1;
  bench.meter.set_memory(memory);
  EXPECT_EQ(bench.clear(0xC1EA, 65535), 0);
  EXPECT_EQ(bench.reg(0x600D), 0);
}

TEST(ReferenceClear, AllowsSalesAgainAtTheLastCount) {
  Bench bench;
  ReferenceMemory memory = bench.meter.memory();
  memory.customer_number = 1;
  memory.purchase_count = 65535;
  bench.meter.set_memory(memory);
  EXPECT_EQ(bench.clear(0xC1EB, 0), 0);
  bench.open(2);
  EXPECT_EQ(bench.sell(1, 5), 0);
}

TEST(ReferenceSettings, VersionsAndLimits) {
  Bench bench;
  EXPECT_EQ(bench.settings(2, {.alarm1 = 1000, .alarm2 = 300, .overload_w = 8000, .overdraft = 50}),
            0);
  EXPECT_EQ(bench.ask("03 60 1F 00 0A"),
            "03 14 00 00 00 02 00 00 03 E8 00 00 01 2C 00 00 1F 40 00 00 00 32");
  struct Row {
    const char* why;
    std::uint32_t version;
    Bench::Limits limits;
    int reply;
    int reason;
  };
  const Row rows[] = {
      {"equal with the same content", 2, {1000, 300, 8000, 50}, 0, 0},
      {"equal with other content", 2, {1001, 300, 8000, 50}, kRefused, 6},
      {"smaller", 1, {1000, 300, 8000, 50}, kRefused, 6},
      {"alarm 1 above 2^31-1", 3, {0x8000'0000, 0, 0, 0}, kBadValue, 0},
      {"alarm 2 above 2^31-1", 3, {0, 0x8000'0000, 0, 0}, kBadValue, 0},
      {"overdraft above 2^31-1", 3, {0, 0, 0, 0x8000'0000}, kBadValue, 0},
      {"overload of any size", 3, {0x7FFF'FFFF, 0, 0xFFFF'FFFF, 0}, 0, 0},
      {"greater by more than one", 900, {1, 1, 1, 1}, 0, 0},
  };
  for (const auto& row : rows) {
    const auto refusal_before = bench.refusal();
    EXPECT_EQ(bench.settings(row.version, row.limits), row.reply) << row.why;
    EXPECT_EQ(bench.refusal(), row.reply == kBadValue ? refusal_before : row.reason) << row.why;
  }
  EXPECT_EQ(bench.reg32(0x601F), 900U);
}

TEST(ReferenceSettings, WorkWithoutAnAccountAndClearTheCoverBit) {
  Bench bench;
  bench.meter.open_cover();
  EXPECT_EQ(bench.status(), kB7Cover);
  bench.relay(0, 0);
  EXPECT_EQ(bench.status(), kB7Cover) << "other commands leave it";
  bench.settings(1, {});
  EXPECT_EQ(bench.status(), 0);
  bench.meter.open_cover();
  EXPECT_EQ(bench.settings(1, {.alarm1 = 5}), kRefused);
  EXPECT_EQ(bench.status(), kB7Cover) << "a refused one leaves it";
}

TEST(ReferenceSettings, VersionZeroIsTheStoredOneWithTheSameContent) {
  Bench bench;
  EXPECT_EQ(bench.settings(0, {}), 0) << "as delivered";
  EXPECT_EQ(bench.settings(0, {.alarm1 = 1}), kRefused);
}

TEST(ReferencePrices, VersionsStepsAndReadBack) {
  Bench bench;
  EXPECT_EQ(bench.prices(1, {12'000, 9'000, 6'500, 3'000, 1'500}, {{0, 100}, {200, 500}}), 0);
  EXPECT_EQ(bench.reg32(0x601D), 1U);
  EXPECT_EQ(bench.ask("03 61 00 00 1D"),
            "03 3A 00 00 00 01 00 00 2E E0 00 00 23 28 00 00 19 64 00 00 0B B8 00 00 05 DC 00 02 "
            "00 00 00 00 00 00 00 64 00 00 00 C8 00 00 01 F4 "
            "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
  EXPECT_EQ(bench.prices(1, {12'000, 9'000, 6'500, 3'000, 1'500}, {{0, 100}, {200, 500}}), 0)
      << "equal with the same content";
  EXPECT_EQ(bench.prices(1, {12'001, 9'000, 6'500, 3'000, 1'500}), kRefused);
  EXPECT_EQ(bench.refusal(), 6);
  EXPECT_EQ(bench.prices(0, {1, 1, 1, 1, 1}), kRefused);
  EXPECT_EQ(bench.prices(2, {1, 1, 1, 1, 1}, {{1, 1}, {2, 2}, {3, 3}, {4, 4}}), 0) << "four steps";
  Buffer five = *parse_hex("00 00 00 03");
  five.resize(58);
  five[25] = 5;
  EXPECT_EQ(bench.command(0x6080, five), kBadValue) << "step count 0–4";
}

TEST(ReferenceClock, SetAndRefuse) {
  struct Row {
    const char* why;
    std::uint32_t sequence;
    const char* clock;
    int reply;
    int reason;
  };
  const Row rows[] = {
      {"Sunday", 1, "26 11 22 23 59 58 07 00", 0, 0},
      {"the sequence must be greater", 1, "26 11 22 23 59 58 07 00", kRefused, 6},
      {"wrong weekday", 2, "26 11 22 23 59 58 01 00", kBadValue, 6},
      {"last byte not 00", 2, "26 11 22 23 59 58 07 01", kBadValue, 6},
      {"no such day", 2, "26 02 29 00 00 00 07 00", kBadValue, 6},
      {"month 0", 2, "26 00 22 00 00 00 07 00", kBadValue, 6},
      {"hour 24", 2, "26 11 22 24 00 00 07 00", kBadValue, 6},
      {"second 60", 2, "26 11 22 23 59 60 07 00", kBadValue, 6},
      {"no decimal digit", 2, "26 11 2A 23 59 58 07 00", kBadValue, 6},
      {"leap day, sequence jumps", 9, "28 02 29 00 00 00 02 00", 0, 0},
      {"value before sequence", 9, "28 02 30 00 00 00 03 00", kBadValue, 0},
  };
  Bench bench;
  for (const auto& row : rows) {
    EXPECT_EQ(bench.set_clock(row.sequence, row.clock), row.reply) << row.why;
    EXPECT_EQ(bench.refusal(), row.reason) << row.why;
  }
  EXPECT_EQ(bench.reg32(0x602F), 9U);
}

TEST(ReferenceClock, RunsAndShowsBcd) {
  Bench bench;
  bench.set_clock(1, "26 12 31 23 59 58 04 00");
  bench.meter.advance(Millis{1999});
  EXPECT_EQ(format_hex(bench.read(0x602B, 4)), "26 12 31 23 59 59 04 00");
  bench.meter.advance(Millis{1});
  EXPECT_EQ(format_hex(bench.read(0x602B, 4)), "27 01 01 00 00 00 05 00");
}

TEST(ReferenceClock, LostClockSetsB8UntilSet) {
  Bench bench;
  bench.meter.lose_clock();
  EXPECT_EQ(bench.status(), kB8Clock);
  bench.settings(1, {});
  EXPECT_EQ(bench.status(), kB8Clock);
  bench.set_clock(1, "26 11 22 12 00 00 07 00");
  EXPECT_EQ(bench.status(), 0);
}

TEST(ReferenceTables, Checks) {
  struct Row {
    const char* why;
    const char* slots;
    int reply;
  };
  const Row days[] = {
      {"one slot", "03 00 00", 0},
      {"ascending", "04 00 00 02 00 08 01 1E 0A 05 3B 17", 0},
      {"empty", "", 0},
      {"rate 0 with a time", "00 00 08", kBadValue},
      {"rate 6", "06 00 08", kBadValue},
      {"minute 60", "03 3C 08", kBadValue},
      {"hour 24", "03 00 18", kBadValue},
      {"equal times", "03 00 08 02 00 08", kBadValue},
      {"descending", "03 00 08 02 00 07", kBadValue},
      {"zeros in the middle", "03 00 00 00 00 00 02 00 08", kBadValue},
  };
  for (const auto& row : days) {
    Bench bench;
    EXPECT_EQ(bench.day_table1(row.slots), row.reply) << row.why;
    EXPECT_EQ(bench.day_table2(row.slots), row.reply) << row.why;
    Buffer expected = *parse_hex(row.slots);
    expected.resize(42);
    if (row.reply != 0) expected.assign(42, 0);
    EXPECT_EQ(bench.read(0x2000, 21), expected) << row.why;
    EXPECT_EQ(bench.read(0x2015, 21), expected) << row.why;
  }
  const Row seasons[] = {
      {"two seasons", "05 01 01 0A 01 02", 0},
      {"leap day", "02 1D 02", 0},
      {"30 February", "02 1E 02", kBadValue},
      {"month 13", "0D 01 01", kBadValue},
      {"table 0", "05 01 00", kBadValue},
      {"table 3", "05 01 03", kBadValue},
      {"equal dates", "05 01 01 05 01 02", kBadValue},
      {"zeros in the middle", "05 01 01 00 00 00 0A 01 02", kBadValue},
  };
  for (const auto& row : seasons) EXPECT_EQ(Bench().seasons(row.slots), row.reply) << row.why;
}

}  // namespace
}  // namespace paymeter::sim
