/// The fixture of tests that move money out of meters and between them.
#pragma once

#include "bench_test.hpp"

namespace paymeter::bench_station {

class MoneyTest : public BenchTest {
 protected:
  /// A station whose first meter holds `fen` of delivered money.
  std::unique_ptr<Station> filled(std::int64_t fen) {
    auto station = opened();
    station->settle(station->sell(1, fen, "filled-0001")->id);
    site.wire.clear();
    return station;
  }
  /// One account over both meters; the first holds 100.00.
  std::unique_ptr<Station> with_two_meters() {
    auto station = std::make_unique<Station>(world, site, path_);
    station->start();
    domain::Account account;
    account.customer_name = "两表一户";
    account.idempotency_key = "both-meters";
    account.meters = {station->meter_id(1), station->meter_id(2)};
    account.created_at = station->runtime.now();
    std::vector<domain::Command> commands;
    for (const MeterId meter : account.meters) {
      domain::Command open;
      open.kind = domain::CommandKind::open_account;
      open.meter = meter;
      open.created_at = open.deadline_at = station->runtime.now();
      commands.push_back(open);
    }
    const auto made = station->run(station->store->open_account(account, commands));
    station->live.set_account(made->account);
    station->commands->take_up(made->commands);
    station->until([&] { return station->run(station->store->pending_commands())->empty(); });
    station->settle(station->sell(1, 10'000, "filled-0001")->id);
    site.wire.clear();
    return station;
  }
  /// Something else takes money out of the meter: the tenant uses power.
  void use_up(std::int64_t fen) {
    auto memory = site.meter(1).memory();
    memory.balance_fine -= sim::Int128{fen} * sim::kFinePerFen;
    site.meter(1).set_memory(memory);
  }
  /// … right after the station has looked once more.
  void use_up_after_a_look(std::int64_t fen) {
    site.after_request = [this, fen, is_done = false](std::uint8_t, Bytes) mutable {
      if (!is_done) use_up(fen);
      is_done = true;
    };
  }
  static service::VendOrder order(Station& station, std::string key, std::string note = "原因") {
    return {std::move(key), station.meter_id(1), UserId{7}, std::move(note)};
  }
  static Result<domain::Vend> refund(Station& station, std::optional<std::int64_t> fen,
                                     std::string key) {
    service::RefundRequest request;
    request.order = order(station, std::move(key));
    if (fen) request.amount = domain::Money{*fen};
    return station.run(station.refunds->refund(request));
  }
  static Result<port::VendStore::Transfer> transfer(Station& station, std::int64_t fen,
                                                    std::string key) {
    return station.run(station.credits->transfer(
        {order(station, std::move(key)), station.meter_id(2), domain::Money{fen}}));
  }
  std::int64_t balance(int unit = 1) { return site.meter(unit).shown_balance(); }
};

}  // namespace paymeter::bench_station
