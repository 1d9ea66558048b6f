/// Checks that come before any handler: which host, which origin, which session cookie.
#pragma once

#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/http/station.hpp"
#include "paymeter/net/message.hpp"

namespace paymeter::http {

inline constexpr std::string_view kCookieName = "paymeter_session";
inline constexpr std::string_view kRequestHeader = "X-Paymeter-Request";

/// Host must be an IP address, localhost or a configured name (DNS rebinding).
/// Errors: request_origin_refused.
Result<> check_host(const Station& station, const net::Request& request);
/// A request that changes something: own header present, Origin (when sent) equal to Host, and
/// not marked cross-site by the browser. Errors: request_origin_refused.
Result<> check_origin(const net::Request& request);

/// The value of the session cookie; empty when absent.
std::string session_token(const net::Request& request);
/// Set-Cookie values that start and end a session.
std::string session_cookie(Cookies cookies, std::string_view token, Millis life);
std::string expired_cookie(Cookies cookies);

/// Headers that every answer carries.
void add_security_headers(net::Response& response);

}  // namespace paymeter::http
