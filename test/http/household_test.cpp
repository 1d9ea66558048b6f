// Households by month through the interface; repeated keys within one millisecond; sub-accounts.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class HouseholdApiTest : public ApiTest {
 protected:
  void SetUp() override {
    site.wallet = domain::Wallet::platform;
    ApiTest::SetUp();
    log_in();
  }
  Reply open(int unit, const std::string& more = {}, const std::string& key = "opening-1") {
    return post("/accounts",
                R"({"meter_id":)" + std::to_string(station->meter_id(unit).value) +
                    R"(,"customer_name":"王记面馆")" + more + "}",
                key);
  }
  static std::string path_of(const Reply& account) {
    return "/accounts/" + std::to_string(account.body.at("id").as_int64());
  }
  /// The local month `ahead` months from now, as `2026-12`.
  std::string month(int ahead) {
    const CivilTime now = civil_time(station->runtime.now(), minutes(480));
    const int number = 12 * now.year + now.month - 1 + ahead;
    return domain::tariff::month_text({number / 12, number % 12 + 1});
  }
  std::string said(const std::string& from, int households, int people) {
    return R"({"from":")" + from + R"(","households":)" + std::to_string(households) +
           R"(,"people":)" + std::to_string(people) + R"(,"reason":"two families"})";
  }
};

TEST_F(HouseholdApiTest, ComeWithTheOpeningAndChangeLater) {
  const Reply opened = open(1, R"(,"households":2,"people":5)");
  ASSERT_EQ(opened.status, 201) << opened.raw.body;
  const std::string path = path_of(opened);
  Reply account = get(path);
  EXPECT_EQ(misfit(account.body, "Account"), "");
  ASSERT_EQ(account.body.at("households").as_array().size(), 1U);
  const json::value first = account.body.at("households").at(0);
  EXPECT_EQ(first.at("from").as_string(), month(0)) << "from the month of the opening";
  EXPECT_EQ(first.at("households").as_int64(), 2);
  EXPECT_EQ(first.at("people").as_int64(), 5);
  EXPECT_TRUE(first.at("in_force").as_bool());

  account = post(path + "/households", said(month(1), 3, 9), "household-1");
  ASSERT_EQ(account.status, 201) << account.raw.body;
  EXPECT_EQ(misfit(account.body, "Account"), "");
  ASSERT_EQ(account.body.at("households").as_array().size(), 2U);
  const json::value second = account.body.at("households").at(1);
  EXPECT_EQ(second.at("from").as_string(), month(1));
  EXPECT_EQ(second.at("reason").as_string(), "two families");
  EXPECT_FALSE(second.at("operator_name").as_string().empty());
  EXPECT_FALSE(second.at("in_force").as_bool()) << "not yet";
  EXPECT_TRUE(account.body.at("households").at(0).at("in_force").as_bool());
  account = post(path + "/households", said(month(1), 3, 9), "household-1");
  EXPECT_EQ(account.status, 200) << "the same request again";
  EXPECT_EQ(account.body.at("households").as_array().size(), 2U);
  const auto lines = audit();
  EXPECT_TRUE(std::ranges::any_of(lines, [&](const port::AuditLine& line) {
    return line.action == "account_household_set" &&
           line.subject == "account " + std::string(account.body.at("number").as_string()) &&
           line.detail == "from " + month(1) + ": 3 households, 9 people: two families";
  }));
}

TEST_F(HouseholdApiTest, WhatIsRefused) {
  const Reply opened = open(1);
  const std::string path = path_of(opened);
  EXPECT_TRUE(get(path).body.at("households").as_array().empty()) << "nothing said: one household";
  ASSERT_EQ(post(path + "/households", said(month(1), 2, 0), "household-0").status, 201);
  struct Row {
    const char* reason;
    std::string path, body, key, code;
    int status;
  };
  for (const Row& row :
       {Row{"a month that has begun", path, said(month(0), 2, 0), "household-1",
            "household_month_begun", 422},
        Row{"one that is over", path, said("2020-01", 2, 0), "household-2", "household_month_begun",
            422},
        Row{"no month", path, said("2027-13", 2, 0), "household-3", "request_invalid", 400},
        Row{"nobody", path, said(month(1), 0, 0), "household-4", "request_invalid", 400},
        Row{"no reason", path, R"({"from":")" + month(1) + R"(","reason":""})", "household-5",
            "vend_reason_missing", 422},
        Row{"no key", path, said(month(1), 2, 0), "", "vend_key_invalid", 400},
        Row{"a key that said something else", path, said(month(1), 5, 0), "household-0",
            "vend_exists_with_different_request", 409},
        Row{"no such account", "/accounts/999", said(month(1), 2, 0), "household-6",
            "account_unknown", 404}}) {
    const Reply reply = post(row.path + "/households", row.body, row.key);
    EXPECT_EQ(reply.code(), row.code) << row.reason << " " << reply.raw.body;
    EXPECT_EQ(reply.status, row.status) << row.reason;
  }
  EXPECT_EQ(get(path).body.at("households").as_array().size(), 1U);
  session = session_of(port::Role::viewer);
  EXPECT_EQ(post(path + "/households", said(month(1), 2, 0), "household-7").code(),
            "permission_denied");
}

TEST_F(HouseholdApiTest, AnExportIsForTheAccountsHousehold) {
  const std::string second = session_of(port::Role::manager);
  const std::string tariff =
      "/tariffs/" + std::to_string(station->live.site().tariffs.front().id.value);
  const Reply written = post(tariff + "/versions?valid_from=2026-01-01T00:00:00%2B08:00",
                             R"({"format":1,"name":"homes","utility":"electricity","currency":"CNY",
          "time_zone":"Asia/Shanghai",
          "lines":[{"name":"energy","price":"1","steps":[{"limits":[["100","0.05"]]}]}]})");
  ASSERT_EQ(written.status, 201) << written.raw.body;
  const Reply opened = open(1, R"(,"households":2)");
  const std::string rate = tariff + "/versions/1/rate.json?month=" + month(0);
  const auto households = [&](const std::string& query) {
    return get(rate + query).body.at("scale").at("households").as_int64();
  };
  const std::string account = "&account_id=" + std::to_string(opened.body.at("id").as_int64());
  EXPECT_EQ(households(""), 1);
  EXPECT_EQ(households(account), 2);
  EXPECT_EQ(households(account + "&households=7"), 7) << "what the query says goes first";
  EXPECT_EQ(get(tariff + "/versions/1/rate.json?month=2026-7").code(), "request_invalid");
}

TEST_F(HouseholdApiTest, ARepeatedKeyIsKnownWithinTheSameMillisecond) {
  // Virtual time stands still between two calls: only the store can tell them apart.
  const UtcMs before = station->runtime.now();
  const Reply opened = open(1);
  ASSERT_EQ(opened.status, 201) << opened.raw.body;
  const Reply again = open(1);
  ASSERT_EQ(station->runtime.now(), before) << "or the test shows nothing";
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body.at("id").as_int64(), opened.body.at("id").as_int64());
}

class RepeatedCommandTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
    ApiTest::open_account(1);
  }
};

TEST_F(RepeatedCommandTest, IsKnownWithinTheSameMillisecond) {
  struct Row {
    const char* path;
    const char* body;
    const char* key;
  };
  for (const Row& row :
       {Row{"/supply", R"({"action":"trip","reason":"work"})", "supply-001"},
        Row{"/download", R"({"kind":"write_prices"})", "download-1"},
        Row{"/download", R"({"kind":"write_settings","alarm1_fen":3000})", "download-2"}}) {
    const UtcMs before = station->runtime.now();
    const Reply first = post(meter_path(1) + row.path, row.body, row.key);
    ASSERT_EQ(first.status, 201) << row.key << first.raw.body;
    const Reply again = post(meter_path(1) + row.path, row.body, row.key);
    ASSERT_EQ(station->runtime.now(), before) << row.key;
    EXPECT_EQ(again.status, 200) << row.key;
    EXPECT_EQ(again.body.at("id").as_int64(), first.body.at("id").as_int64()) << row.key;
  }
}

TEST_F(HouseholdApiTest, AnAccountIsNotClosedAboveOthers) {
  const std::string above = path_of(open(1)), below = path_of(open(2, "", "opening-2"));
  ASSERT_EQ(post(below + "/parent", R"({"parent_id":)" + above.substr(10) + "}").status, 200);
  const Reply refused = post(above + "/close", R"({"reason":"moves out"})", "close-0001");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "account_has_sub_accounts");
  EXPECT_EQ(refused.body.at("error").at("detail").as_string(),
            get(below).body.at("number").as_string());
  EXPECT_EQ(get(above).body.at("state").as_string(), "open");
  ASSERT_EQ(post(below + "/parent", "{}").status, 200) << "moved out from under it";
  EXPECT_EQ(post(above + "/close", R"({"reason":"moves out"})", "close-0001").status, 201);
}

}  // namespace
}  // namespace paymeter::http
