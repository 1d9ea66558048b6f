// Accounts, sales and switching through the interface, down to the virtual meter.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class SaleTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
  }
  std::string sale(std::string_view amount, int unit = 1) {
    return R"({"meter_id":)" + std::to_string(station->meter_id(unit).value) + R"(,"amount_fen":)" +
           std::string{amount} + R"(,"method":"cash","wait_ms":10000})";
  }
};

TEST_F(SaleTest, FromOpeningToSlip) {
  const auto id = std::to_string(station->meter_id(1).value);
  const std::string opening = R"({"meter_id":)" + id + R"(,"customer_name":"王记面馆"})";
  auto account = post("/accounts", opening, "opening-1");
  ASSERT_EQ(account.status, 201) << account.raw.body;
  EXPECT_EQ(misfit(account.body, "Account"), "");
  station->until([] { return false; }, minutes(2));
  auto again = post("/accounts", opening, "opening-1");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body.at("id"), account.body.at("id"));
  EXPECT_EQ(again.body.at("state").as_string(), "open") << "the meter has confirmed";

  const auto vend = post("/vends", sale("12345"), "first-sale");
  ASSERT_EQ(vend.status, 201) << vend.raw.body;
  EXPECT_EQ(misfit(vend.body, "Vend"), "");
  EXPECT_EQ(vend.body.at("state").as_string(), "delivered") << "within the ten seconds asked for";
  EXPECT_EQ(vend.body.at("n").as_int64(), 1);
  EXPECT_EQ(vend.body.at("customer_name").as_string(), "王记面馆");

  const auto meter = get("/meters/" + id);
  EXPECT_EQ(misfit(meter.body, "MeterDetail"), "");
  EXPECT_EQ(meter.body.at("prepaid").at("purchase_count").as_int64(), 1);
  EXPECT_EQ(meter.body.at("money").at("purchase_count").as_int64(), 1);

  const auto slip = get("/vends/" + std::to_string(vend.body.at("id").as_int64()) + "/slip");
  EXPECT_EQ(misfit(slip.body, "Slip"), "");
  EXPECT_EQ(slip.body.at("amount_words_zh").as_string(), "壹佰贰拾叁元肆角伍分");
  EXPECT_EQ(slip.body.at("property_name").as_string(), "试验楼");

  const auto list = get("/vends?state=delivered");
  EXPECT_EQ(misfit(list.body, "VendList"), "");
  EXPECT_EQ(list.body.at("totals").at("delivered_fen").as_int64(), 12345);
  const auto books = get("/books");
  EXPECT_EQ(misfit(books.body, "Books"), "");
  EXPECT_TRUE(books.body.at("problems").as_array().empty());
}

TEST_F(SaleTest, EverySaleIsInTheFile) {
  open_account(1);
  // More than a page of the list, stored at once; a name and a note that a spreadsheet would run.
  for (int i = 0; i < 1'005; ++i) {
    domain::Vend vend;
    vend.meter = station->meter_id(1);
    vend.idempotency_key = "bulk-" + std::to_string(10'000 + i);
    vend.captured = vend.to_meter = {100 + i};
    vend.note = i == 0 ? "=1+1, \"quoted\"" : "";
    vend.created_at = station->runtime.now() - minutes(1);
    ASSERT_TRUE(station->run(station->store->create_paid_vend(vend)));
  }
  const auto file = get("/exports/vends.csv");
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.raw.header("Content-Type"), "text/csv; charset=utf-8");
  const std::string& text = file.raw.body;
  EXPECT_EQ(std::ranges::count(text, '\n'), 1 + 1'005);
  EXPECT_TRUE(text.starts_with("\xEF\xBB\xBFslip_number,created_at,"));
  EXPECT_NE(text.find("\"'=1+1, \"\"quoted\"\"\""), std::string::npos);
  for (const char* number : {"000001,", "000500,", "001001,", "001005,"})
    EXPECT_NE(text.find(std::string("\r\n") + number), std::string::npos) << number;
  EXPECT_EQ(std::ranges::count(get("/exports/vends.csv?state=delivered").raw.body, '\n'), 1);
  EXPECT_EQ(get("/exports/vends.csv?state=happy").code(), "request_invalid");
}

TEST_F(SaleTest, ADoubleClickSellsOnce) {
  open_account(1);
  const auto first = post("/vends", sale("10000"), "double-click");
  const auto second = post("/vends", sale("10000"), "double-click");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(first.body.at("id"), second.body.at("id"));
  EXPECT_EQ(post("/vends", sale("20000"), "double-click").code(),
            "vend_exists_with_different_request");
  EXPECT_EQ(get("/vends").body.at("total").as_int64(), 1);
  EXPECT_EQ(sales_on_the_wire(), 1);
}

TEST_F(SaleTest, BadSalesChangeNothing) {
  open_account(1);
  const auto id = std::to_string(station->meter_id(1).value);
  struct Row {
    const char* reason;
    std::string body, key;
    int status;
    const char* code;
  };
  const Row rows[] = {
      {"a negative amount", sale("-100"), "bad-sale-1", 422, "vend_amount_not_positive"},
      {"nothing", sale("0"), "bad-sale-2", 422, "vend_amount_not_positive"},
      {"half a fen", sale("100.5"), "bad-sale-3", 400, "request_invalid"},
      {"text", sale("\"100\""), "bad-sale-4", 400, "request_invalid"},
      {"beyond exact numbers", sale("9007199254740992"), "bad-sale-5", 400, "request_invalid"},
      {"above the limit of one sale", sale("9007199254740991"), "bad-sale-6", 422,
       "vend_amount_too_large"},
      {"an unknown meter", R"({"meter_id":999,"amount_fen":100,"method":"cash"})", "bad-sale-7",
       404, "meter_unknown"},
      {"an unknown method", R"({"meter_id":)" + id + R"(,"amount_fen":100,"method":"gold"})",
       "bad-sale-8", 400, "request_invalid"},
      {"no method", R"({"meter_id":)" + id + R"(,"amount_fen":100})", "bad-sale-9", 400,
       "request_invalid"},
      {"waiting for ever",
       R"({"meter_id":)" + id + R"(,"amount_fen":100,"method":"cash","wait_ms":99999})",
       "bad-sale-10", 400, "request_invalid"},
      {"a meter without account", sale("100", 2), "bad-sale-11", 409, "account_not_open"},
      {"no key", sale("100"), "", 400, "vend_key_invalid"},
      {"a short key", sale("100"), "short", 400, "vend_key_invalid"},
      {"a key with spaces", sale("100"), "with space", 400, "vend_key_invalid"},
      {"no JSON", "meter_id=1", "bad-sale-12", 400, "request_invalid"},
      {"an empty body", "", "bad-sale-13", 400, "request_invalid"},
  };
  for (const auto& row : rows) {
    const auto reply = post("/vends", row.body, row.key);
    EXPECT_EQ(reply.status, row.status) << row.reason << ' ' << reply.raw.body;
    EXPECT_EQ(reply.code(), row.code) << row.reason;
    EXPECT_EQ(misfit(reply.body, "Error"), "") << row.reason;
  }
  EXPECT_EQ(get("/vends").body.at("total").as_int64(), 0);
  EXPECT_EQ(sales_on_the_wire(), 0);
}

TEST_F(SaleTest, NotWaitingAnswersAtOnceAndTellsTheTruth) {
  open_account(1);
  site.fate = [](std::uint8_t, Bytes) { return bench_station::Fate::lose_request; };
  const auto id = std::to_string(station->meter_id(1).value);
  const auto vend = post(
      "/vends", R"({"meter_id":)" + id + R"(,"amount_fen":500,"method":"wechat"})", "no-waiting");
  EXPECT_EQ(vend.status, 201);
  EXPECT_EQ(vend.body.at("state").as_string(), "paid") << "not delivered yet, and not said so";
  const auto path = "/vends/" + std::to_string(vend.body.at("id").as_int64());
  const auto cancelled = post(path + "/cancel", R"({"reason":"客户改主意"})");
  EXPECT_EQ(cancelled.status, 200);
  EXPECT_EQ(cancelled.body.at("state").as_string(), "refund_due");
  EXPECT_EQ(post(path + "/cancel", R"({"reason":"again"})").code(), "vend_state_conflict");
  EXPECT_EQ(post(path + "/retry", "").code(), "vend_state_conflict");
}

TEST_F(SaleTest, SwitchingEndsWhenTheMeterShowsIt) {
  open_account(1);
  const auto path = meter_path(1);
  EXPECT_EQ(post(path + "/supply", R"({"action":"trip"})", "trip-nowhy").code(),
            "supply_reason_missing");
  EXPECT_EQ(post(path + "/supply", R"({"action":"open_account"})", "trip-wrong").code(),
            "request_invalid");
  EXPECT_EQ(post("/meters/999/supply", R"({"action":"release"})", "trip-nobody").code(),
            "meter_unknown");
  const auto trip = post(path + "/supply", R"({"action":"trip","reason":"检修"})", "trip-one");
  ASSERT_EQ(trip.status, 201) << trip.raw.body;
  EXPECT_EQ(misfit(trip.body, "Command"), "");
  station->until([] { return false; }, minutes(1));
  const auto done = get("/commands/" + std::to_string(trip.body.at("id").as_int64()));
  EXPECT_EQ(done.body.at("state").as_string(), "done");
  EXPECT_TRUE(get(path).body.at("tile").at("tripped").as_bool());
  const auto again = post(path + "/supply", R"({"action":"trip","reason":"检修"})", "trip-one");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body.at("id"), trip.body.at("id"));
  EXPECT_EQ(post(path + "/supply", R"({"action":"release"})", "trip-one").code(),
            "vend_exists_with_different_request");
  EXPECT_EQ(post(path + "/supply", R"({"action":"release"})", "release-1").status, 201);
  station->until([] { return false; }, minutes(1));
  EXPECT_FALSE(get(path).body.at("tile").at("tripped").as_bool());
  EXPECT_EQ(misfit(get("/commands?state=done").body, "CommandList"), "");
}

TEST_F(SaleTest, DownloadsReadingsAndAlarms) {
  open_account(1);
  const auto path = meter_path(1);
  EXPECT_EQ(post(path + "/download", R"({"kind":"write_settings"})", "settings").status, 201);
  EXPECT_EQ(post(path + "/download", R"({"kind":"trip"})", "settings-2").code(), "request_invalid");
  const auto read = post(path + "/read", "");
  EXPECT_EQ(read.status, 200) << read.raw.body;
  EXPECT_EQ(misfit(read.body, "MeterDetail"), "");
  station->until([] { return false; }, minutes(35));
  const auto readings = get(path + "/readings");
  EXPECT_EQ(misfit(readings.body, "ReadingList"), "");
  EXPECT_FALSE(readings.body.at("rows").as_array().empty());
  EXPECT_EQ(get(path + "/readings?from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z").code(),
            "request_invalid");

  const auto alarms = get("/alarms?active=1");
  EXPECT_EQ(misfit(alarms.body, "AlarmList"), "");
  ASSERT_FALSE(alarms.body.at("rows").as_array().empty()) << "an empty meter warns";
  const auto id = alarms.body.at("rows").at(0).at("id").as_int64();
  const auto seen = post("/alarms/" + std::to_string(id) + "/acknowledge", "");
  EXPECT_EQ(misfit(seen.body, "Alarm"), "");
  EXPECT_EQ(seen.body.at("acknowledged_by").as_string(), "administrator-user");
  EXPECT_EQ(post("/alarms/999/acknowledge", "").code(), "alarm_unknown");
}

TEST_F(SaleTest, EveryChangeLeavesItsLine) {
  open_account(1);
  post("/vends", sale("10000"), "audited-1");
  post("/vends", sale("-1"), "audited-2");
  const auto lines = audit();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1].action, "vend_created");
  EXPECT_EQ(lines[1].user_name, "administrator-user");
  EXPECT_TRUE(lines[1].subject.starts_with("vend ")) << lines[1].subject;
  EXPECT_EQ(lines[1].detail, "100.00 cash");
  EXPECT_EQ(lines[0].detail, "-0.01 cash; refused: vend_amount_not_positive");
  EXPECT_EQ(misfit(get("/audit").body, "AuditList"), "");
  EXPECT_EQ(misfit(get("/users").body, "UserList"), "");
}

}  // namespace
}  // namespace paymeter::http
