/// A bench station whose meters have platform wallets, with everything that cuts and everything
/// that watches what was cut.
#pragma once

#include "bench_test.hpp"
#include "support/cut_services.hpp"

namespace paymeter::bench_station {

inline constexpr Millis kChina = minutes(8 * 60);
inline constexpr UserId kAnna{1}, kBo{2};

inline UtcMs local(int day, int hour, int minute = 0) {
  return utc_from_civil({.year = 2026, .month = 11, .day = day, .hour = hour, .minute = minute},
                        kChina);
}

/// A station whose meters have platform wallets, with everything that cuts.
class CutStation : public Station {
 public:
  CutStation(sim::SimWorld& world, BenchSite& site, const std::string& path)
      : Station(world, site, path), site_(site), services_(*this) {}
  ~CutStation() override { runtime.drop_tasks(); }

  void start_all() {
    auto plan = site_.plan();
    plan.buses.front().bus.poll_interval = minutes(2);
    for (auto& row : plan.meters) row.meter.wallet = domain::Wallet::platform;
    runtime.spawn("boot", boot(std::move(plan)));
    until([this] { return booted(); });
    services_.start();
  }
  template <class T>
  T must(port::Async<Result<T>> task) {
    auto answer = run(std::move(task));
    if (!answer)
      throw std::runtime_error(std::string(error_name(answer.error().code)) + " " +
                               answer.error().detail);
    return std::move(*answer);
  }
  /// 8.00 yuan/kWh, in force from the month's beginning.
  void approve_price() {
    const auto text = test_support::flat_price(services_.format, live.site().tariffs.front().id,
                                               800'000'000, local(1, 0));
    const auto version = must(store->write_version(text));
    using domain::tariff::VersionAct;
    for (const auto& [act, by] :
         {std::pair{VersionAct::submit, kAnna}, std::pair{VersionAct::approve, kBo}})
      must(store->act_on_version({version.tariff, version.number, act, by, local(1, 0), ""}));
  }
  PropertyId property() const { return live.site().properties.front().id; }
  void enforce(domain::EnforcementMode mode, MeterId meter = {}) {
    domain::Enforcement setting;
    setting.property = property();
    setting.meter = meter;
    setting.mode = mode;
    setting.reason = "业主会议决定";
    setting.changed_by = kAnna;
    must(enforcement->set(setting));
  }
  void warn(int unit, UtcMs at) {
    using domain::NoticeLevel;
    for (const NoticeLevel level :
         {NoticeLevel::alarm1, NoticeLevel::alarm2, NoticeLevel::arrears}) {
      domain::Notice paper;
      paper.meter = meter_id(unit);
      paper.level = level;
      paper.channel = domain::NoticeChannel::paper;
      paper.recipient = "张三";
      paper.evidence = "签收单";
      paper.recorded_by = kAnna;
      paper.delivered_at = at;
      must(notices->record(
          paper, "paper-" + std::to_string(unit) + std::string(notice_level_name(level))));
    }
  }
  bool relay_open(int unit) { return site_.meter(unit).relay_open(); }
  void run_for(Millis span) {
    until([] { return false; }, span);
  }
  bool until_local(int day, int hour, int minute = 0) {
    return !until([] { return false; }, local(day, hour, minute) - runtime.now());
  }
  domain::Command command(int unit, domain::CommandKind kind, std::string key) {
    return must(commands->switch_supply({std::move(key), meter_id(unit), kind, "检修", kAnna}));
  }
  std::vector<domain::SupplyIntentKind> lasting(int unit) {
    std::vector<domain::SupplyIntentKind> out;
    for (const auto& intent : must(store->supply_intents(meter_id(unit))))
      out.push_back(intent.kind);
    return out;
  }
  /// Why nothing was cut, of every decision that was stored, one per line.
  std::string all_reasons(int unit) {
    port::CutFilter filter;
    filter.meter = meter_id(unit);
    filter.page.limit = 1000;
    std::string out;
    for (const auto& record : must(store->list_cut_decisions(filter)).rows)
      out += std::string(cut_verdict_name(record.verdict)) + ": " + record.guards + "\n";
    return out;
  }
  std::string last_reasons(int unit) {
    const auto record = must(store->last_cut_decision(meter_id(unit)));
    return record ? std::string(cut_verdict_name(record->verdict)) + ": " + record->guards
                  : "nothing decided";
  }

 private:
  BenchSite& site_;
  test_support::CutServices services_;

 public:
  service::Enforcement* enforcement = &services_.enforcement;
  service::Notices* notices = &services_.notices;
};

class EnforcementTest : public BenchTest {
 protected:
  /// Sunday noon: accounts open, 10 kWh used and unpaid, everybody warned. Meters 1 … n.
  std::unique_ptr<CutStation> in_arrears(int meters = 1) {
    site = BenchSite{std::max(meters, 2)};
    auto station = std::make_unique<CutStation>(world, site, path_);
    station->start_all();
    station->approve_price();
    for (int unit = 1; unit <= meters; ++unit) station->open(unit);
    station->run_for(minutes(35));
    for (int unit = 1; unit <= meters; ++unit) use(unit, 10'000);
    station->run_for(minutes(70));
    warned = world.now();
    for (int unit = 1; unit <= meters; ++unit) station->warn(unit, warned);
    station->run_for(minutes(5));
    site.wire.clear();
    return station;
  }
  void use(int unit, std::int64_t wh) {
    auto memory = site.meter(unit).memory();
    memory.metering.energy_mj += static_cast<std::uint64_t>(wh) * 3'600'000;
    memory.metering.rate_energy_mj[0] += static_cast<std::uint64_t>(wh) * 3'600'000;
    site.meter(unit).set_memory(memory);
  }
  int trips_on_the_wire() const {
    int n = 0;
    for (const auto& [unit, pdu] : site.wire)
      n += is_relay(pdu) && pdu.at(7) == 1 && pdu.at(9) == 1;
    return n;
  }
  void pay(CutStation& station, int unit, std::int64_t fen) {
    ASSERT_TRUE(station.sell(unit, fen, "payment-" + std::to_string(unit)));
  }

  sim::SimWorld world{1, local(22, 10)};
  UtcMs warned{};
};

}  // namespace paymeter::bench_station
