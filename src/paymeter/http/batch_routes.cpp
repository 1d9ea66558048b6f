// Batches: preview, start, pause, resume, cancel, retry, rows, and the list as CSV.
#include <boost/json/parse.hpp>

#include "paymeter/base/assert.hpp"
#include "paymeter/http/command_fields.hpp"
#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

using domain::Batch;
using domain::BatchCounts;
using domain::BatchRow;
using Act = port::BatchMove::Act;

service::Batches& batches_of(Context& context) {
  PAYMETER_ASSERT(context.station.batches != nullptr);
  return *context.station.batches;
}

json::value code_of(const Context& context, MeterId meter) {
  const service::LiveMeter* live = context.station.live.find(meter);
  return live == nullptr ? json::value(nullptr) : json::value(live->meter.code);
}

json::object render_meter_line(const Context& context, MeterId meter) {
  return {{"meter_id", meter.value},
          {"meter_code", code_of(context, meter)},
          {"room", or_null(room_of(context.station.live, meter))}};
}

json::object render_counts(const BatchCounts& counts) {
  return {{"waiting", counts.waiting},     {"sending", counts.sending},
          {"done", counts.done},           {"failed", counts.failed},
          {"cancelled", counts.cancelled}, {"left_out", counts.left_out}};
}

json::object render_settings_change(const domain::SettingsChange& change) {
  const auto money = [](const std::optional<domain::Money>& amount) {
    return amount ? json::value(amount->fen) : json::value(nullptr);
  };
  return {{"alarm1_fen", money(change.alarm1)},
          {"alarm2_fen", money(change.alarm2)},
          {"overload_w", or_null(change.overload_w)},
          {"overdraft_fen", money(change.overdraft)}};
}

json::object render_row(const Context& context, const BatchRow& row) {
  json::object out = render_meter_line(context, row.meter);
  out["outcome"] = domain::batch_outcome_name(row.outcome);
  out["command_id"] = id_or_null(row.command.value_or(CommandId{}));
  out["reason"] = reason(row.reason);
  out["differences"] = row.differences;
  out["tries"] = row.tries;
  out["finished_at"] = time_or_null(row.finished_at);
  return out;
}

Result<domain::BatchOrder> read_order(Fields& fields, const ReadSelection& selection) {
  domain::BatchOrder order;
  order.kind = fields.choice("kind", domain::command_kind_from_name);
  order.selection = selection.selection;
  order.reason = fields.text("reason", Presence::optional, 500);
  order.settings = read_settings_change(fields);
  order.tables = read_time_tables(fields);
  order.include_lost = fields.integer_or("include_lost", 0, 0, 1) == 1;
  order.rate_per_minute = static_cast<int>(
      fields.integer_or("rate_per_minute", order.rate_per_minute, 1, domain::kBatchRateMax));
  order.bus_rate_per_minute = static_cast<int>(fields.integer_or(
      "bus_rate_per_minute", order.bus_rate_per_minute, 1, domain::kBatchRateMax));
  if (fields.problem()) return fail(*fields.problem());
  return order;
}

/// The batch of the path, of the user's property. Errors: batch_unknown.
port::Async<Result<Batch>> batch_of(Context& context, CallPtr call) {
  const BatchId id{call->ids.at(0)};
  call->subject = "batch " + std::to_string(id.value);
  auto batch = co_await context.station.store.find_batch(id);
  if (batch && batch->property != call->user.property)
    co_return fail(Errc::batch_unknown, std::to_string(id.value));
  co_return batch;
}

Answer move(Context& context, CallPtr call, Act act) {
  auto batch = co_await batch_of(context, call);
  if (!batch) co_return fail(batch.error());
  call->detail = domain::command_kind_name(batch->kind);
  auto moved = co_await batches_of(context).move(batch->id, act);
  if (!moved) co_return fail(moved.error());
  const auto counts = co_await context.station.store.batch_counts(moved->id);
  if (!counts) co_return fail(counts.error());
  co_return json_response(co_await render_batch(context, std::move(*moved), *counts));
}

/// Quoted as RFC 4180 asks; a leading =, +, - or @ would be run as a formula by spreadsheets.
std::string csv_cell(std::string text) {
  if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos)
    text.insert(text.begin(), '\'');
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + '"';
}

std::string csv_line(const Context& context, const BatchRow& row) {
  const service::LiveMeter* live = context.station.live.find(row.meter);
  std::string out = csv_cell(live == nullptr ? "" : live->meter.code);
  const auto add = [&out](std::string text) { out += ',' + csv_cell(std::move(text)); };
  add(room_of(context.station.live, row.meter).value_or(""));
  add(std::string(domain::batch_outcome_name(row.outcome)));
  add(row.reason ? std::string(error_text_zh(*row.reason)) : "");
  add(row.reason ? std::string(error_name(*row.reason)) : "");
  add(row.differences);
  add(std::to_string(row.tries));
  add(row.finished_at ? format_rfc3339(*row.finished_at) : "");
  return out + "\r\n";
}

}  // namespace

port::Async<json::object> render_batch(Context& context, Batch batch, BatchCounts counts) {
  const auto operator_name = co_await context.directory->user_name(batch.operator_id);
  boost::system::error_code broken;
  json::value selection = json::parse(batch.selection, broken);
  co_return json::object{{"id", batch.id.value},
                         {"kind", domain::command_kind_name(batch.kind)},
                         {"state", domain::batch_state_name(batch.state)},
                         {"origin", domain::command_origin_name(batch.origin)},
                         {"reason", batch.reason},
                         {"operator_name", or_null(operator_name)},
                         {"selection", broken ? json::value(json::object{}) : std::move(selection)},
                         {"settings", render_settings_change(batch.settings)},
                         {"tariff_id", id_or_null(batch.tariff.value_or(TariffId{}))},
                         {"tariff_version", batch.tariff_number},
                         {"rate_per_minute", batch.rate_per_minute},
                         {"bus_rate_per_minute", batch.bus_rate_per_minute},
                         {"counts", render_counts(counts)},
                         {"created_at", format_rfc3339(batch.created_at)},
                         {"finished_at", time_or_null(batch.finished_at)}};
}

Answer preview_batch(Context& context, CallPtr call) {
  auto selection = read_selection(call->request.body);
  if (!selection) co_return fail(selection.error());
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  auto order = read_order(*fields, *selection);
  if (!order) co_return fail(order.error());
  // Whether a reason was given is asked when the batch is made.
  if (order->reason.empty()) order->reason = "-";
  const auto chosen = co_await batches_of(context).preview(call->user.property, std::move(*order));
  if (!chosen) co_return fail(chosen.error());
  json::array meters, left_out;
  for (MeterId meter : chosen->meters) meters.push_back(render_meter_line(context, meter));
  for (const auto& left : chosen->left_out) {
    json::object line = render_meter_line(context, left.meter);
    line["reason"] = reason(left.why);
    left_out.push_back(std::move(line));
  }
  co_return json_response(json::object{{"count", chosen->meters.size()},
                                       {"meters", std::move(meters)},
                                       {"left_out", std::move(left_out)}});
}

Answer create_batch(Context& context, CallPtr call) {
  auto selection = read_selection(call->request.body);
  if (!selection) co_return fail(selection.error());
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::BatchRequest request;
  auto order = read_order(*fields, *selection);
  if (!order) co_return fail(order.error());
  request.order = std::move(*order);
  if (fields->has("count")) request.count = fields->integer("count", 0);
  if (fields->problem()) co_return fail(*fields->problem());
  request.idempotency_key = call->idempotency_key;
  request.property = call->user.property;
  request.selection_text = std::move(selection->text);
  request.operator_id = call->user.id;
  call->subject = "batch";
  call->detail = std::string{domain::command_kind_name(request.order.kind)} + ' ' +
                 request.selection_text.substr(0, 500) + ' ' + request.order.reason;
  auto added = co_await batches_of(context).create(std::move(request));
  if (!added) co_return fail(added.error());
  call->subject = "batch " + std::to_string(added->batch.id.value);
  if (added->existed) call->detail += " (repeated key)";
  const auto counts = co_await context.station.store.batch_counts(added->batch.id);
  if (!counts) co_return fail(counts.error());
  const auto novelty = added->existed ? Novelty::repeated : Novelty::created;
  co_return created_response(co_await render_batch(context, std::move(added->batch), *counts),
                             novelty);
}

Answer list_batches(Context& context, CallPtr call) {
  Query query = call->query();
  port::BatchFilter filter;
  filter.property = call->user.property;
  filter.state = query.choice("state", domain::batch_state_from_name);
  filter.kind = query.choice("kind", domain::command_kind_from_name);
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto batches = co_await context.station.store.list_batches(std::move(filter));
  if (!batches) co_return fail(batches.error());
  json::array rows;
  for (const Batch& batch : batches->rows) {
    const auto counts = co_await context.station.store.batch_counts(batch.id);
    if (!counts) co_return fail(counts.error());
    rows.push_back(co_await render_batch(context, batch, *counts));
  }
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", batches->total}});
}

Answer get_batch(Context& context, CallPtr call) {
  auto batch = co_await batch_of(context, call);
  if (!batch) co_return fail(batch.error());
  const auto counts = co_await context.station.store.batch_counts(batch->id);
  if (!counts) co_return fail(counts.error());
  co_return json_response(co_await render_batch(context, std::move(*batch), *counts));
}

Answer list_batch_rows(Context& context, CallPtr call) {
  const auto batch = co_await batch_of(context, call);
  if (!batch) co_return fail(batch.error());
  Query query = call->query();
  port::BatchRowFilter filter;
  filter.batch = batch->id;
  filter.outcome = query.choice("outcome", domain::batch_outcome_from_name);
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto listed = co_await context.station.store.list_batch_rows(filter);
  if (!listed) co_return fail(listed.error());
  json::array rows;
  for (const BatchRow& row : listed->rows) rows.push_back(render_row(context, row));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", listed->total}});
}

Answer export_batch(Context& context, CallPtr call) {
  const auto batch = co_await batch_of(context, call);
  if (!batch) co_return fail(batch.error());
  net::Response response;
  response.set("Content-Type", "text/csv; charset=utf-8");
  response.set("Content-Disposition",
               "attachment; filename=\"batch-" + std::to_string(batch->id.value) + ".csv\"");
  response.set("Cache-Control", "no-store");
  // The mark tells spreadsheets that this is UTF-8.
  response.body = "\xEF\xBB\xBF表号,房间,结果,原因,code,differences,tries,finished_at\r\n";
  port::BatchRowFilter filter{batch->id, std::nullopt, {1000, 0}};
  for (;;) {
    const auto listed = co_await context.station.store.list_batch_rows(filter);
    if (!listed) co_return fail(listed.error());
    for (const BatchRow& row : listed->rows) response.body += csv_line(context, row);
    if (listed->rows.empty()) co_return response;
    filter.page.offset += static_cast<int>(listed->rows.size());
  }
}

Answer pause_batch(Context& context, CallPtr call) {
  return move(context, std::move(call), Act::pause);
}
Answer resume_batch(Context& context, CallPtr call) {
  return move(context, std::move(call), Act::resume);
}
Answer cancel_batch(Context& context, CallPtr call) {
  return move(context, std::move(call), Act::cancel);
}
Answer retry_batch(Context& context, CallPtr call) {
  return move(context, std::move(call), Act::retry);
}

}  // namespace paymeter::http
