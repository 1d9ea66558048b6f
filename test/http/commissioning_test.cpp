// Commissioning through the interface: a check, a pulse test, a signed report, over real drivers.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

using bench_station::Fate;

class CommissioningApi : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
  }
  std::string bus() { return std::to_string(station->live.site().buses.front().id.value); }
  std::string begin_check(const std::string& key) {
    const auto begun = post("/checks", R"({"scope":"bus","scope_id":)" + bus() + "}", key);
    EXPECT_EQ(begun.status, 201) << begun.raw.body;
    EXPECT_EQ(misfit(begun.body, "Check"), "");
    return "/checks/" + std::to_string(begun.body.at("id").as_int64());
  }
  std::string finished_check(const std::string& key) {
    const std::string path = begin_check(key);
    EXPECT_TRUE(station->until(
        [&] { return get(path).body.at("check").at("state").as_string() == "done"; }, minutes(5)));
    return path;
  }
  static std::string verdict(const json::value& meter, std::string_view point) {
    for (const auto& row : meter.at("points").as_array())
      if (row.at("point").as_string() == point) return std::string(row.at("verdict").as_string());
    return "";
  }
  void load(int unit, std::int64_t watts) {
    sim::MeterLoad power;
    power.power_w = {watts, 0, 0};
    site.meter(unit).set_load(power);
    site.meter(unit).advance(seconds(1));
  }
  /// Says what the prompt asks for has been done; `unit` is the meter that the load hangs on.
  json::value switch_load(const std::string& path, int unit, std::int64_t watts) {
    for (;;) {
      EXPECT_TRUE(
          station->until([&] { return get(path).body.at("prompt") != "wait"; }, minutes(5)));
      const auto test = get(path).body;
      EXPECT_EQ(misfit(test, "PulseTest"), "");
      if (test.at("prompt") != "switch_on" && test.at("prompt") != "switch_off") return test;
      load(unit, test.at("prompt") == "switch_on" ? watts : 0);
      EXPECT_EQ(post(path + "/switched", "{}").status, 200);
      EXPECT_EQ(post(path + "/switched", "{}").code(), "check_state_conflict")
          << "the meters are being read";
    }
  }
  json::value pulse(int expected, int actual, const std::string& key) {
    const auto begun = post(
        "/pulse-tests",
        R"({"load_w":1500,"meter_id":)" + std::to_string(station->meter_id(expected).value) + "}",
        key);
    EXPECT_EQ(begun.status, 201) << begun.raw.body;
    EXPECT_EQ(begun.body.at("prompt").as_string(), "wait");
    return switch_load("/pulse-tests/" + std::to_string(begun.body.at("id").as_int64()), actual,
                       1'500);
  }
};

TEST_F(CommissioningApi, ACheckNamesWhatIsWrong) {
  site.replace(2, "PM77777777");
  const std::string path = finished_check("check-0001");
  const auto detail = get(path);
  EXPECT_EQ(misfit(detail.body, "CheckDetail"), "");
  ASSERT_EQ(detail.body.at("meters").as_array().size(), 2U) << detail.raw.body;
  EXPECT_EQ(verdict(detail.body.at("meters").at(0), "serial"), "ok");
  EXPECT_EQ(verdict(detail.body.at("meters").at(1), "serial"), "failed");
  EXPECT_EQ(verdict(detail.body.at("meters").at(1), "answers"), "ok");
  EXPECT_EQ(verdict(detail.body.at("meters").at(1), "relay"), "ok");
  EXPECT_EQ(
      detail.body.at("check").at("failed").as_int64() + detail.body.at("check").at("ok").as_int64(),
      2);
  EXPECT_EQ(misfit(get("/checks").body, "CheckList"), "");
  EXPECT_EQ(post(path + "/stop", "{}").code(), "check_state_conflict") << "it is over";
}

TEST_F(CommissioningApi, ASilentMeterIsSaidAndTheRestGoesOn) {
  site.fate = [](std::uint8_t unit, Bytes) {
    return unit == 1 ? Fate::lose_request : Fate::deliver;
  };
  const auto detail = get(finished_check("check-0001"));
  EXPECT_EQ(verdict(detail.body.at("meters").at(0), "answers"), "failed");
  EXPECT_EQ(verdict(detail.body.at("meters").at(0), "serial"), "unknown");
  EXPECT_EQ(verdict(detail.body.at("meters").at(1), "answers"), "ok");
}

TEST_F(CommissioningApi, ACheckNeedsAPlaceARightAndAKey) {
  EXPECT_EQ(post("/checks", R"({"scope":"bus","scope_id":999})", "check-0001").code(),
            "check_invalid");
  EXPECT_EQ(post("/checks", R"({"scope":"planet","scope_id":1})", "check-0001").status, 400);
  const std::string path = begin_check("check-0002");
  const auto again = post("/checks", R"({"scope":"bus","scope_id":)" + bus() + "}", "check-0002");
  EXPECT_EQ(again.status, 200) << "the same one";
  EXPECT_EQ(post(path + "/stop", "{}").status, 200);
  EXPECT_TRUE(station->until([&] { return get(path).body.at("check").at("state") != "running"; },
                             minutes(5)));
  session = session_of(port::Role::viewer);
  EXPECT_EQ(post("/checks", R"({"scope":"bus","scope_id":)" + bus() + "}", "check-0003").status,
            403);
  EXPECT_EQ(get("/checks/999").status, 404);
}

TEST_F(CommissioningApi, ThePulseTestFindsACrossedPair) {
  const auto good = pulse(1, 1, "pulse-0001");
  EXPECT_EQ(good.at("result").at("verdict").as_string(), "matches") << json::serialize(good);
  EXPECT_EQ(good.at("rounds_done").as_int64(), 4);
  const auto first = pulse(1, 2, "pulse-0002");
  EXPECT_EQ(first.at("result").at("verdict").as_string(), "other");
  EXPECT_EQ(first.at("result").at("seen").at("code").as_string(), "1002");
  pulse(2, 1, "pulse-0003");
  const auto listed = get("/pulse-tests");
  EXPECT_EQ(misfit(listed.body, "PulseTestList"), "");
  ASSERT_EQ(listed.body.at("findings").as_array().size(), 1U) << listed.raw.body;
  EXPECT_EQ(listed.body.at("findings").at(0).at("kind").as_string(), "crossed_pair");
}

TEST_F(CommissioningApi, APulseTestMayBeGivenUp) {
  const auto begun =
      post("/pulse-tests", R"({"meter_id":)" + std::to_string(station->meter_id(1).value) + "}",
           "pulse-0001");
  const std::string path = "/pulse-tests/" + std::to_string(begun.body.at("id").as_int64());
  EXPECT_EQ(post(path + "/cancel", "{}").status, 200);
  station->until([] { return false; }, minutes(2));
  EXPECT_EQ(get(path).body.at("state").as_string(), "cancelled")
      << "a late reading revives nothing";
  EXPECT_EQ(post(path + "/switched", "{}").code(), "check_state_conflict");
  EXPECT_EQ(post("/pulse-tests", R"({"meter_id":999})", "pulse-0002").code(), "check_invalid");
}

TEST_F(CommissioningApi, ASignedReport) {
  pulse(1, 2, "pulse-0001");
  const std::string path = finished_check("check-0001");
  const auto signed_one = post(path + "/reports", "{}");
  ASSERT_EQ(signed_one.status, 201) << signed_one.raw.body;
  EXPECT_EQ(misfit(signed_one.body, "CheckReport"), "");
  EXPECT_EQ(misfit(get(path + "/reports").body, "CheckReportList"), "");
  const std::string report =
      "/check-reports/" + std::to_string(signed_one.body.at("id").as_int64());
  const auto page = get(report);
  EXPECT_EQ(misfit(page.body, "CheckReportDetail"), "");
  EXPECT_EQ(page.body.at("content").at("findings").at(0).at("kind").as_string(), "wrong_room");
  EXPECT_EQ(page.body.at("content").at("meters").as_array().size(), 2U);
  for (const char* file : {"/report.json", "/report.pdf", "/report.pdf?lang=en"}) {
    const auto download = get(report + file);
    ASSERT_EQ(download.status, 200) << file;
    const auto read = adapter::read_signed_report(download.raw.body);
    ASSERT_TRUE(read) << file;
    EXPECT_TRUE(adapter::verify_report(*read)) << file;
    EXPECT_EQ(read->key_hex, std::string(signed_one.body.at("public_key").as_string()));
  }
  EXPECT_EQ(get(report + "/report.pdf?lang=fr").status, 400);
  EXPECT_EQ(get("/check-reports/999").status, 404);
}

}  // namespace
}  // namespace paymeter::http
