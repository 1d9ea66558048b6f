// The route table and its look-up.
#include "paymeter/http/routes.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "paymeter/http/handlers.hpp"

namespace paymeter::http {
namespace {

using service::Right;
constexpr auto kOpen = Access::open;
constexpr auto kSession = Access::session;
constexpr auto kRight = Access::right;
constexpr std::size_t kWorkbookMax = 20 * 1024 * 1024;

// clang-format off
constexpr auto kTable = std::to_array<Route>({
    // method, path, access, right, key, audit action, handler
    {"POST", "/api/v1/login", kOpen, Right::view, Key::none, "login", log_in},
    {"POST", "/api/v1/logout", kSession, Right::view, Key::none, "logout", log_out},
    {"GET", "/api/v1/session", kSession, Right::view, Key::none, "", get_session},
    {"POST", "/api/v1/session/password", kSession, Right::view, Key::none, "password_changed", change_password},
    {"GET", "/api/v1/site", kRight, Right::view, Key::none, "", get_site},
    {"GET", "/api/v1/meters", kRight, Right::view, Key::none, "", list_meters},
    {"GET", "/api/v1/meters/{id}", kRight, Right::view, Key::none, "", get_meter},
    {"GET", "/api/v1/meters/{id}/readings", kRight, Right::view, Key::none, "", list_readings},
    {"POST", "/api/v1/meters/{id}/read", kRight, Right::view, Key::none, "", read_meter},
    {"POST", "/api/v1/meters/{id}/supply", kRight, Right::switch_supply, Key::required, "supply_switched", switch_supply},
    {"POST", "/api/v1/meters/{id}/download", kRight, Right::switch_supply, Key::required, "meter_download", download_to_meter},
    {"GET", "/api/v1/commands", kRight, Right::view, Key::none, "", list_commands},
    {"GET", "/api/v1/commands/{id}", kRight, Right::view, Key::none, "", get_command},
    {"POST", "/api/v1/accounts", kRight, Right::open_account, Key::required, "account_opened", open_account},
    {"GET", "/api/v1/accounts", kRight, Right::view, Key::none, "", list_accounts},
    {"GET", "/api/v1/accounts/{id}", kRight, Right::view, Key::none, "", get_account},
    {"POST", "/api/v1/vends", kRight, Right::sell, Key::required, "vend_created", create_vend},
    {"GET", "/api/v1/vends", kRight, Right::view, Key::none, "", list_vends},
    {"GET", "/api/v1/vends/{id}", kRight, Right::view, Key::none, "", get_vend},
    {"POST", "/api/v1/vends/{id}/cancel", kRight, Right::cancel_sale, Key::none, "vend_cancelled", cancel_vend},
    {"POST", "/api/v1/vends/{id}/retry", kRight, Right::sell, Key::none, "vend_retried", retry_vend},
    {"GET", "/api/v1/vends/{id}/slip", kRight, Right::view, Key::none, "", get_slip},
    {"GET", "/api/v1/alarms", kRight, Right::view, Key::none, "", list_alarms},
    {"POST", "/api/v1/alarms/{id}/acknowledge", kRight, Right::acknowledge, Key::none, "alarm_acknowledged", acknowledge_alarm},
    {"POST", "/api/v1/imports", kRight, Right::import_site, Key::none, "site_imported", import_site, kWorkbookMax},
    {"GET", "/api/v1/imports/template.xlsx", kRight, Right::view, Key::none, "", get_import_template},
    {"GET", "/api/v1/exports/matrix.xlsx", kRight, Right::view, Key::none, "", export_matrix},
    {"GET", "/api/v1/users", kRight, Right::manage_users, Key::none, "", list_users},
    {"GET", "/api/v1/audit", kRight, Right::manage_users, Key::none, "", list_audit},
    {"GET", "/api/v1/books", kRight, Right::view, Key::none, "", get_books},
    {"GET", "/api/v1/events", kRight, Right::view, Key::none, "", stream_events},
    {"GET", "/healthz", kOpen, Right::view, Key::none, "", get_health},
    {"GET", "/metrics", kOpen, Right::view, Key::none, "", get_metrics},
    {"GET", "/openapi.json", kOpen, Right::view, Key::none, "", get_openapi},
});
// clang-format on

std::optional<std::int64_t> parse_id(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  if (value <= 0 || text.front() == '0') return std::nullopt;  // one spelling per id
  return value;
}

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::optional<std::vector<std::int64_t>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::int64_t> ids;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const auto wanted = take_segment(pattern), given = take_segment(path);
    if (wanted == "{id}") {
      const auto id = given.empty() ? std::nullopt : parse_id(given);
      if (!id) return std::nullopt;
      ids.push_back(*id);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return ids;
}

}  // namespace

std::span<const Route> route_table() { return kTable; }

std::variant<RouteMatch, NoRoute> find_route(std::string_view method, std::string_view path) {
  NoRoute none;
  for (const Route& route : kTable) {
    auto ids = match(route.pattern, path);
    if (!ids) continue;
    if (route.method == method) return RouteMatch{&route, std::move(*ids)};
    none.allowed.push_back(route.method);
  }
  return none;
}

}  // namespace paymeter::http
