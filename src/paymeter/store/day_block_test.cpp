// Day and sweep blocks: every value comes back, hostile bytes get an error, the worked example of
// docs/formats/day-block.md.
#include "paymeter/store/day_block.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "paymeter/base/hex.hpp"
#include "paymeter/store/block_checksum.hpp"
#include "paymeter/store/reading_values.hpp"
#include "paymeter/store/sweep_block.hpp"

namespace paymeter::store {
namespace {

using Readings = std::vector<domain::Reading>;
constexpr MeterId kMeter{7};
constexpr std::int64_t kStart = 1'795'330'800'000;
constexpr std::int64_t kLowest = INT64_MIN, kHighest = INT64_MAX;

std::vector<std::pair<std::size_t, std::int64_t>> values_of(const domain::Reading& reading) {
  std::vector<std::pair<std::size_t, std::int64_t>> out;
  each_value(reading, [&](std::size_t slot, std::int64_t value) { out.emplace_back(slot, value); });
  return out;
}

void expect_same(const Readings& got, const Readings& want) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    SCOPED_TRACE("reading " + std::to_string(i));
    ASSERT_EQ(got[i].meter, want[i].meter);
    ASSERT_EQ(got[i].at, want[i].at);
    ASSERT_EQ(values_of(got[i]), values_of(want[i]));
  }
}

domain::Reading at_minute(int minute) {
  domain::Reading reading;
  reading.meter = kMeter;
  reading.at = UtcMs{kStart + minute * 60'000};
  return reading;
}

/// A day of `count` minutes whose readings `fill` writes.
Readings day_of(int count, const std::function<void(domain::Reading&, int)>& fill) {
  Readings out;
  for (int i = 0; i < count; ++i) fill(out.emplace_back(at_minute(i)), i);
  return out;
}

struct DayCase {
  const char* reason;
  Readings readings;
};

std::vector<DayCase> days() {
  std::mt19937_64 noise(20261122);
  const auto below = [&noise](std::int64_t limit) {
    return static_cast<std::int64_t>(noise() % static_cast<std::uint64_t>(limit));
  };
  return {
      {"one reading with nothing in it", day_of(1, [](auto&, int) {})},
      {"one reading with everything", day_of(1,
                                             [](auto& r, int) {
                                               for (std::size_t slot = 0; slot < kSlots; ++slot)
                                                 set_value(r, slot, 1);
                                             })},
      {"a register alone", day_of(48, [](auto& r, int i) { r.energy_wh = 1'000 + i * 37; })},
      {"a register that is reset, twice",
       day_of(100, [](auto& r, int i) { r.energy_wh = i % 40 * 10; })},
      {"no energy at all", day_of(70, [](auto& r, int i) { r.power_w = i * i; })},
      {"energy missing now and then", day_of(200,
                                             [](auto& r, int i) {
                                               if (i % 7 != 3) r.energy_wh = i;
                                               if (i % 3 == 0) r.rate_energy_wh[2] = i;
                                             })},
      {"values beside each other as far apart as they can be",
       day_of(130,
              [](auto& r, int i) {
                r.energy_wh = i % 2 == 0 ? kLowest : kHighest;
                r.power_w = i % 2 == 0 ? kHighest : kLowest;
                r.voltage_mv = {kLowest, kHighest, 0};
                r.line_current_ma = {kHighest, kLowest, i};
                r.power_factor_e3 = kLowest + i;
                r.balance = domain::Money{kLowest};
                r.purchase_count = i % 2 == 0 ? 0 : 65'535;
              })},
      {"negative values", day_of(90,
                                 [](auto& r, int i) {
                                   r.energy_wh = -5'000 + i;
                                   r.power_w = -i * 100;
                                   r.balance = domain::Money{-i};
                                   r.power_factor_e3 = -999;
                                   r.relay_open = i > 40;
                                 })},
      {"instants out of step and crowded",
       [&] {
         Readings out = day_of(300, [](auto& r, int i) { r.energy_wh = i; });
         std::int64_t at = kStart;
         for (auto& r : out) r.at = UtcMs{at += 1 + below(below(10) == 0 ? 9'000'000 : 90'000)};
         return out;
       }()},
      {"before 1970", day_of(5, [](auto& r, int i) { r.at = UtcMs{-9'000'000'000 + i}; })},
      {"everything is noise", day_of(1'000,
                                     [&](auto& r, int i) {
                                       r.at = r.at + Millis{below(500)};
                                       r.energy_wh = 10'000'000 + i * 30 + below(20);
                                       for (auto& v : r.rate_energy_wh) v = below(1'000'000'000);
                                       r.power_w = below(5'000) - 2'500;
                                       for (auto& v : r.voltage_mv) v = 230'000 + below(9'000);
                                       for (auto& v : r.line_current_ma) v = below(60'000);
                                       r.power_factor_e3 = below(1'000);
                                       r.frequency_mhz = 49'950 + below(100);
                                       r.balance = domain::Money{below(100'000) - 50'000};
                                       r.credit_remaining_wh = below(1'000);
                                       r.purchase_count = static_cast<std::uint16_t>(below(65'536));
                                       r.relay_open = below(2) == 0;
                                     })},
  };
}

Result<Readings> through_blocks(const Readings& readings) {
  const DayBlocks blocks = encode_day(readings);
  return decode_day(kMeter, blocks.registers, blocks.details);
}

}  // namespace

TEST(DayBlock, EveryValueComesBack) {
  for (const DayCase& day : days()) {
    SCOPED_TRACE(day.reason);
    const auto got = through_blocks(day.readings);
    ASSERT_TRUE(got) << got.error().detail;
    expect_same(*got, day.readings);
  }
}

TEST(DayBlock, RegistersAloneAreTheReadingsWithEnergy) {
  for (const DayCase& day : days()) {
    SCOPED_TRACE(day.reason);
    std::vector<domain::rating::RegisterReading> got, want;
    for (const auto& r : day.readings)
      if (r.energy_wh) want.push_back({r.at, *r.energy_wh});
    ASSERT_TRUE(decode_registers(encode_day(day.readings).registers, got));
    EXPECT_EQ(got, want);
  }
}

TEST(DayBlock, EqualReadingsMakeEqualBlocks) {
  for (const DayCase& day : days()) {
    const DayBlocks one = encode_day(day.readings), two = encode_day(day.readings);
    EXPECT_EQ(one.registers, two.registers) << day.reason;
    EXPECT_EQ(one.details, two.details) << day.reason;
  }
}

TEST(DayBlock, WorkedExample) {
  Readings day;
  for (int i = 0; i < 4; ++i) {
    auto& r = day.emplace_back(at_minute(30 * i));
    r.energy_wh = 1'000'000 + 250 * i;
    r.relay_open = false;
  }
  day[2].at = day[2].at + Millis{40};
  const DayBlocks blocks = encode_day(day);
  EXPECT_EQ(
      format_hex(blocks.registers),
      "01 04 80 E6 EF A0 C0 68 C0 EE 6D 00 00 00 06 00 0A 00 01 FA 01 C0 3E 02 00 3E D5 B3 C1");
  EXPECT_EQ(format_hex(blocks.details), "01 00 00 00 00 10 2F FF EF D0 75 54 22 B8");
}

TEST(DayBlock, EveryChangedByteIsNoticed) {
  const DayBlocks good = encode_day(days()[5].readings);
  for (std::size_t i = 0; i < good.registers.size(); ++i) {
    DayBlocks bad = good;
    bad.registers[i] ^= 0x40;
    const auto got = decode_day(kMeter, bad.registers, bad.details);
    ASSERT_FALSE(got) << i;
    EXPECT_EQ(got.error().detail, "register block: wrong checksum");
  }
  for (std::size_t i = 0; i < good.details.size(); ++i) {
    DayBlocks bad = good;
    bad.details[i] ^= 0x40;
    const auto got = decode_day(kMeter, bad.registers, bad.details);
    ASSERT_FALSE(got) << i;
    EXPECT_EQ(got.error().detail, "detail block: wrong checksum");
  }
}

TEST(DayBlock, SealedNonsenseGetsAClearError) {
  const struct {
    const char* reason;
    Buffer body;
    std::string detail;
  } rows[] = {
      {"a format of the future", {0x02, 0x01}, "register block: unknown format"},
      {"no readings", {0x01, 0x00}, "register block: impossible count"},
      {"more readings than a day has",
       {0x01, 0xFF, 0xFF, 0xFF, 0x7F},
       "register block: impossible count"},
      {"ends in the middle", {0x01, 0x05, 0x02}, "register block: instants are broken"},
      {"two readings at one instant",
       {0x01, 0x02, 0x02, 0xE8, 0x07, 0x01, 0x00, 0x00, 0x00, 0x00},
       "register block: instants are broken"},
      {"energy of nobody knows whom",
       {0x01, 0x01, 0x02, 0xE8, 0x07, 0x03},
       "register block: unknown kind of energy column"},
      {"an energy column without a number",
       {0x01, 0x01, 0x02, 0xE8, 0x07, 0x02, 0x00},
       "register block: an empty energy column"},
      {"bytes left over",
       {0x01, 0x01, 0x02, 0xE8, 0x07, 0x00, 0x00},
       "register block: wrong length"},
  };
  for (const auto& row : rows) {
    Buffer block = row.body;
    seal(block);
    std::vector<domain::rating::RegisterReading> out;
    const auto got = decode_registers(block, out);
    ASSERT_FALSE(got) << row.reason;
    EXPECT_EQ(got.error().detail, row.detail) << row.reason;
  }
  EXPECT_FALSE(decode_day(kMeter, {}, {}));
}

TEST(DayBlock, AnySealedBytesDecodeOrFailWithoutHarm) {
  std::mt19937_64 noise(7);
  const DayBlocks good = encode_day(days()[10].readings);
  int decoded = 0, refused = 0;
  for (int round = 0; round < 2'000; ++round) {
    Buffer registers(good.registers.begin(), good.registers.end() - kChecksumBytes);
    Buffer details(good.details.begin(), good.details.end() - kChecksumBytes);
    for (Buffer* block : {&registers, &details}) {
      (*block)[noise() % block->size()] = static_cast<std::uint8_t>(noise());
      if (noise() % 4 == 0) block->resize(noise() % block->size());
      seal(*block);
    }
    decode_day(kMeter, registers, details) ? ++decoded : ++refused;
  }
  EXPECT_GT(decoded, 0);
  EXPECT_GT(refused, 0);
}

TEST(SweepBlock, EveryValueComesBack) {
  for (const DayCase& day : days()) {
    SCOPED_TRACE(day.reason);
    Readings readings = day.readings;
    readings.resize(std::min(readings.size(), kSweepReadingsMax));
    Readings got;
    ASSERT_TRUE(decode_sweep(encode_sweep(readings), {}, got));
    expect_same(got, readings);
  }
}

TEST(SweepBlock, WindowsChooseMetersAndTime) {
  Readings readings;
  for (int meter = 1; meter <= 5; ++meter)
    for (int minute = 0; minute < 3; ++minute) {
      readings.push_back(at_minute(minute));
      readings.back().meter = MeterId{meter};
      readings.back().power_w = meter * 10 + minute;
    }
  const Buffer block = encode_sweep(readings);
  Readings got;
  ASSERT_TRUE(decode_sweep(
      block, {MeterId{2}, MeterId{4}, UtcMs{kStart + 60'000}, UtcMs{kStart + 120'000}}, got));
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].power_w, 21);
  EXPECT_EQ(got[1].power_w, 31);
}

TEST(SweepBlock, HostileBytesGetAnError) {
  Readings readings = days()[10].readings;
  readings.resize(20);
  const Buffer good = encode_sweep(readings);
  for (std::size_t i = 0; i < good.size(); ++i) {
    Buffer bad = good;
    bad[i] ^= 0x01;
    Readings out;
    ASSERT_FALSE(decode_sweep(bad, {}, out)) << i;
  }
  for (std::size_t size = 0; size < good.size() - kChecksumBytes; ++size) {
    Buffer cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    seal(cut);
    Readings out;
    ASSERT_FALSE(decode_sweep(cut, {}, out)) << size;
  }
}

}  // namespace paymeter::store
