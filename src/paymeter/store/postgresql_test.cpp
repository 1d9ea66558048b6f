// What only a server does: connections get lost, several stations share it, it is killed.
#include <atomic>
#include <set>
#include <thread>

#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {
namespace {

std::string database_on(PostgresqlServer& server, const TempFolder& folder) {
  std::string name = folder.name();
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(c));
  server.make_database(name);
  folder.at_end = [&server, name] { server.execute("drop database " + name + " (force)"); };
  return name;
}

/// Ends every other connection to the database, as a restart of the server does.
void cut_connections(PostgresqlServer& server, const std::string& database) {
  server.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" +
                 database + "' and pid <> pg_backend_pid()");
}

using domain::Vend;
using domain::VendState;

}  // namespace

TEST(Postgresql, IdleConnectionsAreReplacedUnnoticed) {
  TempFolder folder;
  PostgresqlServer& server = shared_server();
  const std::string database = database_on(server, folder);
  Shop shop(std::move(*open_store(server.url(database), {})));
  shop.open_all(1);
  cut_connections(server, database);
  shop.sell(MeterId{1}, "sale-0001", 100);
  EXPECT_EQ(shop.must(shop.store().list_vends({})).total, 1);
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
}

TEST(Postgresql, CommitCutOffIsLookedUp) {
  struct Row {
    const char* reason;
    CommitPoint cut_at;
    std::optional<Errc> expected;
    std::int64_t sales;
  };
  for (const Row& row :
       {Row{"nothing was committed, and it is said", CommitPoint::before, Errc::store_busy, 0},
        Row{"the answer was lost, not the commit", CommitPoint::after, std::nullopt, 1}}) {
    TempFolder folder;
    PostgresqlServer& server = shared_server();
    const std::string database = database_on(server, folder);
    std::atomic<bool> armed{false};
    StoreOptions options;
    options.commit_hook = [&](CommitPoint point) {
      if (point != row.cut_at || !armed.exchange(false)) return;
      cut_connections(server, database);
      if (point == CommitPoint::after)
        throw DbError(DbError::Kind::lost, "the server's answer did not come");
    };
    Shop shop(std::move(*open_store(server.url(database), options)));
    shop.open_all(1);
    armed = true;
    const auto answer =
        shop.ask(shop.store().create_paid_vend(Shop::sale(MeterId{1}, "sale-0001", 100)));
    EXPECT_EQ(answer ? std::nullopt : std::optional(answer.error().code), row.expected)
        << row.reason;
    EXPECT_EQ(shop.must(shop.store().list_vends({})).total, row.sales) << row.reason;
    shop.sell(MeterId{1}, "sale-0002", 100);
    EXPECT_EQ(shop.problems(), std::vector<std::string>{}) << row.reason;
  }
}

TEST(Postgresql, TwoStationsSellWithoutGapsOrDoubles) {
  TempFolder folder;
  PostgresqlServer& server = shared_server();
  const std::string url = server.url(database_on(server, folder));
  Shop(std::move(*open_store(url, {}))).open_all(4);
  constexpr int kSales = 60;
  auto station = [&](int number) {
    Shop shop(std::move(*open_store(url, {})));
    for (int i = 0; i < kSales; ++i) {
      const std::string mine = std::to_string(number) + "-" + std::to_string(i);
      shop.sell(MeterId{1 + i % 4}, "own-key-" + mine, 100);
      // Both try every one of these; one sells, the other is told.
      shop.sell(MeterId{1 + i % 4}, "shared-key-" + std::to_string(i), 200);
    }
  };
  std::thread other(station, 2);
  station(1);
  other.join();
  Shop shop(std::move(*open_store(url, {})));
  port::VendFilter all;
  all.page.limit = 1000;
  const auto vends = shop.must(shop.store().list_vends(all));
  EXPECT_EQ(vends.total, 3 * kSales);
  std::set<std::string> slips;
  for (const Vend& vend : vends.rows) slips.insert(vend.slip_number);
  EXPECT_EQ(slips.size(), std::size_t{3 * kSales});
  EXPECT_EQ(*slips.rbegin(), "000180");
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
}

TEST(Postgresql, AwayMeansBusyAndNothingHappens) {
  TempFolder folder;
  PostgresqlServer& server = shared_server();
  const std::string database = database_on(server, folder);
  Shop shop(std::move(*open_store(server.url(database), {})));
  shop.open_all(1);
  server.execute("alter database " + database + " allow_connections false");
  cut_connections(server, database);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(shop.ask(shop.store().create_paid_vend(Shop::sale(MeterId{1}, "sale-0001", 100)))
                  .error()
                  .code,
              Errc::store_busy);
    EXPECT_EQ(shop.ask(shop.store().list_vends({})).error().code, Errc::store_busy);
  }
  server.execute("alter database " + database + " allow_connections true");
  EXPECT_EQ(shop.must(shop.store().list_vends({})).total, 0);
  EXPECT_EQ(shop.sell(MeterId{1}, "sale-0001", 100).slip_number, "000001");
}

namespace {

/// Tills that ask again, with the same key, whatever goes wrong.
struct Tills {
  explicit Tills(port::Store& its_store) : store(its_store) {}
  port::Store& store;
  std::vector<std::string> acknowledged;
  std::atomic<int> sold{0};
  std::atomic<bool> closing{false};

  port::Async<> sell(MeterId meter) {
    for (int i = 0; !closing; ++i) {
      const std::string key = "m" + std::to_string(meter.value) + "-" + std::to_string(i);
      while (!co_await store.create_paid_vend(Shop::sale(meter, key, 100))) {
      }
      acknowledged.push_back(key);
      ++sold;
    }
  }
};

}  // namespace

TEST(Postgresql, KilledServerLosesNothingAcknowledged) {
  PostgresqlServer server("/tmp/paymeter-kill-" + std::to_string(getpid()),
                          PostgresqlServer::Ends::with_this_object);
  server.control("start", "PAYMETER_TEST_FSYNC=on");
  server.execute("create database paymeter");
  Shop shop(std::move(*open_store(server.url("paymeter"), {})));
  shop.open_all(8);
  Tills tills(shop.store());
  std::thread killer([&] {
    for (int kills = 1; kills <= 2; ++kills) {
      while (tills.sold < 100 * kills) std::this_thread::yield();
      server.control("kill");
      server.control("restart");
    }
    tills.closing = true;
  });
  shop.io().restart();
  for (int m = 1; m <= 8; ++m)
    boost::asio::co_spawn(shop.io(), tills.sell(MeterId{m}), boost::asio::detached);
  shop.io().run();
  killer.join();
  for (const std::string& key : tills.acknowledged)
    EXPECT_TRUE(shop.must(shop.store().find_vend_by_key(PropertyId{1}, key))) << key;
  EXPECT_EQ(shop.must(shop.store().list_vends({})).total,
            static_cast<std::int64_t>(tills.acknowledged.size()));
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
}

}  // namespace paymeter::store::testing
