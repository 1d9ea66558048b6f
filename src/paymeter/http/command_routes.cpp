// Switching the supply, downloads to meters, and their progress.
#include <algorithm>

#include "paymeter/http/command_fields.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
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
Answer answer_command(Context& context, CallPtr call, port::StoredCommand command, MeterId meter,
                      domain::CommandKind kind) {
  if (command.meter != meter || command.kind != kind)
    co_return fail(Errc::vend_exists_with_different_request);
  const bool repeated = command.existed;
  if (repeated) call->detail += " (repeated key)";
  co_return created_response(co_await render_command(context, command.plain()),
                             repeated ? Novelty::repeated : Novelty::created);
}

/// `never` nothing was sent · `pending` · `failed` · `changed` the meter shows another version than
/// the one it confirmed · `outdated` it holds an older one · `held`.
std::string_view standing_of(const port::TariffDownload& row, TariffId tariff, std::int64_t applied,
                             std::optional<std::uint32_t> shown) {
  if (!row.state) return "never";
  if (*row.state == domain::CommandState::pending) return "pending";
  if (*row.state != domain::CommandState::done) return "failed";
  if (shown && *shown != row.held_version) return "changed";
  return row.tariff == tariff && row.held_number == applied ? "held" : "outdated";
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
  service::DownloadRequest request;
  request.idempotency_key = call->idempotency_key;
  request.meter = {call->ids.at(0)};
  request.kind = fields->choice("kind", domain::command_kind_from_name);
  request.settings = read_settings_change(*fields);
  request.tables = read_time_tables(*fields);
  request.reason = fields->text("reason", Presence::optional, 500);
  request.operator_id = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  if (domain::is_supply(request.kind) || request.kind == domain::CommandKind::open_account)
    co_return fail(Errc::request_invalid, "kind: must be a download");
  const MeterId meter = request.meter;
  const auto kind = request.kind;
  call->subject = subject_of(context, meter);
  call->detail = std::string{domain::command_kind_name(kind)} + ' ' + request.reason;
  const auto command = co_await context.station.commands.download(std::move(request));
  if (!command) co_return fail(command.error());
  co_return co_await answer_command(context, call, *command, meter, kind);
}

Answer list_commands(Context& context, CallPtr call) {
  Query query = call->query();
  port::CommandFilter filter;
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  filter.kind = query.choice("kind", domain::command_kind_from_name);
  filter.state = query.choice("state", domain::command_state_from_name);
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  auto limit = co_await property_limit(context, call);
  if (filter.meter) limit.reset();  // theirs, or it would have been refused
  const auto commands = co_await list_within<domain::Command>(
      limit, filter.page, [&context, filter](port::Page page) mutable {
        filter.page = page;
        return context.station.store.list_commands(filter);
      });
  if (!commands) co_return fail(commands.error());
  json::array rows;
  for (const auto& command : commands->rows)
    rows.push_back(co_await render_command(context, command));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", commands->total}});
}

Answer resend_command(Context& context, CallPtr call) {
  const CommandId id{call->ids.at(0)};
  const auto old = co_await context.station.store.find_command(id);
  if (!old) co_return fail(old.error());
  call->subject = subject_of(context, old->meter);
  call->detail = std::string{domain::command_kind_name(old->kind)} + " again, after command " +
                 std::to_string(id.value);
  const auto command =
      co_await context.station.commands.resend(id, call->user.id, call->idempotency_key);
  if (!command) co_return fail(command.error());
  co_return co_await answer_command(context, call, *command, old->meter, old->kind);
}

/// Who has which prices: held = what the meter confirmed and still shows.
Answer list_tariff_meters(Context& context, CallPtr call) {
  const TariffId tariff{call->ids.at(0)};
  const auto profiles = co_await context.station.store.list_tariffs(call->user.property);
  if (!profiles) co_return fail(profiles.error());
  const auto profile = std::ranges::find(*profiles, tariff, &port::TariffProfile::id);
  if (profile == profiles->end()) co_return fail(Errc::tariff_unknown);
  const auto downloads = co_await context.station.store.tariff_downloads(tariff);
  if (!downloads) co_return fail(downloads.error());
  json::array rows;
  for (const port::TariffDownload& row : *downloads) {
    const service::LiveMeter* live = context.station.live.find(row.meter);
    std::optional<std::uint32_t> shown;
    if (live != nullptr && live->prepaid) shown = live->prepaid->price_version;
    rows.push_back(json::object{
        {"meter_id", row.meter.value},
        {"meter_code", live == nullptr ? json::value(nullptr) : json::value(live->meter.code)},
        {"room", or_null(room_of(context.station.live, row.meter))},
        {"standing", standing_of(row, tariff, profile->applied_number, shown)},
        {"held_version", or_null(row.held_number)},
        {"sent_version", row.command ? json::value(row.number) : json::value(nullptr)},
        {"command_id", id_or_null(row.command.value_or(CommandId{}))},
        {"result", reason(row.result)},
        {"differences", row.differences},
        {"at", time_or_null(row.at)}});
  }
  co_return json_response(
      json::object{{"applied_version", profile->applied_number}, {"rows", std::move(rows)}});
}

Answer get_command(Context& context, CallPtr call) {
  const auto command = co_await context.station.store.find_command({call->ids.at(0)});
  if (!command) co_return fail(command.error());
  co_return json_response(co_await render_command(context, *command));
}

}  // namespace paymeter::http
