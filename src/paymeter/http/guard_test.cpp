// Host, origin and cookie checks against what browsers and attackers send.
#include "paymeter/http/guard.hpp"

#include <gtest/gtest.h>

namespace paymeter::http {
namespace {

net::Request with(std::vector<net::Header> headers) {
  return {"POST", "/", "", std::move(headers), "", ""};
}

TEST(Guard, Origin) {
  struct Row {
    const char* reason;
    std::vector<net::Header> headers;
    bool allowed;
  };
  const net::Header own{"x-paymeter-request", "1"}, host{"Host", "10.0.0.1:8080"};
  const Row rows[] = {
      {"the console", {host, own, {"Origin", "http://10.0.0.1:8080"}}, true},
      {"a program without origin", {host, own}, true},
      {"behind a TLS proxy", {host, own, {"Origin", "https://10.0.0.1:8080"}}, true},
      {"a form cannot set our header", {host}, false},
      {"wrong value", {host, {"X-Paymeter-Request", "yes"}}, false},
      {"another site", {host, own, {"Origin", "http://evil.example"}}, false},
      {"another port is another origin", {host, own, {"Origin", "http://10.0.0.1"}}, false},
      {"a sandboxed page", {host, own, {"Origin", "null"}}, false},
      {"the browser says cross-site", {host, own, {"Sec-Fetch-Site", "cross-site"}}, false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(check_origin(with(row.headers)).has_value(), row.allowed) << row.reason;
}

TEST(Guard, TokensInCookies) {
  EXPECT_EQ(session_token(with({{"Cookie", "paymeter_session=abc"}})), "abc");
  EXPECT_EQ(session_token(with({{"Cookie", "a=b; paymeter_session=abc; c=d"}})), "abc");
  EXPECT_EQ(session_token(with({{"Cookie", "xpaymeter_session=abc"}})), "");
  EXPECT_EQ(session_token(with({{"Cookie", "paymeter_session_old=abc"}})), "");
  EXPECT_EQ(session_token(with({{"Cookie", ";;; =; paymeter_session"}})), "");
  EXPECT_EQ(session_token(with({})), "");
}

TEST(Guard, CookieAttributes) {
  const auto plain = session_cookie(Cookies::plain, "abc", seconds(60));
  EXPECT_EQ(plain, "paymeter_session=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=60");
  EXPECT_TRUE(session_cookie(Cookies::https_only, "abc", seconds(60)).ends_with("; Secure"));
  EXPECT_NE(expired_cookie(Cookies::plain).find("Max-Age=0"), std::string::npos);
}

}  // namespace
}  // namespace paymeter::http
