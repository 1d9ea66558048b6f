// Sending and reading back, kind by kind.
#include "paymeter/service/command_work.hpp"

#include <cstdlib>

namespace paymeter::service {
namespace {

using domain::CommandKind;
using port::WriteReply;

std::string clock_text(const CivilTime& at) {
  const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::to_string(at.year) + "-" + two(at.month) + "-" + two(at.day) + " " + two(at.hour) +
         ":" + two(at.minute) + ":" + two(at.second);
}

ReadBack judged(const std::vector<domain::FieldDifference>& differences) {
  return {differences.empty(), domain::differences_text(differences)};
}

/// A version beside the fields: the same content under another version is another download.
void add_version(std::vector<domain::FieldDifference>& out, std::uint32_t wanted,
                 std::uint32_t read) {
  if (wanted != read) out.push_back({"version", std::to_string(wanted), std::to_string(read)});
}

std::string_view relay_text(const domain::PrepaidState& read) {
  return read.relay_open ? "open" : "closed";
}

ReadBack switch_read_back(const domain::Command& command, const domain::PrepaidState& read) {
  if (domain::target_reached(command, read)) return {true, {}};
  std::string text = "relay " + std::string(relay_text(read));
  text += read.forced ? ", forced" : ", not forced";
  if (read.overload_trip) text += ", tripped by overload";
  return {false, std::string(command_kind_name(command.kind)) + " wanted, read " + text};
}

port::Async<Result<WriteReply>> write_tables(port::MeterDriver& driver, port::BusLink& link,
                                             domain::TimeTables tables) {
  for (int number : {1, 2}) {
    const auto reply = co_await driver.write_day_table(
        link, number, tables.days.at(static_cast<std::size_t>(number) - 1));
    if (!reply || *reply == WriteReply::refused) co_return reply;
  }
  co_return co_await driver.write_season_table(link, tables.seasons);
}

/// The sequence is one above the meter's own, so that an older frame that comes late is refused.
port::Async<Result<WriteReply>> set_clock(port::MeterDriver& driver, port::BusLink& link,
                                          domain::Epoch epoch, SiteTime time) {
  const auto clock = co_await driver.read_clock(link);
  if (!clock) co_return fail(clock.error());
  co_return co_await driver.set_clock(link, std::move(epoch), clock->sequence + 1, time.now());
}

port::Async<Result<ReadBack>> look_at_clock(port::MeterDriver& driver, port::BusLink& link,
                                            SiteTime time) {
  const auto clock = co_await driver.read_clock(link);
  if (!clock) co_return fail(clock.error());
  const CivilTime now = time.now();
  if (!clock->local_time) co_return judged({{"clock", clock_text(now), "no valid date"}});
  const Millis apart =
      utc_from_civil(*clock->local_time, Millis{0}) - utc_from_civil(now, Millis{0});
  if (std::abs(apart.value) <= domain::kClockTolerance.value) co_return ReadBack{true, {}};
  co_return judged({{"clock", clock_text(now), clock_text(*clock->local_time)}});
}

}  // namespace

BusPriority priority_of(const domain::Command& command) {
  if (command.batch) return BusPriority::command;
  switch (command.kind) {
    case CommandKind::force_on:
    case CommandKind::release:
      return BusPriority::reclose;
    case CommandKind::trip:
      return BusPriority::trip;
    default:
      return BusPriority::command;
  }
}

Result<> may_send(const domain::Command& command, const domain::PrepaidState& read) {
  switch (command.kind) {
    case CommandKind::open_account:
      if (read.account_open) return fail(Errc::account_open_for_other);
      if (read.balance != domain::Money{} || read.purchase_count != 0)
        return fail(Errc::account_meter_not_clear);
      return {};
    case CommandKind::write_settings:
      if (read.settings_version > command.version)
        return fail(Errc::meter_refused, "the meter holds a newer settings version");
      return {};
    case CommandKind::write_prices:
      if (read.price_version > command.version)
        return fail(Errc::meter_refused, "the meter holds a newer price version");
      return {};
    default:
      return {};
  }
}

std::optional<ReadBack> read_back_of(const domain::Command& command,
                                     const domain::PrepaidState& read) {
  std::vector<domain::FieldDifference> differences;
  switch (command.kind) {
    case CommandKind::trip:
    case CommandKind::force_on:
    case CommandKind::release:
      return switch_read_back(command, read);
    case CommandKind::open_account:
      return ReadBack{domain::target_reached(command, read), {}};
    case CommandKind::write_settings:
      add_version(differences, command.version, read.settings_version);
      for (auto& at : domain::differences(command.settings, read.settings))
        differences.push_back(std::move(at));
      return judged(differences);
    case CommandKind::write_prices:
      add_version(differences, command.version, read.price_version);
      if (differences.empty()) return std::nullopt;
      return judged(differences);
    case CommandKind::write_time_tables:
    case CommandKind::set_clock:
      return std::nullopt;
  }
  return std::nullopt;
}

port::Async<> send_command(port::MeterDriver& driver, port::BusLink& link, domain::Command command,
                           domain::Epoch epoch, SiteTime time,
                           std::shared_ptr<Result<WriteReply>> out) {
  switch (command.kind) {
    case CommandKind::open_account:
      *out = co_await driver.open_account(link, epoch, command.customer_number);
      break;
    case CommandKind::write_settings:
      *out = co_await driver.write_settings(link, epoch, command.version, command.settings);
      break;
    case CommandKind::write_prices:
      *out = co_await driver.write_prices(link, epoch, command.version, command.prices);
      break;
    case CommandKind::write_time_tables:
      *out = co_await write_tables(driver, link, command.tables);
      break;
    case CommandKind::set_clock:
      *out = co_await set_clock(driver, link, epoch, time);
      break;
    default:
      *out = co_await driver.switch_supply(link, command.kind);
  }
}

port::Async<> look_at_command(port::MeterDriver& driver, port::BusLink& link,
                              domain::Command command, SiteTime time,
                              std::shared_ptr<Result<ReadBack>> out) {
  if (command.kind == CommandKind::set_clock) {
    *out = co_await look_at_clock(driver, link, time);
    co_return;
  }
  if (command.kind == CommandKind::write_time_tables) {
    const auto read = co_await driver.read_time_tables(link);
    *out = read ? Result<ReadBack>(judged(domain::differences(command.tables, *read)))
                : fail(read.error());
    co_return;
  }
  const auto read = co_await driver.read_prices(link);
  *out = read ? Result<ReadBack>(judged(domain::differences(command.prices, *read)))
              : fail(read.error());
}

}  // namespace paymeter::service
