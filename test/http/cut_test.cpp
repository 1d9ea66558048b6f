// Automatic cuts through the interface: who is enforced, decisions, rehearsals, breaker, intents.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class CutTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
  }
};

TEST_F(CutTest, EnforcementIsShownSetAndRemembered) {
  auto state = get("/enforcement");
  ASSERT_EQ(state.status, 200) << state.raw.body;
  EXPECT_EQ(misfit(state.body, "EnforcementState"), "");
  EXPECT_EQ(state.body.at("mode").as_string(), "off") << "nobody switched it on";
  const auto set = post("/enforcement", R"({"mode":"rehearsed","reason":"业主会议决定"})");
  ASSERT_EQ(set.status, 200) << set.raw.body;
  EXPECT_EQ(misfit(set.body, "EnforcementSetting"), "");
  EXPECT_EQ(set.body.at("changed_by").as_string(), "administrator-user");
  EXPECT_EQ(get("/enforcement").body.at("mode").as_string(), "rehearsed");
  EXPECT_EQ(post("/enforcement", R"({"mode":"rehearsed","reason":"业主会议决定"})").body.at("id"),
            set.body.at("id"))
      << "the same click again";
  const std::string meter = std::to_string(station->meter_id(1).value);
  EXPECT_EQ(
      post("/enforcement", R"({"mode":"off","reason":"医疗设备","meter_id":)" + meter + "}").status,
      200);
  const auto history = get("/enforcement/history");
  EXPECT_EQ(misfit(history.body, "EnforcementHistory"), "");
  EXPECT_EQ(history.body.at("total").as_int64(), 2);
  const auto lines = audit();
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const port::AuditLine& line) {
    return line.action == "enforcement_set" && line.detail == "rehearsed: 业主会议决定";
  }));
}

TEST_F(CutTest, WhatIsRefused) {
  struct Row {
    const char* reason;
    const char* path;
    const char* body;
    int status;
  };
  const Row rows[] = {
      {"no reason", "/enforcement", R"({"mode":"on"})", 400},
      {"too short a reason", "/enforcement", R"({"mode":"on","reason":"a"})", 422},
      {"no such mode", "/enforcement", R"({"mode":"maybe","reason":"试点"})", 400},
      {"two scopes", "/enforcement",
       R"({"mode":"on","reason":"试点","meter_id":1,"building_id":1})", 422},
      {"another property's meter", "/enforcement",
       R"({"mode":"on","reason":"试点","meter_id":999})", 404},
      {"a breaker that is not open", "/cut-breaker/ask", R"({"reason":"核实"})", 409},
      {"nor released", "/cut-breaker/release", "{}", 409},
      {"no such rehearsal", "/rehearsals/99/approve", R"({"revision":1})", 404},
  };
  for (const Row& row : rows) EXPECT_EQ(post(row.path, row.body).status, row.status) << row.reason;
  session = session_of(port::Role::cashier);
  EXPECT_EQ(post("/enforcement", R"({"mode":"on","reason":"试点一下"})").status, 403);
  EXPECT_EQ(get("/enforcement").status, 200) << "everybody may see it";
}

TEST_F(CutTest, RehearsalDecisionsCutsAndIntents) {
  const auto made = post("/rehearsals", "{}");
  ASSERT_EQ(made.status, 200) << made.raw.body;
  EXPECT_EQ(misfit(made.body, "Rehearsal"), "");
  const std::string path = "/rehearsals/" + std::to_string(made.body.at("id").as_int64());
  EXPECT_EQ(misfit(get(path).body, "RehearsalSheet"), "");
  EXPECT_EQ(misfit(get("/rehearsals").body, "RehearsalList"), "");
  EXPECT_FALSE(made.body.at("needs_approval").as_bool()) << "nobody is in it";
  EXPECT_EQ(post(path + "/approve", R"({"revision":1})").code(), "batch_empty")
      << "there is nothing to approve";
  domain::RehearsalLine line;
  line.meter = station->meter_id(1);
  line.balance = {-8'000};
  domain::Rehearsal draft =
      station->run(station->store->find_rehearsal({made.body.at("id").as_int64()}))->rehearsal;
  ASSERT_TRUE(station->run(station->store->make_rehearsal(draft, {line})));
  const auto foreseen = [&] { return get(path).body.at("rehearsal").as_object(); };
  EXPECT_EQ(foreseen().at("cuts").as_int64(), 1);
  EXPECT_FALSE(foreseen().at("needs_approval").as_bool()) << "cutting is off here";
  ASSERT_EQ(post("/enforcement", R"({"mode":"rehearsed","reason":"业主会议决定"})").status, 200);
  EXPECT_TRUE(foreseen().at("needs_approval").as_bool());
  EXPECT_EQ(post(path + "/approve", R"({"revision":7})").status, 409) << "another list was read";
  const auto approved = post(path + "/approve", R"({"revision":2,"note":"同意"})");
  ASSERT_EQ(approved.status, 200) << approved.raw.body;
  EXPECT_FALSE(approved.body.at("needs_approval").as_bool()) << "it has its answer";
  EXPECT_EQ(approved.body.at("state").as_string(), "approved");
  EXPECT_EQ(post(path + "/reject", R"({"revision":2})").status, 409);
  ASSERT_EQ(post("/enforcement", R"({"mode":"off","reason":"试点结束"})").status, 200);
  EXPECT_EQ(misfit(get("/cut-decisions?verdict=cut").body, "CutDecisionList"), "");
  EXPECT_EQ(misfit(get("/cuts?lasting=1").body, "OwnCutList"), "");
  open_account(1);
  EXPECT_EQ(
      post(meter_path(1) + "/supply", R"({"action":"trip","reason":"检修"})", "trip-0001").status,
      201);
  const auto look = get(meter_path(1) + "/cut-look");
  EXPECT_EQ(misfit(look.body, "CutLook"), "");
  EXPECT_EQ(look.body.at("verdict").as_string(), "stay") << "its balance is not the platform's";
  EXPECT_EQ(look.body.at("guards").as_array().size(), domain::kCutGuardCount);
  EXPECT_EQ(look.body.at("guards").at(0).at("state").as_string(), "fails") << "its own wallet";
  EXPECT_EQ(look.body.at("intents").at(0).at("kind").as_string(), "manual_trip");
  EXPECT_EQ(look.body.at("setting").at("mode").as_string(), "off")
      << "who switched it off, and why";
  EXPECT_EQ(get("/meters/999/cut-look").status, 404);
  const auto intents = get(meter_path(1) + "/supply-intents");
  EXPECT_EQ(misfit(intents.body, "SupplyIntentList"), "");
  ASSERT_EQ(intents.body.at("total").as_int64(), 1);
  EXPECT_EQ(intents.body.at("rows").at(0).at("kind").as_string(), "manual_trip");
}

}  // namespace
}  // namespace paymeter::http
