/// A station on the bench: real services, real SQLite, the real driver and virtual time; the wire
/// is a plain function that a test can bend frame by frame.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "paymeter/driver/factory.hpp"
#include "paymeter/service/accounts.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/commands.hpp"
#include "paymeter/service/site_keeper.hpp"
#include "paymeter/service/vending.hpp"
#include "paymeter/sim/reference_meter.hpp"
#include "paymeter/sim/sim_runtime.hpp"
#include "paymeter/sim/sim_world.hpp"
#include "paymeter/store/sqlite.hpp"

namespace paymeter::bench_station {

/// What the wire does with one request.
enum class Fate : std::uint8_t { deliver, lose_request, lose_reply, twice, wire_down };

/// The site: meters by unit on one bus, and what goes wrong between station and meters.
class BenchSite {
 public:
  explicit BenchSite(int meters);
  sim::ReferenceMeter& meter(int unit) { return *meters_.at(static_cast<std::uint8_t>(unit)); }
  void replace(int unit, const std::string& serial);
  /// Decides each request's fate; default: deliver. Sees unit and PDU.
  std::function<Fate(std::uint8_t, Bytes)> fate;
  /// Called after a request reached its meter and before the reply goes back.
  std::function<void(std::uint8_t, Bytes)> after_request;
  /// Every request that went on the wire: unit, PDU.
  std::vector<std::pair<std::uint8_t, Buffer>> wire;
  std::optional<Buffer> pass(std::uint8_t unit, Bytes pdu);
  static std::array<std::uint8_t, 16> key_of(int unit);
  static std::string serial_of(int unit);
  domain::SitePlan plan() const;

 private:
  std::map<std::uint8_t, std::unique_ptr<sim::ReferenceMeter>> meters_;
};

/// Is this PDU a sale (fc 10H to 6040)? A relay command (0057)?
bool is_sale(Bytes pdu);
bool is_relay(Bytes pdu);

/// The station's process: made anew after each crash, over the same file and the same meters.
class Station {
 public:
  Station(sim::SimWorld& world, BenchSite& site, std::string database, store::CommitHook hook = {});
  ~Station();
  Station(const Station&) = delete;
  Station& operator=(const Station&) = delete;

  /// Imports the site's plan when the database is empty, loads, resumes, starts polling.
  void start();
  /// Runs `task` to its end in virtual time.
  template <class T>
  T run(port::Async<T> task);
  /// Runs until `done` or for `limit` of virtual time; true when done.
  bool until(const std::function<bool()>& done, Millis limit = minutes(60));

  MeterId meter_id(int unit) const;
  /// Opens the account and waits until the meter confirmed.
  domain::Account open(int unit, std::string name = "张三便利店");
  Result<domain::Vend> sell(int unit, std::int64_t fen, std::string key);
  domain::Vend vend(VendId id);
  domain::Vend settle(VendId id, Millis limit = minutes(60));
  std::vector<std::string> book_problems();
  std::int64_t balance_of(domain::LedgerAccountKind kind);

  sim::SimRuntime runtime;
  std::unique_ptr<port::Store> store;
  service::EventHub events;
  service::LiveTable live;
  std::unique_ptr<port::BusLinkFactory> links;
  driver::ModelDriverFactory drivers;
  std::unique_ptr<service::AlarmService> alarms;
  std::unique_ptr<service::Collector> collector;
  std::unique_ptr<service::Commands> commands;
  std::unique_ptr<service::Vending> vending;
  std::unique_ptr<service::Accounts> accounts;

 private:
  port::Async<> boot();
  sim::SimWorld& world_;
  BenchSite& site_;
  bool booted_ = false;
};

template <class T>
T Station::run(port::Async<T> task) {
  auto out = std::make_shared<std::optional<T>>();
  runtime.spawn(
      "test", [](port::Async<T> inner, std::shared_ptr<std::optional<T>> result) -> port::Async<> {
        result->emplace(co_await std::move(inner));
      }(std::move(task), out));
  if (!until([out] { return out->has_value(); })) throw std::runtime_error("task did not end");
  return std::move(**out);
}

}  // namespace paymeter::bench_station
