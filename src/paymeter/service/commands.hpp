/// Commands as target states: stored, sent with retries, finished when the read-back shows them.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "paymeter/domain/batch.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

class CommandLane;  // the commands of one meter, in order: command_lane.hpp

struct SupplyRequest {
  std::string idempotency_key;
  MeterId meter{};
  domain::CommandKind kind = domain::CommandKind::release;  ///< trip, force_on or release
  std::string reason;
  UserId operator_id{};
};

/// What is downloaded: the meter's configuration and tariff as they are, besides what is given.
struct DownloadRequest {
  std::string idempotency_key;
  MeterId meter{};
  domain::CommandKind kind = domain::CommandKind::write_settings;  ///< no switch, no opening
  domain::SettingsChange settings;                                 ///< write_settings
  domain::TimeTables tables;                                       ///< write_time_tables
  std::string reason;
  UserId operator_id{};
};

/// The platform's own setting of a clock: tried for a short time, for the moment was chosen.
struct ClockRequest {
  MeterId meter{};
  std::string reason;
  Millis deadline{60'000};
};

class Commands {
 public:
  struct Settings {
    Millis deadline{600'000};
    Millis retry_first{500};
    Millis retry_max{30'000};
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    port::MeterDriverFactory& drivers;
    Collector& collector;
    LiveTable& live;
    EventHub& events;
  };
  Commands(Deps deps, Settings settings);
  ~Commands();

  /// Takes up every pending command.
  port::Async<Result<>> resume();
  /// Stores a supply command and starts it. Errors, in order: request_invalid (not a supply kind),
  /// vend_key_invalid, meter_unknown, meter_unsupported (no relay), supply_reason_missing,
  /// supply_protected, meter_settling, store errors.
  port::Async<Result<port::StoredCommand>> switch_supply(SupplyRequest request);
  /// Starts commands that are already stored (account opening stores its own).
  void take_up(const std::vector<domain::Command>& commands);
  /// Stores and starts a download. Settings that are given become the meter's configuration in the
  /// same transaction. Errors, in order: vend_key_invalid, meter_unknown, request_invalid (another
  /// kind; settings or tables that no meter could hold), meter_unsupported, account_not_open
  /// (settings and prices), meter_settling.
  port::Async<Result<port::StoredCommand>> download(DownloadRequest request);
  /// Stores and starts a clock command of origin clock_sync, unless one is under way. Errors:
  /// meter_unknown, meter_unsupported (no clock), command_state_conflict (one is under way),
  /// meter_settling.
  port::Async<Result<domain::Command>> synchronise_clock(ClockRequest request);
  /// The same intent again, with the content of today, as a new command. Errors: command_unknown,
  /// command_state_conflict (still pending), request_invalid (an opening), those of switch_supply
  /// and download.
  port::Async<Result<port::StoredCommand>> resend(CommandId id, UserId operator_id,
                                                  std::string idempotency_key);
  /// How long a switch is tried.
  Millis deadline() const { return settings_.deadline; }

 private:
  enum class Configure : std::uint8_t { no, yes };
  port::Async<Result<port::StoredCommand>> add(domain::Command command, std::string idempotency_key,
                                               Configure configure = Configure::no);
  /// Errors: request_invalid, meter_unsupported, account_not_open.
  Result<domain::Command> make_download(const LiveMeter& live,
                                        const DownloadRequest& request) const;
  port::Async<Result<>> check_not_settling(MeterId meter);
  port::Async<> run_lane(std::shared_ptr<CommandLane> lane);

  Deps deps_;
  Settings settings_;
  std::unordered_map<MeterId, std::shared_ptr<CommandLane>> lanes_;
};

/// A download with the content that the meter's present configuration asks for; version = the one
/// last seen in the meter. Whether the model has clock and tables is not asked here. Errors:
/// meter_unsupported (no meter wallet, no tariff), request_invalid (a switch, an opening).
Result<domain::Command> download_command(const LiveMeter& live, const LiveTable& table,
                                         domain::CommandKind kind);

}  // namespace paymeter::service
