// Opening and finding accounts.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/household_fields.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

Answer open_account(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::OpeningRequest request;
  request.idempotency_key = call->idempotency_key;
  request.meter = {fields->integer("meter_id", 1)};
  for (const auto id : fields->integers("further_meter_ids", Presence::optional, 200))
    request.further_meters.push_back({id});
  request.customer_name = fields->text("customer_name", Presence::required, 400);
  request.phone = fields->text("phone", Presence::optional, 100);
  request.note = fields->text("note", Presence::optional, 2000);
  request.shared_wallet = fields->integer_or("shared_wallet", 0, 0, 1) == 1;
  request.household = read_household(*fields);
  request.operator_id = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "meter #" + std::to_string(request.meter.value);
  if (const auto* live = context.station.live.find(request.meter))
    call->subject = "meter " + live->meter.code;
  const auto account = co_await context.station.accounts.open(std::move(request));
  if (!account) co_return fail(account.error());
  const bool repeated = account->existed;
  call->detail = "account " + account->number + ' ' + account->customer_name +
                 (repeated ? " (repeated key)" : "");
  co_return created_response(co_await render_account(context, account->plain()),
                             repeated ? Novelty::repeated : Novelty::created);
}

Answer list_accounts(Context& context, CallPtr call) {
  Query query = call->query();
  port::AccountFilter filter;
  filter.text = query.text("text");
  filter.state = query.choice("state", domain::account_state_from_name);
  if (const auto id = query.integer("parent_id", 1, kExactMax)) filter.parent = AccountId{*id};
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  auto limit = co_await property_limit(context, call);
  if (filter.parent) limit.reset();  // theirs, or it would have been refused
  const auto accounts = co_await list_within<domain::Account>(
      limit, filter.page, [&context, filter](port::Page page) mutable {
        filter.page = page;
        return context.station.store.list_accounts(filter);
      });
  if (!accounts) co_return fail(accounts.error());
  json::array rows;
  for (const auto& account : accounts->rows)
    rows.push_back(co_await render_account(context, account));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", accounts->total}});
}

Answer get_account(Context& context, CallPtr call) {
  const auto account = co_await context.station.store.find_account({call->ids.at(0)});
  if (!account) co_return fail(account.error());
  const auto households = co_await render_households(context, *account);
  if (!households) co_return fail(households.error());
  json::object out = co_await render_account(context, *account);
  out["households"] = *households;
  co_return json_response(out);
}

}  // namespace paymeter::http
