/// Batches 批量: one act on many meters. Who is meant, who is left out and why, and what has become
/// of each; a batch is done only when every one of its meters is, or is named with the reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/domain/account.hpp"
#include "paymeter/domain/site.hpp"
#include "paymeter/domain/supply.hpp"

namespace paymeter::domain {

/// finished: every row has an outcome. cancelled: what had not been sent never will be.
enum class BatchState : std::uint8_t { running, paused, cancelled, finished };
std::string_view batch_state_name(BatchState state);
std::optional<BatchState> batch_state_from_name(std::string_view name);

/// Of one meter in a batch. sending: its command is stored and on its way.
enum class BatchOutcome : std::uint8_t { waiting, sending, done, failed, cancelled, left_out };
std::string_view batch_outcome_name(BatchOutcome outcome);
std::optional<BatchOutcome> batch_outcome_from_name(std::string_view name);

/// Everything that is given must fit. Nothing given selects the whole property.
struct MeterSelection {
  std::optional<BuildingId> building;
  std::optional<int> floor;
  std::optional<RoomId> room;
  std::optional<AccountId> account;
  std::optional<TariffId> tariff;
  std::vector<TileState> states;  ///< any of these; empty = any
  std::vector<MeterId> meters;    ///< any of these; empty = any
  friend bool operator==(const MeterSelection&, const MeterSelection&) = default;
};

/// Fields of the settings that a batch changes; the others stay as each meter has them.
struct SettingsChange {
  std::optional<Money> alarm1, alarm2;
  std::optional<std::int64_t> overload_w;
  std::optional<Money> overdraft;
  bool empty() const { return !alarm1 && !alarm2 && !overload_w && !overdraft; }
  MeterSettings applied_to(MeterSettings settings) const;
  friend bool operator==(const SettingsChange&, const SettingsChange&) = default;
};
/// Errors: request_invalid (an amount below 0, an overload threshold outside 0…10,000,000 W, alarm
/// 2 above alarm 1).
Result<> check_settings(const MeterSettings& settings);

/// What a batch sends. Everything of it is stored with the batch.
struct BatchOrder {
  CommandKind kind = CommandKind::release;
  MeterSelection selection;
  std::string reason;
  SettingsChange settings;  ///< write_settings
  TimeTables tables;        ///< write_time_tables
  bool include_lost = false;
  int rate_per_minute = 3'000;   ///< commands started, over all buses
  int bus_rate_per_minute = 60;  ///< likewise on each bus
};
inline constexpr int kBatchRateMax = 60'000;
/// Errors, in order: request_invalid (open_account, rates outside 1…kBatchRateMax, a floor without
/// a building, tables no meter could hold), supply_reason_missing (trip without a reason).
Result<> check_batch_order(const BatchOrder& order);

/// What is known of a meter when it is chosen, and again right before its command is stored.
struct BatchFacts {
  const Meter* meter = nullptr;
  const Room* room = nullptr;        ///< null = none
  const Account* account = nullptr;  ///< opening, open or closing; null = none
  TileState state = TileState::not_opened;
  bool collected = true;  ///< there is a driver and a bus
  bool has_relay = false, has_clock = false, has_time_tables = false;
  bool settling = false;
  bool lost = false;
};
bool selects(const MeterSelection& selection, const BatchFacts& facts);

/// Why the meter must not be sent this; empty = it may be. In order: meter_not_collected,
/// meter_unsupported (no relay, no wallet, no tariff, no clock, no tables), supply_protected (a
/// trip), account_not_open (settings and prices), meter_settling.
std::optional<Errc> why_not(CommandKind kind, const BatchFacts& facts);
/// why_not, or meter_lost when lost meters are not wanted.
std::optional<Errc> why_left_out(const BatchOrder& order, const BatchFacts& facts);

struct Batch {
  BatchId id{};
  PropertyId property{};
  BatchState state = BatchState::running;
  CommandOrigin origin = CommandOrigin::by_operator;
  CommandKind kind = CommandKind::release;
  std::string reason;
  UserId operator_id{};
  std::string selection;  ///< the selection as the client wrote it, JSON
  SettingsChange settings;
  TimeTables tables;
  std::optional<TariffId> tariff;  ///< of a roll-out
  std::int64_t tariff_number = 0;
  int rate_per_minute = 0, bus_rate_per_minute = 0;
  UtcMs created_at{};
  std::optional<UtcMs> finished_at;
  std::string idempotency_key;
};

/// So long an operator's batch of trips goes on by itself over a restart.
inline constexpr Millis kTripsResumedFor = minutes(30);
/// Must a person say once more that this is still meant? Trips that were ordered long ago, before
/// the station went down: tenants have paid since, or come home.
bool must_be_asked_again(const Batch& batch, UtcMs now);

/// One meter of a batch, in the batch's order.
struct BatchRow {
  int place = 0;
  MeterId meter{};
  BatchOutcome outcome = BatchOutcome::waiting;
  std::optional<CommandId> command;
  std::optional<Errc> reason;  ///< why failed or left out; the latest trouble while sending
  std::string differences;     ///< what the read-back showed instead
  int tries = 0;
  std::optional<UtcMs> finished_at;
};

struct BatchCounts {
  std::int64_t waiting = 0, sending = 0, done = 0, failed = 0, cancelled = 0, left_out = 0;
  friend bool operator==(const BatchCounts&, const BatchCounts&) = default;
};

/// So many per minute, evenly: what was not used is lost, so that a pause makes no burst.
class Pace {
 public:
  Pace(int per_minute, MonoMs now) : per_minute_(per_minute), credit_(kCost), at_(now) {}
  /// May one more start now? Call `take` when it does.
  bool may(MonoMs now);
  void take() { credit_ -= kCost; }

 private:
  static constexpr std::int64_t kCost = 60'000;
  std::int64_t per_minute_;
  std::int64_t credit_;  ///< rows × 60,000
  MonoMs at_;
};

}  // namespace paymeter::domain
