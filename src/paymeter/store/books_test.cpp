// Every kind of damage to the books is found and named; the guard refuses the simple ones.
#include "paymeter/store/db.hpp"
#include "paymeter/store/migrate.hpp"
#include "paymeter/store/sqlite_connection.hpp"
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {
namespace {

/// Runs SQL behind the store's back, as a clumsy administrator would.
void tamper(const std::string& path, const std::string& sql) {
  Db db(std::make_unique<SqliteConnection>(path));
  execute_script(db, sql);
}

/// M1: one delivered sale of 1.00 (vend 1); M2: one sent sale of 2.00 (vend 2).
std::unique_ptr<Shop> sold(const TempFolder& folder) {
  auto shop = std::make_unique<Shop>(
      std::move(*open_sqlite(quick_options(folder.file(), ExecutionMode::inline_))));
  shop->open_all(2);
  shop->deliver(shop->send(shop->sell(shop->meter(1), "sale-0001", 100)));
  shop->send(shop->sell(shop->meter(2), "sale-0002", 200));
  return shop;
}

}  // namespace

TEST(Books, DamageIsNamed) {
  struct Row {
    const char* reason;
    const char* sql;
    const char* sentence;
  };
  const std::string unguarded =
      "drop trigger ledger_entry_keep; drop trigger ledger_entry_stay; drop trigger posting_stay;"
      "pragma foreign_keys=off; drop index vend_in_flight;";
  const Row rows[] = {
      {"an entry was edited", "update ledger_entry set amount_fen = amount_fen + 1 where id = 1",
       "posting 1 is unbalanced by 1 fen or empty"},
      {"a posting lost its entries", "delete from ledger_entry where posting_id = 2",
       "posting 2 is unbalanced by 0 fen or empty"},
      {"a balance was edited", "update ledger_account set balance_fen = 7 where id = 2",
       "ledger account 2 says 7 fen but its entries add up to 0"},
      {"the trial balance is off", "update ledger_account set balance_fen = 7 where id = 2",
       "the trial balance is off by 7 fen"},
      {"an amount was edited", "update vend set to_meter_fen = 99 where id = 1",
       "meter 1: sales say 99 fen delivered, the books say 100"},
      {"captured was edited", "update vend set captured_fen = 99 where id = 1",
       "property 1: sales by cash hold 299 fen, the books say 300"},
      {"a state was edited", "update vend set state = 'delivered' where id = 2",
       "vend 2 is delivered with 0 delivery postings"},
      {"a posting vanished",
       "delete from ledger_entry where posting_id = 2; delete from posting where id = 2",
       "vend 1 is delivered with 0 delivery postings"},
      {"in flight points nowhere", "update vend set state = 'paid' where id = 2",
       "meter 2 has vend 2 in flight, which is not being sent"},
      {"in flight was forgotten", "update meter_money set in_flight_vend_id = null",
       "vend 2 is being sent, but meter 2 does not have it in flight"},
      {"the count went back", "update meter_money set purchase_count = 0",
       "vend 1 was delivered as number 1, but the meter's count is 0"},
      {"two in flight", "update vend set meter_id = 2, state = 'sent' where id = 1",
       "meter 2 has 2 sales in flight"},
  };
  for (const Row& row : rows) {
    TempFolder folder;
    auto shop = sold(folder);
    ASSERT_EQ(shop->problems(), std::vector<std::string>{});
    tamper(folder.file(), unguarded + row.sql);
    const auto problems = shop->problems();
    EXPECT_NE(std::find(problems.begin(), problems.end(), row.sentence), problems.end())
        << row.reason << "; found " << ::testing::PrintToString(problems);
  }
}

TEST(Books, GuardRefusesEveryChange) {
  TempFolder folder;
  {
    auto shop = sold(folder);
    shop->must(shop->store().append_audit({}));
    port::VendStep step;
    step.vend = VendId{2};
    step.from = domain::VendState::sent;
    step.to = domain::VendState::cancelling;
    step.by = UserId{1};
    shop->must(shop->store().step_vend(step));
  }
  for (const char* table : {"posting", "ledger_entry", "audit_log", "vend_act"}) {
    EXPECT_THROW(tamper(folder.file(), "update " + std::string(table) + " set id = id + 1000"),
                 DbError)
        << table;
    EXPECT_THROW(tamper(folder.file(), "delete from " + std::string(table)), DbError) << table;
  }
}

}  // namespace paymeter::store::testing
