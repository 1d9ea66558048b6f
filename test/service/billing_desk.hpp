/// A station's process without buses for tests of billing: readings are put into the store by hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <random>
#include <stdexcept>

#include "paymeter/adapter/rate_format/rate.hpp"
#include "paymeter/adapter/rate_format/tariff_format.hpp"
#include "paymeter/service/billing.hpp"
#include "paymeter/service/notices.hpp"
#include "paymeter/service/reading_keeper.hpp"
#include "paymeter/service/tariffs.hpp"
#include "support/test_station.hpp"

namespace paymeter::service::billing_desk {

namespace rating = domain::rating;
using domain::Money;
using domain::WalletLevel;
using rating::RegisterReading;

inline constexpr Millis kChina{8LL * 3'600'000};
inline constexpr Millis kHour{3'600'000};
inline constexpr UserId kAnna{1}, kBo{2};

inline UtcMs local(int month, int day, int hour = 0) {
  return utc_from_civil({.year = 2026, .month = month, .day = day, .hour = hour}, kChina);
}

class NoLinks final : public port::BusLinkFactory {
 public:
  std::unique_ptr<port::BusLink> make(const domain::Gateway&, const domain::Bus&) override {
    return nullptr;
  }
};

inline domain::SitePlan plan_of(int meters) {
  domain::SitePlan plan;
  plan.property = domain::Property{{}, "Plaza", "Asia/Shanghai", true};
  plan.gateways.push_back({{}, {}, "G1", "127.0.0.1"});
  domain::Bus bus;
  bus.name = "B1";
  bus.port = 5020;
  plan.buses.push_back({"G1", bus});
  domain::Tariff tariff;
  tariff.name = "shops";
  plan.tariffs.push_back(tariff);
  for (int i = 1; i <= meters; ++i) {
    domain::SitePlan::MeterRow row;
    row.gateway = "G1";
    row.bus = "B1";
    row.tariff = "shops";
    row.meter.code = "M" + std::to_string(i);
    row.meter.model = "eastron-sdm230";
    row.meter.unit = static_cast<std::uint8_t>(i);
    row.meter.wallet = domain::Wallet::platform;
    row.meter.settings = {{5'000}, {2'000}, 0, {1'000}};
    plan.meters.push_back(row);
  }
  return plan;
}

inline domain::tariff::ProductTariff product(std::int64_t peak_e8, std::int64_t valley_e8) {
  domain::tariff::ProductTariff out;
  out.name = "shops";
  out.days = {{"all", {{0, "valley"}, {8 * 60, "peak"}, {22 * 60, "valley"}}}};
  out.calendar.range.push_back({{}, {}, {}, {}, "all"});
  domain::tariff::ProductLine line;
  line.name = "energy";
  line.printed = {{"peak", {peak_e8}}, {"valley", {valley_e8}}};
  line.steps.push_back({{}, {{rating::Int128{100} * 100'000'000, {5'000'000}}}});
  out.lines.push_back(line);
  out.fees.push_back({"rent", rating::FeePeriod::day, {13}});
  return out;
}

inline domain::tariff::ProductTariff flat_product(std::int64_t price_e8) {
  domain::tariff::ProductTariff out;
  out.name = "flat";
  domain::tariff::ProductLine line;
  line.name = "energy";
  line.price = domain::Price{price_e8};
  out.lines.push_back(line);
  return out;
}

class Desk : public test_support::TestStation {
 public:
  explicit Desk(sim::SimWorld& world, const std::string& path, store::CommitHook hook = {})
      : TestStation(world, options(path, std::move(hook))) {
    Billing::Settings settings;
    settings.silence_max = Millis{1'000LL * 86'400'000};
    billing.emplace(Billing::Deps{runtime, *store, format, live, *alarms, events}, settings);
    notices.emplace(Notices::Deps{runtime, *store, *alarms, live, events}, Notices::Settings{});
  }
  ~Desk() override { runtime.drop_tasks(); }

  template <class T>
  T must(port::Async<Result<T>> task) {
    auto answer = run(std::move(task));
    if (!answer)
      throw std::runtime_error(std::string(error_name(answer.error().code)) + " " +
                               answer.error().detail);
    if constexpr (!std::is_void_v<T>) return std::move(*answer);
  }

  void load() {
    live.load(must(store->load_site()), must(store->live_accounts()));
    must(alarms->start());
  }
  void build(int meters) {
    must(store->apply_plan(plan_of(meters), port::SiteStore::Apply::commit, local(8, 1)));
    load();
  }
  MeterId meter(int i) { return live.find_by_code("M" + std::to_string(i))->meter.id; }
  void approve(const domain::tariff::ProductTariff& what, UtcMs from) {
    port::VersionText text;
    text.tariff = live.site().tariffs.front().id;
    text.valid_from = from;
    text.content = format.write_product(what);
    text.digest = format.digest(text.content);
    text.by = kAnna;
    text.at = local(8, 1);
    const auto version = must(store->write_version(text));
    using domain::tariff::VersionAct;
    must(store->act_on_version(
        {version.tariff, version.number, VersionAct::submit, kAnna, local(8, 1), ""}));
    must(store->act_on_version(
        {version.tariff, version.number, VersionAct::approve, kBo, local(8, 1), ""}));
  }
  /// Shared: all the meters have one wallet. Households: said with the opening.
  domain::Account open(std::vector<int> meters, UtcMs at, bool shared = false,
                       std::optional<domain::tariff::DatedHousehold> household = {}) {
    domain::Account account;
    account.customer_name = "tenant";
    account.phone = "13800000000";
    account.idempotency_key = "open-" + std::to_string(meters.front()) + "-account";
    for (const int i : meters) account.meters.push_back(meter(i));
    account.shared_wallet = shared;
    account.created_at = at;
    account.opening_household = std::move(household);
    account = must(store->open_account(account, {})).account;
    for (const MeterId id : account.meters)
      must(store->confirm_open(account.id, id, {"SN" + std::to_string(id.value), 0}, at));
    load();
    return account;
  }
  domain::Vend vend(int i, domain::VendKind kind, std::int64_t fen, UtcMs at) {
    domain::Vend out;
    out.meter = meter(i);
    out.kind = kind;
    out.idempotency_key = "vend-" + std::to_string(++vends_) + "-" + std::to_string(i);
    out.captured = out.to_meter = {fen};
    out.created_at = at;
    return must(store->create_paid_vend(out)).vend;
  }
  void read(int i, const std::vector<RegisterReading>& readings) {
    std::vector<domain::Reading> rows;
    for (const RegisterReading& reading : readings) {
      domain::Reading row;
      row.meter = meter(i);
      row.at = reading.at;
      row.energy_wh = reading.value;
      rows.push_back(row);
    }
    must(store->append(rows));
  }
  std::vector<std::string> charges() {
    port::ChargeFilter filter;
    filter.page.limit = 1'000;
    std::vector<std::string> out;
    for (const auto& line : must(store->list_charges(filter)).rows)
      out.push_back(line.document + " " + std::to_string(line.month) + " " +
                    format_money(line.amount));
    std::ranges::reverse(out);
    return out;
  }
  std::vector<std::string> problems() { return must(store->check_books()); }

  adapter::rate_format::JsonTariffFormat format;
  std::optional<Billing> billing;
  std::optional<Notices> notices;

 private:
  static Options options(const std::string& path, store::CommitHook hook) {
    Options out;
    out.store = test_support::inline_sqlite(path);
    out.store.commit_hook = std::move(hook);
    out.links = [](sim::SimRuntime&) { return std::make_unique<NoLinks>(); };
    return out;
  }
  int vends_ = 0;
};

/// Two databases that are gone before and after each test; today is 20 December.
class DeskTest : public ::testing::Test {
 protected:
  void SetUp() override { TearDown(); }
  void TearDown() override {
    for (const std::string& path : {path_, other_})
      for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(path + tail);
  }
  static std::string temp(const char* name) {
    return (std::filesystem::temp_directory_path() /
            (std::string("paymeter-billing-") + name + std::to_string(::getpid())))
        .string();
  }

  sim::SimWorld world{1, local(12, 20)};
  std::string path_ = temp("a"), other_ = temp("b");
};

}  // namespace paymeter::service::billing_desk
