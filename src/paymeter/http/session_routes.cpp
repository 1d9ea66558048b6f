// Logging in and out, who am I, own password.
#include "paymeter/http/guard.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

Answer log_in(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  const std::string name = fields->text("name", Presence::required, 64);
  std::string password = fields->text("password", Presence::required, 1024);
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "user " + name;
  auto result =
      co_await context.station.login.login(name, std::move(password), call->request.remote_address);
  if (!result) co_return fail(result.error());
  call->user = result->user;
  net::Response response = json_response(json::object{{"user", render_user(result->user)}});
  response.set("Set-Cookie", session_cookie(context.station.cookies, result->token,
                                            result->expires_at - context.station.runtime.now()));
  co_return response;
}

Answer log_out(Context& context, CallPtr call) {
  const auto ended = co_await context.station.login.logout(call->token);
  if (!ended) co_return fail(ended.error());
  net::Response response = json_response(json::object{{"ok", true}});
  response.set("Set-Cookie", expired_cookie(context.station.cookies));
  co_return response;
}

Answer get_session(Context& context, CallPtr call) {
  json::array rights;
  for (int i = 0; i < service::kRightCount; ++i) {
    const auto right = static_cast<service::Right>(i);
    if (service::role_may(call->user.role, right))
      rights.push_back(json::value(service::right_name(right)));
  }
  const domain::Property* property = context.station.live.property(call->user.property);
  json::object out{{"user", render_user(call->user)}, {"rights", std::move(rights)}};
  out["property"] =
      property == nullptr ? json::value(nullptr) : json::value(render_property(*property));
  co_return json_response(out);
}

Answer change_password(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  std::string old_password = fields->text("old_password", Presence::required, 1024);
  std::string new_password = fields->text("new_password", Presence::required, 4096);
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "user " + call->user.name;
  const auto changed = co_await context.station.login.change_password(
      call->user, call->token, std::move(old_password), std::move(new_password));
  if (!changed) co_return fail(changed.error());
  co_return json_response(json::object{{"ok", true}});
}

}  // namespace paymeter::http
