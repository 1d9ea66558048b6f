/// For tests only: a folder that goes away, a store on it, and a small site with open accounts.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <cctype>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "paymeter/domain/ledger.hpp"
#include "paymeter/store/migrate.hpp"
#include "paymeter/store/postgresql_testing.hpp"
#include "paymeter/store/sql_store.hpp"
#include "paymeter/store/sqlite.hpp"

namespace paymeter::store::testing {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "paymeter-store-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempFolder() {
    if (at_end) at_end();
    std::filesystem::remove_all(path_);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  /// With a space and a character beyond ASCII, as people name their folders.
  std::string file(const std::string& name = "库 one.sqlite") const { return path_ + "/" + name; }
  std::string name() const { return std::filesystem::path(path_).filename().string(); }
  mutable std::function<void()> at_end;  ///< for what lies elsewhere and belongs to it

 private:
  std::string path_;
};

inline SqliteOptions quick_options(std::string path, ExecutionMode mode) {
  SqliteOptions options;
  options.path = std::move(path);
  options.mode = mode;
  options.durability = Durability::none;
  return options;
}

/// A database of its own for each folder, on a server that tests share.
inline Result<std::unique_ptr<port::Store>> open_postgresql_on(const TempFolder& folder) {
  PostgresqlServer& server = shared_server();
  std::string name = folder.name();
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(c));
  if (!folder.at_end) {
    server.make_database(name);
    folder.at_end = [&server, name] { server.execute("drop database " + name + " (force)"); };
  }
  return open_store(server.url(name), {});
}

/// How a store of one kind is opened on a folder; the conformance suite runs with each.
struct StoreKind {
  const char* name;
  Result<std::unique_ptr<port::Store>> (*open)(const TempFolder& folder);
};

inline std::vector<StoreKind> store_kinds() {
  return {
      {"sqlite_threads",
       [](const TempFolder& folder) {
         return open_sqlite(quick_options(folder.file(), ExecutionMode::threads));
       }},
      {"sqlite_inline",
       [](const TempFolder& folder) {
         return open_sqlite(quick_options(folder.file(), ExecutionMode::inline_));
       }},
      {"postgresql", open_postgresql_on},
  };
}

inline constexpr UtcMs kNow{1'795'331'692'000};

/// Runs a coroutine to its end on this thread; exceptions come out.
template <class T>
T run(boost::asio::io_context& io, port::Async<T> task) {
  auto answer = boost::asio::co_spawn(io, std::move(task), boost::asio::use_future);
  io.restart();
  io.run();
  return answer.get();
}

/// One building, one bus, meters M1 … Mn at addresses 1 … n with CT 1 and a bench key.
inline domain::SitePlan small_plan(int meters) {
  domain::SitePlan plan;
  plan.property = domain::Property{{}, "Plaza", "Asia/Shanghai", true};
  plan.buildings.push_back({{}, {}, "A"});
  plan.gateways.push_back({{}, {}, "G1", "127.0.0.1"});
  domain::Bus bus;
  bus.name = "B1";
  bus.port = 5020;
  plan.buses.push_back({"G1", bus});
  domain::Tariff tariff;
  tariff.name = "shops";
  tariff.prices.rate_price.fill({65'000'000});
  tariff.prices.steps = {{{100'000}, {5'000'000}}, {{200'000}, {10'000'000}}};
  plan.tariffs.push_back(tariff);
  for (int i = 1; i <= meters; ++i) {
    domain::Room room;
    room.number = std::to_string(100 + i);
    plan.rooms.push_back({"A", room});
    domain::SitePlan::MeterRow row;
    row.building = "A";
    row.room = room.number;
    row.gateway = "G1";
    row.bus = "B1";
    row.tariff = "shops";
    row.meter.code = "M" + std::to_string(i);
    row.meter.name = "shop " + std::to_string(i);
    row.meter.model = "paymeter-reference-nk";
    row.meter.unit = static_cast<std::uint8_t>(i);
    row.meter.settings = {{2000}, {500}, 8000, {0}};
    row.opening = domain::OpeningReading{kNow, 1000 * i};
    plan.meters.push_back(row);
  }
  return plan;
}

/// A store with a site, and shorthand for what tests do with it.
class Shop {
 public:
  explicit Shop(std::unique_ptr<port::Store> store) : store_(std::move(store)) {}

  port::Store& store() { return *store_; }
  boost::asio::io_context& io() { return io_; }
  void replace_store(std::unique_ptr<port::Store> store) { store_ = std::move(store); }
  template <class T>
  T ask(port::Async<T> task) {
    return run(io_, std::move(task));
  }
  /// The value, or a failed test and an exception.
  template <class T>
  T must(port::Async<Result<T>> task) {
    Result<T> answer = ask(std::move(task));
    if (!answer) {
      ADD_FAILURE() << error_name(answer.error().code) << ": " << answer.error().detail;
      throw std::runtime_error("unexpected error");
    }
    if constexpr (!std::is_void_v<T>) return std::move(*answer);
  }

  void build(int meters) {
    must(store_->apply_plan(small_plan(meters), port::SiteStore::Apply::commit, kNow));
  }
  /// The meter M<i>. Requires: built.
  MeterId meter(int i) {
    for (const domain::Meter& meter : must(store_->load_site()).meters)
      if (meter.code == "M" + std::to_string(i)) return meter.id;
    throw std::runtime_error("no such meter");
  }
  static domain::Epoch epoch(MeterId meter) { return {"SN" + std::to_string(meter.value), 1}; }

  domain::Account open_account(MeterId meter) {
    domain::Account account;
    account.customer_name = "tenant of " + std::to_string(meter.value);
    account.idempotency_key = "open-" + std::to_string(meter.value);
    account.meters = {meter};
    account.created_at = kNow;
    account = must(store_->open_account(account, {})).account;
    return must(store_->confirm_open(account.id, meter, epoch(meter), kNow));
  }
  /// Site and an open account on every meter.
  void open_all(int meters) {
    build(meters);
    for (int i = 1; i <= meters; ++i) open_account(meter(i));
  }

  static domain::Vend sale(MeterId meter, const std::string& key, std::int64_t fen) {
    domain::Vend vend;
    vend.meter = meter;
    vend.idempotency_key = key;
    vend.captured = {fen};
    vend.to_meter = {fen};
    vend.tag = 4711;
    vend.created_at = kNow;
    return vend;
  }
  domain::Vend sell(MeterId meter, const std::string& key, std::int64_t fen) {
    return must(store_->create_paid_vend(sale(meter, key, fen))).vend;
  }
  static port::VendStep reserve_step(const domain::Vend& vend, std::uint16_t n) {
    port::VendStep step;
    step.vend = vend.id;
    step.from = domain::VendState::paid;
    step.to = domain::VendState::sent;
    step.at = kNow;
    step.reserve_n = n;
    step.epoch = epoch(vend.meter);
    return step;
  }
  static port::VendStep delivery_step(const domain::Vend& vend) {
    port::VendStep step;
    step.vend = vend.id;
    step.from = vend.state;
    step.to = domain::state_when_delivered(vend.kind);
    step.at = kNow;
    step.new_count = vend.n;
    step.clear_in_flight = true;
    step.posting = domain::delivery_posting(vend, kNow);
    return step;
  }
  /// Out of SENT or CANCELLING because the meter holds our burn.
  static port::VendStep burn_step(const domain::Vend& vend) {
    port::VendStep step = delivery_step(vend);
    step.to = domain::state_when_undelivered(vend.kind);
    step.reason = Errc::vend_cancelled;
    step.posting = domain::undelivered_posting(vend, kNow);
    return step;
  }
  domain::Vend send(const domain::Vend& vend) {
    const auto money = must(store_->meter_money(vend.meter));
    return must(store_->step_vend(
        reserve_step(vend, static_cast<std::uint16_t>(money.purchase_count + 1))));
  }
  domain::Vend deliver(const domain::Vend& vend) {
    return must(store_->step_vend(delivery_step(vend)));
  }
  std::vector<std::string> problems() { return must(store_->check_books()); }

 private:
  boost::asio::io_context io_;
  std::unique_ptr<port::Store> store_;  // after io_: ends first, so that its posts find it alive
};

/// A conformance test: a shop on each kind of store.
class StoreTest : public ::testing::TestWithParam<StoreKind> {
 protected:
  StoreTest() : shop_(open()) {}
  std::unique_ptr<port::Store> open() {
    auto store = GetParam().open(folder_);
    if (!store) throw std::runtime_error(store.error().detail);
    return std::move(*store);
  }
  void reopen() {
    shop_.replace_store(nullptr);
    shop_.replace_store(open());
  }
  port::Store& store() { return shop_.store(); }

  TempFolder folder_;
  Shop shop_;
};

#define PAYMETER_STORE_SUITE(Suite)                     \
  class Suite : public StoreTest {};                    \
  INSTANTIATE_TEST_SUITE_P(                             \
      Kinds, Suite, ::testing::ValuesIn(store_kinds()), \
      [](const ::testing::TestParamInfo<StoreKind>& suite) { return suite.param.name; })

}  // namespace paymeter::store::testing
