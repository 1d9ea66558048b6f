// Site, matrix, import and export, health, metrics, pages.
#include <fstream>

#include "api_rig.hpp"

namespace paymeter::http {
namespace {

TEST_F(ApiTest, SiteAndMatrix) {
  log_in(port::Role::viewer);
  const auto site_reply = get("/site");
  EXPECT_EQ(misfit(site_reply.body, "Site"), "");
  EXPECT_EQ(site_reply.body.at("property").at("name").as_string(), "试验楼");
  EXPECT_FALSE(site_reply.body.at("simulated").as_bool());
  EXPECT_EQ(site_reply.body.at("enforcement").at("mode").as_string(), "off") << "nobody set it";
  station->until([] { return false; }, minutes(1));
  const auto meters = get("/meters");
  EXPECT_EQ(misfit(meters.body, "MeterList"), "");
  EXPECT_EQ(meters.body.at("rows").as_array().size(), 2u);
  EXPECT_EQ(meters.body.at("counts").at("not_opened").as_int64(), 2);
  EXPECT_GE(meters.body.at("rows").at(0).at("age_ms").as_int64(), 0);
}

TEST_F(ApiTest, TheSiteSaysWhetherAutomaticCutsAreOn) {
  log_in();
  const auto enforcement = [&] { return get("/site").body.at("enforcement").as_object(); };
  const auto set = [&](std::string scope, std::string mode) {
    const auto reply =
        post("/enforcement", "{" + scope + R"("mode":")" + mode + R"(","reason":"业主会议决定"})");
    EXPECT_EQ(reply.status, 200) << reply.raw.body;
  };
  const std::string meter = R"("meter_id":)" + std::to_string(station->meter_id(1).value) + ",";
  set("", "rehearsed");
  EXPECT_EQ(enforcement().at("mode").as_string(), "rehearsed");
  EXPECT_EQ(enforcement().at("exceptions").as_int64(), 0);
  set(meter, "off");
  EXPECT_EQ(enforcement().at("exceptions").as_int64(), 1);
  set("", "off");
  EXPECT_EQ(enforcement().at("mode").as_string(), "off");
  EXPECT_EQ(enforcement().at("exceptions").as_int64(), 0) << "the meter is off like all";
  EXPECT_EQ(misfit(get("/site").body, "Site"), "");
}

TEST_F(ApiTest, BusesSayHowTheirLinesAre) {
  log_in(port::Role::viewer);
  station->until([] { return false; }, minutes(1));
  const auto buses = get("/buses");
  EXPECT_EQ(misfit(buses.body, "BusLineList"), "") << buses.raw.body;
  ASSERT_EQ(buses.body.at("rows").as_array().size(), 1u);
  const auto& row = buses.body.at("rows").at(0);
  EXPECT_EQ(row.at("line").at("meters").as_int64(), 2);
  EXPECT_GT(row.at("line").at("allows_ms").as_int64(), 0);
  const auto bus = get("/buses/" + std::to_string(row.at("id").as_int64()));
  EXPECT_EQ(misfit(bus.body, "BusReport"), "") << bus.raw.body;
  EXPECT_EQ(bus.body.at("meters").as_array().size(), 2u);
  EXPECT_EQ(bus.body.at("meters").at(0).at("unit").as_int64(), 1);
  EXPECT_EQ(get("/buses/99").code(), "bus_unknown");
  EXPECT_EQ(get("/buses/99").status, 404);
}

TEST_F(ApiTest, ListsRefuseBadParameters) {
  log_in();
  for (const char* path :
       {"/vends?limit=0", "/vends?limit=many", "/vends?state=happy", "/vends?from=yesterday",
        "/accounts?state=x", "/commands?meter_id=x", "/alarms?active=2", "/alarms?kind=fire",
        "/audit?offset=-1", "/exports/matrix.xlsx?lang=fr", "/vends?text=%ff"})
    EXPECT_EQ(get(path).code(), "request_invalid") << path;
}

TEST_F(ApiTest, ImportDryRunCommitAndNonsense) {
  session =
      session_of(port::Role::administrator, PropertyId{});  // the workbook is another property's
  std::ifstream in{std::string{PAYMETER_SOURCE_DIR} + "/examples/small-site.xlsx",
                   std::ios::binary};
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(file.empty());
  const auto dry = post("/imports?dry_run=1", file);
  EXPECT_EQ(misfit(dry.body, "ImportReport"), "") << dry.raw.body;
  EXPECT_FALSE(dry.body.at("committed").as_bool());
  EXPECT_EQ(station->live.meters().size(), 2u) << "nothing was imported";
  const auto real = post("/imports", file);
  EXPECT_EQ(real.status, 200) << real.raw.body;
  EXPECT_TRUE(real.body.at("committed").as_bool());
  EXPECT_GT(station->live.meters().size(), 2u) << "the station works with the new site";
  EXPECT_EQ(post("/imports", file).body.at("added").as_int64(), 0) << "the second time";
  EXPECT_EQ(post("/imports", "hello").code(), "sheet_not_workbook");
  EXPECT_EQ(post("/imports", "").code(), "sheet_not_workbook");
  EXPECT_EQ(post("/imports?dry_run=maybe", file).code(), "request_invalid");
}

/// The example site with a column 总表范围, filled for its first meter.
Buffer example_with_main(port::WorkbookFormat& format, std::string& meter, std::string& building) {
  std::ifstream in{std::string{PAYMETER_SOURCE_DIR} + "/examples/small-site.xlsx",
                   std::ios::binary};
  const Buffer file{std::istreambuf_iterator<char>(in), {}};
  const auto book = format.read(file);
  std::vector<port::SheetContent> sheets;
  const auto first_row = [](const port::Sheet& sheet) {
    std::size_t row = 1;
    while (sheet.rows.at(row).empty() || sheet.rows[row][0].empty() ||
           sheet.rows[row][0].starts_with("##"))
      ++row;
    return row;
  };
  for (const port::Sheet& sheet : book->sheets)
    if (sheet.name == "建筑") building = sheet.rows.at(first_row(sheet)).at(0);
  for (const port::Sheet& sheet : book->sheets) {
    if (sheet.rows.empty()) continue;
    port::SheetContent content;
    content.name = sheet.name;
    for (const std::string& title : sheet.rows[0])
      content.columns.push_back({title, false, 14, "", {}});
    for (std::size_t i = 1; i < sheet.rows.size(); ++i) content.rows.push_back(sheet.rows[i]);
    if (sheet.name == "仪表") {
      const std::size_t row = first_row(sheet);
      meter = sheet.rows[row].at(0);
      content.columns.push_back({"总表范围", false, 14, "", {}});
      content.rows[row - 1].resize(sheet.rows[0].size());
      content.rows[row - 1].push_back(building);
    }
    sheets.push_back(std::move(content));
  }
  return *format.write_xlsx(sheets);
}

TEST_F(ApiTest, AWorkbookNamesMainMeters) {
  session = session_of(port::Role::administrator, PropertyId{});
  std::string meter, building;
  const Buffer book = example_with_main(workbooks, meter, building);
  const std::string file(book.begin(), book.end());
  const auto trees = [&] {
    std::vector<domain::watch::LossTree> out;
    for (const auto& property : station->live.site().properties)
      for (auto& tree : station->watch->trees(property.id)) out.push_back(tree);
    return out;
  };
  const auto dry = post("/imports?dry_run=1", file);
  ASSERT_EQ(dry.status, 200) << dry.raw.body;
  EXPECT_TRUE(trees().empty()) << "tried only";
  ASSERT_EQ(post("/imports", file).status, 200);
  const auto made = trees();
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].name, building);
  ASSERT_EQ(made[0].mains.size(), 1U);
  EXPECT_EQ(station->live.find(made[0].mains[0])->meter.code, meter);
  ASSERT_EQ(post("/imports", file).status, 200);
  ASSERT_EQ(trees().size(), 1U);
  EXPECT_EQ(trees()[0].id, made[0].id) << "the same again changes nothing";
}

TEST_F(ApiTest, AWorkbookComesBackWithItsErrors) {
  log_in();
  std::ifstream in{std::string{PAYMETER_SOURCE_DIR} + "/examples/small-site.xlsx",
                   std::ios::binary};
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  const auto reply = post("/imports/annotated", file);
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.raw.body.starts_with("PK"));
  EXPECT_NE(reply.raw.header("Content-Disposition").find("errors.xlsx"), std::string_view::npos);
  EXPECT_EQ(station->live.meters().size(), 2u) << "nothing was imported";
  EXPECT_EQ(post("/imports/annotated", "hello").code(), "sheet_not_workbook");
  EXPECT_EQ(post("/imports/annotated", "").code(), "sheet_not_workbook");
  log_in(port::Role::viewer);
  EXPECT_EQ(post("/imports/annotated", file).code(), "permission_denied");
}

TEST_F(ApiTest, WorkbooksAreDownloads) {
  log_in();
  for (const char* path : {"/imports/template.xlsx", "/exports/matrix.xlsx",
                           "/exports/matrix.xlsx?lang=en&state=not_opened"}) {
    const auto reply = get(path);
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_TRUE(reply.raw.body.starts_with("PK")) << path;
    EXPECT_NE(reply.raw.header("Content-Disposition").find(".xlsx"), std::string_view::npos);
  }
}

TEST_F(ApiTest, HealthAndMetrics) {
  const auto health = send({.path = "/healthz"});
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(misfit(health.body, "Health"), "");
  const auto text = raw({.path = "/metrics"}).body;
  for (const char* name :
       {"paymeter_http_requests_total{route=\"/healthz\",status=\"200\"} 1",
        "paymeter_meters{state=\"not_opened\"} 2", "paymeter_vends{state=\"delivered\"} 0",
        "paymeter_bus_exchanges_total{bus=\"G1/1\",outcome=\"ok\"}",
        "# TYPE paymeter_bus_exchanges_total counter", "process_resident_memory_bytes"})
    EXPECT_NE(text.find(name), std::string::npos) << name << " in\n" << text;
}

TEST_F(ApiTest, HealthSaysWhatIsWrong) {
  station->runtime.stop();
  std::optional<net::Response> reply;
  net::Request request{"GET", "/healthz", "", {{"Host", "localhost"}}, "", ""};
  station->runtime.spawn(
      "test",
      [](Api& tested, net::Request asked, std::optional<net::Response>& out) -> port::Async<> {
        out = co_await tested.handle(std::move(asked));
      }(*api, std::move(request), reply));
  station->until([&] { return reply.has_value(); });
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503);
  EXPECT_EQ(misfit(json::parse(reply->body), "Health"), "");
}

TEST_F(ApiTest, PagesWithoutAWebFolder) {
  EXPECT_EQ(raw({.path = "/openapi.json"}).status, 200);
  EXPECT_EQ(raw({.path = "/docs"}).header("Location"), "/docs/");
  EXPECT_EQ(raw({.path = "/"}).status, 404);
  EXPECT_EQ(raw({.path = "/../../etc/passwd"}).status, 404);
  EXPECT_EQ(raw({.method = "POST", .path = "/"}).status, 405);
}

}  // namespace
}  // namespace paymeter::http
