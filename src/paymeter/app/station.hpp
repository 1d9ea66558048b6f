/// A whole station, wired: the only place that names concrete classes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "paymeter/adapter/password.hpp"
#include "paymeter/adapter/rate_format/tariff_format.hpp"
#include "paymeter/adapter/report/signed_report.hpp"
#include "paymeter/adapter/spreadsheet/xlsx_xls_format.hpp"
#include "paymeter/app/config.hpp"
#include "paymeter/driver/factory.hpp"
#include "paymeter/http/api.hpp"
#include "paymeter/net/server.hpp"
#include "paymeter/service/accounts.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/assurance.hpp"
#include "paymeter/service/batches.hpp"
#include "paymeter/service/billing.hpp"
#include "paymeter/service/chain_keeper.hpp"
#include "paymeter/service/clock_sync.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/commands.hpp"
#include "paymeter/service/commissioning.hpp"
#include "paymeter/service/credits.hpp"
#include "paymeter/service/enforcement.hpp"
#include "paymeter/service/importer.hpp"
#include "paymeter/service/limiting.hpp"
#include "paymeter/service/limiting_watch.hpp"
#include "paymeter/service/live_table.hpp"
#include "paymeter/service/login.hpp"
#include "paymeter/service/meter_check.hpp"
#include "paymeter/service/notices.hpp"
#include "paymeter/service/poll_intervals.hpp"
#include "paymeter/service/proposals.hpp"
#include "paymeter/service/reading_keeper.hpp"
#include "paymeter/service/refunds.hpp"
#include "paymeter/service/service_charges.hpp"
#include "paymeter/service/settlements.hpp"
#include "paymeter/service/site_keeper.hpp"
#include "paymeter/service/tariff_rollout.hpp"
#include "paymeter/service/tenancy.hpp"
#include "paymeter/service/vending.hpp"
#include "paymeter/service/wallet_settling.hpp"
#include "paymeter/service/wallet_shadow.hpp"
#include "paymeter/service/watch.hpp"
#include "paymeter/transport/asio_runtime.hpp"
#include "paymeter/transport/link_factory.hpp"

namespace paymeter::app {

/// The services over an open store; lives on the thread that runs `io`.
class Station {
 public:
  /// Requires: `io` outlives the station; `store` is open; `models` are valid.
  Station(boost::asio::io_context& io, Config config, std::unique_ptr<port::Store> store,
          std::vector<driver::Model> models, http::Meters meters);
  ~Station();

  /// Loads the site, takes unfinished work up, listens. Errors: those of the store, config_invalid
  /// (address in use).
  port::Async<Result<>> start();
  /// Stops listening, ends the buses and waits a moment for what is under way.
  port::Async<> stop();

  std::uint16_t port() const { return server_.port(); }
  /// Not empty after the very first start.
  const std::string& one_time_password() const { return one_time_password_; }

  transport::AsioRuntime& runtime() { return runtime_; }
  service::LiveTable& live() { return live_; }
  service::Accounts& accounts() { return accounts_; }
  service::Vending& vending() { return vending_; }
  service::Commands& commands() { return commands_; }
  service::Importer& importer() { return importer_; }
  service::SiteKeeper& keeper() { return keeper_; }

 private:
  http::Station parts();
  std::vector<std::string> problems();

  Config config_;
  transport::AsioRuntime runtime_;
  std::unique_ptr<port::Store> store_;
  adapter::XlsxXlsFormat workbooks_;
  adapter::SodiumPasswordHasher hasher_;
  driver::ModelDriverFactory drivers_;
  transport::AsioLinkFactory links_;
  service::EventHub events_;
  service::LiveTable live_;
  service::AlarmService alarms_;
  service::Collector collector_;
  service::Commands commands_;
  service::Batches batches_;
  service::Limiting limiting_;
  service::LimitingWatch limiting_watch_;
  service::PollIntervals poll_intervals_;
  service::ClockSync clock_sync_;
  service::Vending vending_;
  service::Refunds refunds_;
  service::Credits credits_;
  service::Accounts accounts_;
  service::Tenancy tenancy_;
  service::Login login_;
  service::Importer importer_;
  service::SiteKeeper keeper_;
  service::Settlements settlements_;
  service::Proposals proposals_;
  service::MeterCheck meter_check_;
  service::ReadingKeeper reading_keeper_;
  adapter::rate_format::JsonTariffFormat tariff_format_;
  service::Tariffs tariffs_;
  service::TariffRollout rollout_;
  service::Billing billing_;
  service::Notices notices_;
  service::WalletShadow wallet_shadow_;
  service::Enforcement enforcement_;
  service::Assurance assurance_;
  service::Watch watch_;
  adapter::SignedReportFormat reports_;
  service::Commissioning commissioning_;
  service::ChainKeeper chain_;
  service::ServiceCharges service_charges_;
  http::Meters meters_;
  http::Api api_;
  net::Server server_;
  std::string one_time_password_;
};

/// Ends the process at once with a reason on standard error: the database cannot be trusted any
/// more, or a task failed in a way nobody expected. The next start recovers by replay.
[[noreturn]] void die(const std::string& what);

struct ServeOptions {
  Config config;
  /// Called on the station's thread when it listens; its task runs beside the station.
  std::function<port::Async<>(Station&)> when_ready;
  http::Meters meters = http::Meters::real;
};

/// Runs a station until SIGINT or SIGTERM. Returns the exit code.
int run_station(ServeOptions options);

}  // namespace paymeter::app
