// The bench station: the wire is a function.
#include "world.hpp"

#include "paymeter/codec/modbus_pdu.hpp"

namespace paymeter::bench_station {
namespace {

constexpr Millis kWireTime{160};  // request, turnaround and reply at 9600 baud
constexpr Millis kReplyTimeout{1'000};
constexpr UtcMs kWorldStart{1'795'309'200'000};  // a SimWorld's, unless a test wants another
constexpr Millis kShanghai = minutes(480);

class BenchLink final : public port::BusLink {
 public:
  BenchLink(port::Runtime& runtime, BenchSite& site) : runtime_(runtime), site_(site) {}

  port::Async<Result<Buffer>> exchange(port::BusRequest request) override {
    const Fate fate = site_.fate ? site_.fate(request.unit, request.pdu) : Fate::deliver;
    if (fate == Fate::wire_down) {
      co_await runtime_.sleep(Millis{20});
      co_return fail(Errc::link_connect_failed);
    }
    site_.wire.emplace_back(request.unit, request.pdu);
    std::optional<Buffer> reply;
    site_.keep_time(request.unit, runtime_.now());
    if (fate != Fate::lose_request) reply = site_.pass(request.unit, request.pdu);
    if (fate == Fate::twice) (void)site_.pass(request.unit, request.pdu);
    if (!reply || fate == Fate::lose_reply) {
      co_await runtime_.sleep(kReplyTimeout);
      co_return fail(closed_ ? Errc::link_closed : Errc::link_timeout);
    }
    co_await runtime_.sleep(kWireTime);
    if (closed_) co_return fail(Errc::link_closed);
    co_return *reply;
  }
  void close() override { closed_ = true; }

 private:
  port::Runtime& runtime_;
  BenchSite& site_;
  bool closed_ = false;
};

class BenchLinks final : public port::BusLinkFactory {
 public:
  BenchLinks(port::Runtime& runtime, BenchSite& site) : runtime_(runtime), site_(site) {}
  std::unique_ptr<port::BusLink> make(const domain::Gateway&, const domain::Bus&) override {
    return std::make_unique<BenchLink>(runtime_, site_);
  }

 private:
  port::Runtime& runtime_;
  BenchSite& site_;
};

bool writes_to(Bytes pdu, std::uint16_t address) {
  return pdu.size() > 3 && pdu[0] == 0x10 && get_u16(pdu, 1) == address;
}

}  // namespace

bool is_sale(Bytes pdu) { return writes_to(pdu, 0x6040); }
bool is_relay(Bytes pdu) { return writes_to(pdu, 0x0057); }

BenchSite::BenchSite(int meters) {
  for (int unit = 1; unit <= meters; ++unit) replace(unit, serial_of(unit));
}

void BenchSite::replace(int unit, const std::string& serial) {
  sim::ReferenceIdentity identity;
  identity.serial = serial;
  identity.key = key_of(unit);
  const auto at = clocks_at_.try_emplace(static_cast<std::uint8_t>(unit), kWorldStart).first;
  meters_[static_cast<std::uint8_t>(unit)] =
      std::make_unique<sim::ReferenceMeter>(identity, civil_time(at->second, kShanghai));
}

void BenchSite::keep_time(std::uint8_t unit, UtcMs now) {
  const auto meter = meters_.find(unit);
  const auto at = clocks_at_.find(unit);
  if (meter == meters_.end() || at == clocks_at_.end()) return;
  const Millis passed = seconds((now - at->second).value / 1'000);
  if (passed <= Millis{}) return;
  at->second = at->second + passed;
  const UtcMs clock = utc_from_civil(meter->second->clock().civil(), kShanghai) + passed;
  meter->second->start_clock(civil_time(clock, kShanghai));
}

std::array<std::uint8_t, 16> BenchSite::key_of(int unit) {
  std::array<std::uint8_t, 16> key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(unit * 16 + i);
  return key;
}

std::string BenchSite::serial_of(int unit) {
  std::string digits = std::to_string(unit);
  return "PM" + std::string(8 - digits.size(), '0') + digits;
}

std::optional<Buffer> BenchSite::pass(std::uint8_t unit, Bytes pdu) {
  const auto at = meters_.find(unit);
  if (at == meters_.end()) return std::nullopt;
  auto reply = at->second->handle(pdu);
  if (after_request) after_request(unit, pdu);
  return reply;
}

domain::SitePlan BenchSite::plan() const {
  domain::SitePlan plan;
  plan.property = domain::Property{{}, "试验楼", "Asia/Shanghai", false};
  plan.buildings.push_back({{}, {}, "A座"});
  plan.gateways.push_back({{}, {}, "G1", "127.0.0.1"});
  domain::Bus bus;
  bus.name = "1";
  bus.port = 1502;
  bus.poll_interval = seconds(15);
  plan.buses.push_back({"G1", bus});
  domain::Tariff tariff;
  tariff.name = "商业";
  tariff.prices.rate_price.fill(domain::Price{80'000'000});  // 0.80 yuan/kWh
  plan.tariffs.push_back(tariff);
  for (const auto& [unit, meter] : meters_) {
    domain::SitePlan::MeterRow row;
    row.gateway = "G1";
    row.bus = "1";
    row.tariff = "商业";
    row.meter.code = std::to_string(1000 + unit);
    row.meter.name = "铺位 " + row.meter.code;
    row.meter.model = "paymeter-reference-nk";
    row.meter.serial = serial_of(unit);
    row.meter.unit = unit;
    row.meter.key = key_of(unit);
    row.meter.wallet = wallet;
    row.meter.settings.alarm1 = {5'000};
    row.meter.settings.alarm2 = {2'000};
    plan.meters.push_back(row);
  }
  return plan;
}

Station::Station(sim::SimWorld& world, BenchSite& site, std::string database,
                 store::CommitHook hook)
    : TestStation(world,
                  [&] {
                    Options options;
                    options.store = test_support::inline_sqlite(std::move(database));
                    options.store.commit_hook = std::move(hook);
                    options.links = [&site](sim::SimRuntime& runtime) {
                      return std::make_unique<BenchLinks>(runtime, site);
                    };
                    return options;
                  }()),
      site_(site) {}

void Station::start() {
  runtime.spawn("boot", boot(site_.plan()));
  until([this] { return booted(); });
}

MeterId Station::meter_id(int unit) const {
  const auto* found = live.find_by_code(std::to_string(1000 + unit));
  return found == nullptr ? MeterId{} : found->meter.id;
}

domain::Account Station::open(int unit, std::string name) {
  service::OpeningRequest request;
  request.idempotency_key = "open-" + std::to_string(1000 + unit);
  request.meter = meter_id(unit);
  request.customer_name = std::move(name);
  auto account = run(accounts->open(request));
  if (!account) throw std::runtime_error(std::string(error_name(account.error().code)));
  // Until the last of the opening's commands is done: tests begin on a quiet bus.
  until([&] { return run(store->pending_commands())->empty(); });
  return *live.find(request.meter)->account;
}

Result<domain::Vend> Station::sell(int unit, std::int64_t fen, std::string key) {
  service::SaleRequest request;
  request.idempotency_key = std::move(key);
  request.meter = meter_id(unit);
  request.captured = {fen};
  return run(vending->sell(request));
}

domain::Vend Station::vend(VendId id) { return *run(store->find_vend(id)); }

domain::Vend Station::settle(VendId id, Millis limit) {
  return *run(vending->wait_final(id, world_.mono() + limit));
}

std::vector<std::string> Station::book_problems() { return *run(store->check_books()); }

std::int64_t Station::balance_of(domain::LedgerAccountKind kind) {
  const auto rows = *run(store->trial_balance(live.site().properties.front().id));
  for (const auto& row : rows)
    if (row.kind == kind) return row.balance.fen;
  return 0;
}

}  // namespace paymeter::bench_station
