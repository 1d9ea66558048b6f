// The pipeline before and after every handler.
#include "paymeter/http/api.hpp"

#include "paymeter/domain/idempotency.hpp"
#include "paymeter/http/directory.hpp"
#include "paymeter/http/guard.hpp"
#include "paymeter/http/metrics.hpp"
#include "paymeter/http/property_limit.hpp"

namespace paymeter::http {
namespace {

net::Response redirect(std::string location) {
  net::Response response;
  response.status = 301;
  response.set("Location", std::move(location));
  return response;
}

net::Response method_not_allowed(const NoRoute& none) {
  net::Response response = error_response({Errc::request_method_not_allowed, {}});
  std::string allow;
  for (const auto method : none.allowed) allow += (allow.empty() ? "" : ", ") + std::string{method};
  response.set("Allow", std::move(allow));
  return response;
}

bool is_api_path(std::string_view path) { return path == "/api" || path.starts_with("/api/"); }

}  // namespace

Api::Api(Station station)
    : context_{std::move(station), nullptr, nullptr}, files_(context_.station.web_root) {
  context_.directory = std::make_unique<Directory>(context_.station.store, context_.station.live);
  context_.metrics = std::make_unique<Metrics>();
}

Api::~Api() = default;

port::Async<net::Response> Api::handle(net::Request request) {
  const MonoMs started = context_.station.runtime.mono();
  const auto found = find_route(request.method, request.path);
  const RouteMatch* match = std::get_if<RouteMatch>(&found);
  net::Response response;
  if (const auto host = check_host(context_.station, request); !host) {
    response = error_response(host.error());
  } else if (match != nullptr) {
    auto call = std::make_shared<Call>();
    call->request = std::move(request);
    call->ids = match->ids;
    const auto result = co_await run(match->route, call);
    response = result ? *result : error_response(result.error());
    if (!result && result.error().code == Errc::session_missing &&
        !session_token(call->request).empty())
      response.set("Set-Cookie", expired_cookie(context_.station.cookies));
  } else if (const auto& none = std::get<NoRoute>(found); !none.allowed.empty()) {
    response = method_not_allowed(none);
  } else {
    response = page(request);
  }
  add_security_headers(response);
  context_.metrics->count_request(match == nullptr ? "other" : match->route->pattern,
                                  response.status, context_.station.runtime.mono() - started);
  co_return response;
}

port::Async<Result<net::Response>> Api::run(const Route* route, CallPtr call) {
  if (const auto admitted = co_await admit(route, call); !admitted)
    co_return fail(admitted.error());
  std::optional<Errc> trouble;
  Result<net::Response> result = fail(Errc::internal_error);
  try {
    result = co_await route->handler(context_, call);
    if (!result) trouble = result.error().code;
  } catch (const std::exception& problem) {
    context_.metrics->count_exception();
    result = fail(Errc::internal_error);
    trouble = Errc::internal_error;
  }
  if (!route->audit_action.empty()) co_await record(route, call, trouble);
  co_return result;
}

port::Async<Result<>> Api::admit(const Route* route, CallPtr call) {
  if (route->method != "GET")
    if (const auto origin = check_origin(call->request); !origin) co_return origin;
  if (call->request.body.size() > route->body_bytes_max)
    co_return fail(Errc::request_too_large,
                   "at most " + std::to_string(route->body_bytes_max) + " bytes");
  std::optional<PropertyId> limit;
  if (route->access != Access::open) {
    call->token = session_token(call->request);
    auto user = co_await context_.station.login.user_of(call->token);
    if (!user) co_return fail(user.error());
    call->user = std::move(*user);
    limit = property_limit(context_.station.live, call->user);
    // The first administrator is older than the first import, and belongs to no property yet.
    const auto& properties = context_.station.live.site().properties;
    if (context_.station.live.property(call->user.property) == nullptr && !properties.empty())
      call->user.property = properties.front().id;
  }
  if (route->access == Access::right) {
    if (call->user.must_change_password) co_return fail(Errc::password_change_required);
    if (!service::role_may(call->user.role, route->right))
      co_return fail(Errc::permission_denied, std::string{service::right_name(route->right)});
  }
  if (limit)
    if (auto theirs = co_await check_ids(context_, call, route->pattern, *limit); !theirs)
      co_return theirs;
  if (route->key == Key::required) {
    call->idempotency_key = call->request.header("Idempotency-Key");
    if (const auto valid = domain::check_idempotency_key(call->idempotency_key); !valid)
      co_return fail(valid.error());
  }
  co_return Result<>{};
}

port::Async<> Api::record(const Route* route, CallPtr call, std::optional<Errc> trouble) {
  // A locked log-in is refused without any work, and must not fill the disk either.
  if (trouble == Errc::login_locked) co_return;
  port::AuditLine line;
  line.property = call->user.property;
  if (!line.property && !context_.station.live.site().properties.empty())
    line.property = context_.station.live.site().properties.front().id;
  line.at = context_.station.runtime.now();
  line.user = call->user.id;
  line.user_name = call->user.name;
  line.action = route->audit_action;
  line.subject = call->subject;
  line.detail = call->detail;
  if (trouble) {
    if (!line.detail.empty()) line.detail += "; ";
    line.detail += "refused: " + std::string{error_name(*trouble)};
  }
  line.address = call->request.remote_address;
  const auto stored = co_await context_.station.store.append_audit(std::move(line));
  if (!stored) context_.metrics->count_audit_failure();
}

net::Response Api::page(const net::Request& request) const {
  if (is_api_path(request.path)) return error_response({Errc::request_not_found, {}});
  if (request.method != "GET") return error_response({Errc::request_method_not_allowed, {}});
  if (request.path == "/docs") return redirect("/docs/");
  if (auto file = files_.find(request)) return std::move(*file);
  // The console routes by itself: any other page address is its index.html.
  const bool is_page = request.header("Accept").find("text/html") != std::string_view::npos &&
                       request.path.find('.') == std::string::npos;
  if (is_page && !request.path.starts_with("/docs/"))
    if (auto index = files_.find("index.html", request)) return std::move(*index);
  return error_response({Errc::request_not_found, {}});
}

}  // namespace paymeter::http
