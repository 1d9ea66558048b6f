// Batches, downloads and who holds which prices through the interface.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class BatchApi : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
    open_account(1);
  }
  std::string path_of(const Reply& batch) {
    return "/batches/" + std::to_string(batch.body.at("id").as_int64());
  }
  /// Until the batch has its end.
  Reply ended(const std::string& path) {
    Reply reply;
    station->until([&] {
      reply = get(path);
      return !reply.body.at("finished_at").is_null();
    });
    return reply;
  }
};

TEST_F(BatchApi, PreviewedConfirmedSentAndExported) {
  const auto preview = post("/batches/preview", R"({"kind":"trip"})");
  ASSERT_EQ(preview.status, 200) << preview.raw.body;
  EXPECT_EQ(misfit(preview.body, "BatchPreview"), "");
  EXPECT_EQ(preview.body.at("count").as_int64(), 2);

  const auto body = [](int count) {
    return R"({"kind":"trip","reason":"台风","selection":{"states":["opened","arrears"]},"count":)" +
           std::to_string(count) + "}";
  };
  EXPECT_EQ(post("/batches", body(2), "trip-000001").code(), "batch_count_differs");
  const auto made = post("/batches", body(1), "trip-000001");
  ASSERT_EQ(made.status, 201) << made.raw.body;
  EXPECT_EQ(misfit(made.body, "Batch"), "");
  EXPECT_EQ(made.body.at("selection").at("states").as_array().size(), 2U);
  EXPECT_EQ(post("/batches", body(1), "trip-000001").status, 200);
  EXPECT_EQ(post("/batches", R"({"kind":"release"})", "trip-000001").code(),
            "vend_exists_with_different_request");

  const auto end = ended(path_of(made));
  EXPECT_EQ(end.body.at("state").as_string(), "finished");
  EXPECT_EQ(end.body.at("counts").at("done").as_int64(), 1);
  EXPECT_TRUE(site.meter(1).relay_open());
  EXPECT_FALSE(site.meter(2).relay_open()) << "it has no account: not selected";
  const auto rows = get(path_of(made) + "/rows");
  EXPECT_EQ(misfit(rows.body, "BatchRowList"), "");
  EXPECT_EQ(rows.body.at("rows").at(0).at("outcome").as_string(), "done");
  EXPECT_EQ(get(path_of(made) + "/rows?outcome=failed").body.at("total").as_int64(), 0);
  const auto csv = get(path_of(made) + "/rows.csv");
  EXPECT_EQ(csv.raw.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_NE(csv.raw.body.find("\"1001\",\"\",\"done\""), std::string::npos) << csv.raw.body;
  const auto list = get("/batches?kind=trip");
  EXPECT_EQ(misfit(list.body, "BatchList"), "");
  EXPECT_EQ(list.body.at("total").as_int64(), 1);
  const auto lines = audit();
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const port::AuditLine& line) {
    return line.action == "batch_started" && line.detail.find("台风") != std::string::npos;
  }));
}

TEST_F(BatchApi, PausedCancelledAndRetried) {
  site.fate = [](std::uint8_t unit, Bytes pdu) {
    return unit == 2 && bench_station::is_relay(pdu) ? bench_station::Fate::lose_request
                                                     : bench_station::Fate::deliver;
  };
  const auto made = post("/batches", R"({"kind":"force_on"})", "force-00001");
  ASSERT_EQ(made.status, 201) << made.raw.body;
  EXPECT_EQ(post(path_of(made) + "/resume", "").code(), "batch_state_conflict");
  const auto paused = post(path_of(made) + "/pause", "");
  ASSERT_EQ(paused.status, 200) << paused.raw.body;
  EXPECT_EQ(paused.body.at("state").as_string(), "paused");
  EXPECT_EQ(post(path_of(made) + "/resume", "").body.at("state").as_string(), "running");
  const auto end = ended(path_of(made));
  EXPECT_EQ(end.body.at("counts").at("failed").as_int64(), 1);
  const auto rows = get(path_of(made) + "/rows?outcome=failed");
  EXPECT_EQ(rows.body.at("rows").at(0).at("reason").at("code").as_string(), "command_expired");
  EXPECT_NE(rows.body.at("rows").at(0).at("differences").as_string(), "");
  site.fate = {};
  EXPECT_EQ(post(path_of(made) + "/retry", "").body.at("state").as_string(), "running");
  EXPECT_EQ(ended(path_of(made)).body.at("counts").at("done").as_int64(), 2);
  EXPECT_EQ(post(path_of(made) + "/cancel", "").code(), "batch_state_conflict");
  EXPECT_EQ(get("/batches/99").code(), "batch_unknown");
}

TEST_F(BatchApi, WhatIsRefused) {
  struct Row {
    const char* reason;
    const char* body;
    const char* code;
  };
  const Row rows[] = {
      {"no kind", "{}", "request_invalid"},
      {"an opening", R"({"kind":"open_account"})", "request_invalid"},
      {"a trip without a reason", R"({"kind":"trip","count":2})", "supply_reason_missing"},
      {"a trip without a count", R"({"kind":"trip","reason":"x"})", "batch_count_differs"},
      {"nobody is meant", R"({"kind":"release","selection":{"building_id":99}})", "batch_empty"},
      {"a floor of no building", R"({"kind":"release","selection":{"floor":1}})",
       "request_invalid"},
      {"no such state", R"({"kind":"release","selection":{"states":["x"]}})", "request_invalid"},
      {"a selection that is none", R"({"kind":"release","selection":7})", "request_invalid"},
      {"no rate", R"({"kind":"release","rate_per_minute":0})", "request_invalid"},
      {"slots that descend",
       R"({"kind":"write_time_tables","day_table_1":[{"minute_of_day":60,"rate":1},{"minute_of_day":0,"rate":2}]})",
       "request_invalid"},
      {"a slot beyond the day",
       R"({"kind":"write_time_tables","day_table_1":[{"minute_of_day":1440,"rate":1}]})",
       "request_invalid"},
  };
  int n = 0;
  for (const Row& row : rows)
    EXPECT_EQ(post("/batches", row.body, "batch-" + std::to_string(1000 + n++)).code(), row.code)
        << row.reason;
  session = session_of(port::Role::viewer);
  EXPECT_EQ(post("/batches", R"({"kind":"release"})", "batch-2000").status, 403);
  EXPECT_EQ(post("/batches/preview", R"({"kind":"release"})").status, 403);
  EXPECT_EQ(get("/batches").status, 200);
}

TEST_F(BatchApi, SettingsAreDownloadedAndHaveVersions) {
  const auto made =
      post(meter_path(1) + "/download",
           R"({"kind":"write_settings","overload_w":3300,"reason":"大功率"})", "settings-01");
  ASSERT_EQ(made.status, 201) << made.raw.body;
  EXPECT_EQ(misfit(made.body, "Command"), "");
  EXPECT_EQ(made.body.at("settings").at("overload_w").as_int64(), 3'300);
  EXPECT_EQ(made.body.at("version").as_int64(), 2);
  station->until([&] { return site.meter(1).memory().settings.overload_w == 3'300; });
  const std::string meter = std::to_string(station->meter_id(1).value);
  const auto history = get("/commands?kind=write_settings&meter_id=" + meter);
  EXPECT_EQ(misfit(history.body, "CommandList"), "");
  EXPECT_EQ(history.body.at("total").as_int64(), 2) << "the opening's and this one";
  EXPECT_EQ(post(meter_path(1) + "/download", R"({"kind":"write_settings","alarm2_fen":999999})",
                 "settings-02")
                .code(),
            "request_invalid")
      << "alarm 2 would come before alarm 1";
  EXPECT_EQ(post(meter_path(1) + "/download", R"({"kind":"trip"})", "settings-03").code(),
            "request_invalid");
  EXPECT_EQ(post(meter_path(2) + "/download", R"({"kind":"write_prices"})", "settings-04").code(),
            "account_not_open");
  const auto clock = post(meter_path(2) + "/download", R"({"kind":"set_clock"})", "clock-00001");
  EXPECT_EQ(clock.status, 201) << clock.raw.body;
  const std::string command = std::to_string(made.body.at("id").as_int64());
  station->until(
      [&] { return get("/commands/" + command).body.at("state").as_string() == "done"; });
  const auto again = post("/commands/" + command + "/resend", "", "again-00001");
  EXPECT_EQ(again.status, 201) << again.raw.body;
  EXPECT_EQ(again.body.at("version").as_int64(), 3);
}

TEST_F(BatchApi, WhoHoldsWhichPrices) {
  const std::string tariff = std::to_string(station->live.site().tariffs.front().id.value);
  const auto meters = get("/tariffs/" + tariff + "/meters");
  ASSERT_EQ(meters.status, 200) << meters.raw.body;
  EXPECT_EQ(misfit(meters.body, "TariffMeterList"), "");
  EXPECT_EQ(meters.body.at("rows").at(0).at("standing").as_string(), "held");
  EXPECT_EQ(meters.body.at("rows").at(1).at("standing").as_string(), "never");
  station->live.find(station->meter_id(1))->prepaid->price_version = 77;
  EXPECT_EQ(get("/tariffs/" + tariff + "/meters").body.at("rows").at(0).at("standing").as_string(),
            "changed");
  EXPECT_EQ(get("/tariffs/99/meters").code(), "tariff_unknown");
}

}  // namespace
}  // namespace paymeter::http
