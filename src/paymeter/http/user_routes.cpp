// Operators: who there is, new ones with a one-time password, roles, disabling.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

json::object user_row(const port::User& user) {
  json::object row = render_user(user);
  row["disabled"] = user.disabled;
  row["created_at"] = format_rfc3339(user.created_at);
  return row;
}

/// The only time that the password is seen: nobody can read it again.
json::object with_password(const service::Login::NewUser& made) {
  return {{"user", user_row(made.user)}, {"one_time_password", made.one_time_password}};
}

Answer change(Context& context, CallPtr call, port::UserStore::UserChange wanted) {
  wanted.user = UserId{call->ids.at(0)};
  call->subject = "user #" + std::to_string(wanted.user.value);
  auto changed = co_await context.station.store.change_user(std::move(wanted));
  if (!changed) co_return fail(changed.error());
  call->subject = "user " + changed->name;
  co_return json_response(user_row(*changed));
}

}  // namespace

Answer list_users(Context& context, CallPtr call) {
  const auto limit = co_await property_limit(context, call);
  const auto users = co_await context.station.store.list_users();
  if (!users) co_return fail(users.error());
  json::array rows;
  for (const auto& user : *users)
    if (!limit || user.property == *limit) rows.push_back(user_row(user));
  co_return json_response(json::object{{"total", rows.size()}, {"rows", std::move(rows)}});
}

Answer add_user(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  std::string name = fields->text("name", Presence::required, 128);
  const auto role = fields->choice("role", port::role_from_name);
  // 0: of every property. Whoever has one makes users of that one only.
  const PropertyId property{
      fields->integer_or("property_id", call->user.property.value, 0, kExactMax)};
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "user " + name;
  call->detail = port::role_name(role);
  const bool is_known = !property || context.station.live.property(property) != nullptr;
  const auto limit = co_await property_limit(context, call);
  if ((!is_known && property != call->user.property) || (limit && property != *limit))
    co_return fail(Errc::request_invalid, "property_id: no such property");
  const auto made = co_await context.station.login.add_user(property, std::move(name), role);
  if (!made) co_return fail(made.error());
  co_return created_response(with_password(*made), Novelty::created);
}

Answer reset_user_password(Context& context, CallPtr call) {
  call->subject = "user #" + std::to_string(call->ids.at(0));
  const auto made = co_await context.station.login.reset_password(UserId{call->ids.at(0)});
  if (!made) co_return fail(made.error());
  call->subject = "user " + made->user.name;
  co_return json_response(with_password(*made));
}

Answer change_user_role(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  port::UserStore::UserChange wanted;
  wanted.role = fields->choice("role", port::role_from_name);
  if (fields->problem()) co_return fail(*fields->problem());
  call->detail = port::role_name(*wanted.role);
  co_return co_await change(context, call, std::move(wanted));
}

Answer disable_user(Context& context, CallPtr call) {
  port::UserStore::UserChange wanted;
  wanted.disabled = true;
  co_return co_await change(context, call, std::move(wanted));
}

Answer enable_user(Context& context, CallPtr call) {
  port::UserStore::UserChange wanted;
  wanted.disabled = false;
  co_return co_await change(context, call, std::move(wanted));
}

}  // namespace paymeter::http
