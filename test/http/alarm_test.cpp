// Alarms through the interface: history, counts, rules, loss trees.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class AlarmApi : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
  }
  /// Raises a real alarm: the register of unit 2 falls.
  std::string fallen() {
    site.fate = [](std::uint8_t, Bytes) { return bench_station::Fate::lose_request; };
    for (const std::int64_t wh : {50'000, 40'000}) {
      station->until([] { return false; }, minutes(30));
      domain::Measurements values;
      values.at = station->runtime.now();
      values.energy_wh = wh;
      station->collector->measured(station->meter_id(2), values);
      station->until([] { return false; }, seconds(2));
    }
    const auto rows = get("/alarms?active=1&kind=falling").body.at("rows").as_array();
    EXPECT_EQ(rows.size(), 1U);
    return "/alarms/" + std::to_string(rows.at(0).at("id").as_int64());
  }
};

TEST_F(AlarmApi, AnAlarmsLife) {
  const std::string path = fallen();
  const auto acknowledged = post(path + "/acknowledge", R"({"note":"电工已到场"})");
  ASSERT_EQ(acknowledged.status, 200) << acknowledged.raw.body;
  EXPECT_EQ(misfit(acknowledged.body, "Alarm"), "");
  EXPECT_EQ(acknowledged.body.at("note").as_string(), "电工已到场");
  EXPECT_EQ(post(path + "/acknowledge", "").status, 200) << "again, without a body";
  const auto one = get(path);
  EXPECT_EQ(misfit(one.body, "AlarmDetail"), "");
  const auto& history = one.body.at("history").as_array();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].at("act").as_string(), "raised");
  EXPECT_EQ(history[0].at("note").as_string(), "50000 Wh -> 40000 Wh");
  EXPECT_EQ(history[1].at("by").as_string(), "administrator-user");
  EXPECT_EQ(get("/alarms/999").status, 404);
  const auto lines = audit();
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const port::AuditLine& line) {
    return line.action == "alarm_acknowledged" && line.detail == "falling: 电工已到场";
  }));
}

TEST_F(AlarmApi, AlarmsAreFilteredAndCounted) {
  fallen();
  EXPECT_EQ(get("/alarms?severity=info&kind=falling").body.at("total").as_int64(), 0);
  EXPECT_EQ(get("/alarms?severity=critical&kind=falling").body.at("total").as_int64(), 1);
  EXPECT_EQ(get("/alarms?kind=falling&from=2030-01-01T00:00:00Z").body.at("total").as_int64(), 0);
  EXPECT_EQ(get("/alarms?severity=loud").status, 400);
  for (const char* query : {"", "?from=2026-01-01T00:00:00Z"}) {
    const auto counts = get("/alarm-counts" + std::string(query));
    ASSERT_EQ(counts.status, 200) << query;
    EXPECT_EQ(misfit(counts.body, "AlarmCounts"), "") << query;
    bool found = false;
    for (const auto& row : counts.body.at("by_kind").as_array())
      found = found || (row.at("kind").as_string() == "falling" && row.at("active") == 1);
    EXPECT_TRUE(found) << counts.raw.body;
  }
}

TEST_F(AlarmApi, RulesAreSetWithRightAndReason) {
  const auto all = get("/alarm-rules");
  EXPECT_EQ(misfit(all.body, "AlarmRuleList"), "");
  for (const auto& row : all.body.at("rows").as_array()) {
    EXPECT_TRUE(row.at("is_default").as_bool());
    EXPECT_NE(row.at("kind").as_string(), "vend_quarantined") << "sales wait for it";
  }
  const auto set = post("/alarm-rules", R"({"kind":"loss","raise_at":120,"clear_after_s":60})");
  ASSERT_EQ(set.status, 200) << set.raw.body;
  EXPECT_EQ(misfit(set.body, "AlarmRule"), "");
  EXPECT_EQ(set.body.at("raise_at").as_int64(), 120);
  EXPECT_EQ(set.body.at("clear_at").as_int64(), 50) << "unchanged";
  EXPECT_FALSE(set.body.at("is_default").as_bool());
  EXPECT_EQ(post("/alarm-rules", R"({"kind":"loss","clear_at":120})").code(), "alarm_rule_invalid");
  EXPECT_EQ(post("/alarm-rules", R"({"kind":"arrears","on":0})").code(), "alarm_rule_invalid");
  session = session_of(port::Role::viewer);
  EXPECT_EQ(post("/alarm-rules", R"({"kind":"loss","raise_at":130})").status, 403);
  const auto lines = audit();
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const port::AuditLine& line) {
    return line.action == "alarm_rule_set" && line.subject == "alarm rule loss" &&
           line.detail.find("\"raise_at\":80") != std::string::npos;
  })) << "what it was before is kept";
}

TEST_F(AlarmApi, ALossTree) {
  const std::int64_t building = station->live.site().buildings.front().id.value;
  const auto body = [&](const std::string& mains, const std::string& subs) {
    return R"({"name":"A座","building_id":)" + std::to_string(building) + R"(,"main_meter_ids":[)" +
           mains + R"(],"sub_meter_ids":[)" + subs + "]}";
  };
  const std::string m1 = std::to_string(station->meter_id(1).value);
  const std::string m2 = std::to_string(station->meter_id(2).value);
  const auto added = post("/loss-trees", body(m1, m2));
  ASSERT_EQ(added.status, 201) << added.raw.body;
  EXPECT_EQ(misfit(added.body, "LossTree"), "");
  EXPECT_EQ(post("/loss-trees", body(m1, m2)).code(), "loss_tree_invalid") << "the same place";
  const std::string path = "/loss-trees/" + std::to_string(added.body.at("id").as_int64());
  const auto report = get(path + "/loss?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z");
  ASSERT_EQ(report.status, 200) << report.raw.body;
  EXPECT_EQ(misfit(report.body, "LossReport"), "");
  EXPECT_TRUE(report.body.at("loss_wh").is_null()) << "nothing is known of that day";
  EXPECT_TRUE(report.body.at("main_wh").is_null()) << "an unknown main meter used nothing? no";
  port::LossPeriod day;
  day.tree = {added.body.at("id").as_int64()};
  day.from = *parse_rfc3339("2026-10-31T16:00:00Z");
  day.to = day.from + minutes(24 * 60);
  day.sub_wh = 5'000;
  day.mains_missing = 1;
  ASSERT_TRUE(station->run(station->store->add_loss_period(day)));
  day.from = day.to;
  day.to = day.to + minutes(24 * 60);
  day.mains_missing = 0;
  day.main_wh = 0;
  day.loss_wh = -5'000;
  ASSERT_TRUE(station->run(station->store->add_loss_period(day)));
  const auto stored = get(path + "/periods");
  EXPECT_EQ(misfit(stored.body, "LossPeriodList"), "");
  EXPECT_EQ(stored.body.at("rows").at(0).at("main_wh").as_int64(), 0) << "it stood still";
  EXPECT_TRUE(stored.body.at("rows").at(1).at("main_wh").is_null()) << "it is not known";
  EXPECT_EQ(report.body.at("sub_meters").at(0).at("gap").as_string(), "no_reading");
  EXPECT_EQ(get(path + "/loss?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z").status, 400);
  const auto periods = get(path + "/periods");
  EXPECT_EQ(misfit(periods.body, "LossPeriodList"), "");
  const auto changed = post(path, body(m2, m1));
  ASSERT_EQ(changed.status, 200) << changed.raw.body;
  EXPECT_EQ(changed.body.at("main_meters").at(0).at("code").as_string(), "1002");
  EXPECT_EQ(post(path, body(m2, m1)).code(), "loss_tree_unknown") << "it has ended";
  const auto listed = get("/loss-trees");
  EXPECT_EQ(misfit(listed.body, "LossTreeList"), "");
  EXPECT_EQ(listed.body.at("total").as_int64(), 1);
  EXPECT_EQ(
      post("/loss-trees/" + std::to_string(changed.body.at("id").as_int64()) + "/end", "{}").status,
      200);
  EXPECT_EQ(get("/loss-trees").body.at("total").as_int64(), 0);
}

}  // namespace
}  // namespace paymeter::http
