// A clumsy administrator changes any one row of the books in any way: verify names it.
#include "paymeter/store/chain_rows.hpp"
#include "paymeter/store/chain_tampering.hpp"
#include "paymeter/store/chain_testing.hpp"

namespace paymeter::store::testing {
namespace {

const std::vector<std::string> kTables = {
    "posting", "ledger_entry", "ledger_account", "vend_act", "chain_seal", "chain_head", "vend"};

/// Moving a row elsewhere may show first where it comes from or goes to.
bool names_itself(const std::string& column) {
  return column != "id" && column != "property_id" && column != "posting_id" &&
         column != "number" && column != "balance_fen";
}

class Mutations : public ::testing::TestWithParam<Dialect> {
 protected:
  Tampered book_{GetParam(), kTables, [](Shop& shop) { Bookkeeper(shop).write_all(); }};
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
  for (const std::string& table : kTables)
    for (const auto& column : book_.columns(table)) {
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
  for (const std::string& table : kTables)
    for (const std::int64_t key : book_.keys(table)) {
      const std::string sql = "delete from " + table + " where " + Tampered::key_of(table) + " = " +
                              std::to_string(key);
      ASSERT_TRUE(book_.change(sql)) << sql;
      expect_found(sql, table, key, !in_tail(table, key) && table != "ledger_account");
    }
  EXPECT_GT(found_, 100);
}

TEST_P(Mutations, EverySwapOfNeighbours) {
  for (const std::string& table : kTables) {
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

/// A vend's state is no sealed column: it must fit its postings, and the row its mark.
TEST_P(Mutations, EveryOtherState) {
  for (const std::int64_t key : book_.keys("vend"))
    for (int i = 0; i <= static_cast<int>(domain::VendState::moved); ++i) {
      const auto state = std::string(domain::vend_state_name(static_cast<domain::VendState>(i)));
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
