// Refunds, corrections and decisions of two people through the interface.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

using bench_station::Fate;

class MoneyApiTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in(port::Role::manager);
    open_account(1);
  }
  std::string vend_path(const Reply& reply) {
    return "/vends/" + std::to_string(reply.body.at("id").as_int64());
  }
  Reply sell(std::string key, std::int64_t fen = 10'000) {
    return post("/vends",
                R"({"meter_id":)" + std::to_string(station->meter_id(1).value) +
                    R"(,"amount_fen":)" + std::to_string(fen) +
                    R"(,"method":"cash","wait_ms":10000})",
                std::move(key));
  }
  std::string state_of(const Reply& reply) {
    return reply.body.is_object() && reply.body.as_object().contains("state")
               ? std::string{reply.body.at("state").as_string()}
               : reply.code();
  }
  /// A sale whose number somebody else took first.
  Reply quarantined_sale() {
    site.fate = [this](std::uint8_t, Bytes pdu) {
      if (!bench_station::is_sale(pdu)) return Fate::deliver;
      auto memory = site.meter(1).memory();
      ++memory.purchase_count;
      memory.last_amount = 500;
      memory.last_tag = 1;
      site.meter(1).set_memory(memory);
      return Fate::lose_request;
    };
    auto vend = sell("foreign-sale");
    site.fate = {};
    EXPECT_EQ(state_of(vend), "quarantine");
    return vend;
  }
};

TEST_F(MoneyApiTest, ARefundFromTheMeterToThePayOut) {
  sell("first-sale");
  const auto refund = post(meter_path(1) + "/refunds",
                           R"({"amount_fen":2500,"method":"wechat","wait_ms":10000})", "refund-1");
  ASSERT_EQ(refund.status, 201) << refund.raw.body;
  EXPECT_EQ(misfit(refund.body, "Vend"), "");
  EXPECT_EQ(state_of(refund), "refund_due");
  EXPECT_EQ(refund.body.at("to_meter_fen").as_int64(), -2'500);
  const auto again =
      post(meter_path(1) + "/refunds", R"({"amount_fen":2500,"method":"wechat"})", "refund-1");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body.at("id"), refund.body.at("id"));

  const auto paid =
      post(vend_path(refund) + "/pay-out", R"({"method":"wechat","reference":"R-7"})");
  EXPECT_EQ(paid.status, 200);
  EXPECT_EQ(misfit(paid.body, "Vend"), "");
  EXPECT_EQ(state_of(paid), "refunded");
  EXPECT_EQ(paid.body.at("paid_out_reference").as_string(), "R-7");
  const auto slip = get(vend_path(refund) + "/slip");
  EXPECT_EQ(misfit(slip.body, "Slip"), "");
  EXPECT_EQ(slip.body.at("title").as_string(), "退电凭证");
  EXPECT_EQ(slip.body.at("amount_words_zh").as_string(), "负贰拾伍元整");

  const auto whole =
      post(meter_path(1) + "/refunds", R"({"method":"cash","wait_ms":10000})", "refund-all");
  EXPECT_EQ(whole.body.at("captured_fen").as_int64(), -7'500);
  const auto failed = post(vend_path(whole) + "/payout-failed", R"({"reason":"账户已注销"})");
  EXPECT_EQ(state_of(failed), "refund_failed");
  const auto books = get("/books");
  EXPECT_EQ(misfit(books.body, "Books"), "");
  EXPECT_TRUE(books.body.at("problems").as_array().empty()) << books.raw.body;
}

TEST_F(MoneyApiTest, ReversalCorrectionAdjustmentGrantAndTransfer) {
  const auto sale = sell("first-sale");
  const auto corrected =
      post(vend_path(sale) + "/correct-method", R"({"method":"alipay","reason":"收款方式选错"})");
  EXPECT_EQ(corrected.body.at("method").as_string(), "alipay") << corrected.raw.body;
  const auto reversed =
      post(vend_path(sale) + "/reverse", R"({"reason":"错卖","wait_ms":10000})", "reverse-1");
  EXPECT_EQ(reversed.status, 201);
  EXPECT_EQ(state_of(reversed), "refund_due");
  EXPECT_EQ(reversed.body.at("related_id"), sale.body.at("id"));
  EXPECT_EQ(post(vend_path(sale) + "/reverse", R"({"reason":"错卖"})", "reverse-2").code(),
            "vend_already_reversed");
  EXPECT_EQ(state_of(post(meter_path(1) + "/adjustments",
                          R"({"amount_fen":300,"reason":"补录","wait_ms":10000})", "adjust-1")),
            "delivered");
  EXPECT_EQ(post(meter_path(1) + "/adjustments", R"({"amount_fen":300})", "adjust-2").code(),
            "vend_reason_missing");
  EXPECT_EQ(state_of(post(meter_path(1) + "/grants",
                          R"({"amount_fen":200,"reason":"补助","wait_ms":10000})", "grant-01")),
            "delivered");
  const auto id = std::to_string(station->meter_id(1).value);
  EXPECT_EQ(post("/transfers",
                 R"({"from_meter_id":)" + id + R"(,"to_meter_id":)" + id + R"(,"amount_fen":1})",
                 "transfer")
                .code(),
            "transfer_same_meter");
  EXPECT_EQ(site.meter(1).shown_balance(), 500);
  EXPECT_TRUE(get("/books").body.at("problems").as_array().empty());
}

TEST_F(MoneyApiTest, ABatchAnswersRowByRow) {
  const auto first = std::to_string(station->meter_id(1).value);
  const auto second = std::to_string(station->meter_id(2).value);
  const auto body = R"({"reason":"春节补助","rows":[{"meter_id":)" + first +
                    R"(,"amount_fen":100},{"meter_id":)" + second + R"(,"amount_fen":100}]})";
  const auto reply = post("/grants", body, "batch-001");
  ASSERT_EQ(reply.status, 200) << reply.raw.body;
  EXPECT_EQ(misfit(reply.body, "GrantBatchResult"), "");
  EXPECT_EQ(reply.body.at("refused").as_int64(), 1);
  EXPECT_EQ(reply.body.at("rows").at(1).at("error").at("code").as_string(), "account_not_open");
  struct Row {
    const char* reason;
    const char* body;
  };
  for (const Row& row :
       {Row{"no rows", R"({"reason":"x","rows":[]})"}, Row{"no list", R"({"reason":"x","rows":1})"},
        Row{"no objects", R"({"reason":"x","rows":[1]})"},
        Row{"a row without a meter", R"({"reason":"x","rows":[{"amount_fen":1}]})"}})
    EXPECT_EQ(post("/grants", row.body, "batch-002").code(), "request_invalid") << row.reason;
}

TEST_F(MoneyApiTest, EachRoleMayItsPart) {
  const auto sale = vend_path(sell("first-sale"));
  const auto meter = meter_path(1);
  struct Row {
    std::string path;
    bool cashier;
  };
  const Row rows[] = {
      {meter + "/refunds", true},
      {sale + "/reverse", true},
      {sale + "/pay-out", true},
      {sale + "/payout-failed", true},
      {"/transfers", true},
      {"/proposals", true},
      {meter + "/adjustments", false},
      {meter + "/grants", false},
      {"/grants", false},
      {sale + "/correct-method", false},
      {"/proposals/1/approve", false},
      {"/proposals/1/reject", false},
  };
  log_in(port::Role::cashier);
  for (const Row& row : rows)
    EXPECT_EQ(post(row.path, "{}", "some-key-1").code() != "permission_denied", row.cashier)
        << row.path;
  log_in(port::Role::viewer);
  for (const Row& row : rows)
    EXPECT_EQ(post(row.path, "{}", "some-key-1").code(), "permission_denied") << row.path;
}

TEST_F(MoneyApiTest, TwoPeopleEndAQuarantine) {
  const auto vend = quarantined_sale();
  const auto meter = std::to_string(station->meter_id(1).value);
  const auto id = std::to_string(vend.body.at("id").as_int64());
  const auto proposed = post("/proposals",
                             R"({"kind":"resolve_vend","meter_id":)" + meter + R"(,"vend_id":)" +
                                 id + R"(,"resolution":"undelivered","evidence":"现场照片 4711"})",
                             "resolve-1");
  ASSERT_EQ(proposed.status, 201) << proposed.raw.body;
  EXPECT_EQ(misfit(proposed.body, "Proposal"), "");
  EXPECT_EQ(proposed.body.at("proposed_by").as_string(), "manager-user");
  const auto path = "/proposals/" + std::to_string(proposed.body.at("id").as_int64());
  EXPECT_EQ(post(path + "/approve", "{}").code(), "proposal_same_person");

  const auto release = post("/proposals",
                            R"({"kind":"release_meter","meter_id":)" + meter +
                                R"(,"amount_fen":0,"evidence":"表显购电次数 1"})",
                            "release-1");
  ASSERT_EQ(release.status, 201) << release.raw.body;
  EXPECT_EQ(release.body.at("purchase_count").as_int64(), 1);
  const auto release_path = "/proposals/" + std::to_string(release.body.at("id").as_int64());

  log_in(port::Role::administrator);
  EXPECT_EQ(post(release_path + "/approve", "{}").code(), "vend_state_conflict")
      << "the sale comes first";
  const auto decided = post(path + "/approve", R"({"note":"已核对"})");
  ASSERT_EQ(decided.status, 200) << decided.raw.body;
  EXPECT_EQ(misfit(decided.body, "Decided"), "");
  EXPECT_EQ(decided.body.at("vends").at(0).at("state").as_string(), "refund_due");
  EXPECT_EQ(post(path + "/reject", "{}").code(), "proposal_decided");
  EXPECT_EQ(post(release_path + "/approve", "{}").status, 200);
  EXPECT_EQ(state_of(sell("after-it-1", 700)), "delivered");

  const auto list = get("/proposals?state=approved&meter_id=" + meter);
  EXPECT_EQ(misfit(list.body, "ProposalList"), "");
  EXPECT_EQ(list.body.at("total").as_int64(), 2);
  EXPECT_EQ(get(path).body.at("decision_note").as_string(), "已核对");
  EXPECT_EQ(get("/proposals/99").code(), "proposal_unknown");
  EXPECT_TRUE(get("/books").body.at("problems").as_array().empty());
  std::vector<std::string> actions;
  for (const auto& line : audit())
    if (line.action.starts_with("proposal_")) actions.push_back(line.action);
  EXPECT_EQ(actions.size(), 7u) << "refused ones, too";
}

}  // namespace
}  // namespace paymeter::http
