// A repeated key answers 200 by what the store knows: within one millisecond no time tells.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class RepeatedKeyTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
    open_account(1);
    open_account(2);
  }
  std::string id_of(int unit) { return std::to_string(station->meter_id(unit).value); }
  std::string account_path(int unit) {
    const auto account = station->live.find(station->meter_id(unit))->account;
    return "/accounts/" + std::to_string(account->id.value);
  }
  std::string repeated_in_audit(const std::string& key_of_detail) {
    for (const auto& line : audit())
      if (line.detail.find("(repeated key)") != std::string::npos && line.action == key_of_detail)
        return line.detail;
    return {};
  }
  /// Virtual time stands still between the two: only the store can tell them apart.
  void expect_known(const std::string& path, const std::string& body, const std::string& key) {
    const UtcMs before = station->runtime.now();
    const Reply first = post(path, body, key);
    ASSERT_EQ(first.status, 201) << path << first.raw.body;
    const Reply again = post(path, body, key);
    ASSERT_EQ(station->runtime.now(), before) << path << ": or the test shows nothing";
    EXPECT_EQ(again.status, 200) << path << again.raw.body;
    const auto& object = first.body.as_object();
    if (object.contains("id")) EXPECT_EQ(again.body.at("id"), first.body.at("id")) << path;
    if (object.contains("rows"))
      EXPECT_EQ(again.body.at("rows").at(0).at("id"), first.body.at("rows").at(0).at("id"));
  }
};

TEST_F(RepeatedKeyTest, OfASaleAndOfCreditsIsKnownWithinTheSameMillisecond) {
  expect_known("/vends", R"({"meter_id":)" + id_of(1) + R"(,"amount_fen":1000,"method":"cash"})",
               "sale-00001");
  EXPECT_NE(repeated_in_audit("vend_created"), "") << "the audit line says so, too";
  const std::string credit = R"({"amount_fen":300,"reason":"goodwill"})";
  expect_known(meter_path(2) + "/adjustments", credit, "adjust-001");
  expect_known(meter_path(2) + "/grants", credit, "grant-0001");
}

TEST_F(RepeatedKeyTest, OfASaleToAClosedAccountIsKnown) {
  const std::string sale = R"({"meter_id":)" + id_of(1) + R"(,"amount_fen":1000,"method":"cash"})";
  ASSERT_EQ(post("/vends", sale, "sale-00001").status, 201);
  ASSERT_EQ(post(account_path(1) + "/close", R"({"reason":"moved out"})", "close-0001").status,
            201);
  const Reply again = post("/vends", sale, "sale-00001");
  EXPECT_EQ(again.status, 200) << "what was sold stays sold: " << again.raw.body;
}

TEST_F(RepeatedKeyTest, OfAGrantIsNoAnswerToASale) {
  const std::string grant = R"({"amount_fen":1000,"reason":"goodwill"})";
  ASSERT_EQ(post(meter_path(1) + "/grants", grant, "grant-0001").status, 201);
  const std::string sale = R"({"meter_id":)" + id_of(1) + R"(,"amount_fen":1000,"method":"cash"})";
  EXPECT_EQ(post("/vends", sale, "grant-0001").code(), "vend_exists_with_different_request");
  ASSERT_EQ(post(account_path(1) + "/close", R"({"reason":"moved out"})", "close-0001").status,
            201);
  EXPECT_EQ(post("/vends", sale, "grant-0001").code(), "vend_exists_with_different_request")
      << "also where nothing is sold any more";
}

TEST_F(RepeatedKeyTest, OfSettlementsIsKnownWithinTheSameMillisecond) {
  const std::string why = R"({"reason":"contract ended"})";
  expect_known(meter_path(1) + "/change-over", why, "change-001");
  expect_known(account_path(2) + "/close", why, "close-0001");
}

TEST_F(RepeatedKeyTest, OfAProposalAndANoticeIsKnownWithinTheSameMillisecond) {
  const Reply sale =
      post("/vends", R"({"meter_id":)" + id_of(1) + R"(,"amount_fen":1000,"method":"cash"})",
           "sale-00001");
  ASSERT_EQ(sale.status, 201) << sale.raw.body;
  const std::string vend = std::to_string(sale.body.at("id").as_int64());
  const Reply cancelled = post("/vends/" + vend + "/cancel", R"({"reason":"wrong meter"})");
  ASSERT_EQ(cancelled.body.at("state").as_string(), "refund_due") << cancelled.raw.body;
  expect_known(
      "/proposals",
      R"({"kind":"manual_payout","meter_id":)" + id_of(1) + R"(,"vend_id":)" + vend +
          R"(,"paid_out_by":"cash","reference":"receipt 17","evidence":"the tenant signed for it"})",
      "payout-001");
  expect_known(
      "/notices",
      R"({"meter_id":)" + id_of(1) +
          R"(,"level":"arrears","channel":"paper","recipient":"王记","evidence":"photo in folder 12",)" +
          R"("delivered_at":")" + format_rfc3339(station->runtime.now()) + R"("})",
      "paper-0001");
}

}  // namespace
}  // namespace paymeter::http
