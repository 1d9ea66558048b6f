/// The bench for closing and change-over of meter wallets.
#pragma once

#include "bench_test.hpp"

namespace paymeter::bench_station {

class Settling : public BenchTest {
 protected:
  using Settlement = domain::Settlement;
  using SettlementState = domain::SettlementState;
  using Vend = domain::Vend;
  using VendKind = domain::VendKind;
  using VendState = domain::VendState;

  static service::SettlementRequest why(std::string key) {
    return {std::move(key), "contract ended", {7}};
  }
  static AccountId account_of(Station& station, int unit) {
    return station.live.find(station.meter_id(unit))->account->id;
  }
  Result<Settlement> close(Station& station, int unit = 1, std::string key = "close-0001") {
    auto closed = station.run(
        station.settlements->close_account(account_of(station, unit), why(std::move(key))));
    if (!closed) return fail(closed.error());
    return closed->front();
  }
  Result<Settlement> change(Station& station, std::string key = "change-001") {
    return station.run(station.settlements->change_over(station.meter_id(1), why(std::move(key))));
  }
  static Settlement stored(Station& station, SettlementId id) {
    return *station.run(station.store->find_settlement(id));
  }
  /// The settlement when it reaches `state` (or trouble `trouble`), or as it is after an hour.
  static Settlement reached(Station& station, SettlementId id, SettlementState state,
                            std::optional<Errc> trouble = {}) {
    Settlement last = stored(station, id);
    auto token = station.events.subscribe([&](const service::Event& event) {
      if (const auto* changed = std::get_if<service::SettlementChanged>(&event);
          changed != nullptr && changed->settlement.id == id)
        last = changed->settlement;
    });
    last = stored(station, id);
    station.until([&] { return last.state == state && (!trouble || last.trouble == trouble); });
    return last;
  }
  void deliver(Station& station, std::int64_t fen, const std::string& key, int unit = 1) {
    auto sold = station.sell(unit, fen, key);
    ASSERT_TRUE(sold);
    ASSERT_EQ(station.settle(sold->id).state, VendState::delivered);
  }
  /// Uses so much money in the meter that this is left.
  void spend_down_to(std::int64_t fen, int unit = 1) {
    auto memory = site.meter(unit).memory();
    memory.balance_fine = sim::Int128{fen} * sim::kFinePerFen;
    site.meter(unit).set_memory(memory);
  }
  static std::vector<Vend> vends(Station& station) {
    port::VendFilter all;
    all.page.limit = 1000;
    return station.run(station.store->list_vends(all))->rows;
  }
  static std::int64_t sum(Station& station, VendKind kind, VendState state) {
    std::int64_t out = 0;
    for (const Vend& vend : vends(station))
      if (vend.kind == kind && vend.state == state) out += vend.to_meter.fen;
    return out;
  }
  service::ReplacementRequest replacement(const Settlement& settlement, std::string serial = {}) {
    return {settlement.id, std::move(serial), {}, {}, {7}};
  }
  /// The device with that serial at unit 1, with the key that the platform has for it.
  void put_device(const std::string& serial) { site.replace(1, serial); }
};

}  // namespace paymeter::bench_station
