// A clumsy administrator changes any one row of the books in any way: verify names it.
#include <set>

#include "paymeter/store/chain_rows.hpp"
#include "paymeter/store/chain_testing.hpp"
#include "paymeter/store/sqlite_connection.hpp"

namespace paymeter::store::testing {
namespace {

/// A sealed book, and a connection that no trigger or foreign key holds back.
class Tampered {
 public:
  explicit Tampered(Dialect dialect) : dialect_(dialect) {
    shop_ = std::make_unique<Shop>(open());
    Bookkeeper(*shop_).write_all();
    db_ = connect();
    for (const char* table : kTables)
      db_->execute("create table copy_" + std::string(table) + " as select * from " + table);
    if (dialect_ == Dialect::postgresql)
      drop_not_null();
    else
      drop_triggers();
  }

  static constexpr const char* kTables[] = {
      "posting", "ledger_entry", "ledger_account", "vend_act", "chain_seal", "chain_head", "vend"};

  Db& db() { return *db_; }
  Dialect dialect() const { return dialect_; }
  port::VerifyReport verify() { return shop_->must(shop_->store().verify(3)); }

  struct Column {
    std::string name, type;
  };
  std::vector<Column> columns(const std::string& table) {
    std::vector<Column> out;
    const std::string sql =
        dialect_ == Dialect::sqlite
            ? "select name, lower(type) from pragma_table_info('" + table + "')"
            : "select column_name::text, data_type::text from information_schema.columns "
              "where table_name = '" +
                  table + "' order by ordinal_position";
    db_->each<std::string, std::string>(sql, [&](const std::string& name, const std::string& type) {
      out.push_back({name, type});
    });
    return out;
  }
  static std::string key_of(const std::string& table) {
    return table == "chain_seal" ? "number" : table == "chain_head" ? "property_id" : "id";
  }
  std::vector<std::int64_t> keys(const std::string& table) {
    std::vector<std::int64_t> out;
    const std::string key = key_of(table);
    db_->each<std::int64_t>("select " + key + " from " + table + " order by " + key,
                            [&](std::int64_t id) { out.push_back(id); });
    return out;
  }
  void restore(const std::string& table) {
    db_->connection().script("delete from " + table + "; insert into " + table +
                             " select * from copy_" + table + ";");
  }
  /// False: the database itself refused, or nothing changed.
  bool change(const std::string& sql) {
    try {
      return db_->execute(sql) > 0;
    } catch (const DbError&) {
      return false;
    }
  }

 private:
  std::unique_ptr<port::Store> open() {
    if (dialect_ == Dialect::sqlite)
      return std::move(*open_sqlite(quick_options(folder_.file(), ExecutionMode::inline_)));
    auto made = open_postgresql_on(folder_);  // makes the database
    made->reset();
    StoreOptions options;
    options.mode = ExecutionMode::inline_;
    options.durability = Durability::none;
    return std::move(*open_store(url(), options));
  }
  std::string url() const {
    std::string name = folder_.name();
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(c));
    return shared_server().url(name);
  }
  std::unique_ptr<Db> connect() {
    if (dialect_ == Dialect::sqlite) {
      auto db = std::make_unique<Db>(std::make_unique<SqliteConnection>(folder_.file()));
      db->connection().script("pragma foreign_keys=off; pragma ignore_check_constraints=on;");
      return db;
    }
    auto db = std::make_unique<Db>(std::make_unique<PostgresqlConnection>(url()));
    db->connection().script("set session_replication_role = replica");
    return db;
  }
  void drop_triggers() {
    std::string drops;
    db_->each<std::string>("select name from sqlite_master where type = 'trigger'",
                           [&](const std::string& name) { drops += "drop trigger " + name + ";"; });
    db_->connection().script(drops);
  }
  void drop_not_null() {
    for (const char* table : kTables)
      for (const Column& column : columns(table))
        change("alter table " + std::string(table) + " alter column " + column.name +
               " drop not null");
  }

  TempFolder folder_;
  Dialect dialect_;
  std::unique_ptr<Shop> shop_;
  std::unique_ptr<Db> db_;
};

/// SQL expressions that a column is set to, one after the other.
std::vector<std::string> edits_of(const Tampered::Column& column, Dialect dialect) {
  const std::string c = column.name;
  if (column.type == "text") {
    std::vector<std::string> out = {"coalesce(" + c + ", '') || 'x'", "''", "null"};
    if (dialect == Dialect::sqlite) out.push_back("cast(" + c + " as blob)");
    return out;
  }
  std::vector<std::string> out = {"coalesce(" + c + ", 0) + 1000003", "-coalesce(" + c + ", 1)",
                                  "9223372036854775807", "null"};
  if (dialect == Dialect::sqlite) out.insert(out.end(), {"'abc'", "x'30'", "0.5"});
  return out;
}

/// What changes while a vend lives is checked against the postings instead.
bool is_sealed_column(const std::string& table, const std::string& column) {
  static const std::set<std::string> vend = {
      "id",          "property_id",  "meter_id",   "account_id",   "idempotency_key",
      "kind",        "captured_fen", "fees_fen",   "to_meter_fen", "tag",
      "slip_number", "operator_id",  "created_at", "wallet",       "shared_wallet"};
  return table != "vend" || vend.contains(column);
}

/// Moving a row elsewhere may show first where it comes from or goes to.
bool names_itself(const std::string& column) {
  return column != "id" && column != "property_id" && column != "posting_id" &&
         column != "number" && column != "balance_fen";
}

class Mutations : public ::testing::TestWithParam<Dialect> {
 protected:
  Tampered book_{GetParam()};
  int found_ = 0;

  /// The row that is not in the sealed part: the last sale's.
  bool in_tail(const std::string& table, std::int64_t key) {
    if (table == "posting") return key > tail_;
    if (table != "ledger_entry" && table != "vend") return false;
    const std::string what = table == "vend" ? "vend_id" : "posting_id";
    const auto posting = book_.db().value<std::int64_t>(
        table == "vend" ? "select min(id) from posting where vend_id = :id"
                        : "select posting_id from copy_ledger_entry where id = :id",
        key);
    return !posting || *posting > tail_;
  }
  void SetUp() override {
    const auto report = book_.verify();
    ASSERT_TRUE(report.sound());
    tail_ = report.chains.at(0).tail.postings.at(0) - 1;
  }
  void expect_found(const std::string& what, const std::string& table, std::int64_t key,
                    bool by_name) {
    const auto report = book_.verify();
    ++found_;
    if (report.sound()) {
      ADD_FAILURE() << "not found: " << what;
    } else if (by_name) {
      ASSERT_FALSE(report.bad.empty()) << what << ": " << report.problems.at(0);
      EXPECT_EQ(report.bad[0].table, table) << what << ": " << report.bad[0].what;
      EXPECT_EQ(report.bad[0].id, key) << what << ": " << report.bad[0].what;
    }
    book_.restore(table);
  }

  std::int64_t tail_ = 0;
};

}  // namespace

TEST_P(Mutations, EveryEdit) {
  for (const std::string table : Tampered::kTables)
    for (const auto& column : book_.columns(table)) {
      if (!is_sealed_column(table, column.name)) continue;
      for (const std::int64_t key : book_.keys(table))
        for (const std::string& value : edits_of(column, GetParam())) {
          if (in_tail(table, key)) continue;
          const std::string sql = "update " + table + " set " + column.name + " = " + value +
                                  " where " + Tampered::key_of(table) + " = " +
                                  std::to_string(key) + " and " + column.name +
                                  " is distinct from " + value;
          if (book_.change(sql)) expect_found(sql, table, key, names_itself(column.name));
        }
    }
  EXPECT_GT(found_, 1000);
}

TEST_P(Mutations, EveryDeletion) {
  for (const std::string table : Tampered::kTables)
    for (const std::int64_t key : book_.keys(table)) {
      const std::string sql = "delete from " + table + " where " + Tampered::key_of(table) + " = " +
                              std::to_string(key);
      ASSERT_TRUE(book_.change(sql)) << sql;
      expect_found(sql, table, key, !in_tail(table, key) && table != "ledger_account");
    }
  EXPECT_GT(found_, 100);
}

TEST_P(Mutations, EverySwapOfNeighbours) {
  for (const std::string table : Tampered::kTables) {
    const auto keys = book_.keys(table);
    const std::string key = Tampered::key_of(table);
    for (std::size_t i = 1; i < keys.size(); ++i) {
      const std::string sql[] = {"update " + table + " set " + key + " = -7 where " + key + " = " +
                                     std::to_string(keys[i]),
                                 "update " + table + " set " + key + " = " +
                                     std::to_string(keys[i]) + " where " + key + " = " +
                                     std::to_string(keys[i - 1]),
                                 "update " + table + " set " + key + " = " +
                                     std::to_string(keys[i - 1]) + " where " + key + " = -7"};
      if (in_tail(table, keys[i - 1]) && in_tail(table, keys[i])) continue;
      for (const std::string& step : sql) ASSERT_TRUE(book_.change(step)) << step;
      expect_found("swap " + table + " " + std::to_string(keys[i]), table, keys[i - 1],
                   table != "vend" && table != "ledger_account");
    }
  }
  EXPECT_GT(found_, 90);
}

/// One more row, a copy of each: among the sealed ones, or where nothing may be.
TEST_P(Mutations, EveryInsertion) {
  for (const std::string table : {"posting", "ledger_entry", "ledger_account", "vend_act"}) {
    std::string names, values;
    for (const auto& column : book_.columns(table)) {
      const std::string& c = column.name;
      names += (names.empty() ? "" : ", ") + c;
      values += values.empty() ? "" : ", ";
      values += c == "id" ? "-id" : c == "document" || c == "label" ? c + " || 'x'" : c;
    }
    for (const std::int64_t key : book_.keys(table)) {
      const std::string sql = "insert into " + table + " (" + names + ") select " + values +
                              " from " + table + " where id = " + std::to_string(key);
      ASSERT_TRUE(book_.change(sql)) << sql;
      expect_found(sql, table, -key, false);
    }
  }
  EXPECT_GT(found_, 50);
}

/// A vend's state is no sealed column: it must fit its postings.
TEST_P(Mutations, EveryOtherState) {
  for (const std::int64_t key : book_.keys("vend"))
    for (int i = 0; i <= static_cast<int>(domain::VendState::moved); ++i) {
      const auto state = std::string(domain::vend_state_name(static_cast<domain::VendState>(i)));
      // Both owe the same money, whatever the channel said: no posting tells them apart.
      if (state == "refund_failed") continue;
      const std::string sql = "update vend set state = '" + state +
                              "' where id = " + std::to_string(key) + " and state <> '" + state +
                              "'";
      if (book_.change(sql)) expect_found(sql, "vend", key, false);
    }
  EXPECT_GT(found_, 80);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Mutations, ::testing::Values(Dialect::sqlite, Dialect::postgresql),
                         [](const ::testing::TestParamInfo<Dialect>& suite) {
                           return suite.param == Dialect::sqlite ? "sqlite" : "postgresql";
                         });

}  // namespace paymeter::store::testing
