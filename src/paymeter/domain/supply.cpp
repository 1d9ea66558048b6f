// Commands: spellings, targets, and which supply commands an operator may give.
#include "paymeter/domain/supply.hpp"

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {
constexpr std::array<std::string_view, 8> kKinds{
    "trip",           "force_on",     "release",           "open_account",
    "write_settings", "write_prices", "write_time_tables", "set_clock"};
constexpr std::array<std::string_view, 7> kOrigins{"operator", "opening", "settlement", "arrears",
                                                   "limiting", "tariff",  "clock"};
constexpr std::array<std::string_view, 4> kStates{"pending", "done", "failed", "superseded"};
}  // namespace

std::string_view command_kind_name(CommandKind kind) { return spell(kKinds, kind); }
std::optional<CommandKind> command_kind_from_name(std::string_view name) {
  return unspell<CommandKind>(kKinds, name);
}
std::string_view command_state_name(CommandState state) { return spell(kStates, state); }
std::optional<CommandState> command_state_from_name(std::string_view name) {
  return unspell<CommandState>(kStates, name);
}

std::string_view command_origin_name(CommandOrigin origin) { return spell(kOrigins, origin); }
std::optional<CommandOrigin> command_origin_from_name(std::string_view name) {
  return unspell<CommandOrigin>(kOrigins, name);
}

bool is_supply(CommandKind kind) {
  return kind == CommandKind::trip || kind == CommandKind::force_on || kind == CommandKind::release;
}

bool expires(const Command& command) {
  if (command.origin == CommandOrigin::limiting) return command.kind == CommandKind::trip;
  if (is_supply(command.kind) || command.kind == CommandKind::set_clock) return true;
  return command.batch.has_value() && command.origin == CommandOrigin::by_operator;
}

bool is_outdated(const Command& command, UtcMs now, Millis waited) {
  constexpr Millis kClockTolerated = minutes(5);
  if (!expires(command)) return false;
  return now >= command.deadline_at || command.created_at - now > kClockTolerated ||
         waited >= command.deadline_at - command.created_at;
}

bool target_reached(const Command& command, const PrepaidState& read) {
  switch (command.kind) {
    case CommandKind::trip:
      return read.forced && read.relay_open;
    case CommandKind::force_on:
      return read.forced && !read.relay_open;
    case CommandKind::release:
      // Released, the relay follows the meter's own logic: open is right when it is in arrears. A
      // meter that tripped for overload is released already and waits for the word that ends it: a
      // person's, since nothing that the station does by itself ends an overload.
      return !read.forced && !(read.overload_trip && command.origin == CommandOrigin::by_operator);
    case CommandKind::open_account:
      return read.account_open && read.customer_number == command.customer_number;
    case CommandKind::write_settings:
      return read.settings_version == command.version && read.settings == command.settings;
    case CommandKind::write_prices:
      return read.price_version == command.version;
    case CommandKind::write_time_tables:
    case CommandKind::set_clock:
      return false;
  }
  return false;
}

Result<> check_supply_request(CommandKind kind, std::string_view reason, const Meter& meter) {
  if (kind != CommandKind::trip) return {};
  if (reason.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return fail(Errc::supply_reason_missing);
  if (meter.is_protected) return fail(Errc::supply_protected);
  return {};
}

}  // namespace paymeter::domain
