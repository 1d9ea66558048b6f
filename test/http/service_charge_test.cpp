// Property fee, rent and shared areas through the interface; the day's sums and the chain's head.
#include "api_rig.hpp"
#include "paymeter/service/chain_keeper.hpp"

namespace paymeter::http {
namespace {

class ServiceChargeTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
    open_account(1);
    account =
        "/accounts/" + std::to_string(get("/accounts").body.at("rows").at(0).at("id").as_int64());
  }
  std::string account;
};

TEST_F(ServiceChargeTest, ChargedAndPaid) {
  const std::string rent = R"({"service":"rent","amount_fen":250000,"period":"2026-11"})";
  const auto charged = post(account + "/service-charges", rent, "rent-2026-11");
  ASSERT_EQ(charged.status, 201) << charged.raw.body;
  EXPECT_EQ(misfit(charged.body, "ServiceRecord"), "");
  EXPECT_EQ(charged.body.at("owed_after_fen").as_int64(), 250'000);
  EXPECT_EQ(post(account + "/service-charges", rent, "rent-2026-11").status, 200);
  const auto paid =
      post(account + "/service-payments",
           R"({"service":"rent","amount_fen":100000,"method":"wechat"})", "payment-1");
  ASSERT_EQ(paid.status, 201) << paid.raw.body;
  EXPECT_EQ(paid.body.at("owed_after_fen").as_int64(), 150'000);

  const auto all = get(account + "/service-charges");
  EXPECT_EQ(misfit(all.body, "ServiceRecordList"), "");
  EXPECT_EQ(all.body.at("total").as_int64(), 2);
  EXPECT_EQ(all.body.at("balances").at(1).at("owed_fen").as_int64(), 150'000);
  EXPECT_EQ(get(account + "/service-payments").body.at("total").as_int64(), 1);
  const auto lines = audit();
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const port::AuditLine& line) {
    return line.action == "service_charged" && line.detail.starts_with("rent 2500.00");
  }));
}

TEST_F(ServiceChargeTest, WhatIsRefused) {
  struct Row {
    const char* reason;
    const char* path;
    const char* body;
    int status;
  };
  const Row rows[] = {
      {"a utility is no service", "/service-charges", R"({"service":"wallet","amount_fen":1})",
       400},
      {"nothing", "/service-charges", R"({"service":"rent","amount_fen":0})", 400},
      {"an undoing without a note", "/service-charges", R"({"service":"rent","amount_fen":-1})",
       400},
      {"a payment by no method", "/service-payments", R"({"service":"rent","amount_fen":1})", 400},
      {"too much", "/service-charges", R"({"service":"rent","amount_fen":99999999999})", 422},
  };
  for (const Row& row : rows)
    EXPECT_EQ(post(account + row.path, row.body, "refused-01").status, row.status) << row.reason;
  EXPECT_EQ(get("/accounts/999/service-charges").status, 404);
  log_in(port::Role::viewer);
  EXPECT_EQ(post(account + "/service-charges", R"({"service":"rent","amount_fen":1})", "viewer-01")
                .status,
            403);
}

TEST_F(ServiceChargeTest, ADailyReportShowsTheHead) {
  post(account + "/service-charges", R"({"service":"property_fee","amount_fen":300})", "fee-0001");
  const auto before = get("/reports/daily");
  ASSERT_EQ(before.status, 200) << before.raw.body;
  EXPECT_EQ(misfit(before.body, "DailyReport"), "");
  ASSERT_EQ(before.body.at("sums").as_array().size(), 2U);
  EXPECT_EQ(before.body.at("chain").at("unsealed_postings").as_int64(), 1);
  service::ChainKeeper chain(station->runtime, *station->store);
  ASSERT_TRUE(station->run(chain.seal()));
  const auto after = get("/reports/daily");
  EXPECT_EQ(after.body.at("chain").at("number").as_int64(), 1);
  EXPECT_EQ(after.body.at("chain").at("hash").as_string().size(), 64U);
  EXPECT_EQ(after.body.at("chain").at("unsealed_postings").as_int64(), 0);
  EXPECT_TRUE(get("/reports/daily?date=2020-01-01").body.at("sums").as_array().empty());
  EXPECT_EQ(get("/reports/daily?date=2020-13-01").status, 400);
}

}  // namespace
}  // namespace paymeter::http
