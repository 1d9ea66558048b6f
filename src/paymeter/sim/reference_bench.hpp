/// A reference meter on the bench: tests speak to it in raw addresses, as the page writes them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "paymeter/base/hex.hpp"
#include "paymeter/codec/mac.hpp"
#include "paymeter/sim/reference_meter.hpp"

namespace paymeter::sim {

inline constexpr CivilTime kBenchTime{.year = 2026, .month = 11, .day = 22, .hour = 12};  // Sunday

struct Bench {
  ReferenceIdentity identity{.serial = "PM00000001",
                             .key = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
  ReferenceMeter meter{identity, kBenchTime};

  explicit Bench(std::uint16_t ct_ratio = 1) {
    identity.ct_ratio = ct_ratio;
    meter = ReferenceMeter(identity, kBenchTime);
  }

  /// Hex in, hex out; "-" = not answered.
  std::string ask(std::string_view pdu_hex) {
    const auto reply = meter.handle(*parse_hex(pdu_hex));
    return reply ? format_hex(*reply) : "-";
  }
  Buffer read(std::uint16_t address, std::uint16_t count) {
    const auto reply = meter.handle(codec::encode_read_request(3, address, count));
    return reply ? Buffer(reply->begin() + 2, reply->end()) : Buffer{};
  }
  std::uint16_t reg(std::uint16_t address) { return get_u16(read(address, 1), 0); }
  std::uint32_t reg32(std::uint16_t address) { return get_u32(read(address, 2), 0); }
  std::int32_t sreg32(std::uint16_t address) { return static_cast<std::int32_t>(reg32(address)); }

  /// Writes a block as it is; 0 = accepted, else the exception code.
  int write(std::uint16_t address, const Buffer& block) {
    const auto reply = meter.handle(codec::encode_write_request(address, block));
    return reply->size() == codec::kExceptionReplySize ? (*reply)[1] : 0;
  }
  /// Completes the block with the MAC of this meter and epoch.
  int command(std::uint16_t address, Buffer block) {
    const auto mac = codec::mac4(identity.key, *codec::reference_nk::encode_serial(identity.serial),
                                 reg(0x600D), address, block);
    block.insert(block.end(), mac.begin(), mac.end());
    return write(address, block);
  }
  static Buffer words(std::initializer_list<std::uint32_t> values) {
    Buffer block;
    for (const auto value : values) put_u32(block, value);
    return block;
  }

  int sell(std::uint16_t n, std::int32_t amount, std::uint32_t tag = 0xA1B2C3D4) {
    Buffer block;
    put_u16(block, n);
    put_u32(block, static_cast<std::uint32_t>(amount));
    put_u32(block, tag);
    return command(0x6040, block);
  }
  int open(std::uint32_t customer = 77) { return command(0x6048, words({customer})); }
  int clear(std::uint16_t code, std::uint16_t clear_count) {
    Buffer block;
    put_u16(block, code);
    put_u16(block, clear_count);
    return command(0x6050, block);
  }
  struct Limits {
    std::uint32_t alarm1 = 0, alarm2 = 0, overload_w = 0, overdraft = 0;
  };
  int settings(std::uint32_t version, Limits limits) {
    return command(0x6058, words({version, limits.alarm1, limits.alarm2, limits.overload_w,
                                  limits.overdraft}));
  }
  int set_clock(std::uint32_t sequence, std::string_view bcd) {
    Buffer block = words({sequence});
    const auto clock = *parse_hex(bcd);
    block.insert(block.end(), clock.begin(), clock.end());
    return command(0x6070, block);
  }
  struct Step {
    std::uint32_t from_kwh, surcharge;
  };
  int prices(std::uint32_t version, std::initializer_list<std::uint32_t> rates,
             std::initializer_list<Step> steps = {}) {
    Buffer block = words({version});
    for (const auto rate : rates) put_u32(block, rate);
    put_u16(block, static_cast<std::uint16_t>(steps.size()));
    for (const Step& step : steps) {
      put_u32(block, step.from_kwh);
      put_u32(block, step.surcharge);
    }
    block.resize(58);
    return command(0x6080, block);
  }
  int relay(std::uint16_t mode, std::uint16_t position) {
    Buffer block;
    put_u16(block, mode);
    put_u16(block, position);
    return write(0x0057, block);
  }
  /// A table of 3-byte slots, padded with zeros to `size` bytes.
  int table(std::uint16_t address, std::string_view slots_hex, std::size_t size) {
    Buffer block = *parse_hex(slots_hex);
    block.resize(size);
    return write(address, block);
  }
  int day_table1(std::string_view slots) { return table(0x2000, slots, 42); }
  int day_table2(std::string_view slots) { return table(0x2015, slots, 42); }
  int seasons(std::string_view slots) { return table(0x0028, slots, 12); }

  std::uint16_t status() { return reg(0x6001); }
  std::int32_t balance() { return sreg32(0x6002); }
  std::uint16_t refusal() { return reg(0x601C); }
  bool relay_is_open() { return (status() & 1) != 0; }

  void draw(std::int64_t watt) { meter.set_load({.power_w = {watt, 0, 0}}); }
  void run_seconds(std::int64_t count) { meter.advance(seconds(count)); }
  /// Account open, every rate 1.0000 yuan/kWh: 3.6 kW costs 0.1 fen a second.
  void open_at_one_yuan(std::int32_t balance_fen) {
    open();
    prices(1, {10'000, 10'000, 10'000, 10'000, 10'000});
    if (balance_fen != 0) sell(1, balance_fen);
  }
};

inline constexpr std::uint16_t kB0RelayOpen = 1, kB1Forced = 2, kB2Alarm1 = 4, kB3Alarm2 = 8,
                               kB4Arrears = 16, kB5Overload = 32, kB6Open = 64, kB7Cover = 128,
                               kB8Clock = 256;

}  // namespace paymeter::sim
