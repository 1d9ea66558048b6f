/// Commands to a meter as target states: finished only when a read-back shows the target.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/time_table.hpp"

namespace paymeter::domain {

enum class CommandKind : std::uint8_t {
  trip,               ///< 拉闸: forced open
  force_on,           ///< 保电: forced closed
  release,            ///< 恢复预付费: the meter's own prepaid logic
  open_account,       ///< customer number into the meter
  write_settings,     ///< 设置下发
  write_prices,       ///< 电价下发
  write_time_tables,  ///< 时段表下发: both day tables and the seasons
  set_clock,          ///< 校时
};
std::string_view command_kind_name(CommandKind kind);
std::optional<CommandKind> command_kind_from_name(std::string_view name);
bool is_supply(CommandKind kind);  ///< trip, force_on, release

enum class CommandState : std::uint8_t { pending, done, failed, superseded };
std::string_view command_state_name(CommandState state);
std::optional<CommandState> command_state_from_name(std::string_view name);

/// Who wanted it: only the owner of an intent ends it (vending.md, re-closing).
enum class CommandOrigin : std::uint8_t {
  by_operator,    ///< a person's act, alone or in a batch
  opening,        ///< carries an account into its meter
  settlement,     ///< closing or change-over
  arrears,        ///< the platform's own cut, and the re-close that undoes it
  limiting,       ///< a load-limiting plan
  tariff_change,  ///< prices of a version that came into force
  clock_sync,     ///< the platform keeps the meters' clocks
};
std::string_view command_origin_name(CommandOrigin origin);
std::optional<CommandOrigin> command_origin_from_name(std::string_view name);

/// A stored intent. For write_settings and write_prices the content is what the meter's
/// configuration said when the intent was made; `version` is counted by the platform from 1.
struct Command {
  CommandId id{};
  PropertyId property{};
  MeterId meter{};
  CommandKind kind = CommandKind::release;
  CommandState state = CommandState::pending;
  CommandOrigin origin = CommandOrigin::by_operator;
  std::optional<BatchId> batch;       ///< the batch it is a row of
  std::uint32_t customer_number = 0;  ///< open_account
  std::uint32_t version = 0;          ///< write_settings, write_prices
  MeterSettings settings{};           ///< write_settings
  PriceTable prices{};                ///< write_prices
  std::optional<TariffId> tariff;     ///< write_prices: whose prices these are
  std::int64_t tariff_number = 0;     ///< its version then; 0 = as imported, without versions
  TimeTables tables{};                ///< write_time_tables
  std::string reason;                 ///< why, as the operator wrote it
  UserId operator_id{};
  int tries = 0;
  std::optional<Errc> result;  ///< why failed or superseded; the latest trouble while pending
  std::string differences;     ///< what the last read-back showed instead, domain::differences_text
  UtcMs created_at{}, deadline_at{};
  std::optional<UtcMs> finished_at;
};

/// A clock that was set is right within this (a bus transaction and the meter's second).
inline constexpr Millis kClockTolerance{5'000};

/// Does it give up at its deadline? Account data and a tariff's prices must arrive however long it
/// takes, and so must the supply that a limiting plan gives back; what a person asked for long ago
/// must not happen behind their back.
bool expires(const Command& command);
/// Is its time over? `waited`: how long this process has had it, by the clock that nobody sets.
/// Whoever lies in the future by more than a few minutes was stored by another clock: how old it
/// is, nobody knows.
bool is_outdated(const Command& command, UtcMs now, Millis waited);

/// Does the read-back show the command's target? (write_prices compares the version that the
/// prepaid block reports; the block itself is read as well. Clock and tables lie outside of the
/// prepaid block: never reached here.)
bool target_reached(const Command& command, const PrepaidState& read);

/// A supply command that the operator may give. Errors: supply_reason_missing (trip without a
/// reason), supply_protected (trip of a protected meter).
Result<> check_supply_request(CommandKind kind, std::string_view reason, const Meter& meter);

}  // namespace paymeter::domain
