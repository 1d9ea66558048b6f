// Host, origin, cookie and security headers.
#include "paymeter/http/guard.hpp"

#include <algorithm>

namespace paymeter::http {
namespace {

/// `[::1]:8080` → `[::1]`, `station:8080` → `station`.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_ip_address(std::string_view host) {
  if (host.starts_with('[')) return host.ends_with(']');
  // A name of digits and dots only cannot be in the DNS: its last label would be numeric.
  return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string cookie(Cookies cookies, std::string_view token, std::int64_t seconds) {
  std::string text{kCookieName};
  text += '=';
  text += token;
  text += "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds);
  if (cookies == Cookies::https_only) text += "; Secure";
  return text;
}

}  // namespace

Result<> check_host(const Station& station, const net::Request& request) {
  const auto host = without_port(request.header("Host"));
  if (is_ip_address(host) || net::equals_ignoring_case(host, "localhost")) return {};
  const bool known = std::ranges::any_of(station.host_names, [&](const auto& name) {
    return name == "*" || net::equals_ignoring_case(host, name);
  });
  if (known) return {};
  return fail(Errc::request_origin_refused, "host not configured");
}

Result<> check_origin(const net::Request& request) {
  if (request.header(kRequestHeader) != "1")
    return fail(Errc::request_origin_refused, "header X-Paymeter-Request: 1 is missing");
  if (request.header("Sec-Fetch-Site") == "cross-site")
    return fail(Errc::request_origin_refused, "cross-site request");
  const auto origin = request.header("Origin");
  if (origin.empty()) return {};
  const auto scheme = origin.find("://");
  if (scheme != std::string_view::npos &&
      net::equals_ignoring_case(origin.substr(scheme + 3), request.header("Host")))
    return {};
  return fail(Errc::request_origin_refused, "origin differs from host");
}

std::string session_token(const net::Request& request) {
  std::string_view cookies = request.header("Cookie");
  while (!cookies.empty()) {
    auto pair = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(cookies.size(), pair.size() + 1));
    pair.remove_prefix(std::min(pair.size(), pair.find_first_not_of(' ')));
    if (pair.starts_with(kCookieName) && pair.substr(kCookieName.size()).starts_with('='))
      return std::string{pair.substr(kCookieName.size() + 1)};
  }
  return {};
}

std::string session_cookie(Cookies cookies, std::string_view token, Millis life) {
  return cookie(cookies, token, life.value / 1000);
}

std::string expired_cookie(Cookies cookies) { return cookie(cookies, "", 0); }

void add_security_headers(net::Response& response) {
  // antd styles by <style> elements, hence 'unsafe-inline' for styles and for nothing else.
  response.set("Content-Security-Policy",
               "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
               "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
}

}  // namespace paymeter::http
