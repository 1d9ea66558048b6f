// Load limiting 有序限电: plans, start, end, and the report of what was shed.
#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

using domain::LimitingPlan;
using port::LimitingRow;
using port::LimitingRun;

constexpr std::size_t kGroupsMax = 100;
constexpr std::size_t kMetersMax = 20'000;
constexpr std::int64_t kPowerMax = 1'000'000'000;

service::Limiting& limiting_of(Context& context) {
  PAYMETER_ASSERT(context.station.limiting != nullptr);
  return *context.station.limiting;
}

json::object render_line(const Context& context, MeterId meter) {
  const service::LiveMeter* live = context.station.live.find(meter);
  return {{"meter_id", meter.value},
          {"meter_code", live == nullptr ? json::value(nullptr) : json::value(live->meter.code)},
          {"room", or_null(room_of(context.station.live, meter))}};
}

port::Async<json::object> render_plan(Context& context, LimitingPlan plan) {
  const auto created_by = co_await context.directory->user_name(plan.created_by);
  json::array groups;
  for (const domain::LimitingGroup& group : plan.groups) {
    json::array meters;
    for (MeterId meter : group.meters) meters.push_back(render_line(context, meter));
    groups.push_back(json::object{{"name", group.name}, {"meters", std::move(meters)}});
  }
  co_return json::object{{"id", plan.id.value},
                         {"name", plan.name},
                         {"mode", domain::limiting_mode_name(plan.mode)},
                         {"target_w", plan.target_w},
                         {"main_meter_id", id_or_null(plan.main_meter.value_or(MeterId{}))},
                         {"turn_minutes", plan.turn.value / 60'000},
                         {"groups_off", plan.groups_off},
                         {"groups", std::move(groups)},
                         {"created_by", or_null(created_by)},
                         {"created_at", format_rfc3339(plan.created_at)},
                         {"retired_at", time_or_null(plan.retired_at)}};
}

/// Power × time off, rounded down to Wh: what the readings before shedding promise, no measurement.
std::int64_t saved_wh(const LimitingRow& row, UtcMs now) {
  const Millis off = row.off_total + (row.off_since ? now - *row.off_since : Millis{});
  return row.power_w.value_or(0) * (off.value / 1'000) / 3'600;
}

json::object render_row(const Context& context, const LimitingRow& row, UtcMs now) {
  json::object out = render_line(context, row.meter);
  out["group"] = row.group;
  out["outcome"] = domain::limiting_outcome_name(row.outcome);
  out["is_wanted_off"] = row.is_wanted_off;
  out["is_overridden"] = row.is_overridden;
  out["command_id"] = id_or_null(row.command.value_or(CommandId{}));
  out["trouble"] = reason(row.trouble);
  out["power_w"] = or_null(row.power_w);
  out["after_w"] = or_null(row.after_w);
  out["after_at"] = time_or_null(row.after_at);
  out["off_since"] = time_or_null(row.off_since);
  out["off_seconds"] =
      (row.off_total + (row.off_since ? now - *row.off_since : Millis{})).value / 1'000;
  out["times"] = row.times;
  return out;
}

port::Async<json::object> render_run(Context& context, LimitingRun run) {
  const auto started_by = co_await context.directory->user_name(run.started_by);
  const auto ended_by = co_await context.directory->user_name(run.ended_by);
  co_return json::object{{"id", run.id.value},
                         {"plan_id", run.plan.value},
                         {"state", domain::limiting_state_name(run.state)},
                         {"target_w", run.target_w},
                         {"reason", run.reason},
                         {"started_by", or_null(started_by)},
                         {"started_at", format_rfc3339(run.started_at)},
                         {"is_waiting", run.state == domain::LimitingState::running &&
                                            run.started_at > context.station.runtime.now()},
                         {"ends_at", time_or_null(run.ends_at)},
                         {"ended_by", or_null(ended_by)},
                         {"ending_at", time_or_null(run.ending_at)},
                         {"ended_at", time_or_null(run.ended_at)},
                         {"end_reason", run.end_reason},
                         {"load_before_w", or_null(run.load_before_w)},
                         {"load_w", or_null(run.load_w)},
                         {"load_at", time_or_null(run.load_at)},
                         {"main_unread", run.is_blind()},
                         {"short_of_target", run.is_short}};
}

/// What a run has switched off, each meter once with the power that it had then: stays when the run
/// is over. Only what a reading after the switch, or the switch's own read-back, has shown.
struct ShedInAll {
  std::int64_t meters = 0, power_w = 0;
  std::int64_t drop_w = 0;  ///< power before less power after, of those that were read again
};

ShedInAll shed_in_all(const std::vector<LimitingRow>& rows) {
  ShedInAll out;
  for (const LimitingRow& row : rows) {
    const bool is_off = row.outcome == domain::LimitingOutcome::off && !row.has_failed;
    if (!is_off && !row.after_at) continue;
    ++out.meters;
    out.power_w += row.power_w.value_or(0);
    if (row.after_w) out.drop_w += row.power_w.value_or(0) - *row.after_w;
  }
  return out;
}

/// The run with its rows and sums.
port::Async<Result<json::object>> render_report(Context& context, LimitingRun run) {
  const auto rows = co_await context.station.store.limiting_rows(run.id);
  if (!rows) co_return fail(rows.error());
  const UtcMs now = context.station.runtime.now();
  json::array lines;
  std::int64_t off_w = 0, after_w = 0, given_back_w = 0, wh = 0, meters_off = 0;
  for (const LimitingRow& row : *rows) {
    if (row.outcome == domain::LimitingOutcome::off && !row.has_failed) {
      off_w += row.power_w.value_or(0);
      after_w += row.after_w.value_or(0);
      if (row.after_w) given_back_w += row.power_w.value_or(0) - *row.after_w;
      ++meters_off;
    }
    wh += saved_wh(row, now);
    lines.push_back(render_row(context, row, now));
  }
  json::object out = co_await render_run(context, std::move(run));
  out["meters_off"] = meters_off;
  out["power_off_w"] = off_w;
  out["power_after_w"] = after_w;
  out["power_given_back_w"] = given_back_w;
  const ShedInAll shed = shed_in_all(*rows);
  out["shed_meters"] = shed.meters;
  out["shed_w"] = shed.power_w;
  out["shed_drop_w"] = shed.drop_w;
  out["energy_estimate_wh"] = wh;
  out["rows"] = std::move(lines);
  co_return out;
}

/// Errors: limiting_unknown, also for what belongs to another property.
port::Async<Result<LimitingPlan>> plan_of(Context& context, CallPtr call) {
  const domain::LimitingPlanId id{call->ids.at(0)};
  call->subject = "limiting plan " + std::to_string(id.value);
  auto plan = co_await context.station.store.find_limiting_plan(id);
  if (plan && plan->property != call->user.property) co_return fail(Errc::limiting_unknown);
  if (plan) call->subject += " " + plan->name;
  co_return plan;
}

port::Async<Result<LimitingRun>> run_of(Context& context, CallPtr call) {
  const domain::LimitingRunId id{call->ids.at(0)};
  call->subject = "limiting run " + std::to_string(id.value);
  auto run = co_await context.station.store.find_limiting_run(id);
  if (run && run->property != call->user.property) co_return fail(Errc::limiting_unknown);
  co_return run;
}

std::optional<UtcMs> read_time(Fields& fields, std::string_view name) {
  if (!fields.has(name)) return std::nullopt;
  const auto at = parse_rfc3339(fields.text(name, Presence::required, 40));
  if (!at) fields.refuse(name, "must be RFC 3339");
  return at ? std::optional(*at) : std::nullopt;
}

Result<LimitingPlan> read_plan(Fields& fields) {
  LimitingPlan plan;
  plan.name = fields.text("name", Presence::required, 128);
  plan.mode = fields.choice("mode", domain::limiting_mode_from_name);
  plan.target_w = fields.integer_or("target_w", 0, 0, kPowerMax);
  if (fields.has("main_meter_id")) plan.main_meter = MeterId{fields.integer("main_meter_id", 1)};
  plan.turn = minutes(fields.integer_or("turn_minutes", 60, 10, 1'440));
  plan.groups_off = static_cast<int>(fields.integer_or("groups_off", 1, 1, 100));
  for (Fields& group : fields.objects("groups", kGroupsMax)) {
    auto& added = plan.groups.emplace_back();
    added.name = group.text("name", Presence::optional, 128);
    for (std::int64_t id : group.integers("meter_ids", Presence::required, kMetersMax))
      added.meters.push_back({id});
    if (group.problem()) fields.refuse("groups", group.problem()->detail);
  }
  if (fields.problem()) return fail(*fields.problem());
  return plan;
}

}  // namespace

Answer list_limiting_plans(Context& context, CallPtr call) {
  const auto plans = co_await context.station.store.list_limiting_plans(call->user.property);
  if (!plans) co_return fail(plans.error());
  json::array rows;
  for (const LimitingPlan& plan : *plans) rows.push_back(co_await render_plan(context, plan));
  co_return json_response(json::object{{"rows", std::move(rows)}});
}

Answer add_limiting_plan(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  auto plan = read_plan(*fields);
  if (!plan) co_return fail(plan.error());
  plan->property = call->user.property;
  plan->created_by = call->user.id;
  call->subject = "limiting plan " + plan->name;
  auto added = co_await limiting_of(context).add_plan(std::move(*plan));
  if (!added) co_return fail(added.error());
  co_return json_response(co_await render_plan(context, std::move(*added)), 201);
}

Answer retire_limiting_plan(Context& context, CallPtr call) {
  const auto plan = co_await plan_of(context, call);
  if (!plan) co_return fail(plan.error());
  auto retired =
      co_await context.station.store.retire_limiting_plan(plan->id, context.station.runtime.now());
  if (!retired) co_return fail(retired.error());
  co_return json_response(co_await render_plan(context, std::move(*retired)));
}

Answer preview_limiting(Context& context, CallPtr call) {
  const auto plan = co_await plan_of(context, call);
  if (!plan) co_return fail(plan.error());
  Query query = call->query();
  const auto target_w = query.integer("target_w", 0, kPowerMax);
  if (query.problem()) co_return fail(*query.problem());
  const auto preview = co_await limiting_of(context).preview(plan->id, target_w);
  if (!preview) co_return fail(preview.error());
  json::array meters, left_out;
  for (const auto& at : preview->meters) {
    json::object line = render_line(context, at.meter);
    line["power_w"] = or_null(at.power_w);
    line["is_first"] = at.is_first;
    meters.push_back(std::move(line));
  }
  for (const auto& left : preview->left_out) {
    json::object line = render_line(context, left.meter);
    line["reason"] = reason(left.why);
    left_out.push_back(std::move(line));
  }
  co_return json_response(json::object{{"count", preview->meters.size()},
                                       {"load_w", preview->load_w},
                                       {"compared_w", or_null(preview->compared_w)},
                                       {"meters", std::move(meters)},
                                       {"left_out", std::move(left_out)}});
}

Answer start_limiting(Context& context, CallPtr call) {
  const auto plan = co_await plan_of(context, call);
  if (!plan) co_return fail(plan.error());
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::LimitingStart start;
  start.idempotency_key = call->idempotency_key;
  start.property = call->user.property;
  start.plan = plan->id;
  if (fields->has("target_w")) start.target_w = fields->integer("target_w", 0, kPowerMax);
  start.reason = fields->text("reason", Presence::optional, 500);
  start.count = fields->integer("count", 0);
  start.operator_id = call->user.id;
  start.starts_at = read_time(*fields, "starts_at");
  start.ends_at = read_time(*fields, "ends_at");
  if (fields->problem()) co_return fail(*fields->problem());
  call->detail = start.reason;
  auto started = co_await limiting_of(context).start(std::move(start));
  if (!started) co_return fail(started.error());
  call->subject = "limiting run " + std::to_string(started->run.id.value);
  const auto novelty = started->existed ? Novelty::repeated : Novelty::created;
  co_return created_response(co_await render_run(context, std::move(started->run)), novelty);
}

Answer list_limiting_runs(Context& context, CallPtr call) {
  Query query = call->query();
  const port::Page page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto runs = co_await context.station.store.list_limiting_runs(call->user.property, page);
  if (!runs) co_return fail(runs.error());
  json::array rows;
  for (const LimitingRun& run : runs->rows) rows.push_back(co_await render_run(context, run));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", runs->total}});
}

Answer get_limiting_run(Context& context, CallPtr call) {
  auto run = co_await run_of(context, call);
  if (!run) co_return fail(run.error());
  auto report = co_await render_report(context, std::move(*run));
  if (!report) co_return fail(report.error());
  co_return json_response(std::move(*report));
}

Answer end_limiting(Context& context, CallPtr call) {
  const auto run = co_await run_of(context, call);
  if (!run) co_return fail(run.error());
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  std::string why = fields->text("reason", Presence::optional, 500);
  if (fields->problem()) co_return fail(*fields->problem());
  call->detail = why;
  auto ended = co_await limiting_of(context).end(run->id, call->user.id, std::move(why));
  if (!ended) co_return fail(ended.error());
  auto report = co_await render_report(context, std::move(*ended));
  if (!report) co_return fail(report.error());
  co_return json_response(std::move(*report));
}

}  // namespace paymeter::http
