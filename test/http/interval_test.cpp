// Poll intervals through the interface: set, seen on the bus's page, refused, audited.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class IntervalApi : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
    bus = station->live.site().buses.front().id.value;
  }
  std::string meter(int unit) { return std::to_string(station->meter_id(unit).value); }
  json::value line_of(int unit) {
    const auto report = get("/buses/" + std::to_string(bus));
    for (const auto& row : report.body.at("meters").as_array())
      if (row.at("meter_id").as_int64() == station->meter_id(unit).value) return row;
    return {};
  }
  std::int64_t bus = 0;
};

TEST_F(IntervalApi, SetForTheBusAndForAMeterInForceAtOnce) {
  const auto report = get("/buses/" + std::to_string(bus));
  EXPECT_EQ(misfit(report.body, "BusReport"), "");
  EXPECT_EQ(line_of(1).at("status_from").as_string(), "workbook");
  const auto wide = post("/poll-intervals", R"({"scope":"bus","id":)" + std::to_string(bus) +
                                                R"(,"status_s":30,"full_s":600,"reason":"夏季"})");
  ASSERT_EQ(wide.status, 200) << wide.raw.body;
  EXPECT_EQ(misfit(wide.body, "PollIntervalEffect"), "");
  ASSERT_EQ(wide.body.at("lines").as_array().size(), 1U);
  EXPECT_GT(wide.body.at("lines").as_array()[0].at("asked_e3").as_int64(), 0);
  ASSERT_EQ(
      post("/poll-intervals", R"({"scope":"meter","id":)" + meter(2) + R"(,"status_s":5})").status,
      200);
  EXPECT_EQ(line_of(1).at("status_interval_ms").as_int64(), 30'000);
  EXPECT_EQ(line_of(1).at("full_interval_ms").as_int64(), 600'000);
  const auto line = get("/buses/" + std::to_string(bus));
  EXPECT_EQ(line.body.at("status_interval_ms").as_int64(), 30'000) << "not as imported";
  EXPECT_EQ(line.body.at("full_interval_ms").as_int64(), 600'000);
  EXPECT_EQ(line_of(1).at("status_from").as_string(), "bus");
  EXPECT_EQ(line_of(2).at("status_interval_ms").as_int64(), 5'000);
  EXPECT_EQ(line_of(2).at("status_from").as_string(), "meter");
  EXPECT_EQ(line_of(2).at("full_from").as_string(), "bus");
  const auto listed = get("/poll-intervals");
  EXPECT_EQ(misfit(listed.body, "PollIntervalList"), "");
  EXPECT_EQ(listed.body.at("rows").as_array().size(), 2U);
  ASSERT_EQ(post("/poll-intervals", R"({"scope":"meter","id":)" + meter(2) + "}").status, 200);
  EXPECT_EQ(line_of(2).at("status_interval_ms").as_int64(), 30'000) << "as without it";
  const auto history = get("/poll-intervals/history");
  EXPECT_EQ(misfit(history.body, "PollIntervalHistory"), "");
  EXPECT_EQ(history.body.at("total").as_int64(), 3);
  const auto audit = get("/audit?text=poll_interval_set");
  EXPECT_EQ(audit.body.at("total").as_int64(), 3);
}

TEST_F(IntervalApi, WhatIsRefused) {
  struct Row {
    const char* reason;
    std::string body;
    const char* code;
  };
  const Row rows[] = {
      {"no scope", R"({"status_s":30})", "request_invalid"},
      {"the workbook is no scope of a setting", R"({"scope":"workbook","status_s":30})",
       "request_invalid"},
      {"no bus named", R"({"scope":"bus","status_s":30})", "request_invalid"},
      {"no such bus", R"({"scope":"bus","id":99,"status_s":30})", "bus_unknown"},
      {"no such meter", R"({"scope":"meter","id":99,"status_s":30})", "meter_unknown"},
      {"each second", R"({"scope":"property","status_s":1})", "request_invalid"},
      {"never", R"({"scope":"property","status_s":0})", "request_invalid"},
      {"backwards", R"({"scope":"property","status_s":-30})", "request_invalid"},
      {"more than a day", R"({"scope":"property","full_s":86401})", "request_invalid"},
      {"a text", R"({"scope":"property","status_s":"30"})", "request_invalid"},
      {"full sets more often than statuses", R"({"scope":"property","status_s":60,"full_s":30})",
       "request_invalid"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(post("/poll-intervals", row.body).code(), row.code) << row.reason;
  EXPECT_TRUE(get("/poll-intervals").body.at("rows").as_array().empty());
  session = session_of(port::Role::cashier);
  EXPECT_EQ(post("/poll-intervals", R"({"scope":"property","status_s":30})").status, 403);
}

}  // namespace
}  // namespace paymeter::http
