/// The one table of routes: path, who may, what it leaves in the audit log, how large it may be.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "paymeter/http/call.hpp"

namespace paymeter::http {

/// open: anybody · session: every user, also one who must change the password first ·
/// right: users whose role has the route's right.
enum class Access : std::uint8_t { open, session, right };
enum class Key : std::uint8_t { none, required };

struct Route {
  std::string_view method, pattern;  ///< `{id}` and `{number}` stand for positive integers
  Access access = Access::right;
  service::Right right = service::Right::view;
  Key key = Key::none;
  std::string_view audit_action;  ///< empty: nothing is changed, nothing is recorded
  Answer (*handler)(Context&, CallPtr) = nullptr;
  std::size_t body_bytes_max = 256 * 1024;
};
std::span<const Route> route_table();

struct RouteMatch {
  const Route* route = nullptr;
  std::vector<std::int64_t> ids;
};
/// No route: is it the path, or only the method? `allowed` lists the methods of the path.
struct NoRoute {
  std::vector<std::string_view> allowed;
};
std::variant<RouteMatch, NoRoute> find_route(std::string_view method, std::string_view path);

}  // namespace paymeter::http
