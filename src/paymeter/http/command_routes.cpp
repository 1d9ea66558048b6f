// Switching the supply, downloads to meters, and their progress.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

std::string subject_of(const Context& context, MeterId meter) {
  const service::LiveMeter* live = context.station.live.find(meter);
  return live == nullptr ? "meter #" + std::to_string(meter.value) : "meter " + live->meter.code;
}

/// 201, or 200 for the first command of a repeated key. Errors:
/// vend_exists_with_different_request when the key named another command.
Answer answer_command(Context& context, CallPtr call, domain::Command command, MeterId meter,
                      domain::CommandKind kind) {
  if (command.meter != meter || command.kind != kind)
    co_return fail(Errc::vend_exists_with_different_request);
  const bool repeated = command.created_at < call->started_at;
  if (repeated) call->detail += " (repeated key)";
  co_return created_response(co_await render_command(context, std::move(command)),
                             repeated ? Novelty::repeated : Novelty::created);
}

}  // namespace

Answer switch_supply(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::SupplyRequest request;
  request.idempotency_key = call->idempotency_key;
  request.meter = {call->ids.at(0)};
  request.kind = fields->choice("action", domain::command_kind_from_name);
  request.reason = fields->text("reason", Presence::optional, 500);
  request.operator_id = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = subject_of(context, request.meter);
  call->detail = std::string{domain::command_kind_name(request.kind)} + ' ' + request.reason;
  const MeterId meter = request.meter;
  const auto kind = request.kind;
  const auto command = co_await context.station.commands.switch_supply(std::move(request));
  if (!command) co_return fail(command.error());
  co_return co_await answer_command(context, call, *command, meter, kind);
}

Answer download_to_meter(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  const auto kind = fields->choice("kind", domain::command_kind_from_name);
  if (fields->problem()) co_return fail(*fields->problem());
  if (kind != domain::CommandKind::write_settings && kind != domain::CommandKind::write_prices)
    co_return fail(Errc::request_invalid, "kind: must be write_settings or write_prices");
  const MeterId meter{call->ids.at(0)};
  call->subject = subject_of(context, meter);
  call->detail = domain::command_kind_name(kind);
  const auto command =
      co_await context.station.commands.download(meter, kind, call->user.id, call->idempotency_key);
  if (!command) co_return fail(command.error());
  co_return co_await answer_command(context, call, *command, meter, kind);
}

Answer list_commands(Context& context, CallPtr call) {
  Query query = call->query();
  port::CommandFilter filter;
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  filter.state = query.choice("state", domain::command_state_from_name);
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto commands = co_await context.station.store.list_commands(std::move(filter));
  if (!commands) co_return fail(commands.error());
  json::array rows;
  for (const auto& command : commands->rows)
    rows.push_back(co_await render_command(context, command));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", commands->total}});
}

Answer get_command(Context& context, CallPtr call) {
  const auto command = co_await context.station.store.find_command({call->ids.at(0)});
  if (!command) co_return fail(command.error());
  co_return json_response(co_await render_command(context, *command));
}

}  // namespace paymeter::http
