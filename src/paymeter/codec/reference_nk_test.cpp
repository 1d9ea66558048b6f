// The reference meter's blocks: the page's vector, round trips, and values that must be refused.
#include "paymeter/codec/reference_nk.hpp"

#include <gtest/gtest.h>

#include "paymeter/base/hex.hpp"
#include "paymeter/codec/mac.hpp"

namespace paymeter::codec::reference_nk {
namespace {

/// Where register 6000 + `offset` begins in the block.
std::size_t at(std::size_t offset) { return 2 * offset; }
Buffer hex(const char* text) { return parse_hex(text).value(); }

TEST(ReferenceNk, MacOfThePagesVector) {
  MeterKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  const Serial serial = encode_serial("PM00000001").value();
  Buffer block = encode_sale({5, 10'000, 0xA1B2C3D4});
  EXPECT_EQ(block, hex("00 05 00 00 27 10 A1 B2 C3 D4"));
  const Mac mac = mac4(key, serial, 0, kSaleBlock.address, block);
  EXPECT_EQ(Buffer(mac.begin(), mac.end()), hex("CC 94 A9 A0"));
  block.insert(block.end(), mac.begin(), mac.end());
  EXPECT_TRUE(mac_fits(key, serial, 0, kSaleBlock.address, block));
  EXPECT_FALSE(mac_fits(key, serial, 1, kSaleBlock.address, block)) << "another epoch";
  EXPECT_FALSE(mac_fits(key, serial, 0, kOpenBlock.address, block)) << "another command";
  block[1] = 6;
  EXPECT_FALSE(mac_fits(key, serial, 0, kSaleBlock.address, block)) << "another count";
  EXPECT_FALSE(is_zero_key(key));
  EXPECT_TRUE(is_zero_key(MeterKey{}));
}

Prepaid sample() {
  Prepaid p;
  p.status = kStatusAccountOpen | kStatusAlarm1;
  p.balance = -12'345;
  p.energy_remaining = 0;
  p.sold_total = 1'000'000;
  p.purchase_count = 7;
  p.last_amount = -500;
  p.last_tag = 0xDEADBEEF;
  p.clear_count = 3;
  p.serial = encode_serial("PM00000001").value();
  p.customer_number = 42;
  p.cleared_balance = 99;
  p.last_refusal = 5;
  p.price_version = 2;
  p.settings_version = 4;
  p.alarm1 = 5000;
  p.alarm2 = 1000;
  p.overload_w = 6600;
  p.overdraft = 2000;
  p.cycle_energy = 12'345;
  p.clock = {0x26, 0x11, 0x23, 0x01, 0x30, 0x00, 0x01, 0x00};
  p.clock_sequence = 9;
  return p;
}

TEST(ReferenceNk, EveryPrepaidFieldHasItsRegister) {
  const Prepaid p = sample();
  const Buffer data = encode_prepaid(p);
  ASSERT_EQ(data.size(), 98U);
  EXPECT_EQ(decode_prepaid(data).value(), p);
  EXPECT_EQ(get_u32(data, at(0x02)), static_cast<std::uint32_t>(-12'345));
  EXPECT_EQ(get_u16(data, at(0x08)), 7);
  EXPECT_EQ(get_u32(data, at(0x0B)), 0xDEADBEEF);
  EXPECT_EQ(get_u16(data, at(0x0D)), 3);
  EXPECT_EQ(data[at(0x0E)], 'P');
  EXPECT_EQ(get_u32(data, at(0x18)), 42U);
  EXPECT_EQ(get_u16(data, at(0x1C)), 5);
  EXPECT_EQ(get_u32(data, at(0x1F)), 4U);
  EXPECT_EQ(get_u32(data, at(0x29)), 12'345U);
  EXPECT_EQ(data[at(0x2B)], 0x26);
  EXPECT_EQ(get_u32(data, at(0x2F)), 9U);
}

TEST(ReferenceNk, ShorterReadsLoseOnlyTheClockSequence) {
  const Buffer data = encode_prepaid(sample());
  Prepaid without = sample();
  without.clock_sequence = 0;
  for (std::size_t count : {47, 48})
    EXPECT_EQ(decode_prepaid(Bytes(data).first(2 * count)).value(), without) << count;
  for (std::size_t size : {0, 92, 95, 97})
    EXPECT_EQ(decode_prepaid(Bytes(data).first(size)).error().code, Errc::frame_bad_length) << size;
  Buffer newer = data;
  newer[1] = 2;
  EXPECT_EQ(decode_prepaid(newer).error().code, Errc::meter_layout_unknown);
}

TEST(ReferenceNk, SerialsAreAsciiPaddedWithNul) {
  const Serial serial = encode_serial("PM00000001").value();
  EXPECT_EQ(decode_serial(serial), "PM00000001");
  EXPECT_TRUE(encode_serial("12345678901234567890"));
  EXPECT_EQ(encode_serial("123456789012345678901").error().code, Errc::frame_bad_value);
  EXPECT_EQ(encode_serial("电表").error().code, Errc::frame_bad_value);
  Serial broken = serial;
  broken[15] = 'X';
  EXPECT_EQ(decode_serial(broken).error().code, Errc::frame_bad_value) << "text after a NUL";
}

TEST(ReferenceNk, ClockRefusesWhatIsNoDate) {
  const CivilTime monday{2026, 11, 23, 1, 30, 0, 1};
  const auto bytes = encode_clock(monday);
  EXPECT_EQ(Buffer(bytes.begin(), bytes.end()), hex("26 11 23 01 30 00 01 00"));
  EXPECT_EQ(decode_clock(bytes), monday);
  EXPECT_TRUE(decode_clock(hex("28 02 29 23 59 59 02 00"))) << "leap day";
  struct Row {
    const char* reason;
    const char* clock;
  };
  for (const Row& row :
       {Row{"wrong weekday", "26 11 23 01 30 00 02 00"},
        Row{"weekday 0", "26 11 23 01 30 00 00 00"}, Row{"no BCD", "26 1A 23 01 30 00 01 00"},
        Row{"month 13", "26 13 01 00 00 00 01 00"}, Row{"30 February", "26 02 30 00 00 00 01 00"},
        Row{"29 February of no leap year", "26 02 29 00 00 00 07 00"},
        Row{"24 o'clock", "26 11 23 24 00 00 01 00"}, Row{"minute 60", "26 11 23 01 60 00 01 00"},
        Row{"last byte", "26 11 23 01 30 00 01 01"}, Row{"never set", "00 00 00 00 00 00 00 00"}})
    EXPECT_EQ(decode_clock(hex(row.clock)).error().code, Errc::frame_bad_value) << row.reason;
}

Buffer with_mac(Buffer block) {
  block.resize(block.size() + kMacSize, 0xEE);
  return block;
}

TEST(ReferenceNk, CommandsAreWholeBlocksAndReadBack) {
  const Sale sale{7, -500, 0x01020304};
  EXPECT_EQ(decode_sale(with_mac(encode_sale(sale))), sale);
  EXPECT_EQ(decode_open(with_mac(encode_open(42))), 42U);
  const Clear clear{kClearForced, 9};
  EXPECT_EQ(decode_clear(with_mac(encode_clear(clear))), clear);
  const Settings settings{3, 5000, 1000, 6600, 2000};
  EXPECT_EQ(decode_settings(with_mac(encode_settings(settings))), settings);
  const SetClock set{5, {2026, 11, 23, 1, 30, 0, 1}};
  EXPECT_EQ(decode_set_clock(with_mac(encode_set_clock(set))), set);
  const Prices prices{2, {12000, 11000, 8000, 4000, 3000}, {{200, 500}, {400, 3000}}};
  EXPECT_EQ(decode_prices(with_mac(encode_prices(prices))), prices);
  EXPECT_EQ(decode_prices(encode_prices(prices)), prices) << "as read back, without MAC";
}

TEST(ReferenceNk, CommandsOutOfRangeAreNamed) {
  const auto code = [](const auto& result) {
    return result ? Errc::internal_error : result.error().code;
  };
  EXPECT_EQ(code(decode_sale(encode_sale({}))), Errc::frame_bad_length) << "MAC missing";
  EXPECT_EQ(code(decode_open(with_mac(encode_open(0)))), Errc::frame_bad_value) << "customer 0";
  EXPECT_EQ(code(decode_clear(with_mac(encode_clear({0xC1EC, 0})))), Errc::frame_bad_value);
  EXPECT_EQ(code(decode_settings(with_mac(encode_settings({1, 0x80000000, 0, 0, 0})))),
            Errc::frame_bad_value)
      << "alarm above s32";
  EXPECT_TRUE(decode_settings(with_mac(encode_settings({1, 0, 0, 0xFFFFFFFF, 0}))))
      << "the threshold is a u32";
  Buffer prices = encode_prices({});
  prices[25] = 5;
  EXPECT_EQ(code(decode_prices(prices)), Errc::frame_bad_value) << "five steps";
  prices.pop_back();
  EXPECT_EQ(code(decode_prices(prices)), Errc::frame_bad_length);
  EXPECT_EQ(code(decode_relay(hex("0000 0001"))), Errc::frame_bad_value) << "released and open";
  EXPECT_EQ(code(decode_relay(hex("0000"))), Errc::frame_bad_length);
}

TEST(ReferenceNk, RelayCommandsAreThePublicOnes) {
  EXPECT_EQ(encode_relay(RelayCommand::force_open), hex("0001 0001"));
  EXPECT_EQ(encode_relay(RelayCommand::force_closed), hex("0001 0000"));
  EXPECT_EQ(encode_relay(RelayCommand::release), hex("0000 0000"));
  EXPECT_EQ(decode_relay(hex("0001 0001")), RelayCommand::force_open);
}

TEST(ReferenceNk, DayTablesAscendAndEndInZeros) {
  const std::vector<DaySlot> slots{{4, 0, 0}, {2, 30, 8}, {1, 0, 19}};
  const Buffer block = encode_day_table(slots);
  ASSERT_EQ(block.size(), 42U);
  EXPECT_EQ(decode_day_table(block), slots);
  EXPECT_TRUE(decode_day_table(Buffer(42, 0))->empty()) << "an empty table is allowed";
  struct Row {
    const char* reason;
    std::vector<DaySlot> slots;
  };
  for (const Row& row :
       {Row{"rate 6", {{6, 0, 0}}}, Row{"rate 0", {{0, 0, 1}}}, Row{"minute 60", {{1, 60, 0}}},
        Row{"hour 24", {{1, 0, 24}}}, Row{"same time twice", {{1, 0, 8}, {2, 0, 8}}},
        Row{"descending", {{1, 0, 9}, {2, 59, 8}}}, Row{"gap", {{1, 0, 8}, {0, 0, 0}, {2, 0, 9}}}})
    EXPECT_EQ(decode_day_table(encode_day_table(row.slots)).error().code, Errc::frame_bad_value)
        << row.reason;
  EXPECT_EQ(decode_day_table(Buffer(41, 0)).error().code, Errc::frame_bad_length);
}

TEST(ReferenceNk, SeasonTablesAscendAndEndInZeros) {
  const std::vector<SeasonEntry> entries{{2, 29, 1}, {7, 1, 2}};
  const Buffer block = encode_season_table(entries);
  ASSERT_EQ(block.size(), 12U);
  EXPECT_EQ(decode_season_table(block), entries);
  struct Row {
    const char* reason;
    std::vector<SeasonEntry> entries;
  };
  for (const Row& row :
       {Row{"table 3", {{1, 1, 3}}}, Row{"table 0", {{1, 1, 0}}}, Row{"31 April", {{4, 31, 1}}},
        Row{"month 13", {{13, 1, 1}}}, Row{"same day twice", {{1, 1, 1}, {1, 1, 2}}},
        Row{"gap", {{1, 1, 1}, {0, 0, 0}, {2, 1, 2}}}})
    EXPECT_EQ(decode_season_table(encode_season_table(row.entries)).error().code,
              Errc::frame_bad_value)
        << row.reason;
  EXPECT_EQ(decode_season_table(Buffer(13, 0)).error().code, Errc::frame_bad_length);
}

}  // namespace
}  // namespace paymeter::codec::reference_nk
