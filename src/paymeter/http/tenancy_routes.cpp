// Accounts after their opening: further meters, holders, corrections, the account above; lists
// opened at once.
#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/household_fields.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

constexpr std::size_t kMetersMax = 200;
constexpr std::size_t kRowsMax = 500;

std::vector<MeterId> meters_of(const std::vector<std::int64_t>& ids) {
  std::vector<MeterId> out;
  for (const std::int64_t id : ids) out.push_back({id});
  return out;
}

Answer answer_account(Context& context, CallPtr call, Result<domain::Account> account) {
  if (!account) co_return fail(account.error());
  call->subject = "account " + account->number;
  co_return json_response(co_await render_account(context, *account));
}

json::object render_holder_meter(const Station& station,
                                 const port::TenancyStore::HolderMeter& meter) {
  const service::LiveMeter* live = station.live.find(meter.meter);
  return {{"meter_id", meter.meter.value},
          {"meter_code", live == nullptr ? std::string{} : live->meter.code},
          {"energy_wh", or_null(meter.energy_wh)},
          {"balance_fen", meter.balance ? json::value(meter.balance->fen) : json::value(nullptr)},
          {"read_at", time_or_null(meter.read_at)}};
}

/// One row of a list to open. Its key is the list's with the row's number.
Result<service::OpeningRequest> opening_of(Fields& row, const CallPtr& call, std::size_t number) {
  service::OpeningRequest request;
  request.idempotency_key = call->idempotency_key + "." + std::to_string(number);
  auto meters = meters_of(row.integers("meter_ids", Presence::required, kMetersMax));
  request.customer_name = row.text("customer_name", Presence::required, 400);
  request.phone = row.text("phone", Presence::optional, 100);
  request.note = row.text("note", Presence::optional, 2000);
  request.household = read_household(row);
  request.operator_id = call->user.id;
  if (row.problem()) return fail(*row.problem());
  if (meters.empty()) return fail(Errc::request_invalid, "meter_ids: is empty");
  request.meter = meters.front();
  request.further_meters.assign(meters.begin() + 1, meters.end());
  return request;
}

}  // namespace

Answer open_accounts(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  auto rows = fields->objects("rows", kRowsMax);
  if (fields->problem()) co_return fail(*fields->problem());
  json::array out;
  std::size_t opened = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto request = opening_of(rows[i], call, i + 1);
    Result<service::OpenedAccount> account = fail(Errc::request_invalid);
    if (request)
      account = co_await context.station.accounts.open(std::move(*request));
    else
      account = fail(request.error());
    json::object row{{"row", i + 1}, {"account", nullptr}, {"error", nullptr}};
    if (account) {
      ++opened;
      row["account"] = co_await render_account(context, account->plain());
    } else {
      row["error"] = reason(account.error().code);
      row["detail"] = account.error().detail;
    }
    if (account) row["detail"] = "";
    out.push_back(std::move(row));
  }
  call->subject = std::to_string(rows.size()) + " rows";
  call->detail = std::to_string(opened) + " opened";
  co_return json_response(json::object{{"opened", opened}, {"rows", std::move(out)}});
}

Answer add_account_meters(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::MeterAddition request;
  request.idempotency_key = call->idempotency_key;
  request.account = {call->ids.at(0)};
  request.meters = meters_of(fields->integers("meter_ids", Presence::required, kMetersMax));
  request.operator_id = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "account #" + std::to_string(request.account.value);
  call->detail = std::to_string(request.meters.size()) + " meters";
  auto account = co_await context.station.tenancy.add_meters(std::move(request));
  co_return co_await answer_account(context, call, std::move(account));
}

Answer change_account_holder(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::HolderRequest request;
  request.idempotency_key = call->idempotency_key;
  request.account = {call->ids.at(0)};
  request.customer_name = fields->text("customer_name", Presence::required, 400);
  request.phone = fields->text("phone", Presence::optional, 100);
  request.reason = fields->text("reason", Presence::required, 500);
  request.operator_id = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "account #" + std::to_string(request.account.value);
  call->detail = request.customer_name + ": " + request.reason;
  auto account = co_await context.station.tenancy.change_holder(std::move(request));
  co_return co_await answer_account(context, call, std::move(account));
}

Answer correct_account(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::CorrectionRequest request;
  request.account = {call->ids.at(0)};
  request.customer_name = fields->text("customer_name", Presence::required, 400);
  request.phone = fields->text("phone", Presence::optional, 100);
  request.note = fields->text("note", Presence::optional, 2000);
  request.reason = fields->text("reason", Presence::required, 500);
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "account #" + std::to_string(request.account.value);
  const auto before = co_await context.station.store.find_account(request.account);
  if (!before) co_return fail(before.error());
  call->detail = before->customer_name + ' ' + before->phone + " -> " + request.customer_name +
                 ' ' + request.phone + ": " + request.reason;
  auto account = co_await context.station.tenancy.correct(std::move(request));
  co_return co_await answer_account(context, call, std::move(account));
}

Answer set_account_parent(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  const AccountId parent{fields->integer_or("parent_id", 0, 1, kExactMax)};
  if (fields->problem()) co_return fail(*fields->problem());
  const AccountId id{call->ids.at(0)};
  call->subject = "account #" + std::to_string(id.value);
  call->detail = parent ? "below account #" + std::to_string(parent.value) : "no account above";
  auto account = co_await context.station.tenancy.set_parent(
      id, parent ? std::optional(parent) : std::nullopt);
  co_return co_await answer_account(context, call, std::move(account));
}

Answer list_account_holders(Context& context, CallPtr call) {
  const auto account = co_await context.station.store.find_account({call->ids.at(0)});
  if (!account) co_return fail(account.error());
  const auto holders = co_await context.station.store.holders(account->id);
  if (!holders) co_return fail(holders.error());
  json::array rows;
  for (const auto& holder : *holders) {
    json::array meters;
    for (const auto& meter : holder.meters)
      meters.push_back(render_holder_meter(context.station, meter));
    const auto operator_name = co_await context.directory->user_name(holder.operator_id);
    rows.push_back(json::object{{"customer_name", holder.customer_name},
                                {"phone", holder.phone},
                                {"to_at", format_rfc3339(holder.to_at)},
                                {"reason", holder.reason},
                                {"operator_name", or_null(operator_name)},
                                {"meters", std::move(meters)}});
  }
  co_return json_response(json::object{{"total", rows.size()}, {"rows", std::move(rows)}});
}

}  // namespace paymeter::http
