/// What is known of every meter right now, in memory: the matrix, the meter page and the rules read
/// it.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "paymeter/domain/account.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/poll_interval.hpp"
#include "paymeter/domain/site.hpp"
#include "paymeter/domain/wallet.hpp"
#include "paymeter/port/runtime.hpp"

namespace paymeter::service {

struct LiveMeter {
  domain::Meter meter;                           ///< its configuration
  std::optional<domain::PrepaidState> prepaid;   ///< latest since the start
  std::optional<domain::Measurements> measured;  ///< latest since the start
  std::optional<UtcMs> last_contact;             ///< last answer of any kind
  std::optional<MonoMs> last_contact_mono;
  bool lost = false;
  int failures = 0;  ///< in a row
  std::optional<Errc> last_error;
  std::optional<domain::Account> account;        ///< opening, open or closing
  std::optional<domain::WalletStanding> wallet;  ///< platform wallets, since the start
  domain::TileState tile() const;                ///< account state and `prepaid` together
};

/// Configuration of the whole site plus one LiveMeter per meter. Owned by the station's thread.
class LiveTable {
 public:
  /// Takes new configuration; live values of meters that stay are kept.
  void load(domain::Site site, const std::vector<domain::Account>& accounts);
  const domain::Site& site() const { return site_; }
  LiveMeter* find(MeterId id);
  const LiveMeter* find(MeterId id) const;
  const LiveMeter* find_by_code(std::string_view code) const;
  /// The account is on its meters and on no others; closed removes it from all.
  void set_account(const domain::Account& account);
  const std::map<MeterId, LiveMeter>& meters() const { return meters_; }
  /// How often meters are read, as set by people; those in force.
  void set_poll_intervals(std::vector<domain::PollIntervalSetting> settings);
  const std::vector<domain::PollIntervalSetting>& poll_intervals() const { return intervals_; }
  const domain::Building* building(BuildingId id) const;
  const domain::Room* room(RoomId id) const;
  const domain::Gateway* gateway(GatewayId id) const;
  const domain::Bus* bus(BusId id) const;
  const domain::Tariff* tariff(TariffId id) const;
  const domain::Property* property(PropertyId id) const;

 private:
  void place(const domain::Account& account);
  domain::Site site_;
  std::vector<domain::PollIntervalSetting> intervals_;
  std::map<MeterId, LiveMeter> meters_;
  std::unordered_map<MeterId, LiveMeter*> by_id_;  ///< into meters_: asked many times a poll
  std::unordered_map<std::string, MeterId> by_code_;
};

}  // namespace paymeter::service
