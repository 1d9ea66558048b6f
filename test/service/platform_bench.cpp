// Platform wallets on the bench.
#include "platform_bench.hpp"

namespace paymeter::bench_station {
namespace {

domain::tariff::ProductTariff flat(std::int64_t price_e8, std::int64_t service_e4) {
  domain::tariff::ProductTariff out;
  out.name = "flat";
  out.service_e4 = service_e4;
  domain::tariff::ProductLine line;
  line.name = "energy";
  line.price = domain::Price{price_e8};
  out.lines.push_back(line);
  return out;
}

}  // namespace

PlatformStation::PlatformStation(sim::SimWorld& world, BenchSite& site, std::string database,
                                 store::CommitHook hook)
    : Station(world, site, std::move(database), std::move(hook)) {
  billing.emplace(service::Billing::Deps{runtime, *store, format, live, *alarms, events},
                  service::Billing::Settings{});
  tariffs.emplace(service::Tariffs::Deps{runtime, *store, format, live, *keeper});
  vending->set_fee_rule([this](MeterId meter, domain::Money captured) {
    return tariffs->service_fee(meter, captured);
  });
  vending->set_wallet_settler([this](MeterId meter, service::Vending::WalletLook look) {
    return service::settle_wallet(*collector, *billing, meter, look);
  });
  settlements->set_wallet_ender([this](MeterId meter, std::string cause, UserId by) {
    return billing->settle_to_end(meter, std::move(cause), by);
  });
}

void PlatformStation::start_billing() {
  start();
  if (must(store->list_versions(live.site().tariffs.front().id)).empty()) approve(100'000'000, 40);
  billing->start();
}

void PlatformStation::approve(std::int64_t price_e8, int days, std::int64_t service_e4) {
  port::VersionText text;
  text.tariff = live.site().tariffs.front().id;
  text.valid_from = runtime.now() - Millis{days * 86'400'000LL};
  text.content = format.write_product(flat(price_e8, service_e4));
  text.digest = format.digest(text.content);
  text.by = {1};
  text.at = text.valid_from;
  const auto version = must(store->write_version(text));
  using domain::tariff::VersionAct;
  must(store->act_on_version(
      {version.tariff, version.number, VersionAct::submit, {1}, text.at, ""}));
  must(store->act_on_version(
      {version.tariff, version.number, VersionAct::approve, {2}, text.at, ""}));
}

domain::Account PlatformStation::open_many(std::vector<int> units, bool shared) {
  domain::Account account;
  account.customer_name = "连锁店";
  account.idempotency_key = "open-many-account";
  account.shared_wallet = shared;
  account.created_at = runtime.now();
  for (const int unit : units) account.meters.push_back(meter_id(unit));
  account = must(store->open_account(account, {})).account;
  for (const MeterId id : account.meters)
    must(store->confirm_open(account.id, id, {live.find(id)->meter.serial, 0}, runtime.now()));
  account = must(store->find_account(account.id));
  live.set_account(account);
  events.publish(service::AccountChanged{account});
  return account;
}

void PlatformStation::wait(Millis span) {
  until([] { return false; }, span);
}

std::int64_t PlatformStation::charged() {
  port::ChargeFilter filter;
  filter.page.limit = 1000;
  std::int64_t out = 0;
  for (const auto& line : must(store->list_charges(filter)).rows) out += line.amount.fen;
  return out;
}

std::int64_t PlatformStation::wallet_of(int unit) {
  return must(billing->bill(meter_id(unit))).balance.fen;
}

domain::Settlement PlatformStation::reached(SettlementId id, domain::SettlementState state,
                                            std::optional<Errc> trouble) {
  domain::Settlement last = stored(id);
  auto token = events.subscribe([&](const service::Event& event) {
    if (const auto* changed = std::get_if<service::SettlementChanged>(&event);
        changed != nullptr && changed->settlement.id == id)
      last = changed->settlement;
  });
  last = stored(id);
  until([&] { return last.state == state && (!trouble || last.trouble == trouble); });
  return last;
}

std::vector<domain::Vend> PlatformStation::vends() {
  port::VendFilter all;
  all.page.limit = 1000;
  return must(store->list_vends(all)).rows;
}

std::int64_t PlatformStation::sum(domain::VendKind kind, domain::VendState state) {
  std::int64_t out = 0;
  for (const domain::Vend& vend : vends())
    if (vend.kind == kind && vend.state == state) out += vend.to_meter.fen;
  return out;
}

}  // namespace paymeter::bench_station
