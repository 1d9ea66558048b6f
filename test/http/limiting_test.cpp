// Load limiting through the interface: plan, preview, start, report, end.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class LimitingApi : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
    for (int unit : {1, 2}) {
      sim::MeterLoad load;
      load.power_w[0] = 3'000;
      site.meter(unit).set_load(load);
    }
    station->until([&] {
      return station->live.find(station->meter_id(1))->measured &&
             station->live.find(station->meter_id(2))->measured;
    });
  }
  std::string plan_body(std::string groups) {
    return R"({"name":"夏季","mode":"target","target_w":4000,"groups":)" + groups + "}";
  }
  std::string groups(std::vector<int> units) {
    std::string ids;
    for (int unit : units)
      ids += (ids.empty() ? "" : ",") + std::to_string(station->meter_id(unit).value);
    return R"([{"name":"一","meter_ids":[)" + ids + "]}]";
  }
};

TEST_F(LimitingApi, PlannedStartedReportedAndEnded) {
  const auto plan = post("/limiting/plans", plan_body(groups({1, 2})));
  ASSERT_EQ(plan.status, 201) << plan.raw.body;
  EXPECT_EQ(misfit(plan.body, "LimitingPlan"), "");
  EXPECT_EQ(misfit(get("/limiting/plans").body, "LimitingPlanList"), "");
  const std::string path = "/limiting/plans/" + std::to_string(plan.body.at("id").as_int64());
  const auto preview = get(path + "/preview");
  EXPECT_EQ(misfit(preview.body, "LimitingPreview"), "");
  EXPECT_EQ(preview.body.at("count").as_int64(), 2);
  EXPECT_EQ(preview.body.at("load_w").as_int64(), 6'000);
  EXPECT_TRUE(preview.body.at("meters").as_array()[0].at("is_first").as_bool());
  EXPECT_FALSE(preview.body.at("meters").as_array()[1].at("is_first").as_bool());
  const auto harder = get(path + "/preview?target_w=0");
  EXPECT_TRUE(harder.body.at("meters").as_array()[1].at("is_first").as_bool());
  EXPECT_EQ(post(path + "/start", R"({"reason":"调度","count":1})", "limit-00001").code(),
            "batch_count_differs");
  const auto started = post(path + "/start", R"({"reason":"调度","count":2})", "limit-00001");
  ASSERT_EQ(started.status, 201) << started.raw.body;
  EXPECT_EQ(misfit(started.body, "LimitingRun"), "");
  EXPECT_EQ(post(path + "/start", R"({"reason":"调度","count":2})", "limit-00001").status, 200);
  ASSERT_TRUE(station->until([&] { return site.meter(1).relay_open(); }));
  const std::string run = "/limiting/runs/" + std::to_string(started.body.at("id").as_int64());
  Reply report;
  station->until([&] {
    report = get(run);
    return report.body.at("meters_off").as_int64() == 1 &&
           !report.body.at("rows").as_array()[0].at("after_w").is_null();
  });
  EXPECT_EQ(misfit(report.body, "LimitingReport"), "");
  EXPECT_EQ(report.body.at("power_off_w").as_int64(), 3'000);
  EXPECT_EQ(report.body.at("load_before_w").as_int64(), 6'000);
  EXPECT_EQ(report.body.at("power_given_back_w").as_int64(),
            3'000 - report.body.at("power_after_w").as_int64());
  EXPECT_FALSE(site.meter(2).relay_open()) << "3 kW are below the target";
  EXPECT_EQ(post(run + "/end", R"({"reason":"解除"})").body.at("state").as_string(), "ending");
  ASSERT_TRUE(station->until([&] { return get(run).body.at("state").as_string() == "ended"; }));
  EXPECT_FALSE(site.meter(1).relay_open());
  const auto over = get(run);
  EXPECT_EQ(misfit(over.body, "LimitingReport"), "");
  EXPECT_EQ(over.body.at("power_off_w").as_int64(), 0) << "nothing is off any more";
  EXPECT_EQ(over.body.at("shed_meters").as_int64(), 1) << "and yet one was";
  EXPECT_EQ(over.body.at("shed_w").as_int64(), 3'000);
  EXPECT_EQ(over.body.at("shed_drop_w").as_int64(),
            3'000 - report.body.at("power_after_w").as_int64());
  EXPECT_EQ(post(run + "/end", "{}").code(), "limiting_state_conflict");
  EXPECT_EQ(misfit(get("/limiting/runs").body, "LimitingRunList"), "");
  EXPECT_EQ(post(path + "/retire", "").status, 200);
  EXPECT_EQ(post(path + "/start", R"({"reason":"x","count":2})", "limit-00002").code(),
            "limiting_state_conflict");
  for (const char* act :
       {"limiting_planned", "limiting_started", "limiting_ended", "limiting_retired"})
    EXPECT_GE(get("/audit?text=" + std::string(act)).body.at("total").as_int64(), 1) << act;
}

TEST_F(LimitingApi, WhatIsRefused) {
  struct Row {
    const char* reason;
    std::string body;
    const char* code;
  };
  const Row rows[] = {
      {"no groups", R"({"name":"x","mode":"target"})", "request_invalid"},
      {"a meter twice", plan_body(groups({1, 1})), "request_invalid"},
      {"no such meter", plan_body(R"([{"meter_ids":[99]}])"), "meter_unknown"},
      {"no such mode", R"({"name":"x","mode":"dark","groups":[{"meter_ids":[1]}]})",
       "request_invalid"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(post("/limiting/plans", row.body).code(), row.code) << row.reason;
  EXPECT_EQ(get("/limiting/runs/99").code(), "limiting_unknown");
  const auto plan = post("/limiting/plans", plan_body(groups({1})));
  const std::string path = "/limiting/plans/" + std::to_string(plan.body.at("id").as_int64());
  EXPECT_EQ(post(path + "/start", R"({"count":1})", "limit-00001").code(), "supply_reason_missing");
  const auto later =
      post(path + "/start", R"({"reason":"高峰","count":1,"starts_at":"2030-01-01T00:00:00Z"})",
           "limit-00003");
  ASSERT_EQ(later.status, 201) << later.raw.body;
  EXPECT_TRUE(later.body.at("is_waiting").as_bool());
  const std::string run = "/limiting/runs/" + std::to_string(later.body.at("id").as_int64());
  EXPECT_EQ(post(run + "/end", "{}").status, 200) << "called off before it began";
  EXPECT_EQ(
      post(path + "/start", R"({"reason":"x","count":1,"starts_at":"soon"})", "limit-00004").code(),
      "request_invalid");
  EXPECT_EQ(get(path + "/preview?target_w=-1").code(), "request_invalid");
  EXPECT_EQ(get("/limiting/plans/99/preview").code(), "limiting_unknown");
  for (const auto role : {port::Role::viewer, port::Role::cashier}) {
    session = session_of(role);
    EXPECT_EQ(post("/limiting/plans", plan_body(groups({1}))).status, 403);
    EXPECT_EQ(post(path + "/start", R"({"reason":"x","count":1})", "limit-00002").status, 403);
    EXPECT_EQ(post("/limiting/runs/1/end", "{}").status, 403);
    EXPECT_EQ(get(path + "/preview").status, 200) << "looking is everybody's";
  }
}

}  // namespace
}  // namespace paymeter::http
