/// How each kind of command is sent, and what a read must show before it counts as done.
#pragma once

#include <memory>
#include <string>

#include "paymeter/service/collector.hpp"

namespace paymeter::service {

/// Rows of a batch go behind everything that somebody waits for, re-closing of others included.
BusPriority priority_of(const domain::Command& command);

/// Reasons in the meter itself why sending would be wrong or useless. Errors:
/// account_open_for_other, account_meter_not_clear, meter_refused (the meter holds a newer
/// version).
Result<> may_send(const domain::Command& command, const domain::PrepaidState& read);

/// What a read showed; `differences` is for people, empty when the target is reached.
struct ReadBack {
  bool reached = false;
  std::string differences;
};
/// Judged from the prepaid block alone; empty: clock, tables and prices need a read of their own.
std::optional<ReadBack> read_back_of(const domain::Command& command,
                                     const domain::PrepaidState& read);

/// The site's wall clock at the moment of sending. `runtime` outlives the work.
struct SiteTime {
  const port::Runtime* runtime = nullptr;
  Millis offset{};
  CivilTime now() const { return civil_time(runtime->now(), offset); }
};

/// Bus work: one try. Explicitly refused parts make the whole refused.
port::Async<> send_command(port::MeterDriver& driver, port::BusLink& link, domain::Command command,
                           domain::Epoch epoch, SiteTime time,
                           std::shared_ptr<Result<port::WriteReply>> out);
/// Bus work: reads what the command is about. Requires: read_back_of was empty.
port::Async<> look_at_command(port::MeterDriver& driver, port::BusLink& link,
                              domain::Command command, SiteTime time,
                              std::shared_ptr<Result<ReadBack>> out);

}  // namespace paymeter::service
