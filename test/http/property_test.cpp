// Two properties on one station: nobody of one sees or touches what belongs to the other.
#include <map>

#include "api_rig.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/routes.hpp"

namespace paymeter::http {
namespace {

/// How a route without an id in its path keeps the other property out.
enum class Kept : std::uint8_t {
  not_of_a_property,  ///< log-in, own password, templates, the description of the interface
  by_user,            ///< asks for or makes what is of the caller's property, whatever is sent
  by_rows,            ///< a list: rows of the other property are left out
  by_ids,             ///< names objects: the other's are unknown
};

struct Row {
  std::string_view method, pattern;
  Kept kept;
  std::string_view body = {};  ///< $M meter, $B bus, $H building of the other property
};

/// Every route without an id. A new one must be put down here, or the test below fails.
constexpr auto kRows = std::to_array<Row>({
    {"POST", "/api/v1/login", Kept::not_of_a_property},
    {"POST", "/api/v1/logout", Kept::not_of_a_property},
    {"GET", "/api/v1/session", Kept::by_user},
    {"POST", "/api/v1/session/password", Kept::not_of_a_property},
    {"GET", "/api/v1/site", Kept::by_rows},
    {"GET", "/api/v1/buses", Kept::by_rows},
    {"GET", "/api/v1/meters", Kept::by_rows},
    {"GET", "/api/v1/commands", Kept::by_rows},
    {"GET", "/api/v1/poll-intervals", Kept::by_user},
    {"GET", "/api/v1/poll-intervals/history", Kept::by_user},
    {"POST", "/api/v1/poll-intervals", Kept::by_ids, R"({"scope":"meter","id":$M,"status_s":20})"},
    {"POST", "/api/v1/poll-intervals", Kept::by_ids, R"({"scope":"bus","id":$B,"status_s":20})"},
    {"GET", "/api/v1/limiting/plans", Kept::by_user},
    {"POST", "/api/v1/limiting/plans", Kept::by_ids,
     R"({"name":"x","mode":"target","groups":[{"meter_ids":[$M]}]})"},
    {"GET", "/api/v1/limiting/runs", Kept::by_user},
    {"POST", "/api/v1/batches/preview", Kept::by_ids,
     R"({"kind":"trip","selection":{"meter_ids":[$M]}})"},
    {"POST", "/api/v1/batches", Kept::by_ids,
     R"({"kind":"trip","count":1,"selection":{"building_id":$H}})"},
    {"GET", "/api/v1/batches", Kept::by_user},
    {"POST", "/api/v1/accounts", Kept::by_ids, R"({"meter_id":$M,"customer_name":"x"})"},
    {"GET", "/api/v1/accounts", Kept::by_rows},
    {"POST", "/api/v1/accounts/batch", Kept::by_ids,
     R"({"rows":[{"meter_ids":[$M],"customer_name":"x"}]})"},
    {"GET", "/api/v1/settlements", Kept::by_rows},
    {"POST", "/api/v1/vends", Kept::by_ids, R"({"meter_id":$M,"amount_fen":100,"method":"cash"})"},
    {"GET", "/api/v1/vends", Kept::by_rows},
    {"POST", "/api/v1/grants", Kept::by_ids,
     R"({"reason":"x","rows":[{"meter_id":$M,"amount_fen":100}]})"},
    {"POST", "/api/v1/transfers", Kept::by_ids,
     R"({"from_meter_id":$M,"to_meter_id":$M,"amount_fen":100})"},
    {"POST", "/api/v1/proposals", Kept::by_ids,
     R"({"kind":"release_meter","meter_id":$M,"evidence":"seen by two"})"},
    {"GET", "/api/v1/proposals", Kept::by_rows},
    {"GET", "/api/v1/alarms", Kept::by_rows},
    {"GET", "/api/v1/alarm-counts", Kept::by_rows},
    {"GET", "/api/v1/alarm-rules", Kept::by_user},
    {"POST", "/api/v1/alarm-rules", Kept::by_user},
    {"GET", "/api/v1/loss-trees", Kept::by_user},
    {"POST", "/api/v1/loss-trees", Kept::by_ids,
     R"({"name":"x","building_id":$H,"main_meter_ids":[$M]})"},
    {"POST", "/api/v1/checks", Kept::by_ids, R"({"scope":"bus","scope_id":$B})"},
    {"GET", "/api/v1/checks", Kept::by_user},
    {"POST", "/api/v1/pulse-tests", Kept::by_ids, R"({"meter_id":$M,"load_w":1500})"},
    {"GET", "/api/v1/pulse-tests", Kept::by_user},
    {"GET", "/api/v1/tariffs", Kept::by_user},
    {"POST", "/api/v1/tariffs", Kept::by_user},
    {"POST", "/api/v1/imports", Kept::by_user},  // a workbook names its property: ImportsOfOthers
    {"POST", "/api/v1/imports/annotated", Kept::by_user},
    {"GET", "/api/v1/imports/template.xlsx", Kept::not_of_a_property},
    {"GET", "/api/v1/exports/vends.csv", Kept::by_rows},
    {"GET", "/api/v1/exports/matrix.xlsx", Kept::by_rows},
    {"GET", "/api/v1/users", Kept::by_rows},
    {"POST", "/api/v1/users", Kept::by_user},
    {"GET", "/api/v1/audit", Kept::by_rows},
    {"GET", "/api/v1/notices", Kept::by_rows},
    {"POST", "/api/v1/notices", Kept::by_ids,
     R"({"meter_id":$M,"level":"alarm1","channel":"paper","recipient":"x","evidence":"y"})"},
    {"GET", "/api/v1/enforcement", Kept::by_user},
    {"POST", "/api/v1/enforcement", Kept::by_ids, R"({"meter_id":$M,"mode":"off","reason":"x"})"},
    {"GET", "/api/v1/enforcement/history", Kept::by_user},
    {"GET", "/api/v1/cut-decisions", Kept::by_user},
    {"GET", "/api/v1/cuts", Kept::by_user},
    {"GET", "/api/v1/rehearsals", Kept::by_user},
    {"POST", "/api/v1/rehearsals", Kept::by_user},
    {"POST", "/api/v1/cut-breaker/ask", Kept::by_user},
    {"POST", "/api/v1/cut-breaker/release", Kept::by_user},
    {"GET", "/api/v1/books", Kept::by_user},
    {"GET", "/api/v1/reports/daily", Kept::by_user},
    {"GET", "/api/v1/events", Kept::by_rows},  // told by TheStreamTellsOfOnesOwn
    {"GET", "/healthz", Kept::not_of_a_property},
    {"GET", "/metrics", Kept::not_of_a_property},
    {"GET", "/openapi.json", Kept::not_of_a_property},
});

class PropertyTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    mine_ = station->live.site().properties.front().id;
    owner_ = session_of(port::Role::administrator);
    session = owner_;
    make_objects();
    make_other_property();
    other_ = station->live.site().properties.back().id;
    ASSERT_NE(mine_, other_);
    stranger_ = user_of(other_, "stranger");
  }
  std::string user_of(PropertyId property, const std::string& name) {
    port::User user;
    user.property = property;
    user.name = name;
    user.password_hash = "hash secret";
    user.role = port::Role::administrator;
    user.created_at = station->runtime.now();
    EXPECT_TRUE(station->run(station->store->add_user(user)));
    return station->run(login->login(name, "secret", "10.0.0.6"))->token;
  }
  void make_other_property() {
    domain::SitePlan plan = site.plan();
    plan.property = domain::Property{{}, "别家楼", "Asia/Shanghai", false};
    plan.buildings.front().name = "Z座";
    plan.gateways.front().name = "G9";
    plan.buses.front().gateway = "G9";
    plan.meters.resize(1);
    auto& row = plan.meters.front();
    row.gateway = "G9";
    row.meter.code = "9001";
    row.meter.name = "别家铺位";
    row.meter.serial = "SN9001";
    row.meter.unit = 3;
    ASSERT_TRUE(station->run(
        station->store->apply_plan(plan, port::SiteStore::Apply::commit, station->runtime.now())));
    ASSERT_TRUE(station->run(keeper->reload()));
  }
  std::int64_t made(const Reply& reply) {
    EXPECT_LT(reply.status, 300) << reply.raw.body;
    const auto* id = reply.body.is_object() ? reply.body.as_object().if_contains("id") : nullptr;
    return id == nullptr ? 0 : id->as_int64();
  }
  /// One object of each collection, of the first property.
  void make_objects() {
    const auto& live = station->live;
    const std::string m1 = std::to_string(station->meter_id(1).value);
    const std::string building = std::to_string(live.site().buildings.front().id.value);
    const std::string bus = std::to_string(live.site().buses.front().id.value);
    open_account(1);
    open_account(2);
    ids_["meters"] = station->meter_id(1).value;
    ids_["buses"] = live.site().buses.front().id.value;
    ids_["tariffs"] = live.site().tariffs.front().id.value;
    ids_["users"] = station->run(station->store->find_user_by_name("administrator-user"))->id.value;
    ids_["accounts"] = live.find(station->meter_id(1))->account->id.value;
    ids_["vends"] = made(post(
        "/vends", R"({"meter_id":)" + m1 + R"(,"amount_fen":5000,"method":"cash"})", "sale-0001"));
    ids_["commands"] =
        made(post(meter_path(1) + "/supply", R"({"action":"force_on","reason":"x"})", "force-01"));
    const auto second = live.find(station->meter_id(2))->account->id.value;
    const auto closing =
        post("/accounts/" + std::to_string(second) + "/close", R"({"reason":"end"})", "close-01");
    ids_["settlements"] = closing.body.at("rows").at(0).at("id").as_int64();
    const std::string vend = std::to_string(ids_["vends"]);
    EXPECT_EQ(post("/vends/" + vend + "/cancel", R"({"reason":"wrong meter"})").status, 200);
    ids_["proposals"] = made(post(
        "/proposals",
        R"({"kind":"manual_payout","meter_id":)" + m1 + R"(,"vend_id":)" + vend +
            R"(,"paid_out_by":"cash","reference":"receipt 17","evidence":"the tenant signed it"})",
        "payout-01"));
    station->runtime.spawn("test", station->alarms->raise(mine_, domain::AlarmKind::meter_lost,
                                                          station->meter_id(1), {}, "test"));
    station->until([] { return false; }, seconds(1));
    for (const domain::Alarm& alarm : station->alarms->active()) ids_["alarms"] = alarm.id.value;
    ids_["loss-trees"] = made(post("/loss-trees", R"({"name":"A","building_id":)" + building +
                                                      R"(,"main_meter_ids":[)" + m1 + "]}"));
    ids_["checks"] = made(post("/checks", R"({"scope":"bus","scope_id":)" + bus + "}", "check-01"));
    const std::string check = "/checks/" + std::to_string(ids_["checks"]);
    station->until([&] { return get(check).body.at("check").at("state").as_string() == "done"; },
                   minutes(5));
    ids_["check-reports"] = made(post(check + "/reports", "{}"));
    ids_["pulse-tests"] =
        made(post("/pulse-tests", R"({"load_w":1500,"meter_id":)" + m1 + "}", "pulse-01"));
    ids_["batches"] = made(post("/batches", R"({"kind":"force_on"})", "batch-01"));
    ids_["limiting"] = made(
        post("/limiting/plans",
             R"({"name":"x","mode":"target","target_w":1,"groups":[{"meter_ids":[)" + m1 + "]}]}"));
    ids_["rehearsals"] = made(post("/rehearsals", "{}"));
  }
  std::string filled(std::string_view text) {
    const auto& site_now = station->live.site();
    const std::map<char, std::int64_t> values{{'M', station->meter_id(1).value},
                                              {'B', site_now.buses.front().id.value},
                                              {'H', site_now.buildings.front().id.value}};
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
      out += text[i] == '$' ? std::to_string(values.at(text[++i])) : std::string(1, text[i]);
    return out;
  }
  static std::string collection_of(std::string_view pattern) {
    pattern.remove_prefix(std::string_view("/api/v1/").size());
    return std::string(pattern.substr(0, pattern.find('/')));
  }
  std::string path_of(std::string_view pattern) {
    std::string path(pattern);
    path.replace(path.find("{id}"), 4, std::to_string(ids_[collection_of(pattern)]));
    if (const auto at = path.find("{number}"); at != std::string::npos) path.replace(at, 8, "1");
    return path;
  }
  Reply as(const std::string& who, const Route& route, std::string path, std::string body) {
    return send({.method = std::string(route.method),
                 .path = std::move(path),
                 .body = std::move(body),
                 .session = who,
                 .key = route.key == Key::required ? "stranger-0001" : ""});
  }

  PropertyId mine_{}, other_{};
  std::string owner_, stranger_;
  std::map<std::string, std::int64_t> ids_;
};

TEST_F(PropertyTest, NoIdOfAPathOpensTheOtherProperty) {
  for (const Route& route : route_table()) {
    if (route.pattern.find("{id}") == std::string_view::npos) continue;
    const auto label = std::string(route.method) + " " + std::string(route.pattern);
    ASSERT_TRUE(owner_of_path(route.pattern)) << label << ": property_limit.cpp must know it";
    const auto reply = as(stranger_, route, path_of(route.pattern), "{}");
    EXPECT_EQ(reply.status, 404) << label << ": " << reply.raw.body;
    EXPECT_TRUE(reply.code().ends_with("_unknown")) << label << ": " << reply.raw.body;
  }
  // Not because the objects were not there: their own people find them.
  for (const auto& [collection, id] : ids_) {
    EXPECT_GT(id, 0) << collection;
    const std::string path = "/api/v1/" + collection + "/{id}";
    for (const Route& route : route_table())
      if (route.method == "GET" && route.pattern == path)
        EXPECT_EQ(as(owner_, route, path_of(path), "").status, 200) << path << " " << id;
  }
}

TEST_F(PropertyTest, NoRouteIsForgotten) {
  for (const Route& route : route_table()) {
    if (route.pattern.find("{id}") != std::string_view::npos) continue;
    const auto label = std::string(route.method) + " " + std::string(route.pattern);
    int rows = 0;
    for (const Row& row : kRows) {
      if (row.method != route.method || row.pattern != route.pattern) continue;
      ++rows;
      if (row.kept != Kept::by_ids) continue;
      const auto reply = as(stranger_, route, std::string(row.pattern), filled(row.body));
      EXPECT_EQ(reply.status, 404) << label << ": " << reply.raw.body;
    }
    EXPECT_GT(rows, 0) << label << ": how does it keep the other property out?";
  }
}

TEST_F(PropertyTest, ListsShowOnesOwn) {
  const std::vector<std::string> marks{"\"1001\"", "铺位 1001", "张三便利店",
                                       "试验楼",   "\"G1\"",    "administrator-user",
                                       ",1001,",   "A座",       "force-01"};
  for (const Route& route : route_table())
    for (const Row& row : kRows) {
      if (row.kept != Kept::by_rows || row.method != route.method || row.pattern != route.pattern ||
          route.pattern == "/api/v1/events" || route.pattern.ends_with(".xlsx"))
        continue;
      const auto reply = as(stranger_, route, std::string(row.pattern), "");
      ASSERT_EQ(reply.status, 200) << row.pattern;
      for (const std::string& mark : marks)
        EXPECT_EQ(reply.raw.body.find(mark), std::string::npos)
            << row.pattern << " shows " << mark << ": " << reply.raw.body;
    }
  // Queries name objects, too.
  session = stranger_;
  const std::string m1 = std::to_string(station->meter_id(1).value);
  for (const std::string list : {"/vends", "/commands", "/settlements", "/proposals", "/alarms",
                                 "/notices", "/exports/vends.csv", "/pulse-tests"})
    EXPECT_EQ(get(list + "?meter_id=" + m1).code(), "meter_unknown") << list;
  // The total is that of the rows that they may see, and pages are cut from these.
  session = owner_;
  const auto all = get("/commands");
  EXPECT_GT(all.body.at("total").as_int64(), 1);
  EXPECT_EQ(get("/commands?limit=1&offset=1").body.at("rows").as_array().size(), 1U);
  EXPECT_EQ(get("/commands?limit=1").body.at("total"), all.body.at("total"));
  EXPECT_EQ(get("/vends").body.at("totals").at("captured_fen").as_int64(), 5'000);
  session = stranger_;
  EXPECT_EQ(get("/vends").body.at("totals").at("captured_fen").as_int64(), 0);
  EXPECT_EQ(get("/meters").body.at("rows").as_array().size(), 1U);
}

TEST_F(PropertyTest, WhoHasNoPropertySeesAll) {
  session = user_of({}, "everywhere");
  EXPECT_EQ(get("/meters").body.at("rows").as_array().size(), 3U);
  EXPECT_EQ(get("/site").body.at("properties").as_array().size(), 2U);
  EXPECT_EQ(get(meter_path(1)).status, 200);
  EXPECT_EQ(get("/vends/" + std::to_string(ids_["vends"])).status, 200);
  EXPECT_EQ(get("/vends").body.at("total").as_int64(), 1);
  const auto made = post("/users", R"({"name":"of-theirs","role":"cashier","property_id":)" +
                                       std::to_string(other_.value) + "}");
  EXPECT_EQ(made.status, 201) << made.raw.body;
  EXPECT_EQ(station->run(station->store->find_user_by_name("of-theirs"))->property, other_);
  session = stranger_;
  EXPECT_EQ(post("/users", R"({"name":"spy","role":"manager","property_id":)" +
                               std::to_string(mine_.value) + "}")
                .code(),
            "request_invalid");
  EXPECT_EQ(post("/users", R"({"name":"own","role":"cashier"})").status, 201);
  EXPECT_EQ(station->run(station->store->find_user_by_name("own"))->property, other_);
}

TEST_F(PropertyTest, TheStreamTellsOfOnesOwn) {
  struct Ear final : net::StreamWriter {
    std::string text;
    bool open = true;
    bool write(std::string_view part) override {
      text += part;
      return open;
    }
    void close() override { open = false; }
    bool is_open() const override { return open; }
    void on_closed(std::function<void()>) override {}
  };
  const auto listen = [&](const std::string& who) {
    auto ear = std::make_shared<Ear>();
    session = who;
    get("/events").raw.stream(ear);
    return ear;
  };
  const auto own = listen(owner_), foreign = listen(stranger_);
  domain::Alarm alarm;
  alarm.id = {77};
  alarm.property = mine_;
  alarm.meter = station->meter_id(1);
  station->events.publish(service::AlarmChanged{alarm});
  station->events.publish(service::MeterChanged{station->meter_id(1)});
  station->events.publish(service::SiteChanged{});
  station->until([] { return false; }, seconds(2));
  EXPECT_NE(own->text.find("\"id\":77,"), std::string::npos) << own->text;
  EXPECT_NE(own->text.find("铺位 1001"), std::string::npos) << own->text;
  EXPECT_EQ(foreign->text.find("\"id\":77,"), std::string::npos) << foreign->text;
  EXPECT_EQ(foreign->text.find("铺位 1001"), std::string::npos) << foreign->text;
  EXPECT_NE(foreign->text.find("event: site"), std::string::npos) << foreign->text;
}

}  // namespace
}  // namespace paymeter::http
