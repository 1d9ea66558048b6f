/// The bench with platform wallets: billing beside the other services, a price per kWh in force.
#pragma once

#include "bench_test.hpp"
#include "paymeter/adapter/rate_format/tariff_format.hpp"
#include "paymeter/domain/agreed_reading.hpp"
#include "paymeter/service/tariffs.hpp"
#include "paymeter/service/wallet_settling.hpp"

namespace paymeter::bench_station {

/// A station whose meters measure for wallets of the platform.
class PlatformStation : public Station {
 public:
  PlatformStation(sim::SimWorld& world, BenchSite& site, std::string database,
                  store::CommitHook hook = {});
  ~PlatformStation() override { runtime.drop_tasks(); }

  /// Starts, with 1 yuan/kWh approved, and billing at work.
  void start_billing();
  /// Approves a price in force since `days` ago, with a service fee in 10⁻⁴ of each sale.
  void approve(std::int64_t price_e8, int days, std::int64_t service_e4 = 0);

  template <class T>
  T must(port::Async<Result<T>> task) {
    auto answer = run(std::move(task));
    if (!answer)
      throw std::runtime_error(std::string(error_name(answer.error().code)) + " " +
                               answer.error().detail);
    return std::move(*answer);
  }
  /// One account over several meters, stored as it is; a shared wallet if asked for.
  domain::Account open_many(std::vector<int> units, bool shared);
  /// Lets this much time pass, with the meters polled.
  void wait(Millis span);
  std::int64_t charged();
  std::int64_t wallet_of(int unit);
  domain::Settlement stored(SettlementId id) { return must(store->find_settlement(id)); }
  /// The settlement when it reaches `state` (or trouble `trouble`), or as it is after an hour.
  domain::Settlement reached(SettlementId id, domain::SettlementState state,
                             std::optional<Errc> trouble = {});
  std::vector<domain::Vend> vends();
  std::int64_t sum(domain::VendKind kind, domain::VendState state);

  adapter::rate_format::JsonTariffFormat format;
  std::optional<service::Billing> billing;
  std::optional<service::Tariffs> tariffs;
};

/// Meters whose registers the test turns; started stations over one database file.
class PlatformTest : public BenchTest {
 protected:
  void SetUp() override {
    BenchTest::SetUp();
    site = BenchSite{3};
    site.wallet = domain::Wallet::platform;
    registers_ = {};
  }
  std::unique_ptr<PlatformStation> started() {
    auto station = std::make_unique<PlatformStation>(world, site, path_);
    station->start_billing();
    return station;
  }
  std::unique_ptr<PlatformStation> opened_wallet() {
    auto station = started();
    station->open(1);
    return station;
  }
  /// The meter counts so much more.
  void use(int unit, std::int64_t wh) {
    registers_[unit] += wh;
    site.meter(unit).start_energy(registers_[unit]);
  }
  /// Uses so much at a rate that a connection can carry, and has it read.
  void use_slowly(PlatformStation& station, int unit, std::int64_t wh) {
    station.wait(minutes(1));
    use(unit, wh);
    station.wait(minutes(31));  // readings are kept every quarter of an hour
  }
  static service::SettlementRequest why(std::string key) {
    return {std::move(key), "contract ended", {7}};
  }
  static AccountId account_of(PlatformStation& station, int unit) {
    return station.live.find(station.meter_id(unit))->account->id;
  }
  domain::Settlement close(PlatformStation& station, int unit = 1, std::string key = "close-0001") {
    return station
        .must(station.settlements->close_account(account_of(station, unit), why(std::move(key))))
        .front();
  }
  domain::Settlement change(PlatformStation& station, std::string key = "change-001") {
    return station.must(station.settlements->change_over(station.meter_id(1), why(std::move(key))));
  }
  domain::Proposal agreement(PlatformStation& station, const domain::Settlement& settlement,
                             std::string key) {
    domain::Proposal out;
    out.kind = domain::ProposalKind::settle_without_meter;
    out.meter = settlement.meter;
    out.settlement = settlement.id;
    out.evidence = "photo of the display, filed in folder 12";
    out.idempotency_key = std::move(key);
    out.proposed_by = {7};
    out.proposed_at = station.runtime.now();
    return out;
  }
  Result<port::ProposalStore::Decided> approve(PlatformStation& station, ProposalId id) {
    return station.run(
        station.proposals->decide({id, port::ProposalStore::Verdict::approve, {8}, {}, "seen"}));
  }
  std::map<int, std::int64_t> registers_;
};

}  // namespace paymeter::bench_station
