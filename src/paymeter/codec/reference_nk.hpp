/// The prepaid block of the reference meter: layout constants for the driver and the simulated
/// meter, and pure bytes <-> structs. Register addresses are hexadecimal, money is 0.01 yuan,
/// energy 0.01 kWh, prices 10^-4 yuan per kWh: the meter's own units, not the platform's.
/// Source: docs/protocols/reference-meter-modbus.md ("The reference prepaid meter over Modbus").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter::codec::reference_nk {

// ------------------------------------------------------------------ layout
inline constexpr std::uint16_t kLayoutVersion = 1;
inline constexpr std::uint16_t kReadCountMax = 100;  ///< registers per read or write

/// A run of registers: `count` from `address`.
struct Block {
  std::uint16_t address = 0;
  std::uint16_t count = 0;
  constexpr std::size_t bytes() const { return std::size_t{2} * count; }
  friend bool operator==(const Block&, const Block&) = default;
};

inline constexpr auto kReadableRanges = std::to_array<Block>({{0x0000, 0x10},
                                                              {0x0028, 6},
                                                              {0x0038, 2},
                                                              {0x0057, 2},
                                                              {0x0061, 0x17},
                                                              {0x0164, 0x1C},
                                                              {0x2000, 42},
                                                              {0x5030, 2},
                                                              {0x6000, 49},
                                                              {0x6100, 29}});

// Public registers of the real DTSY1352 that the prepaid part needs.
inline constexpr std::uint16_t kEnergyTotal = 0x0000;  ///< u32 x 5: total, rates 1–4
inline constexpr std::uint16_t kEnergyRate5 = 0x5030;
inline constexpr std::uint16_t kCtRatio = 0x0038;
inline constexpr std::uint16_t kVoltage = 0x0061;      ///< 3 x u16, 0.1 V
inline constexpr std::uint16_t kLineCurrent = 0x0064;  ///< 3 x u16, 0.01 A
inline constexpr std::uint16_t kFrequency = 0x0077;
inline constexpr std::uint16_t kPower = 0x0164;                ///< 4 x s32, 0.001 kW
inline constexpr std::uint16_t kPowerFactor = 0x017C;          ///< 4 x s16, 0.001
inline constexpr std::uint32_t kEnergyRollover = 100'000'000;  ///< after 999999.99 kWh comes 0

// Whole command blocks; those with a MAC carry it in their last 4 bytes.
inline constexpr Block kRelayBlock{0x0057, 2};
inline constexpr Block kSeasonBlock{0x0028, 6};
inline constexpr Block kDayTable1Block{0x2000, 21};
inline constexpr Block kDayTable2Block{0x2015, 21};
inline constexpr Block kPrepaidBlock{0x6000, 49};  ///< read only
inline constexpr Block kSaleBlock{0x6040, 7};
inline constexpr Block kOpenBlock{0x6048, 4};
inline constexpr Block kClearBlock{0x6050, 4};
inline constexpr Block kSettingsBlock{0x6058, 12};
inline constexpr Block kClockBlock{0x6070, 8};
inline constexpr Block kPriceBlock{0x6080, 31};
inline constexpr Block kPriceReadBlock{0x6100, 29};  ///< read only: the price block, no MAC
inline constexpr Block kClockReadBlock{0x602B, 6};   ///< read only: the clock, its last sequence
inline constexpr std::size_t kClockSize = 8;
inline constexpr std::size_t kMacSize = 4;

inline constexpr std::uint16_t kClearAtZero = 0xC1EA;  ///< refused (5) unless the balance is 0
inline constexpr std::uint16_t kClearForced = 0xC1EB;

/// Bits of register 6001.
enum StatusBit : std::uint16_t {
  kStatusRelayOpen = 1U << 0,
  kStatusForced = 1U << 1,
  kStatusAlarm1 = 1U << 2,
  kStatusAlarm2 = 1U << 3,
  kStatusArrears = 1U << 4,
  kStatusOverloadTrip = 1U << 5,
  kStatusAccountOpen = 1U << 6,
  kStatusCoverOpened = 1U << 7,
  kStatusClockFault = 1U << 8,
};

/// Register 601C.
enum class Refusal : std::uint16_t {
  none = 0,
  mac = 1,
  account = 3,
  count = 4,
  balance = 5,
  version = 6
};

inline constexpr std::size_t kSerialSize = 20;
using Serial = std::array<std::uint8_t, kSerialSize>;
using Mac = std::array<std::uint8_t, kMacSize>;

/// ASCII padded with NUL. Errors: frame_bad_value (over 20 characters, or not printable ASCII).
Result<Serial> encode_serial(std::string_view text);
/// Up to the first NUL. Errors: frame_bad_value (not printable ASCII, or text after a NUL).
Result<std::string> decode_serial(const Serial& serial);

// ------------------------------------------------------------------ the prepaid block, 6000–6030
struct Prepaid {
  std::uint16_t layout_version = kLayoutVersion;
  std::uint16_t status = 0;  ///< StatusBit
  std::int32_t balance = 0;
  std::int32_t energy_remaining = 0;
  std::int32_t sold_total = 0;
  std::uint16_t purchase_count = 0;
  std::int32_t last_amount = 0;
  std::uint32_t last_tag = 0;
  std::uint16_t clear_count = 0;
  Serial serial{};
  std::uint32_t customer_number = 0;
  std::int32_t cleared_balance = 0;
  std::uint16_t last_refusal = 0;
  std::uint32_t price_version = 0, settings_version = 0;
  std::uint32_t alarm1 = 0, alarm2 = 0;
  std::uint32_t overload_w = 0;
  std::uint32_t overdraft = 0;
  std::uint32_t cycle_energy = 0;
  std::array<std::uint8_t, 8> clock{};  ///< as held, see decode_clock
  std::uint32_t clock_sequence = 0;     ///< 0 when the read stopped before it
  friend bool operator==(const Prepaid&, const Prepaid&) = default;
};

/// A read must reach the clock's end (602E); 602F–6030 may be left out.
inline constexpr std::uint16_t kPrepaidCountMin = 47;
/// Registers 6000…, 47 to 49 of them. Errors, in order: frame_bad_length, meter_layout_unknown.
Result<Prepaid> decode_prepaid(Bytes data);
/// All 49 registers.
Buffer encode_prepaid(const Prepaid& prepaid);

// ------------------------------------------------------------------ clock
/// `YY MM DD hh mm ss WW 00`, packed BCD, years 2000–2099, WW 1 = Monday.
/// Errors: frame_bad_value (no such date, wrong weekday, no BCD, last byte not 00).
Result<CivilTime> decode_clock(Bytes eight);
/// Requires: a valid date, year 2000–2099. The weekday is computed.
std::array<std::uint8_t, 8> encode_clock(const CivilTime& civil);

// ------------------------------------------------------------------ commands
// encode_* gives the block's bytes before the MAC; append_mac (codec/mac.hpp) completes it.
// decode_* takes a whole block with its MAC bytes and checks its size only where nothing is said.

struct Sale {
  std::uint16_t n = 0;
  std::int32_t amount = 0;
  std::uint32_t tag = 0;
  friend bool operator==(const Sale&, const Sale&) = default;
};
Buffer encode_sale(const Sale& sale);
Result<Sale> decode_sale(Bytes block);

Buffer encode_open(std::uint32_t customer);
/// Errors: frame_bad_length, frame_bad_value (customer 0).
Result<std::uint32_t> decode_open(Bytes block);

struct Clear {
  std::uint16_t code = kClearAtZero;
  std::uint16_t clear_count = 0;
  friend bool operator==(const Clear&, const Clear&) = default;
};
Buffer encode_clear(const Clear& clear);
/// Errors: frame_bad_length, frame_bad_value (unknown code).
Result<Clear> decode_clear(Bytes block);

struct Settings {
  std::uint32_t version = 0;
  std::uint32_t alarm1 = 0, alarm2 = 0;
  std::uint32_t overload_w = 0;
  std::uint32_t overdraft = 0;
  friend bool operator==(const Settings&, const Settings&) = default;
};
Buffer encode_settings(const Settings& settings);
/// Errors: frame_bad_length, frame_bad_value (alarm or overdraft above 2^31 - 1).
Result<Settings> decode_settings(Bytes block);

struct SetClock {
  std::uint32_t sequence = 0;
  CivilTime clock;
  friend bool operator==(const SetClock&, const SetClock&) = default;
};
Buffer encode_set_clock(const SetClock& set);
/// Errors: frame_bad_length, frame_bad_value (see decode_clock).
Result<SetClock> decode_set_clock(Bytes block);

struct Step {
  std::uint32_t from_kwh = 0;
  std::uint32_t surcharge = 0;  ///< 10^-4 yuan per kWh
  friend bool operator==(const Step&, const Step&) = default;
};
struct Prices {
  std::uint32_t version = 0;
  std::array<std::uint32_t, 5> rate{};  ///< 10^-4 yuan per kWh
  std::vector<Step> steps;              ///< at most 4
  friend bool operator==(const Prices&, const Prices&) = default;
};
/// 58 bytes: the block without its MAC, as at 6080 and 6100. Requires: at most 4 steps.
Buffer encode_prices(const Prices& prices);
/// Takes 58 bytes (6100) or 62 (6080, with MAC). Errors: frame_bad_length, frame_bad_value (step
/// count over 4).
Result<Prices> decode_prices(Bytes block);

// ------------------------------------------------------------------ relay and time tables, no MAC
enum class RelayCommand : std::uint8_t { release, force_closed, force_open };
/// {mode, position}: release 0,0 · force_closed 1,0 · force_open 1,1.
Buffer encode_relay(RelayCommand command);
/// Errors: frame_bad_length, frame_bad_value (any other pair).
Result<RelayCommand> decode_relay(Bytes block);

struct DaySlot {
  std::uint8_t rate = 0, minute = 0, hour = 0;
  friend bool operator==(const DaySlot&, const DaySlot&) = default;
};
/// 14 slots, 42 bytes. Requires: at most 14 slots.
Buffer encode_day_table(const std::vector<DaySlot>& slots);
/// The used slots. Errors: frame_bad_length, frame_bad_value (rate outside 1–5, no such time, not
/// strictly ascending, a used slot behind an unused one).
Result<std::vector<DaySlot>> decode_day_table(Bytes block);

struct SeasonEntry {
  std::uint8_t month = 0, day = 0, day_table = 0;
  friend bool operator==(const SeasonEntry&, const SeasonEntry&) = default;
};
/// 4 entries, 12 bytes. Requires: at most 4 entries.
Buffer encode_season_table(const std::vector<SeasonEntry>& entries);
/// The used entries. Errors: frame_bad_length, frame_bad_value (no such day of a leap year, day
/// table not 1 or 2, not strictly ascending, a used entry behind an unused one).
Result<std::vector<SeasonEntry>> decode_season_table(Bytes block);

}  // namespace paymeter::codec::reference_nk
