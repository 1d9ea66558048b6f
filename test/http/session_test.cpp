// Who gets in: sessions, one-time passwords, rights of every role on every route, forged origins.
#include "api_rig.hpp"
#include "paymeter/http/routes.hpp"

namespace paymeter::http {
namespace {

/// A route's pattern with every id 1.
std::string path_of(const Route& route) {
  std::string path{route.pattern};
  for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
    path.replace(at, path.find('}') - at + 1, "1");
  return path;
}

TEST_F(ApiTest, LogInChangeThePasswordThenWork) {
  auto reply = send({.method = "POST",
                     .path = "/api/v1/login",
                     .body = R"({"name":"admin","password":"one-time-pass-word"})"});
  ASSERT_EQ(reply.status, 200) << reply.raw.body;
  EXPECT_EQ(misfit(reply.body, "LoginResult"), "");
  const std::string cookie{reply.raw.header("Set-Cookie")};
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  session = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);

  EXPECT_EQ(get("/meters").code(), "password_change_required");
  EXPECT_EQ(misfit(get("/session").body, "Session"), "");
  EXPECT_EQ(
      post("/session/password", R"({"old_password":"x","new_password":"long enough"})").code(),
      "login_failed");
  EXPECT_EQ(
      post("/session/password", R"({"old_password":"one-time-pass-word","new_password":"short"})")
          .code(),
      "password_too_weak");
  EXPECT_EQ(post("/session/password",
                 R"({"old_password":"one-time-pass-word","new_password":"long enough"})")
                .status,
            200);
  EXPECT_EQ(get("/meters").status, 200);
  EXPECT_EQ(post("/logout", "").status, 200);
  EXPECT_EQ(get("/meters").code(), "session_missing");
}

TEST_F(ApiTest, WrongPasswordsAreRefusedAndRecorded) {
  const auto reply = send({.method = "POST",
                           .path = "/api/v1/login",
                           .body = R"({"name":"admin","password":"guess"})"});
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(misfit(reply.body, "Error"), "");
  EXPECT_EQ(reply.raw.header("Set-Cookie"), "");
  ASSERT_EQ(audit().size(), 1u);
  EXPECT_EQ(audit()[0].subject, "user admin");
  EXPECT_EQ(audit()[0].detail, "refused: login_failed");
  EXPECT_EQ(audit()[0].address, "10.0.0.5");
}

TEST_F(ApiTest, EveryRouteAsksForASession) {
  for (const auto& route : route_table()) {
    if (route.access == Access::open) continue;
    const std::string method{route.method};
    EXPECT_EQ(send({.method = method, .path = path_of(route)}).code(), "session_missing")
        << route.pattern;
    EXPECT_EQ(send({.method = method, .path = path_of(route), .session = "forged"}).code(),
              "session_missing")
        << route.pattern;
  }
}

TEST_F(ApiTest, EveryRoleGetsWhatItsRightsSayAndNoMore) {
  for (const auto role :
       {port::Role::administrator, port::Role::manager, port::Role::cashier, port::Role::viewer}) {
    const auto token = session_of(role);
    for (const auto& route : route_table()) {
      if (route.access != Access::right) continue;
      const auto reply = send({.method = std::string{route.method},
                               .path = path_of(route),
                               .session = token,
                               .key = "rights-test"});
      EXPECT_EQ(reply.code() == "permission_denied", !service::role_may(role, route.right))
          << port::role_name(role) << ' ' << route.pattern;
    }
  }
}

TEST_F(ApiTest, OperatorsAreAddedResetAndDisabled) {
  log_in();
  const auto added = post("/users", R"({"name":"王收费","role":"cashier"})");
  ASSERT_EQ(added.status, 201) << added.raw.body;
  EXPECT_EQ(misfit(added.body, "NewUser"), "");
  const auto id = std::to_string(added.body.at("user").at("id").as_int64());
  const auto log_in_with = [&](const Reply& reply) {
    const std::string password{reply.body.at("one_time_password").as_string()};
    return send({.method = "POST",
                 .path = "/api/v1/login",
                 .body = R"({"name":"王收费","password":")" + password + R"("})"})
        .status;
  };
  EXPECT_EQ(log_in_with(added), 200);
  const auto reset = post("/users/" + id + "/password", "{}");
  EXPECT_EQ(misfit(reset.body, "NewUser"), "");
  EXPECT_EQ(log_in_with(reset), 200);
  EXPECT_EQ(post("/users/" + id + "/role", R"({"role":"manager"})").body.at("role"), "manager");
  EXPECT_EQ(post("/users/" + id + "/disable", "{}").body.at("disabled"), true);
  EXPECT_EQ(log_in_with(reset), 401);
  EXPECT_EQ(misfit(post("/users/" + id + "/enable", "{}").body, "UserRow"), "");

  EXPECT_EQ(post("/users", R"({"name":"王收费","role":"cashier"})").code(), "user_name_taken");
  EXPECT_EQ(post("/users", R"({"name":"a b","role":"cashier"})").code(), "user_invalid");
  EXPECT_EQ(post("/users", R"({"name":"bob","role":"king"})").code(), "request_invalid");
  EXPECT_EQ(post("/users/999/disable", "{}").code(), "user_unknown");
}

TEST_F(ApiTest, ForgedRequestsChangeNothing) {
  log_in();
  open_account(1);
  const auto id = std::to_string(station->meter_id(1).value);
  const std::string sale = R"({"meter_id":)" + id + R"(,"amount_fen":100,"method":"cash"})";
  struct Row {
    const char* reason;
    std::vector<net::Header> headers;
  };
  const Row rows[] = {
      {"a form of another site", {{"X-Paymeter-Request", ""}}},
      {"another origin", {{"Origin", "http://evil.example"}}},
      {"a browser that says so", {{"Sec-Fetch-Site", "cross-site"}}},
      {"a name that was bound to our address", {{"Host", "evil.example"}}},
  };
  for (const auto& row : rows) {
    const auto reply = send({.method = "POST",
                             .path = "/api/v1/vends",
                             .body = sale,
                             .session = session,
                             .key = "forged-sale",
                             .headers = row.headers});
    EXPECT_EQ(reply.code(), "request_origin_refused") << row.reason;
  }
  EXPECT_EQ(get("/vends").body.at("total").as_int64(), 0);
}

TEST_F(ApiTest, UnknownPathsAndMethods) {
  log_in();
  EXPECT_EQ(get("/nothing").status, 404);
  EXPECT_EQ(get("/meters/999").code(), "meter_unknown");
  EXPECT_EQ(get("/vends/999").code(), "vend_unknown");
  EXPECT_EQ(get("/accounts/999").code(), "account_unknown");
  EXPECT_EQ(get("/commands/999").code(), "command_unknown");
  const auto reply = send({.method = "DELETE", .path = "/api/v1/vends/1", .session = session});
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.raw.header("Allow"), "GET");
}

TEST_F(ApiTest, LargeBodiesGetAPolite413) {
  log_in();
  const auto reply = post("/vends", std::string(300 * 1024, 'x'), "large-body");
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.code(), "request_too_large");
}

TEST_F(ApiTest, EveryAnswerCarriesTheSecurityHeaders) {
  for (const char* path : {"/healthz", "/api/v1/meters", "/nothing", "/openapi.json"}) {
    const auto reply = raw({.path = path});
    EXPECT_NE(reply.header("Content-Security-Policy").find("frame-ancestors 'none'"),
              std::string_view::npos)
        << path;
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff") << path;
  }
}

}  // namespace
}  // namespace paymeter::http
