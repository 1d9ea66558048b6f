// Closing, change-over and what happens to accounts, through the interface.
#include <gmock/gmock.h>

#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class SettlementRoutes : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
    open_account(1);
  }
  std::string account_path(int unit = 1) {
    return "/accounts/" +
           std::to_string(station->live.find(station->meter_id(unit))->account->id.value);
  }
  std::string id_of(int unit) { return std::to_string(station->meter_id(unit).value); }
  std::string settlement_path(const Reply& reply) {
    return "/settlements/" + std::to_string(reply.body.at("id").as_int64());
  }
  /// The settlement as the interface shows it when it has come this far.
  Reply reached(const std::string& path, std::string_view state) {
    Reply reply;
    station->until([&] {
      const auto rows = *station->run(station->store->list_settlements({}));
      return std::ranges::any_of(rows.rows, [&](const auto& one) {
        return domain::settlement_state_name(one.state) == state;
      });
    });
    return get(path);
  }
  std::vector<std::string> actions() {
    std::vector<std::string> out;
    for (const auto& line : audit()) out.push_back(line.action);
    return out;
  }
};

constexpr const char* kWhy = R"({"reason":"contract ended"})";

TEST_F(SettlementRoutes, AnAccountIsClosed) {
  ASSERT_TRUE(station->sell(1, 2'500, "sale-000001"));
  station->until([&] { return site.meter(1).shown_balance() == 2'500; });
  const std::string account = account_path();
  EXPECT_EQ(post(account + "/close", "{}", "close-0001").code(), "request_invalid");
  const auto closed = post(account + "/close", kWhy, "close-0001");
  ASSERT_EQ(closed.status, 201) << closed.raw.body;
  EXPECT_EQ(misfit(closed.body, "SettlementList"), "");
  station->until([] { return false; }, seconds(1));
  const auto again = post(account + "/close", kWhy, "close-0001");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body.at("rows").at(0).at("id"), closed.body.at("rows").at(0).at("id"));
  const auto done = reached("/settlements/1", "done");
  EXPECT_EQ(misfit(done.body, "Settlement"), "");
  EXPECT_EQ(done.body.at("state").as_string(), "done");
  EXPECT_EQ(done.body.at("final_balance_fen").as_int64(), 2'500);
  EXPECT_EQ(get(account).body.at("state").as_string(), "closed");
  const auto slip = get("/settlements/1/slip");
  EXPECT_EQ(misfit(slip.body, "SettlementSlip"), "");
  EXPECT_EQ(slip.body.at("title").as_string(), "销户结算单");
  EXPECT_EQ(slip.body.at("amount_words_zh").as_string(), "贰拾伍元整");
  const auto list = get("/settlements?kind=closing&state=done&text=1001");
  EXPECT_EQ(misfit(list.body, "SettlementList"), "");
  EXPECT_EQ(list.body.at("total").as_int64(), 1);
  EXPECT_EQ(get("/settlements?kind=none").code(), "request_invalid");
  EXPECT_EQ(get("/settlements/99").code(), "settlement_unknown");
  EXPECT_THAT(actions(), ::testing::Contains("account_closing"));
}

TEST_F(SettlementRoutes, AMeterIsChangedOver) {
  const auto begun = post(meter_path(1) + "/change-over", kWhy, "change-001");
  ASSERT_EQ(begun.status, 201) << begun.raw.body;
  EXPECT_EQ(misfit(begun.body, "Settlement"), "");
  const std::string path = settlement_path(begun);
  EXPECT_EQ(reached(path, "replacing").body.at("state").as_string(), "replacing");
  EXPECT_EQ(post(path + "/replaced", "{}").code(), "settlement_same_device");
  site.replace(1, "PM00000077");
  EXPECT_EQ(post(path + "/replaced", R"({"key_hex":"12"})").code(), "request_invalid");
  const auto opening = post(path + "/replaced", R"({"serial":"PM00000077"})");
  ASSERT_EQ(opening.status, 200) << opening.raw.body;
  EXPECT_EQ(misfit(opening.body, "Settlement"), "");
  EXPECT_EQ(reached(path, "done").body.at("new_serial").as_string(), "PM00000077");
  const auto devices = get(meter_path(1) + "/devices");
  EXPECT_EQ(misfit(devices.body, "DeviceList"), "");
  EXPECT_EQ(devices.body.at("rows").at(0).at("serial").as_string(),
            bench_station::BenchSite::serial_of(1));
  EXPECT_EQ(post(path + "/cancel", kWhy).code(), "settlement_state_conflict");
  EXPECT_THAT(actions(), ::testing::Contains("meter_replaced"));
}

TEST_F(SettlementRoutes, ADebtIsCollectedByTheCashierAndWaivedByTheManagerOnly) {
  auto memory = site.meter(1).memory();
  memory.balance_fine = -sim::Int128{137} * sim::kFinePerFen;
  site.meter(1).set_memory(memory);
  ASSERT_EQ(post(account_path() + "/close", kWhy, "close-0001").status, 201);
  EXPECT_EQ(reached("/settlements/1", "debt").body.at("trouble").at("code").as_string(),
            "settlement_debt");
  session = session_of(port::Role::cashier);
  EXPECT_EQ(
      post("/settlements/1/collect", R"({"kind":"adjustment","reason":"waived"})", "collect-01")
          .code(),
      "permission_denied");
  const auto paid =
      post("/settlements/1/collect", R"({"kind":"sale","method":"cash"})", "collect-01");
  ASSERT_EQ(paid.status, 201) << paid.raw.body;
  EXPECT_EQ(misfit(paid.body, "Vend"), "");
  EXPECT_EQ(paid.body.at("captured_fen").as_int64(), 137);
  EXPECT_EQ(
      post("/settlements/1/collect", R"({"kind":"sale","method":"cash"})", "collect-01").status,
      200)
      << "the same click again, in the same millisecond";
  EXPECT_EQ(reached("/settlements/1", "done").body.at("state").as_string(), "done");
}

TEST_F(SettlementRoutes, AccountsGrowChangeHandsAndStandBelowOneAnother) {
  const std::string account = account_path();
  const auto grown = post(account + "/meters", R"({"meter_ids":[)" + id_of(2) + "]}", "meters-001");
  ASSERT_EQ(grown.status, 200) << grown.raw.body;
  EXPECT_EQ(misfit(grown.body, "Account"), "");
  EXPECT_EQ(grown.body.at("meters").as_array().size(), 2U);
  station->until([&] { return station->run(station->store->pending_commands())->empty(); });

  const auto held =
      post(account + "/holder",
           R"({"customer_name":"李四","phone":"021-5555","reason":"店铺转让"})", "holder-001");
  ASSERT_EQ(held.status, 200) << held.raw.body;
  EXPECT_EQ(held.body.at("customer_name").as_string(), "李四");
  const auto holders = get(account + "/holders");
  EXPECT_EQ(misfit(holders.body, "HolderList"), "");
  EXPECT_EQ(holders.body.at("rows").at(0).at("meters").as_array().size(), 2U);

  const auto corrected =
      post(account + "/correct", R"({"customer_name":"李四五金","note":"新名","reason":"打错了"})");
  EXPECT_EQ(misfit(corrected.body, "Account"), "");
  EXPECT_EQ(corrected.body.at("note").as_string(), "新名");
  EXPECT_EQ(post(account + "/correct", R"({"customer_name":"x"})").code(), "request_invalid");

  const auto self = R"({"parent_id":)" + account.substr(10) + "}";
  EXPECT_EQ(post(account + "/parent", self).code(), "account_parent_invalid");
  EXPECT_EQ(post(account + "/parent", "{}").status, 200);
  EXPECT_EQ(get("/accounts?parent_id=1").body.at("total").as_int64(), 0);

  const auto one = post(meter_path(2) + "/close", kWhy, "close-meter");
  ASSERT_EQ(one.status, 201) << one.raw.body;
  EXPECT_EQ(reached("/settlements/1", "done").body.at("state").as_string(), "done");
  EXPECT_EQ(get(account).body.at("meters").as_array().size(), 1U);
  EXPECT_EQ(post(meter_path(1) + "/close", kWhy, "close-last1").code(), "account_meter_last");
}

TEST_F(SettlementRoutes, APreparedListIsOpenedRowByRow) {
  const std::string list = R"({"rows":[{"meter_ids":[)" + id_of(2) +
                           R"(],"customer_name":"王五"},{"meter_ids":[)" + id_of(1) +
                           R"(],"customer_name":"已有"},{"customer_name":"没有表"}]})";
  for (int i = 0; i < 2; ++i) {
    const auto opened = post("/accounts/batch", list, "batch-0001");
    ASSERT_EQ(opened.status, 200) << opened.raw.body;
    EXPECT_EQ(misfit(opened.body, "AccountBatchReport"), "");
    EXPECT_EQ(opened.body.at("opened").as_int64(), 1) << "a repetition opens nothing more";
    const auto& rows = opened.body.at("rows").as_array();
    EXPECT_EQ(rows.at(0).at("account").at("customer_name").as_string(), "王五");
    EXPECT_EQ(rows.at(1).at("error").at("code").as_string(), "account_already_open");
    EXPECT_EQ(rows.at(2).at("error").at("code").as_string(), "request_invalid");
  }
  EXPECT_EQ(get("/accounts").body.at("total").as_int64(), 2);
  EXPECT_EQ(post("/accounts/batch", R"({"rows":[]})", "batch-0002").code(), "request_invalid");
}

TEST_F(SettlementRoutes, RightsAreThoseOfTheRole) {
  const std::string account = account_path();
  session = session_of(port::Role::cashier);
  EXPECT_EQ(post(meter_path(1) + "/change-over", kWhy, "change-001").code(), "permission_denied");
  EXPECT_EQ(post(account + "/parent", "{}").code(), "permission_denied");
  session = session_of(port::Role::viewer);
  EXPECT_EQ(post(account + "/close", kWhy, "close-0001").code(), "permission_denied");
  EXPECT_EQ(get("/settlements").status, 200);
}

}  // namespace
}  // namespace paymeter::http
