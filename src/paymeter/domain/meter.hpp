/// What a meter is (configuration), what it said (readings), and what the platform keeps about it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/money.hpp"
#include "paymeter/domain/quantity.hpp"

namespace paymeter::domain {

enum class Utility : std::uint8_t { electricity, water, heat };
/// Who holds the money and deducts: the meter by itself, or the platform. Never both.
enum class Wallet : std::uint8_t { meter, platform };

/// Amounts and limits that are written into the meter (设置下发).
struct MeterSettings {
  Money alarm1{};               ///< balance at or below: alarm 1
  Money alarm2{};               ///< balance at or below: alarm 2
  std::int64_t overload_w = 0;  ///< 0 = off
  Money overdraft{};            ///< allowed below zero before the meter trips
  friend bool operator==(const MeterSettings&, const MeterSettings&) = default;
};

/// One step of a price: what exceeds `from` within the cycle costs `surcharge` more.
struct PriceStep {
  Energy from{};
  Price surcharge{};
  friend bool operator==(const PriceStep&, const PriceStep&) = default;
};

/// Prices as a meter wallet can hold them: one per rate and up to four steps.
struct PriceTable {
  std::array<Price, kRateCount> rate_price{};
  std::vector<PriceStep> steps;  ///< ascending, at most 4
  friend bool operator==(const PriceTable&, const PriceTable&) = default;
};

/// A meter as configured. `key` authenticates commands to it (16 bytes; all zeros = bench only).
struct Meter {
  MeterId id{};
  PropertyId property{};
  BusId bus{};
  std::optional<RoomId> room;
  std::optional<TariffId> tariff;
  std::string code;            ///< 表号, unique within the property
  std::string name;            ///< 安装位置
  std::string model;           ///< stable model name, e.g. paymeter-reference-nk
  std::string serial;          ///< as imported; empty = learn it at the first contact
  std::uint8_t unit = 0;       ///< address on the bus, 1–247
  std::uint32_t ct_ratio = 1;  ///< as configured; the meter's own register is compared with it
  Utility utility = Utility::electricity;
  Wallet wallet = Wallet::meter;
  bool prepaid = true;        ///< false: check meter or main meter, only read
  bool is_protected = false;  ///< 保电 intent: no automatic cut, no trip without its own right
  MeterSettings settings{};
  std::array<std::uint8_t, 16> key{};
  friend bool operator==(const Meter&, const Meter&) = default;
};

/// The key switches the meter's check of commands off: for benches only.
bool has_zero_key(const Meter& meter);

/// A meter's identity in time: it changes when the meter is replaced or cleared.
struct Epoch {
  std::string serial;
  std::uint16_t clear_count = 0;
  friend bool operator==(const Epoch&, const Epoch&) = default;
};

/// One consistent read of a meter wallet: everything comes from one instant.
struct PrepaidState {
  UtcMs at{};
  Epoch epoch;
  std::uint16_t purchase_count = 0;
  Money balance{};
  Energy credit_remaining{};
  Money sold_total{};  ///< since the last clear, refunds subtracted
  Money last_amount{};
  std::uint32_t last_tag = 0;
  std::uint32_t customer_number = 0;
  Money cleared_balance{};         ///< the balance at the last clear
  std::uint16_t last_refusal = 0;  ///< 0 none, 1 MAC, 3 account, 4 count, 5 balance, 6 version
  std::uint32_t price_version = 0;
  std::uint32_t settings_version = 0;
  MeterSettings settings{};
  Energy cycle_energy{};
  std::optional<CivilTime> clock;  ///< empty when the meter's clock holds no valid date
  bool relay_open = false;
  bool forced = false;
  bool alarm1 = false;
  bool alarm2 = false;
  bool arrears = false;
  bool overload_trip = false;
  bool account_open = false;
  bool cover_opened = false;
  bool clock_fault = false;
};

/// Measured values, primary side (CT ratio applied). Empty = the model has no such value.
struct Measurements {
  UtcMs at{};
  std::optional<std::int64_t> energy_wh;
  std::array<std::optional<std::int64_t>, kRateCount> rate_energy_wh{};
  std::array<std::optional<std::int64_t>, 3> voltage_mv{};
  std::array<std::optional<std::int64_t>, 3> line_current_ma{};
  std::array<std::optional<std::int64_t>, 4> power_w{};          ///< a, b, c, total
  std::array<std::optional<std::int64_t>, 4> power_factor_e3{};  ///< ×0.001: a, b, c, total
  std::optional<std::int64_t> frequency_mhz;                     ///< milli-hertz
  std::optional<std::uint32_t> ct_ratio;                         ///< the meter's own
};

/// What is kept per meter and instant. Money and count only from a meter wallet.
struct Reading {
  MeterId meter{};
  UtcMs at{};
  std::optional<std::int64_t> energy_wh;
  std::array<std::optional<std::int64_t>, kRateCount> rate_energy_wh{};
  std::optional<std::int64_t> power_w;
  std::array<std::optional<std::int64_t>, 3> voltage_mv{};
  std::array<std::optional<std::int64_t>, 3> line_current_ma{};
  std::optional<std::int64_t> power_factor_e3;
  std::optional<std::int64_t> frequency_mhz;
  std::optional<Money> balance;
  std::optional<std::int64_t> credit_remaining_wh;
  std::optional<std::uint16_t> purchase_count;
  std::optional<bool> relay_open;
};

/// The platform's record of selling to one meter (vending.md, `meter`).
struct MeterMoney {
  MeterId meter{};
  std::optional<Epoch> epoch;  ///< empty until an account was opened on the meter
  std::uint16_t purchase_count = 0;
  std::optional<VendId> in_flight;
  bool quarantined = false;
  bool settling = false;  ///< closing or being changed: only the settlement's own vends go ahead
  std::uint32_t price_version = 0;  ///< last version sent, counted from 1
  std::uint32_t settings_version = 0;
  std::uint32_t clock_sequence = 0;
};

/// The six states of the matrix (K4); supply facts are flags beside it.
enum class TileState : std::uint8_t { not_opened, opened, alarm1, alarm2, arrears, lost };
std::string_view tile_state_name(TileState state);

/// `lost` wins, then arrears over alarm 2 over alarm 1. `prepaid` empty = never read.
TileState tile_state(bool lost, bool account_open, const std::optional<PrepaidState>& prepaid);

std::string_view utility_name(Utility utility);
std::string_view wallet_name(Wallet wallet);
std::optional<Utility> utility_from_name(std::string_view name);
std::optional<Wallet> wallet_from_name(std::string_view name);

}  // namespace paymeter::domain
