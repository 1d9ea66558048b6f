// Sales stored together are the sales that one by one would have been, whatever is among them.
#include "paymeter/store/sale_batch.hpp"

#include <map>

#include "paymeter/store/store_testing.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::testing {

using domain::Vend;

/// Three kinds of wallet: M1 to M3 the meter's, M4 and M5 the platform's, M6 and M7 one that their
/// account's meters share.
class SaleBatchTest : public StoreTest {
 protected:
  void SetUp() override {
    domain::SitePlan plan = small_plan(8);
    for (std::size_t i = 3; i < 7; ++i) plan.meters[i].meter.wallet = domain::Wallet::platform;
    shop_.must(store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
    for (const domain::Meter& meter : shop_.must(store().load_site()).meters)
      meter_[meter.code] = meter.id;
    for (const char* code : {"M1", "M2", "M3", "M4", "M5"}) shop_.open_account(meter_[code]);
    domain::Account shared;
    shared.customer_name = "two shops, one wallet";
    shared.idempotency_key = "open-shared";
    shared.meters = {meter_["M6"], meter_["M7"]};
    shared.shared_wallet = true;
    shared.created_at = kNow;
    const auto id = shop_.must(store().open_account(shared, {})).account.id;
    for (const MeterId meter : shared.meters)
      shop_.must(store().confirm_open(id, meter, Shop::epoch(meter), kNow));
  }

  /// The database itself, below the store.
  std::unique_ptr<Db> connect() {
    if (GetParam().name != std::string_view("postgresql"))
      return connect_sqlite(quick_options(folder_.file(), ExecutionMode::inline_));
    std::string name = folder_.name();
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(c));
    return std::make_unique<Db>(std::make_unique<PostgresqlConnection>(shared_server().url(name)));
  }

  Vend sale(const std::string& code, const std::string& key, std::int64_t fen) {
    return Shop::sale(meter_[code], key, fen);
  }

  std::vector<Vend> mixed_sales() {
    std::vector<Vend> sales;
    for (int i = 0; i < 40; ++i)
      sales.push_back(sale("M" + std::to_string(1 + i % 7), "key-" + std::to_string(i), 100 + i));
    sales[3].method = domain::PaymentMethod::wechat;
    sales[4].fees = {4};
    sales[4].to_meter = {100};
    sales[5].note = "a \"quoted\" {note}, with \\ and\nNULL 电费";
    sales[6].note = "NULL";
    sales[7].account = shop_.must(store().account_of_meter(meter_["M1"])).id;
    return sales;
  }

  std::map<std::string, MeterId> meter_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, SaleBatchTest, ::testing::ValuesIn(store_kinds()),
                         [](const ::testing::TestParamInfo<StoreKind>& suite) {
                           return suite.param.name;
                         });

namespace {

std::vector<std::optional<Result<port::VendStore::Created>>> together(
    Db& db, const std::vector<Vend>& vends) {
  std::vector<const Vend*> asked;
  for (const Vend& vend : vends) asked.push_back(&vend);
  return sql::sell_together(db, asked);
}

/// Every row that a sale leaves, as text.
std::vector<std::string> rows_of_sales(Db& db) {
  std::vector<std::string> out;
  for (const Vend& vend : select<Vend>(db, "order by vend.id")) {
    std::string line = "vend";
    for (const Cell& cell : cells_of(vend))
      line += "|" +
              (cell.is_null() ? "null" : (cell.is_text ? cell.text : std::to_string(cell.number)));
    out.push_back(line);
  }
  for (const char* text :
       {"select 'mark' || '|' || cast(id as text) || '|' || cast(mark as text) from vend "
        "order by vend.id",
        "select 'posting' || '|' || cast(id as text) || '|' || cast(property_id as text) || '|' || "
        "kind || '|' || coalesce(cast(vend_id as text), 'null') || '|' || document || '|' || "
        "cast(at as text) || '|' || cast(operator_id as text) || '|' || memo from posting "
        "order by posting.id",
        // Ledger accounts by what they are: which of them was opened first says nothing.
        "select 'entry' || '|' || cast(e.posting_id as text) || '|' || a.kind || '|' || "
        "cast(a.meter_id as text) || '|' || cast(a.account_id as text) || '|' || a.label || '|' || "
        "cast(e.amount_fen as text) from ledger_entry e "
        "join ledger_account a on a.id = e.ledger_account_id order by e.id",
        "select 'balance' || '|' || kind || '|' || cast(meter_id as text) || '|' || "
        "cast(account_id as text) || '|' || label || '|' || cast(balance_fen as text) "
        "from ledger_account order by kind, meter_id, account_id, label",
        "select name || '|' || cast(last_number as text) from number_series order by name"})
    db.each<std::string>(text, [&](const std::string& line) { out.push_back(line); });
  return out;
}

}  // namespace

TEST_P(SaleBatchTest, WritesWhatOneByOneWrites) {
  const auto sales = mixed_sales();
  shop_.replace_store(nullptr);
  const auto db = connect();
  std::vector<std::string> rows[2];
  std::vector<std::vector<Cell>> returned[2];
  for (const int way : {0, 1}) {
    // PostgreSQL's sequences do not go back with the transaction.
    db->begin_write();
    if (db->dialect() == Dialect::postgresql)
      for (const char* table : {"vend", "posting", "ledger_entry", "ledger_account"})
        db->value<std::int64_t>(std::string("select setval('") + table + "_id_seq', 1000)");
    else
      db->execute(
          "insert into sqlite_sequence (name, seq) values ('vend', 1000), "
          "('posting', 1000)");
    if (way == 0) {
      for (const Vend& one : sales)
        returned[way].push_back(cells_of(sql::create_paid_vend_alone(*db, one).value().vend));
    } else {
      // Three batches, so that the later ones find ledger accounts and balances.
      for (const auto& [first, count] : {std::pair{0, 1}, std::pair{1, 20}, std::pair{21, 19}})
        for (const auto& answer :
             together(*db, {sales.begin() + first, sales.begin() + first + count}))
          returned[way].push_back(cells_of(answer.value().value().vend));
    }
    rows[way] = rows_of_sales(*db);
    db->roll_back();
  }
  EXPECT_EQ(rows[0], rows[1]);
  EXPECT_EQ(returned[0], returned[1]);
  EXPECT_GT(rows[0].size(), 40U * 4);
}

TEST_P(SaleBatchTest, LeavesAloneWhatItCannotSell) {
  shop_.sell(meter_["M1"], "known", 100);
  shop_.replace_store(nullptr);
  const auto db = connect();
  db->begin_write();
  db->execute("update meter_money set quarantined = 1 where meter_id = :m", meter_["M2"]);
  db->execute("update meter_money set settling = 1 where meter_id = :m", meter_["M3"]);
  db->execute("update account set state = 'closing' where idempotency_key = :key",
              "open-" + std::to_string(meter_["M4"].value));
  struct Row {
    const char* reason;
    Vend vend;
  };
  std::vector<Row> rows{{"the key is known", sale("M1", "known", 100)},
                        {"in quarantine", sale("M2", "a", 100)},
                        {"being settled", sale("M3", "b", 100)},
                        {"the account closes", sale("M4", "c", 100)},
                        {"no account", sale("M8", "d", 100)},
                        {"no such meter", Shop::sale(MeterId{999}, "e", 100)},
                        {"somebody else's account", sale("M5", "f", 100)},
                        {"a settlement's own", sale("M5", "g", 100)},
                        {"a grant", sale("M5", "h", 100)},
                        {"nothing", sale("M5", "i", 0)},
                        {"parts do not add up", sale("M5", "j", 100)},
                        {"the same key a second time", sale("M1", "k", 100)}};
  rows[6].vend.account = AccountId{999};
  rows[7].vend.settles = true;
  rows[8].vend.kind = domain::VendKind::grant;
  rows[10].vend.fees = {1};
  std::vector<Vend> vends;
  for (const Row& row : rows) vends.push_back(row.vend);
  vends.insert(vends.begin(), sale("M1", "k", 100));  // and one that is in order
  const auto answers = together(*db, vends);
  EXPECT_TRUE(answers[0].has_value());
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_FALSE(answers[i + 1].has_value()) << rows[i].reason;
  EXPECT_EQ(db->value<int>("select count(*) from vend"), 2);

  vends.erase(vends.begin());
  vends.pop_back();
  const std::int64_t changes = db->connection().changes();
  for (const auto& answer : together(*db, vends)) EXPECT_FALSE(answer.has_value());
  EXPECT_EQ(db->connection().changes(), changes) << "refusing needs nothing undone";
  db->set_disk_low(true);
  EXPECT_FALSE(together(*db, {sale("M1", "l", 100)})[0].has_value()) << "the disk is nearly full";
  db->roll_back();
}

TEST_P(SaleBatchTest, OverflowIsJudgedOneByOne) {
  const std::int64_t most = domain::kMoneyMax.fen;
  shop_.sell(meter_["M1"], "most", most);
  std::vector<Vend> sales{sale("M2", "a", 1), sale("M3", "b", 1)};
  sales[1].method = domain::PaymentMethod::bank_card;
  EXPECT_EQ(shop_.ask(store().create_paid_vend(sales[0])).error().code, Errc::ledger_overflow);
  EXPECT_TRUE(shop_.ask(store().create_paid_vend(sales[1])));
  shop_.replace_store(nullptr);
  const auto db = connect();
  db->begin_write();
  const std::int64_t changes = db->connection().changes();
  sales[1].idempotency_key = "c";
  for (const auto& answer : together(*db, sales)) EXPECT_FALSE(answer.has_value());
  EXPECT_EQ(db->connection().changes(), changes);
  db->roll_back();
}

TEST_P(SaleBatchTest, EachCallerGetsItsOwnAnswer) {
  // One caller in four is refused, one in four repeats another's key.
  std::map<int, Result<port::VendStore::Created>> answers;
  shop_.io().restart();
  constexpr int kCallers = 200;
  for (int i = 0; i < kCallers; ++i) {
    const int key = i % 4 == 3 ? i - 1 : i;
    const char* code = i % 4 == 0 ? "M8" : (i % 8 < 4 ? "M1" : "M6");
    boost::asio::co_spawn(
        shop_.io(), store().create_paid_vend(sale(code, "key-" + std::to_string(key), 100)),
        [&answers, i](const std::exception_ptr& trouble, Result<port::VendStore::Created> answer) {
          ASSERT_FALSE(trouble);
          answers.emplace(i, std::move(answer));
        });
  }
  shop_.io().run();
  ASSERT_EQ(answers.size(), static_cast<std::size_t>(kCallers));
  std::set<std::string> slips;
  for (const auto& [i, answer] : answers) {
    if (i % 4 == 0) {
      EXPECT_EQ(answer.error().code, Errc::account_not_open);
      continue;
    }
    ASSERT_TRUE(answer) << i;
    slips.insert(answer->vend.slip_number);
    if (i % 4 == 3) {
      EXPECT_EQ(answer->vend.id, answers.at(i - 1)->vend.id);
      EXPECT_NE(answer->existed, answers.at(i - 1)->existed) << "one of the two sold it";
    }
  }
  EXPECT_EQ(slips.size(), 100U);
  EXPECT_EQ(*slips.rbegin(), "000100") << "no number is left out";
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(SaleBatchTest, ADatabaseErrorHurtsNoOtherCaller) {
  {
    const auto db = connect();
    if (db->dialect() == Dialect::postgresql)
      db->connection().script(
          "create function refuse_boom() returns trigger language plpgsql as $$ begin "
          "if new.note = 'boom' then raise exception 'boom'; end if; return new; end $$; "
          "create trigger boom before insert on vend for each row execute function refuse_boom()");
    else
      db->connection().script(
          "create trigger boom before insert on vend when new.note = 'boom' "
          "begin select raise(abort, 'boom'); end");
  }
  reopen();
  std::map<int, bool> sold;
  shop_.io().restart();
  for (int i = 0; i < 60; ++i) {
    Vend vend = sale(i % 2 == 0 ? "M1" : "M4", "key-" + std::to_string(i), 100);
    if (i % 10 == 9) vend.note = "boom";
    boost::asio::co_spawn(shop_.io(), store().create_paid_vend(vend),
                          [&sold, i](const std::exception_ptr& trouble,
                                     const Result<port::VendStore::Created>& answer) {
                            ASSERT_FALSE(trouble);
                            sold[i] = answer.has_value();
                          });
  }
  shop_.io().run();
  ASSERT_EQ(sold.size(), 60U);
  for (const auto& [i, was_sold] : sold) EXPECT_EQ(was_sold, i % 10 != 9) << i;
  EXPECT_EQ(shop_.must(store().list_vends({})).total, 54);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

}  // namespace paymeter::store::testing
