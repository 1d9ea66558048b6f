// Wiring, start and stop of the station.
#include "paymeter/app/station.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "paymeter/app/files.hpp"
#include "paymeter/app/offline.hpp"

namespace paymeter::app {
namespace {

constexpr Millis kStopPatience{5'000};

std::string web_root_of(const Config& config) {
  return config.web_root.empty() ? find_shared("web/dist") : config.web_root;
}

service::Vending::Settings vending_settings(const Config& config) {
  service::Vending::Settings settings;
  settings.sale_limit = {config.sale_limit_fen};
  settings.balance_limit = {config.balance_limit_fen};
  settings.paid_deadline = minutes(60 * config.undeliverable_hours);
  return settings;
}

domain::ShadowTolerance shadow_tolerance(const Config& config) {
  return {{config.shadow_difference_fen}, config.shadow_difference_per_mille};
}

/// Beside the database when nothing else is said.
std::string report_key_file(const Config& config) {
  if (!config.report_key_file.empty()) return config.report_key_file;
  const std::string database = store::sqlite_path_of(config.store_url);
  const auto folder = database.empty() ? std::filesystem::path("var")
                                       : std::filesystem::path(database).parent_path();
  return (folder / "report.key").string();
}

/// `a, b,c` → {a, b, c}.
std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names(1);
  for (char c : text) {
    if (c == ',') {
      names.emplace_back();
    } else if (c != ' ') {
      names.back().push_back(c);
    }
  }
  std::erase(names, "");
  return names;
}

service::ClockSync::Settings clock_settings(const Config& config) {
  service::ClockSync::Settings settings;
  settings.is_on = config.clock_set_above_s > 0;
  settings.limits.set_above = seconds(config.clock_set_above_s);
  settings.limits.set_below = seconds(config.clock_set_below_s);
  settings.bus_pause = seconds(config.clock_bus_pause_s);
  return settings;
}

net::ServerSettings server_settings(const Config& config) {
  net::ServerSettings settings;
  settings.address = config.address;
  settings.port = config.port;
  return settings;
}

}  // namespace

void die(const std::string& what) {
  std::cerr << "paymeter: stopped: " << what << std::endl;
  // Not exit(): destructors would run on state that nobody can trust.
  std::_Exit(70);
}

Station::Station(boost::asio::io_context& io, Config config, std::unique_ptr<port::Store> store,
                 std::vector<driver::Model> models, http::Meters meters)
    : config_(std::move(config)),
      runtime_(io,
               [](std::string_view name, std::string_view what) {
                 die(std::string(name) + ": " + std::string(what));
               }),
      store_(std::move(store)),
      drivers_(std::move(models)),
      links_(runtime_),
      alarms_(runtime_, *store_, events_),
      collector_({runtime_, *store_, links_, drivers_, live_, alarms_, events_}),
      commands_({runtime_, *store_, drivers_, collector_, live_, events_}, {}),
      batches_({runtime_, *store_, drivers_, commands_, live_, events_}, {}),
      limiting_({runtime_, *store_, drivers_, collector_, commands_, live_, events_}, {}),
      limiting_watch_({runtime_, *store_, alarms_}, {}),
      poll_intervals_({runtime_, *store_, drivers_, collector_, live_}),
      clock_sync_({runtime_, drivers_, commands_, live_}, clock_settings(config_)),
      vending_({runtime_, *store_, collector_, alarms_, live_, events_}, vending_settings(config_)),
      refunds_({runtime_, *store_, collector_, vending_, live_}),
      credits_({runtime_, *store_, collector_, vending_, live_}),
      accounts_({runtime_, *store_, commands_, live_, events_, &collector_}),
      tenancy_({runtime_, *store_, collector_, commands_, live_, events_}),
      login_(runtime_, *store_, hasher_),
      importer_(*store_, workbooks_, drivers_),
      keeper_(*store_, live_, collector_, events_),
      settlements_({runtime_, *store_, drivers_, collector_, commands_, vending_, alarms_, live_,
                    events_, keeper_},
                   {}),
      proposals_({runtime_, *store_, collector_, alarms_, vending_, commands_, settlements_, live_,
                  events_}),
      meter_check_({runtime_, *store_, collector_, alarms_, live_, events_}),
      reading_keeper_({runtime_, *store_, live_}),
      tariffs_({runtime_, *store_, tariff_format_, live_, keeper_}),
      rollout_({runtime_, *store_, batches_, live_}),
      billing_({runtime_, *store_, tariff_format_, live_, alarms_, events_}, {}),
      notices_({runtime_, *store_, alarms_, live_, events_, nullptr}, {}),
      wallet_shadow_({runtime_, *store_, alarms_, live_, events_}, shadow_tolerance(config_)),
      enforcement_({runtime_, *store_, billing_, live_, collector_, alarms_, events_}, {}, {}),
      assurance_({runtime_, *store_, live_, alarms_, events_}),
      watch_({runtime_, *store_, alarms_, live_, events_}),
      reports_(report_key_file(config_)),
      commissioning_({runtime_, *store_, drivers_, collector_, live_, events_, reports_}),
      chain_(runtime_, *store_),
      service_charges_(runtime_, *store_, {config_.sale_limit_fen}),
      meters_(meters),
      api_(parts()),
      server_(io, server_settings(config_),
              [this](net::Request request) { return api_.handle(std::move(request)); }) {}

Station::~Station() = default;

http::Station Station::parts() {
  const auto cookies =
      config_.cookies == "https_only" ? http::Cookies::https_only : http::Cookies::plain;
  return http::Station{runtime_,
                       *store_,
                       workbooks_,
                       drivers_,
                       live_,
                       collector_,
                       vending_,
                       refunds_,
                       credits_,
                       proposals_,
                       commands_,
                       accounts_,
                       tenancy_,
                       settlements_,
                       alarms_,
                       login_,
                       importer_,
                       keeper_,
                       service_charges_,
                       events_,
                       meters_,
                       cookies,
                       web_root_of(config_),
                       split_names(config_.host_names),
                       [this] { return problems(); },
                       {},
                       &tariffs_,
                       &billing_,
                       &notices_,
                       &batches_,
                       &rollout_,
                       &limiting_,
                       &poll_intervals_,
                       &watch_,
                       &commissioning_,
                       &reports_,
                       &enforcement_};
}

std::vector<std::string> Station::problems() {
  auto problems = collector_.problems();
  for (auto& problem : reading_keeper_.problems()) problems.push_back(std::move(problem));
  if (!chain_.trouble().empty()) problems.push_back(chain_.trouble());
  return problems;
}

port::Async<Result<>> Station::start() {
  if (auto ok = co_await alarms_.start(); !ok) co_return ok;
  if (auto ok = co_await keeper_.reload(); !ok) co_return ok;
  if (auto ok = co_await watch_.start(); !ok) co_return ok;
  if (auto ok = co_await commissioning_.start(); !ok) co_return ok;
  if (auto ok = co_await commands_.resume(); !ok) co_return ok;
  if (auto ok = co_await vending_.resume(); !ok) co_return ok;
  vending_.set_fee_rule([this](MeterId meter, domain::Money captured) {
    return tariffs_.service_fee(meter, captured);
  });
  settlements_.set_wallet_ender([this](MeterId meter, std::string cause, UserId by) {
    return billing_.settle_to_end(meter, std::move(cause), by);
  });
  if (auto ok = co_await settlements_.resume(); !ok) co_return ok;
  if (auto ok = co_await batches_.resume(); !ok) co_return ok;
  limiting_.resume();
  clock_sync_.set_trust([this] { return enforcement_.clock().may_set_meters(); });
  limiting_watch_.start();
  clock_sync_.start();
  runtime_.spawn("tariffs", tariffs_.keep_applied());
  runtime_.spawn("tariff rollout", rollout_.keep_rolled_out());
  co_await proposals_.resume();
  meter_check_.start();
  const auto& properties = live_.site().properties;
  const PropertyId property = properties.empty() ? PropertyId{} : properties.front().id;
  auto password = co_await login_.create_first_administrator(property);
  if (!password) co_return fail(password.error());
  one_time_password_ = *password;
  reading_keeper_.start();
  vending_.set_wallet_settler([this](MeterId meter, service::Vending::WalletLook look) {
    return service::settle_wallet(collector_, billing_, meter, look);
  });
  if (auto ok = co_await accounts_.resume(); !ok) co_return ok;
  billing_.start();
  notices_.start();
  enforcement_.start();
  assurance_.start();
  wallet_shadow_.start();
  chain_.start();
  co_return server_.start();
}

port::Async<> Station::stop() {
  co_await server_.stop(std::chrono::milliseconds(2'000));
  runtime_.stop();
  collector_.stop();
  chain_.stop();
}

namespace {

/// Everything that happens on the station's thread after construction.
port::Async<> live_life(Station& station, boost::asio::io_context& io, const ServeOptions& options,
                        int& exit_code) {
  auto started = co_await station.start();
  if (!started) {
    print_error(started.error());
    exit_code = started.error().code == Errc::config_invalid ? kExitConfig : kExitStore;
    co_await station.stop();
    io.stop();
    co_return;
  }
  if (!station.one_time_password().empty())
    std::cout << "user: admin   one-time password: " << station.one_time_password() << std::endl;
  std::cout << "listening on http://" << options.config.address << ":" << station.port() << "/"
            << std::endl;
  if (options.when_ready) co_await options.when_ready(station);
}

port::Async<> end_life(Station& station, boost::asio::io_context& io) {
  co_await station.stop();
  // What is under way sees stopping() and returns; what does not return in time is cut.
  const MonoMs deadline = station.runtime().mono() + kStopPatience;
  boost::asio::steady_timer timer(io);
  while (station.runtime().tasks_running() > 0 && station.runtime().mono() < deadline) {
    timer.expires_after(std::chrono::milliseconds(10));
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  io.stop();
}

void rethrow(std::exception_ptr thrown) {
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace

int run_station(ServeOptions options) {
  spdlog::set_level(spdlog::level::from_str(options.config.log_level));
  auto models = driver::load_models(options.config.models_dir);
  if (!models) {
    print_error(models.error());
    return kExitConfig;
  }
  auto store = open_store(options.config, store::ExecutionMode::threads,
                          [](const std::string& why) { die("database: " + why); });
  if (!store) {
    print_error(store.error());
    return store.error().code == Errc::config_invalid ? kExitConfig : kExitStore;
  }
  boost::asio::io_context io(1);
  int exit_code = kExitOk;
  try {
    Station station(io, options.config, std::move(*store), std::move(*models), options.meters);
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code error, int) {
      if (!error) boost::asio::co_spawn(io, end_life(station, io), rethrow);
    });
    boost::asio::co_spawn(io, live_life(station, io, options, exit_code), rethrow);
    io.run();
  } catch (const std::exception& error) {
    die(error.what());
  }
  return exit_code;
}

}  // namespace paymeter::app
