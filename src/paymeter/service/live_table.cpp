// The live table: configuration and the latest values of every meter.
#include "paymeter/service/live_table.hpp"

#include <algorithm>

namespace paymeter::service {
namespace {

template <class Row, class RowId>
const Row* find_row(const std::vector<Row>& rows, RowId id) {
  const auto at =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.id == id; });
  return at == rows.end() ? nullptr : &*at;
}

}  // namespace

domain::TileState LiveMeter::tile() const {
  const bool open = account && account->state != domain::AccountState::opening;
  if (meter.wallet == domain::Wallet::platform && !lost && open && wallet) {
    switch (wallet->supply.level) {
      case domain::WalletLevel::enough:
        return domain::TileState::opened;
      case domain::WalletLevel::alarm1:
        return domain::TileState::alarm1;
      case domain::WalletLevel::alarm2:
        return domain::TileState::alarm2;
      case domain::WalletLevel::arrears:
      case domain::WalletLevel::cut_due:
        return domain::TileState::arrears;
    }
  }
  return domain::tile_state(lost, open, prepaid);
}

void LiveTable::set_poll_intervals(std::vector<domain::PollIntervalSetting> settings) {
  intervals_ = std::move(settings);
}

void LiveTable::load(domain::Site site, const std::vector<domain::Account>& accounts) {
  std::map<MeterId, LiveMeter> before = std::move(meters_);
  meters_.clear();
  by_code_.clear();
  by_id_.clear();
  site_ = std::move(site);
  for (const domain::Meter& meter : site_.meters) {
    LiveMeter live;
    if (auto old = before.find(meter.id); old != before.end()) live = std::move(old->second);
    live.meter = meter;
    live.account.reset();
    by_code_.emplace(meter.code, meter.id);
    by_id_[meter.id] = &meters_.emplace(meter.id, std::move(live)).first->second;
  }
  for (const domain::Account& account : accounts) place(account);
}

LiveMeter* LiveTable::find(MeterId id) {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : at->second;
}

const LiveMeter* LiveTable::find(MeterId id) const {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : at->second;
}

const LiveMeter* LiveTable::find_by_code(std::string_view code) const {
  const auto at = by_code_.find(std::string(code));
  return at == by_code_.end() ? nullptr : find(at->second);
}

void LiveTable::set_account(const domain::Account& account) {
  for (auto& [id, live] : meters_)
    if (live.account && live.account->id == account.id) live.account.reset();
  if (account.state != domain::AccountState::closed) place(account);
}

void LiveTable::place(const domain::Account& account) {
  for (MeterId id : account.meters)
    if (LiveMeter* live = find(id)) live->account = account;
}

const domain::Building* LiveTable::building(BuildingId id) const {
  return find_row(site_.buildings, id);
}
const domain::Room* LiveTable::room(RoomId id) const {
  // Rooms are as many as meters and asked for per tile: ids ascend in load order, so search by
  // halves.
  const auto at =
      std::lower_bound(site_.rooms.begin(), site_.rooms.end(), id,
                       [](const domain::Room& row, RoomId want) { return row.id < want; });
  return at != site_.rooms.end() && at->id == id ? &*at : find_row(site_.rooms, id);
}
const domain::Gateway* LiveTable::gateway(GatewayId id) const {
  return find_row(site_.gateways, id);
}
const domain::Bus* LiveTable::bus(BusId id) const { return find_row(site_.buses, id); }
const domain::Tariff* LiveTable::tariff(TariffId id) const { return find_row(site_.tariffs, id); }
const domain::Property* LiveTable::property(PropertyId id) const {
  return find_row(site_.properties, id);
}

}  // namespace paymeter::service
