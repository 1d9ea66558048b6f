// Sealing: nothing is left out, stations do not fork the chain, and verify says what there is.
#include <atomic>
#include <thread>

#include "paymeter/codec/sha256.hpp"
#include "paymeter/store/chain_testing.hpp"
#include "paymeter/store/sqlite_connection.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(ChainTest);

namespace {

std::string told(const port::VerifyReport& report) {
  std::string out;
  for (const auto& row : report.bad)
    out += row.table + " " + std::to_string(row.id) + " " + row.what + "\n";
  for (const auto& text : report.problems) out += text + "\n";
  for (const auto& text : report.undone) out += "undone: " + text + "\n";
  return out;
}

}  // namespace

TEST(Sha256, KnownAnswers) {
  // FIPS 180-2, appendix B.
  EXPECT_EQ(codec::sha256_hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(codec::sha256_hex(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_P(ChainTest, TheWorkedExampleOfTheFormat) {
  shop_.open_all(1);
  auto sale = Shop::sale(shop_.meter(1), "sale-0001", 10'000);
  sale.operator_id = UserId{3};
  shop_.must(store().create_paid_vend(sale));
  const auto horizon = shop_.must(store().chain_horizon(PropertyId{1}));
  const auto seal =
      shop_.must(store().draft_seal(PropertyId{1}, horizon, UtcMs{1'795'331'694'000}));
  ASSERT_TRUE(seal);
  EXPECT_EQ(seal->members,
            "p1 f831776edbd6c3df\ne1 9119eff19219adc0\ne2 81badbe5658ccab4\n"
            "v1 3c3c5d7d35d78953\nl1 55886e421886e920\nl2 5940263e8d6688aa\n");
  EXPECT_EQ(seal->rows_hash, "bf1ec52f7fd1f02f0716ee4787e65df1fee57fe51afd0cf4cb16ef86c8e49a61");
  EXPECT_EQ(seal->hash, "e4014360d7710fcefa18ba37121a506314d72a09e637cf8c088dbfbdbd2e680c");
}

TEST_P(ChainTest, AWholeBookIsSound) {
  Bookkeeper(shop_).write_all();
  const auto report = shop_.must(store().verify(10));
  EXPECT_TRUE(report.sound()) << told(report);
  ASSERT_EQ(report.chains.size(), 1U);
  EXPECT_EQ(report.chains[0].seals, 4);
  EXPECT_GT(report.chains[0].rows, 60);
  EXPECT_EQ(report.chains[0].tail.posting_count, 1);
  EXPECT_EQ(report.chains[0].tail.postings.size(), 1U);
  EXPECT_EQ(report.chains[0].head.hash, shop_.must(store().chain_head(PropertyId{1})).hash);
}

TEST_P(ChainTest, NothingToSealIsNoSeal) {
  shop_.open_all(1);
  EXPECT_EQ(seal_all(shop_), 0);
  shop_.sell(shop_.meter(1), "sale-0001", 100);
  EXPECT_EQ(seal_all(shop_), 1);
  EXPECT_EQ(seal_all(shop_), 0);
  EXPECT_EQ(shop_.must(store().unsealed_tail(PropertyId{1}, 10)).posting_count, 0);
}

TEST_P(ChainTest, ALongTailBecomesSeveralSeals) {
  shop_.open_all(1);
  const MeterId meter = shop_.meter(1);
  for (int i = 0; i < 300; ++i) shop_.sell(meter, "sale-" + std::to_string(1000 + i), 100 + i);
  EXPECT_EQ(seal_all(shop_), 2);
  const auto report = shop_.must(store().verify(10));
  EXPECT_TRUE(report.sound()) << told(report);
  EXPECT_EQ(report.chains[0].tail.posting_count, 0);
}

TEST_P(ChainTest, SealsAreCountedNotSpelled) {
  shop_.open_all(1);
  const MeterId meter = shop_.meter(1);
  for (int i = 0; i < 12; ++i) {
    shop_.sell(meter, "sale-" + std::to_string(1000 + i), 100 + i);
    ASSERT_EQ(seal_all(shop_), 1) << i;
  }
  const auto report = shop_.must(store().verify(10));
  EXPECT_TRUE(report.sound()) << told(report);
  EXPECT_EQ(report.chains[0].seals, 12);
}

TEST_P(ChainTest, OfTwoStationsOneSeals) {
  shop_.open_all(1);
  shop_.sell(shop_.meter(1), "sale-0001", 100);
  const auto horizon = shop_.must(store().chain_horizon(PropertyId{1}));
  const auto mine = shop_.must(store().draft_seal(PropertyId{1}, horizon, kNow));
  const auto other = shop_.must(store().draft_seal(PropertyId{1}, horizon, kNow + Millis{1}));
  shop_.must(store().add_seal(*mine));
  const auto late = shop_.ask(store().add_seal(*other));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::store_busy);
  EXPECT_EQ(shop_.must(store().chain_head(PropertyId{1})).hash, mine->hash);
}

TEST_P(ChainTest, APrintedHeadIsFoundAgain) {
  shop_.open_all(1);
  shop_.sell(shop_.meter(1), "sale-0001", 100);
  seal_all(shop_);
  const auto printed = shop_.must(store().chain_head(PropertyId{1}));
  shop_.sell(shop_.meter(1), "sale-0002", 100);
  seal_all(shop_);
  const auto found = shop_.must(store().find_head(printed.hash));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->number, 1);
  EXPECT_FALSE(shop_.must(store().find_head(std::string(64, '0'))));
}

// Two stations: an id is given out, its transaction goes on, and a later id is committed first.
TEST(postgresql, AHorizonWaitsForIdsThatWereGivenOut) {
  TempFolder folder;
  Shop shop(std::move(*open_postgresql_on(folder)));
  shop.open_all(1);
  shop.sell(shop.meter(1), "sale-0001", 100);
  std::string name = folder.name();
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(c));
  const std::string url = shared_server().url(name);
  // A station that does not even know the writers' turns.
  Db slow(std::make_unique<PostgresqlConnection>(url));
  slow.execute("begin");
  const auto early = slow.value<std::int64_t>(
      "insert into posting (property_id, kind, document, at, operator_id, memo) "
      "values (1, 'write_off', 'slow', 1, 0, '') returning id");
  ASSERT_TRUE(early);
  const auto late = shop.sell(shop.meter(1), "sale-0002", 100);
  std::atomic<bool> answered{false};
  port::ChainHorizon horizon;
  std::thread sealer([&] {
    Shop other(std::move(*open_store(url, {})));
    horizon = other.must(other.store().chain_horizon(PropertyId{1}));
    answered = true;
  });
  Db watch(std::make_unique<PostgresqlConnection>(url));
  while (!answered && watch.value<std::int64_t>("select cast(count(*) as bigint) from pg_locks "
                                                "where not granted and mode = 'ShareLock'") != 1)
    std::this_thread::yield();
  EXPECT_FALSE(answered) << "the horizon did not wait for posting " << *early;
  slow.execute("commit");
  sealer.join();
  EXPECT_GT(horizon.posting, *early);
  const auto seal = shop.must(shop.store().draft_seal(PropertyId{1}, horizon, kNow));
  ASSERT_TRUE(seal);
  EXPECT_NE(seal->members.find("p" + std::to_string(*early) + " "), std::string::npos);
  EXPECT_NE(late.id, VendId{});
}

}  // namespace paymeter::store::testing
