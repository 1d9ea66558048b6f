// Builds the benchmarks' site.
#include "site.hpp"

namespace paymeter::bench {
namespace {

constexpr int kMetersPerBus = 32;

domain::SitePlan plan_of(int count) {
  domain::SitePlan plan;
  plan.property = domain::Property{{}, "Bench Plaza", "Asia/Shanghai", true};
  plan.buildings.push_back({{}, {}, "A"});
  domain::Tariff tariff;
  tariff.name = "shops";
  tariff.prices.rate_price.fill({65'000'000});
  plan.tariffs.push_back(tariff);
  for (int i = 0; i < count; ++i) {
    const std::string gateway = "G" + std::to_string(i / kMetersPerBus);
    if (i % kMetersPerBus == 0) {
      plan.gateways.push_back({{}, {}, gateway, "127.0.0.1"});
      domain::Bus bus;
      bus.name = "B1";
      bus.port = 502;
      plan.buses.push_back({gateway, bus});
    }
    domain::Room room;
    room.number = std::to_string(1 + i);
    plan.rooms.push_back({"A", room});
    domain::SitePlan::MeterRow row;
    row.building = "A";
    row.room = room.number;
    row.gateway = gateway;
    row.bus = "B1";
    row.tariff = "shops";
    row.meter.code = "M" + std::to_string(1 + i);
    row.meter.name = "shop " + std::to_string(1 + i);
    row.meter.model = "paymeter-reference-nk";
    row.meter.unit = static_cast<std::uint8_t>(1 + i % kMetersPerBus);
    row.meter.wallet = domain::Wallet::platform;
    row.meter.settings = {{2000}, {500}, 8000, {0}};
    plan.meters.push_back(row);
  }
  return plan;
}

}  // namespace

std::vector<MeterId> build_site(boost::asio::io_context& io, port::Store& store, int count) {
  must(run(io, store.apply_plan(plan_of(count), port::SiteStore::Apply::commit, kNow)));
  const domain::Site site = must(run(io, store.load_site()));
  std::vector<MeterId> out;
  for (const domain::Meter& meter : site.meters) out.push_back(meter.id);
  return out;
}

void open_accounts(boost::asio::io_context& io, port::Store& store,
                   const std::vector<MeterId>& meters) {
  for (const MeterId meter : meters) {
    domain::Account account;
    account.customer_name = "tenant of " + std::to_string(meter.value);
    account.idempotency_key = "open-" + std::to_string(meter.value);
    account.meters = {meter};
    account.created_at = kNow;
    const auto opened = must(run(io, store.open_account(account, {})));
    const domain::Epoch epoch{"SN" + std::to_string(meter.value), 1};
    must(run(io, store.confirm_open(opened.account.id, meter, epoch, kNow)));
  }
}

void check_books(boost::asio::io_context& io, port::Store& store, std::int64_t vends) {
  const std::int64_t total = must(run(io, store.list_vends({}))).total;
  if (total != vends)
    throw std::runtime_error("the store holds " + std::to_string(total) + " sales, " +
                             std::to_string(vends) + " were acknowledged");
  const auto problems = must(run(io, store.check_books()));
  if (!problems.empty()) throw std::runtime_error("the books are broken: " + problems.front());
}

}  // namespace paymeter::bench
