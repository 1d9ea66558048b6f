/// The reference prepaid meter `paymeter-reference-nk`, exactly as its page defines it.
/// Source: docs/protocols/reference-meter-modbus.md; every sentence there has a row in the test.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "paymeter/codec/mac.hpp"
#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/codec/reference_nk.hpp"
#include "paymeter/sim/virtual_meter.hpp"

namespace paymeter::sim {

/// Given by the factory; never changed by a command.
struct ReferenceIdentity {
  std::string serial;          ///< at most 20 printable ASCII characters
  codec::MeterKey key{};       ///< all zeros switches the MAC check off
  std::uint16_t ct_ratio = 1;  ///< ≥ 1
};

/// Everything a meter remembers: plain data, copied to keep it over power loss. As delivered:
/// account closed, prices, alarms, thresholds and versions 0, released.
struct ReferenceMemory {
  Metering metering;
  Int128 balance_fine = 0;  ///< 0.01 yuan ÷ kFinePerFen: charges are exact
  std::int32_t sold_total = 0;
  std::uint16_t purchase_count = 0;
  std::int32_t last_amount = 0;
  std::uint32_t last_tag = 0;
  std::uint16_t clear_count = 0;
  std::uint32_t customer_number = 0;  ///< 0 = account closed
  std::int32_t cleared_balance = 0;
  codec::reference_nk::Refusal last_refusal = codec::reference_nk::Refusal::none;
  codec::reference_nk::Settings settings;
  /// The price block as accepted, 58 bytes: registers 6100–611C.
  std::array<std::uint8_t, 58> price_block{};
  std::uint32_t clock_sequence = 0;
  Uint128 cycle_mj = 0;                              ///< counted in the present step cycle
  int cycle_month = 0;                               ///< year × 12 + month of the cycle
  std::uint16_t relay_mode = 0, relay_position = 0;  ///< 0057, 0058
  bool arrears_trip = false, overload_trip = false;
  int overload_seconds = 0;  ///< in a row
  bool cover_opened = false, clock_fault = false;
};

/// One fen in the unit of `balance_fine`: at a price of 10⁻⁴ yuan/kWh a millijoule costs 1.
inline constexpr std::int64_t kFinePerFen = 360'000'000'000;

class ReferenceMeter final : public VirtualMeter {
 public:
  /// As delivered. Requires: a serial that codec::reference_nk::encode_serial accepts, ct_ratio
  /// ≥ 1.
  ReferenceMeter(ReferenceIdentity identity, const CivilTime& local_time);

  std::optional<Buffer> handle(Bytes pdu) override;
  void advance(Millis span) override;
  void set_load(const MeterLoad& load) override { load_ = load; }
  const MeterLoad& load() const override { return load_; }
  bool relay_open() const override;
  void start_clock(const CivilTime& local_time) override;
  void start_energy(std::int64_t primary_wh) override {
    sim::start_energy(memory_.metering, primary_wh);
  }
  const MeterClock& clock() const override { return memory_.metering.clock; }
  std::string save() const override;
  Result<> restore(std::string_view text) override;

  const ReferenceIdentity& identity() const { return identity_; }
  const ReferenceMemory& memory() const { return memory_; }
  void set_memory(const ReferenceMemory& memory);

  /// The cover switch: b7 until the next accepted settings command.
  void open_cover() { memory_.cover_opened = true; }
  /// The clock's battery failed: it starts again at 2000-01-01 and b8 is set until set clock.
  void lose_clock();

  std::int32_t shown_balance() const;
  bool account_open() const { return memory_.customer_number != 0; }

 private:
  using Refusal = codec::reference_nk::Refusal;
  struct Command;
  static const Command* command_at(std::uint16_t address);

  Buffer read(Bytes pdu) const;
  Buffer write(Bytes pdu);
  codec::reference_nk::Prepaid prepaid() const;
  std::uint16_t status() const;
  std::int32_t energy_remaining() const;

  // One pair per block: may it be executed at all (else exception 03), and what it does.
  bool sale_fits(Bytes block) const;
  Refusal sell(Bytes block);
  bool open_fits(Bytes block) const;
  Refusal open_account(Bytes block);
  bool clear_fits(Bytes block) const;
  Refusal clear(Bytes block);
  bool settings_fit(Bytes block) const;
  Refusal set_settings(Bytes block);
  bool clock_fits(Bytes block) const;
  Refusal set_clock(Bytes block);
  bool prices_fit(Bytes block) const;
  Refusal set_prices(Bytes block);
  bool relay_fits(Bytes block) const;
  Refusal switch_relay(Bytes block);
  bool day_table_fits(Bytes block) const;
  Refusal set_day_table1(Bytes block);
  Refusal set_day_table2(Bytes block);
  bool season_table_fits(Bytes block) const;
  Refusal set_season_table(Bytes block);

  void end_second();
  /// Counts and charges the part of the second that has passed, at what is in force.
  void settle_second();
  void count_energy(std::uint64_t millijoule);
  void charge(std::uint64_t millijoule);
  void watch_overload();
  void watch_arrears();
  void clock_moved();
  std::uint64_t rate_price() const;
  std::uint64_t surcharge() const;
  bool released() const { return memory_.relay_mode == 0; }

  ReferenceIdentity identity_;
  codec::reference_nk::Serial serial_;
  ReferenceMemory memory_;
  codec::reference_nk::Prices prices_;  // decoded from memory_.price_block
  MeterLoad load_;
  int rate_ = 3;  // in force; kept up by clock_moved
};

}  // namespace paymeter::sim
