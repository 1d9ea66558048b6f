// Platform wallets through the interface: shared wallets, closing, debts, dead meters, fees.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class WalletSettlementRoutes : public ApiTest {
 protected:
  void SetUp() override {
    site.wallet = domain::Wallet::platform;
    ApiTest::SetUp();
    log_in();
    second_ = session_of(port::Role::manager);
    approve_price(service_percent());
    billing->start();
  }
  virtual std::string service_percent() const { return "0"; }
  /// 1 yuan/kWh, with a service fee in percent.
  void approve_price(const std::string& service_percent) {
    const std::string tariff =
        "/tariffs/" + std::to_string(station->live.site().tariffs.front().id.value) + "/versions";
    const Reply written =
        post(tariff + "?valid_from=2026-01-0" + std::to_string(++versions_) + "T00:00:00%2B08:00",
             R"({"format":1,"name":"shops","utility":"electricity",
                                   "currency":"CNY","time_zone":"Asia/Shanghai",
                                   "service_percent":")" +
                 service_percent + R"(","lines":[{"name":"energy","price":"1"}]})");
    ASSERT_EQ(written.status, 201) << written.raw.body;
    const std::string path = tariff + "/" + std::to_string(versions_);
    ASSERT_EQ(post(path + "/submit", "{}").status, 200);
    std::swap(session, second_);
    ASSERT_EQ(post(path + "/approve", "{}").status, 200);
    std::swap(session, second_);
  }
  void use(std::int64_t wh) {
    station->until([] { return false; }, minutes(2));
    site.meter(1).start_energy(wh);
    station->until([] { return false; }, minutes(40));
  }
  std::string close_account(const std::string& key) {
    const auto account = station->live.find(station->meter_id(1))->account->id;
    const Reply closed = post("/accounts/" + std::to_string(account.value) + "/close",
                              R"({"reason":"contract ended"})", key);
    EXPECT_EQ(closed.status, 201) << closed.raw.body;
    EXPECT_EQ(misfit(closed.body, "SettlementList"), "");
    return "/settlements/" + std::to_string(closed.body.at("rows").at(0).at("id").as_int64());
  }
  Reply reached(const std::string& path, std::string_view state) {
    Reply reply;
    for (int i = 0; i < 60; ++i) {
      reply = get(path);
      if (reply.body.at("state").as_string() == state) break;
      station->until([] { return false; }, seconds(30));
    }
    EXPECT_EQ(reply.body.at("state").as_string(), state);
    EXPECT_EQ(misfit(reply.body, "Settlement"), "");
    return reply;
  }
  Reply propose(const std::string& path, const std::string& fields, const std::string& key) {
    return post("/proposals",
                R"({"kind":"settle_without_meter","meter_id":)" +
                    std::to_string(station->meter_id(1).value) + R"(,"settlement_id":)" +
                    path.substr(path.rfind('/') + 1) + R"(,"evidence":"photo in folder 12",)" +
                    fields + "}",
                key);
  }
  Reply approve(const Reply& proposal) {
    std::swap(session, second_);
    Reply reply =
        post("/proposals/" + std::to_string(proposal.body.at("id").as_int64()) + "/approve",
             R"({"note":"seen"})");
    std::swap(session, second_);
    return reply;
  }
  std::string second_;
  int versions_ = 0;
};

TEST_F(WalletSettlementRoutes, WhatIsLeftIsGivenBack) {
  open_account(1);
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  use(5'000);
  const std::string path = close_account("close-0001");
  const Reply done = reached(path, "done");
  EXPECT_EQ(done.body.at("final_wh").as_int64(), 5'000);
  EXPECT_EQ(done.body.at("final_balance_fen").as_int64(), 9'500);
  EXPECT_TRUE(done.body.at("due_fen").is_null());
  const Reply refund = get("/vends/" + std::to_string(done.body.at("vend_id").as_int64()));
  EXPECT_EQ(refund.body.at("state").as_string(), "refund_due");
  EXPECT_EQ(misfit(get(path + "/slip").body, "SettlementSlip"), "");
}

TEST_F(WalletSettlementRoutes, ADebtIsShownAndWrittenOffByTwo) {
  open_account(1);
  use(1'370);
  const std::string path = close_account("close-0001");
  const Reply debt = reached(path, "debt");
  EXPECT_EQ(debt.body.at("due_fen").as_int64(), 137);
  EXPECT_EQ(
      post(path + "/collect", R"({"kind":"adjustment","reason":"alone"})", "collect-01").code(),
      "request_invalid");
  EXPECT_EQ(propose(path, R"("amount_fen":136)", "write-off1").code(), "proposal_outdated");
  const Reply proposal = propose(path, R"("amount_fen":137)", "write-off2");
  ASSERT_EQ(proposal.status, 201) << proposal.raw.body;
  EXPECT_EQ(misfit(proposal.body, "Proposal"), "");
  const Reply decided = approve(proposal);
  ASSERT_EQ(decided.status, 200) << decided.raw.body;
  EXPECT_EQ(misfit(decided.body, "Decided"), "");
  EXPECT_TRUE(reached(path, "done").body.at("due_fen").is_null());
}

TEST_F(WalletSettlementRoutes, ADeadMetersRegisterIsAgreed) {
  open_account(1);
  ASSERT_TRUE(station->sell(1, 10'000, "sale-000001"));
  use(5'000);
  site.fate = [](std::uint8_t, Bytes) { return bench_station::Fate::wire_down; };
  const std::string path = close_account("close-0001");
  station->until([] { return false; }, minutes(5));
  EXPECT_EQ(propose(path, R"("final_wh":6000)", "agreed-001").code(), "request_invalid");
  EXPECT_EQ(propose(path, R"("amount_fen":0)", "agreed-002").code(), "proposal_incomplete");
  const std::string now = format_rfc3339(station->runtime.now());
  const Reply proposal = propose(path, R"("final_wh":6000,"final_at":")" + now + '"', "agreed-003");
  ASSERT_EQ(proposal.status, 201) << proposal.raw.body;
  EXPECT_EQ(misfit(proposal.body, "Proposal"), "");
  EXPECT_EQ(proposal.body.at("final_wh").as_int64(), 6'000);
  EXPECT_EQ(proposal.body.at("final_at").as_string(), now);
  ASSERT_EQ(approve(proposal).status, 200);
  const Reply done = reached(path, "done");
  EXPECT_TRUE(done.body.at("without_meter").as_bool());
  EXPECT_EQ(done.body.at("final_balance_fen").as_int64(), 9'400);
}

TEST_F(WalletSettlementRoutes, ASharedWalletIsKeptInMoney) {
  const std::string one = std::to_string(station->meter_id(1).value),
                    two = std::to_string(station->meter_id(2).value);
  const Reply opened = post("/accounts",
                            R"({"meter_id":)" + one + R"(,"further_meter_ids":[)" + two +
                                R"(],"shared_wallet":1,"customer_name":"连锁店"})",
                            "open-shared");
  ASSERT_EQ(opened.status, 201) << opened.raw.body;
  EXPECT_EQ(misfit(opened.body, "Account"), "");
  EXPECT_TRUE(opened.body.at("shared_wallet").as_bool());
  const std::string terms =
      R"({"unit":"quantity","emergency_credit_fen":0,"emergency_on":0,"friendly_from_minute":0,
          "friendly_to_minute":0})";
  EXPECT_EQ(post("/meters/" + one + "/wallet", terms).code(), "wallet_terms_invalid");
  ASSERT_TRUE(station->sell(2, 1'000, "sale-000001"));
  EXPECT_EQ(get("/meters/" + one + "/wallet").body.at("standing").at("is_shared").as_bool(), true);
}

class ServiceFeeRoutes : public WalletSettlementRoutes {
 protected:
  std::string service_percent() const override { return "2.5"; }
};

TEST_F(ServiceFeeRoutes, IsOnTheSlip) {
  open_account(1);
  const Reply sold = post("/vends",
                          R"({"meter_id":)" + std::to_string(station->meter_id(1).value) +
                              R"(,"amount_fen":10000,"method":"cash","wait_ms":1000})",
                          "sale-000001");
  ASSERT_EQ(sold.status, 201) << sold.raw.body;
  EXPECT_EQ(sold.body.at("fees_fen").as_int64(), 250);
  EXPECT_EQ(sold.body.at("to_meter_fen").as_int64(), 9'750);
  const Reply slip = get("/vends/" + std::to_string(sold.body.at("id").as_int64()) + "/slip");
  EXPECT_EQ(misfit(slip.body, "Slip"), "");
  EXPECT_EQ(slip.body.at("vend").at("fees_fen").as_int64(), 250);
}

}  // namespace
}  // namespace paymeter::http
