// The route table: look-up, and its agreement with openapi.json.
#include "paymeter/http/routes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cctype>
#include <set>

#include "paymeter/http/openapi.hpp"

namespace paymeter::http {
namespace {

TEST(Routes, LookUp) {
  struct Row {
    const char* reason;
    const char *method, *path;
    const char* pattern;  // empty: none
  };
  const Row rows[] = {
      {"a plain path", "GET", "/api/v1/meters", "/api/v1/meters"},
      {"with an id", "GET", "/api/v1/meters/12", "/api/v1/meters/{id}"},
      {"below an id", "POST", "/api/v1/vends/7/cancel", "/api/v1/vends/{id}/cancel"},
      {"a file beside a collection", "GET", "/api/v1/imports/template.xlsx",
       "/api/v1/imports/template.xlsx"},
      {"an id is a number", "GET", "/api/v1/meters/abc", ""},
      {"greater than zero", "GET", "/api/v1/meters/0", ""},
      {"not negative", "GET", "/api/v1/meters/-1", ""},
      {"in one spelling", "GET", "/api/v1/meters/012", ""},
      {"without a sign", "GET", "/api/v1/meters/+1", ""},
      {"within 64 bits", "GET", "/api/v1/meters/99999999999999999999", ""},
      {"not empty", "GET", "/api/v1/meters/", ""},
      {"nothing after the end", "GET", "/api/v1/meters/1/", ""},
      {"no more segments", "GET", "/api/v1/meters/1/readings/2", ""},
      {"escapes are not our paths", "GET", "/api/v1/%6deters", ""},
      {"doubled slashes", "GET", "//api/v1/meters", ""},
      {"an absolute target", "GET", "http://x/api/v1/meters", ""},
      {"nothing", "GET", "", ""},
  };
  for (const auto& row : rows) {
    const auto found = find_route(row.method, row.path);
    const auto* match = std::get_if<RouteMatch>(&found);
    EXPECT_EQ(match == nullptr ? "" : match->route->pattern, row.pattern) << row.reason;
  }
}

TEST(Routes, TheIdsArriveAndTheMethodCounts) {
  const auto found = find_route("POST", "/api/v1/vends/42/retry");
  EXPECT_EQ(std::get<RouteMatch>(found).ids, std::vector<std::int64_t>{42});
  const auto wrong = find_route("DELETE", "/api/v1/vends");
  EXPECT_EQ(std::get<NoRoute>(wrong).allowed.size(), 2u);
}

TEST(Routes, OpenApiDescribesExactlyTheseRoutes) {
  std::set<std::string> described, served;
  const auto document = boost::json::parse(openapi_text());
  for (const auto& path : document.at("paths").as_object())
    for (const auto& operation : path.value().as_object()) {
      std::string method{operation.key()};
      if (method == "parameters") continue;
      std::ranges::transform(method, method.begin(),
                             [](unsigned char c) { return std::toupper(c); });
      described.insert(method + ' ' + std::string{path.key()});
    }
  for (const auto& route : route_table())
    if (route.pattern != "/openapi.json")
      served.insert(std::string{route.method} + ' ' + std::string{route.pattern});
  EXPECT_EQ(described, served);
}

TEST(Routes, ChangesLeaveAnAuditLineAndReadsDoNot) {
  for (const auto& route : route_table()) {
    if (route.method == "GET") EXPECT_TRUE(route.audit_action.empty()) << route.pattern;
    // Asking a meter for its values changes nothing, nor does asking whom a batch would reach.
    else if (!route.pattern.ends_with("/read") && !route.pattern.ends_with("/compare") &&
             !route.pattern.ends_with("/preview"))
      EXPECT_FALSE(route.audit_action.empty()) << route.pattern;
    if (route.key == Key::required) EXPECT_NE(route.access, Access::open) << route.pattern;
  }
}

}  // namespace
}  // namespace paymeter::http
