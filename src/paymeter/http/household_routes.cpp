// Who stands behind an account: said for coming months, listed by month.
#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/household_fields.hpp"
#include "paymeter/http/render.hpp"
#include "paymeter/service/dated_household.hpp"

namespace paymeter::http {

namespace json = boost::json;
namespace tariff = domain::tariff;

namespace {

/// One household unless something else is said; people 0 = unknown.
tariff::Household fields_of(Fields& fields) {
  return {fields.integer_or("households", 1, 1, domain::rating::kHouseholdsMax),
          fields.integer_or("people", 0, 0, tariff::kPeopleMax)};
}

port::Async<json::object> render_household(Context& context, tariff::DatedHousehold one,
                                           HouseholdId in_force) {
  const auto operator_name = co_await context.directory->user_name(one.by);
  co_return json::object{{"id", one.id.value},
                         {"from", tariff::month_text(one.from)},
                         {"households", one.household.households},
                         {"people", one.household.people},
                         {"reason", one.reason},
                         {"operator_name", or_null(operator_name)},
                         {"at", format_rfc3339(one.at)},
                         {"in_force", one.id == in_force}};
}

}  // namespace

std::optional<tariff::Household> read_household(Fields& fields) {
  if (!fields.has("households") && !fields.has("people")) return std::nullopt;
  return fields_of(fields);
}

port::Async<Result<json::array>> render_households(Context& context, domain::Account account) {
  const auto all = co_await context.station.store.households(account.id);
  if (!all) co_return fail(all.error());
  const auto month =
      service::month_at(context.station.live, account.property, context.station.runtime.now());
  const tariff::DatedHousehold* now = tariff::household_in_force(*all, month);
  json::array rows;
  for (const auto& one : *all)
    rows.push_back(
        co_await render_household(context, one, now == nullptr ? HouseholdId{} : now->id));
  co_return rows;
}

Answer set_account_household(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::HouseholdRequest request;
  request.idempotency_key = call->idempotency_key;
  request.account = {call->ids.at(0)};
  const std::string from = fields->text("from", Presence::required, 7);
  request.household = fields_of(*fields);
  request.reason = fields->text("reason", Presence::required, 500);
  request.operator_id = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  const auto month = tariff::month_from_text(from);
  if (!month) co_return fail(Errc::request_invalid, "from: must look like 2026-12");
  request.from = *month;
  call->subject = "account #" + std::to_string(request.account.value);
  call->detail = "from " + from + ": " + std::to_string(request.household.households) +
                 " households, " + std::to_string(request.household.people) +
                 " people: " + request.reason;
  const auto account = co_await context.station.store.find_account(request.account);
  if (!account) co_return fail(account.error());
  call->subject = "account " + account->number;
  const auto set = co_await context.station.tenancy.set_household(std::move(request));
  if (!set) co_return fail(set.error());
  if (set->existed) call->detail += " (repeated key)";
  const auto households = co_await render_households(context, *account);
  if (!households) co_return fail(households.error());
  json::object out = co_await render_account(context, *account);
  out["households"] = *households;
  co_return created_response(out, set->existed ? Novelty::repeated : Novelty::created);
}

}  // namespace paymeter::http
