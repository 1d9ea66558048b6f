/// A station on the bench: real services, real SQLite, the real driver and virtual time; the wire
/// is a plain function that a test can bend frame by frame.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "paymeter/sim/reference_meter.hpp"
#include "support/test_station.hpp"

namespace paymeter::bench_station {

/// What the wire does with one request.
enum class Fate : std::uint8_t { deliver, lose_request, lose_reply, twice, wire_down };

/// The site: meters by unit on one bus, and what goes wrong between station and meters.
class BenchSite {
 public:
  explicit BenchSite(int meters);
  sim::ReferenceMeter& meter(int unit) { return *meters_.at(static_cast<std::uint8_t>(unit)); }
  void replace(int unit, const std::string& serial);
  /// Who holds the money of every meter on the site.
  domain::Wallet wallet = domain::Wallet::meter;
  /// Decides each request's fate; default: deliver. Sees unit and PDU.
  std::function<Fate(std::uint8_t, Bytes)> fate;
  /// Called after a request reached its meter and before the reply goes back.
  std::function<void(std::uint8_t, Bytes)> after_request;
  /// Every request that went on the wire: unit, PDU.
  std::vector<std::pair<std::uint8_t, Buffer>> wire;
  std::optional<Buffer> pass(std::uint8_t unit, Bytes pdu);
  /// Moves the meter's clock on to `now`: it goes right until a test or a command sets it.
  void keep_time(std::uint8_t unit, UtcMs now);
  static std::array<std::uint8_t, 16> key_of(int unit);
  static std::string serial_of(int unit);
  domain::SitePlan plan() const;

 private:
  std::map<std::uint8_t, std::unique_ptr<sim::ReferenceMeter>> meters_;
  std::map<std::uint8_t, UtcMs> clocks_at_;  ///< when each clock was moved last
};

/// Is this PDU a sale (fc 10H to 6040)? A relay command (0057)?
bool is_sale(Bytes pdu);
bool is_relay(Bytes pdu);

/// The station's process on the bench, with shortcuts that read like a test's sentences.
class Station : public test_support::TestStation {
 public:
  Station(sim::SimWorld& world, BenchSite& site, std::string database, store::CommitHook hook = {});

  /// Boots with the site's plan and returns when that is done.
  void start();

  MeterId meter_id(int unit) const;
  /// Opens the account and waits until the meter confirmed.
  domain::Account open(int unit, std::string name = "张三便利店");
  Result<domain::Vend> sell(int unit, std::int64_t fen, std::string key);
  domain::Vend vend(VendId id);
  domain::Vend settle(VendId id, Millis limit = minutes(60));
  std::vector<std::string> book_problems();
  std::int64_t balance_of(domain::LedgerAccountKind kind);

 private:
  BenchSite& site_;
};

}  // namespace paymeter::bench_station
