// What the reference meter does by itself, sentence by sentence.
#include <gtest/gtest.h>

#include "paymeter/sim/reference_bench.hpp"

namespace paymeter::sim {
namespace {

TEST(ReferenceCharging, RemaindersAreCarriedAndBalancesShownRoundedDown) {
  Bench bench;
  bench.open_at_one_yuan(100);
  bench.draw(3600);  // 0.1 fen a second
  struct Row {
    int second;
    std::int32_t balance;
  };
  const Row rows[] = {{1, 99}, {9, 99}, {10, 99}, {11, 98}, {999, 0}, {1000, 0}, {1001, -1}};
  int now = 0;
  for (const auto& row : rows) {
    bench.run_seconds(row.second - now);
    now = row.second;
    EXPECT_EQ(bench.balance(), row.balance) << row.second << " s";
  }
}

TEST(ReferenceCharging, NothingIsLostAtFiftyWattsOverADay) {
  Bench bench;
  bench.open_at_one_yuan(10'000);
  bench.draw(50);
  bench.run_seconds(86'400);
  EXPECT_EQ(bench.balance(), 10'000 - 120) << "1.2 kWh at 1 yuan";
  EXPECT_EQ(bench.reg32(0x6029), 120U) << "and 1.20 kWh in the cycle";
}

TEST(ReferenceCharging, TheWayTimeIsCutMakesNoDifference) {
  Bench whole, cut;
  for (Bench* bench : {&whole, &cut}) {
    bench->open_at_one_yuan(100'000);
    bench->draw(4321);
  }
  whole.run_seconds(3'600);
  for (int i = 0; i < 3'600'000 / 7; ++i) cut.meter.advance(Millis{7});
  cut.meter.advance(Millis{3'600'000 % 7});
  EXPECT_EQ(whole.meter.save(), cut.meter.save());
}

TEST(ReferenceCharging, EachSecondAtTheRateInForceWhenItBegins) {
  Bench bench;
  bench.open();
  bench.prices(1, {50'000, 40'000, 30'000, 20'000, 10'000});
  bench.day_table1("04 00 00 01 1F 0C");  // valley, sharp from 12:31
  bench.set_clock(1, "26 11 22 12 30 58 07 00");
  bench.sell(1, 1'000);
  bench.draw(3600);  // 0.001 kWh a second: 0.2 fen at 2 yuan, 0.5 fen at 5 yuan
  bench.run_seconds(2);
  EXPECT_EQ(bench.meter.memory().balance_fine, Int128{9'996} * kFinePerFen / 10) << "2 × 0.2";
  bench.run_seconds(2);
  EXPECT_EQ(bench.meter.memory().balance_fine, Int128{9'986} * kFinePerFen / 10) << "2 × 0.5";
  EXPECT_EQ(bench.meter.memory().metering.rate_energy_mj[0], Uint128{7'200'000});
  EXPECT_EQ(bench.meter.memory().metering.rate_energy_mj[3], Uint128{7'200'000});
}

TEST(ReferenceCharging, RateByDayTableAndSeason) {
  struct Row {
    const char* why;
    const char* day1;
    const char* day2;
    const char* seasons;
    const char* clock;
    std::size_t rate;
  };
  constexpr const char* kNoon = "26 11 22 12 00 00 07 00";
  const Row rows[] = {
      {"an empty table is rate 3", "", "", "", kNoon, 3},
      {"one slot is all day", "05 00 08", "", "", kNoon, 5},
      {"before the first slot the last one applies", "01 00 0D 04 00 14", "", "", kNoon, 4},
      {"on the first slot", "01 00 0C 04 00 14", "", "", kNoon, 1},
      {"the minute counts", "01 1E 0B 04 01 0C", "", "", kNoon, 1},
      {"no seasons: table 1", "02 00 00", "01 00 00", "", kNoon, 2},
      {"before the first season the last applies", "02 00 00", "01 00 00", "0C 01 01 0C 18 02",
       kNoon, 1},
      {"season begins today", "02 00 00", "01 00 00", "03 01 01 0B 16 02", kNoon, 1},
      {"season begins tomorrow", "02 00 00", "01 00 00", "03 01 01 0B 17 02", kNoon, 2},
      {"the chosen table is empty", "02 00 00", "", "01 01 02", kNoon, 3},
  };
  for (const auto& row : rows) {
    Bench bench;
    bench.set_clock(1, row.clock);
    EXPECT_EQ(bench.day_table1(row.day1), 0) << row.why;
    EXPECT_EQ(bench.day_table2(row.day2), 0) << row.why;
    EXPECT_EQ(bench.seasons(row.seasons), 0) << row.why;
    bench.draw(1000);
    bench.run_seconds(1);
    for (std::size_t rate = 1; rate <= 5; ++rate)
      EXPECT_EQ(bench.meter.memory().metering.rate_energy_mj[rate - 1],
                Uint128{rate == row.rate ? 1'000'000U : 0U})
          << row.why << ", rate " << rate;
  }
}

TEST(ReferenceSteps, HighestReachedAppliesAndASecondIsSplit) {
  Bench bench;
  bench.open();
  bench.prices(1, {10'000, 10'000, 10'000, 10'000, 10'000}, {{1, 5'000}, {2, 20'000}});
  bench.sell(1, 10'000);
  bench.draw(3'600'000 / 4 * 3);  // 0.75 kWh a second
  bench.run_seconds(1);
  EXPECT_EQ(bench.balance(), 10'000 - 75);
  bench.run_seconds(1);  // 0.25 kWh at 1.00, 0.50 kWh at 1.50
  EXPECT_EQ(bench.balance(), 9'925 - 25 - 75);
  bench.run_seconds(1);  // 0.50 kWh at 1.50, 0.25 kWh at 3.00
  EXPECT_EQ(bench.balance(), 9'825 - 75 - 75);
  EXPECT_EQ(bench.reg32(0x6029), 225U);
}

TEST(ReferenceSteps, SeveralStepsWithinOneSecond) {
  Bench bench;
  bench.open();
  bench.prices(1, {10'000, 10'000, 10'000, 10'000, 10'000}, {{0, 1'000}, {1, 5'000}, {2, 20'000}});
  bench.sell(1, 10'000);
  bench.draw(3'600'000 * 3);  // 3 kWh a second
  bench.run_seconds(1);
  EXPECT_EQ(bench.balance(), 10'000 - 110 - 150 - 300) << "a step from 0 applies at once";
}

TEST(ReferenceSteps, OrderInTheBlockMakesNoDifference) {
  Bench bench;
  bench.open();
  bench.prices(1, {10'000, 10'000, 10'000, 10'000, 10'000}, {{2, 20'000}, {1, 5'000}});
  bench.sell(1, 10'000);
  bench.draw(3'600'000 * 3);
  bench.run_seconds(1);
  EXPECT_EQ(bench.balance(), 10'000 - 100 - 150 - 300) << "the highest `from` applies";
}

TEST(ReferenceSteps, ArePrimaryWithACurrentTransformer) {
  Bench bench(100);
  bench.open();
  bench.prices(1, {10'000, 10'000, 10'000, 10'000, 10'000}, {{1, 10'000}});
  bench.sell(1, 10'000);
  bench.draw(3'600'000);
  bench.run_seconds(2);
  EXPECT_EQ(bench.balance(), 10'000 - 100 - 200) << "charged on 2 kWh primary";
  EXPECT_EQ(bench.reg32(0x6029), 200U) << "counted primary";
  EXPECT_EQ(bench.reg32(0x0000), 2U) << "shown secondary";
}

TEST(ReferenceSteps, TheCycleBeginsAgainWithTheMonth) {
  struct Row {
    const char* why;
    const char* before;
    const char* set;  ///< "" = let time pass
    std::uint32_t cycle;
  };
  const Row rows[] = {
      {"midnight of the first", "26 11 30 23 59 58 01 00", "", 0},
      {"midnight within the month", "26 11 29 23 59 58 07 00", "", 200},
      {"the clock is set into the next month", "26 11 30 12 00 00 01 00", "26 12 01 12 00 00 02 00",
       0},
      {"the clock is set within the month", "26 11 30 12 00 00 01 00", "26 11 02 12 00 00 01 00",
       200},
      {"the same month of another year", "26 11 30 12 00 00 01 00", "27 11 30 12 00 00 02 00", 0},
  };
  for (const auto& row : rows) {
    Bench bench;
    bench.open_at_one_yuan(10'000);
    bench.set_clock(1, row.before);
    bench.draw(3'600'000);
    bench.run_seconds(*row.set == '\0' ? 1 : 2);
    if (*row.set == '\0') bench.run_seconds(1);
    if (*row.set != '\0') EXPECT_EQ(bench.set_clock(2, row.set), 0) << row.why;
    EXPECT_EQ(bench.reg32(0x6029), row.cycle) << row.why;
  }
}

TEST(ReferenceSteps, AClearBeginsTheCycleAgain) {
  Bench bench;
  bench.open_at_one_yuan(10'000);
  bench.draw(3'600'000);
  bench.run_seconds(2);
  EXPECT_EQ(bench.reg32(0x6029), 200U);
  bench.clear(0xC1EB, 0);
  EXPECT_EQ(bench.reg32(0x6029), 0U);
}

TEST(ReferenceRemaining, FloorOfBalanceByPrice) {
  struct Row {
    const char* why;
    std::int32_t balance;
    std::uint32_t price, surcharge;
    std::int32_t energy;
  };
  const Row rows[] = {
      {"100 yuan at 0.65", 10'000, 6'500, 0, 15'384},
      {"the step's surcharge counts", 10'000, 6'500, 500, 14'285},
      {"rounded down below zero too", -1, 6'500, 0, -2},
      {"price 0", 10'000, 0, 0, 0},
      {"a surcharge alone is a price", 10'000, 0, 10'000, 10'000},
      {"kept within 32 bits", INT32_MAX, 1, 0, INT32_MAX},
      {"kept within 32 bits below", INT32_MIN, 1, 0, INT32_MIN},
  };
  for (const auto& row : rows) {
    Bench bench;
    bench.open();
    bench.prices(1, {1, 1, row.price, 1, 1}, {{0, row.surcharge}});
    ReferenceMemory memory = bench.meter.memory();
    memory.balance_fine = Int128{row.balance} * kFinePerFen;
    bench.meter.set_memory(memory);
    EXPECT_EQ(bench.sreg32(0x6004), row.energy) << row.why;
  }
  EXPECT_EQ(Bench().sreg32(0x6004), 0) << "account closed";
}

TEST(ReferenceClosed, NothingIsChargedOrTripped) {
  Bench bench;
  bench.prices(1, {10'000, 10'000, 10'000, 10'000, 10'000});
  bench.settings(1, {.alarm1 = 100, .alarm2 = 50, .overload_w = 1000});
  bench.draw(3'600'000);
  bench.run_seconds(60);
  EXPECT_EQ(bench.balance(), 0) << "nothing is charged";
  EXPECT_EQ(bench.reg32(0x6029), 0U) << "nor counted for steps";
  EXPECT_EQ(bench.reg32(0x0000), 6'000U) << "but measured";
  EXPECT_EQ(bench.status(), 0) << "no alarm, no overload, relay closed";
  bench.relay(1, 1);
  EXPECT_EQ(bench.status(), kB0RelayOpen | kB1Forced) << "unless forced open";
  bench.run_seconds(60);
  EXPECT_EQ(bench.reg32(0x0000), 6'000U) << "open: nothing flows";
}

struct AlarmRow {
  const char* why;
  std::int32_t balance;
  std::uint16_t bits;
};

TEST(ReferenceAlarms, AtMinusOneZeroPlusOneFen) {
  const AlarmRow rows[] = {
      {"above alarm 1", 1'001, 0},
      {"at alarm 1", 1'000, kB2Alarm1},
      {"above alarm 2", 301, kB2Alarm1},
      {"at alarm 2", 300, kB2Alarm1 | kB3Alarm2},
      {"a fen left", 1, kB2Alarm1 | kB3Alarm2},
      {"nothing left", 0, kB2Alarm1 | kB3Alarm2 | kB4Arrears},
      {"in the overdraft", -50, kB2Alarm1 | kB3Alarm2 | kB4Arrears},
  };
  for (const bool forced : {false, true})
    for (const auto& row : rows) {
      Bench bench;
      bench.open();
      bench.settings(1, {.alarm1 = 1000, .alarm2 = 300, .overdraft = 50});
      bench.relay(forced ? 1 : 0, 0);
      ReferenceMemory memory = bench.meter.memory();
      memory.balance_fine = Int128{row.balance} * kFinePerFen;
      bench.meter.set_memory(memory);
      EXPECT_EQ(bench.status(), row.bits | kB6Open | (forced ? kB1Forced : 0)) << row.why;
    }
}

TEST(ReferenceArrears, TripsBelowTheOverdraftOnly) {
  Bench bench;
  bench.open_at_one_yuan(10);
  bench.settings(1, {.overdraft = 5});
  bench.draw(36'000);  // a fen a second
  bench.run_seconds(15);
  EXPECT_EQ(bench.balance(), -5);
  EXPECT_FALSE(bench.relay_is_open()) << "at -overdraft not yet";
  bench.run_seconds(1);
  EXPECT_EQ(bench.balance(), -6);
  EXPECT_TRUE(bench.relay_is_open());
  bench.run_seconds(100);
  EXPECT_EQ(bench.balance(), -6) << "open: nothing is used";
}

TEST(ReferenceArrears, AFractionBelowTripsBecauseTheShownBalanceCounts) {
  Bench bench;
  bench.open_at_one_yuan(1);
  bench.draw(3600);  // 0.1 fen a second
  bench.run_seconds(10);
  EXPECT_EQ(bench.balance(), 0);
  EXPECT_FALSE(bench.relay_is_open());
  bench.run_seconds(1);
  EXPECT_EQ(bench.balance(), -1) << "-0.1 fen";
  EXPECT_TRUE(bench.relay_is_open());
}

TEST(ReferenceArrears, ClearedAboveZeroOnly) {
  Bench bench;
  bench.open_at_one_yuan(1);
  bench.draw(36'000);
  bench.run_seconds(2);
  ASSERT_TRUE(bench.relay_is_open());
  EXPECT_EQ(bench.balance(), -1);
  bench.sell(2, 1);
  EXPECT_TRUE(bench.relay_is_open()) << "exactly 0 is not enough";
  bench.sell(3, 1);
  EXPECT_FALSE(bench.relay_is_open()) << "as soon as it is above 0";
}

TEST(ReferenceArrears, ForcedClosedNeverTripsAndReleasingTripsAtOnce) {
  Bench bench;
  bench.open_at_one_yuan(1);
  bench.relay(1, 0);
  bench.draw(36'000);
  bench.run_seconds(10);
  EXPECT_EQ(bench.balance(), -9);
  EXPECT_FALSE(bench.relay_is_open());
  bench.relay(0, 0);
  EXPECT_TRUE(bench.relay_is_open());
}

TEST(ReferenceArrears, ClearedEvenWhileForced) {
  Bench bench;
  bench.open_at_one_yuan(1);
  bench.draw(36'000);
  bench.run_seconds(2);
  ASSERT_TRUE(bench.relay_is_open());
  bench.relay(1, 1);
  bench.sell(2, 100);
  EXPECT_TRUE(bench.relay_is_open()) << "forced open stays open";
  bench.relay(0, 0);
  EXPECT_FALSE(bench.relay_is_open()) << "the arrears trip is gone";
}

TEST(ReferenceArrears, SurvivesForcing) {
  Bench bench;
  bench.open_at_one_yuan(1);
  bench.draw(36'000);
  bench.run_seconds(2);
  bench.settings(1, {.overdraft = 1'000});
  EXPECT_TRUE(bench.relay_is_open()) << "a larger overdraft does not clear it";
  bench.relay(1, 0);
  EXPECT_FALSE(bench.relay_is_open()) << "forced closed";
  bench.relay(0, 0);
  EXPECT_TRUE(bench.relay_is_open()) << "the three ways are kept apart";
}

TEST(ReferenceArrears, ASmallerOverdraftTripsAtOnce) {
  Bench bench;
  bench.open_at_one_yuan(1);
  bench.settings(1, {.overdraft = 100});
  bench.draw(36'000);
  bench.run_seconds(20);
  EXPECT_FALSE(bench.relay_is_open());
  bench.settings(2, {.overdraft = 10});
  EXPECT_TRUE(bench.relay_is_open());
}

TEST(ReferenceOverload, FiveSecondsAboveTheThreshold) {
  Bench bench;
  bench.open_at_one_yuan(1'000'000);
  bench.settings(1, {.overload_w = 5000});
  bench.draw(5000);
  bench.run_seconds(60);
  EXPECT_FALSE(bench.relay_is_open()) << "at the threshold";
  bench.draw(5001);
  bench.run_seconds(4);
  EXPECT_FALSE(bench.relay_is_open()) << "4 s";
  bench.draw(5000);
  bench.run_seconds(1);
  bench.draw(5001);
  bench.run_seconds(4);
  EXPECT_FALSE(bench.relay_is_open()) << "not in a row";
  bench.run_seconds(1);
  EXPECT_TRUE(bench.relay_is_open());
  EXPECT_EQ(bench.status(), kB0RelayOpen | kB5Overload | kB6Open);
  bench.sell(2, 100);
  EXPECT_TRUE(bench.relay_is_open()) << "money does not clear it";
}

TEST(ReferenceOverload, ComparesPrimaryPower) {
  Bench bench(100);
  bench.open_at_one_yuan(1'000'000);
  bench.settings(1, {.overload_w = 5000});
  bench.draw(5001);
  bench.run_seconds(5);
  EXPECT_TRUE(bench.relay_is_open()) << "50 W secondary";
}

TEST(ReferenceOverload, OnlyInReleasedMode) {
  Bench bench;
  bench.open_at_one_yuan(1'000'000);
  bench.settings(1, {.overload_w = 5000});
  bench.relay(1, 0);
  bench.draw(9000);
  bench.run_seconds(60);
  EXPECT_EQ(bench.status() & (kB0RelayOpen | kB5Overload), 0);
  bench.relay(0, 0);
  bench.run_seconds(4);
  EXPECT_FALSE(bench.relay_is_open()) << "five seconds from the release on";
  bench.run_seconds(1);
  EXPECT_TRUE(bench.relay_is_open());
}

TEST(ReferenceOverload, RelayCommandsThatClearIt) {
  struct Row {
    const char* why;
    std::uint16_t mode, position;
    std::uint16_t status;
  };
  const Row rows[] = {
      {"1,0 clears", 1, 0, kB1Forced | kB6Open},
      {"0,0 clears", 0, 0, kB6Open},
      {"1,1 leaves it", 1, 1, kB0RelayOpen | kB1Forced | kB5Overload | kB6Open},
  };
  for (const auto& row : rows) {
    Bench bench;
    bench.open_at_one_yuan(1'000'000);
    bench.settings(1, {.overload_w = 5000});
    bench.draw(9000);
    bench.run_seconds(5);
    ASSERT_TRUE(bench.relay_is_open());
    EXPECT_EQ(bench.relay(row.mode, row.position), 0);
    EXPECT_EQ(bench.status(), row.status) << row.why;
    EXPECT_EQ(bench.reg32(0x0057), (std::uint32_t{row.mode} << 16) + row.position) << row.why;
  }
}

TEST(ReferenceClear, ResetsArrearsAndOverloadTrips) {
  Bench bench;
  bench.open_at_one_yuan(1);
  bench.settings(1, {.overload_w = 5000, .overdraft = 5});
  bench.draw(36'000);
  bench.run_seconds(7);
  EXPECT_EQ(bench.status() & (kB0RelayOpen | kB5Overload), kB0RelayOpen | kB5Overload);
  EXPECT_EQ(bench.clear(0xC1EB, 0), 0);
  EXPECT_EQ(bench.status(), 0);
  bench.open();
  EXPECT_FALSE(bench.relay_is_open());
}

TEST(ReferenceClear, ForcedModeStays) {
  Bench bench;
  bench.open();
  bench.relay(1, 1);
  bench.clear(0xC1EA, 0);
  EXPECT_EQ(bench.status(), kB0RelayOpen | kB1Forced) << "a platform forces open first";
}

TEST(ReferenceLimits, AShownBalanceStaysWithin32Bits) {
  Bench bench;
  bench.open_at_one_yuan(0);
  bench.relay(1, 0);
  ReferenceMemory memory = bench.meter.memory();
  memory.balance_fine = Int128{INT32_MIN} * kFinePerFen - 1;
  bench.meter.set_memory(memory);
  EXPECT_EQ(bench.balance(), INT32_MIN);
}

TEST(ReferencePower, LossKeepsEverything) {
  Bench bench;
  bench.open();
  bench.prices(1, {12'000, 9'000, 6'500, 3'000, 1'500}, {{1, 100}});
  bench.day_table1("04 00 00 01 00 08");
  bench.day_table2("02 00 00");
  bench.seasons("05 01 01 0A 01 02");
  bench.settings(3, {.alarm1 = 1000, .alarm2 = 300, .overload_w = 9000, .overdraft = 50});
  bench.sell(1, 5000);
  bench.meter.open_cover();
  bench.draw(9001);
  bench.meter.advance(Millis{3'500});

  ReferenceMeter copy(bench.identity, kBenchTime);
  ASSERT_TRUE(copy.restore(bench.meter.save()).has_value());
  EXPECT_EQ(copy.save(), bench.meter.save());
  copy.set_load(bench.meter.load());
  for (ReferenceMeter* meter : {&copy, &bench.meter}) meter->advance(Millis{1'500});
  EXPECT_EQ(copy.save(), bench.meter.save());
  EXPECT_TRUE(copy.relay_open()) << "the 5 s of overload went on";
}

TEST(ReferencePower, DamagedMemoryIsRefusedAndChangesNothing) {
  Bench bench;
  bench.open();
  const std::string before = bench.meter.save();
  std::string missing = before;
  missing.replace(missing.find("sold_total"), 4, "SOLD");
  for (const std::string& bad : {std::string("{"), std::string("[]"), std::string("{}"), missing})
    EXPECT_EQ(bench.meter.restore(bad).error().code, Errc::request_invalid) << bad;
  EXPECT_EQ(bench.meter.save(), before);
}

}  // namespace
}  // namespace paymeter::sim
