// Alarms: list, one with its history, counts, acknowledge; the rules that raise them.
#include <boost/json/serialize.hpp>
#include <map>

#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

using domain::AlarmKind;
using domain::watch::AlarmRule;

BuildingId building_of(const service::LiveTable& live, MeterId id) {
  const service::LiveMeter* meter = live.find(id);
  const domain::Room* room =
      meter == nullptr || !meter->meter.room ? nullptr : live.room(*meter->meter.room);
  return room == nullptr ? BuildingId{} : room->building;
}

port::Async<json::object> render_event(Context& context, domain::AlarmEvent event) {
  json::object out{{"act", domain::alarm_act_name(event.act)}, {"at", format_rfc3339(event.at)}};
  out["by"] = or_null(co_await context.directory->user_name(event.by));
  out["note"] = event.note;
  co_return out;
}

json::object render_rule(const AlarmRule& rule) {
  return {{"kind", domain::alarm_kind_name(rule.kind)},
          {"severity", domain::severity_name(domain::alarm_severity(rule.kind))},
          {"on", rule.is_on},
          {"raise_at", rule.raise_at},
          {"clear_at", rule.clear_at},
          {"floor", rule.floor},
          {"raise_after_s", rule.holds.raise_after.value / 1'000},
          {"clear_after_s", rule.holds.clear_after.value / 1'000},
          {"is_default", rule == domain::watch::default_rule(rule.kind)}};
}

struct Sum {
  std::int64_t raised = 0, active = 0, unacknowledged = 0;
  void add(const port::AlarmCount& row) {
    raised += row.raised;
    active += row.active;
    unacknowledged += row.unacknowledged;
  }
  json::object put(json::object out) const {
    out["raised"] = raised;
    out["active"] = active;
    out["unacknowledged"] = unacknowledged;
    return out;
  }
};

}  // namespace

Answer list_alarms(Context& context, CallPtr call) {
  Query query = call->query();
  port::AlarmFilter filter;
  filter.active_only = query.flag("active");
  filter.unacknowledged_only = query.flag("unacknowledged");
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  if (const auto id = query.integer("building_id", 1, kExactMax)) filter.building = BuildingId{*id};
  filter.kind = query.choice("kind", domain::alarm_kind_from_name);
  filter.severity = query.choice("severity", domain::severity_from_name);
  filter.from = query.time("from");
  filter.to = query.time("to");
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  auto limit = co_await property_limit(context, call);
  if (filter.meter || filter.building) limit.reset();  // theirs, or it would have been refused
  const auto alarms = co_await list_within<domain::Alarm>(
      limit, filter.page, [&context, filter](port::Page page) mutable {
        filter.page = page;
        return context.station.store.list_alarms(filter);
      });
  if (!alarms) co_return fail(alarms.error());
  json::array rows;
  for (const auto& alarm : alarms->rows) rows.push_back(co_await render_alarm(context, alarm));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", alarms->total}});
}

Answer get_alarm(Context& context, CallPtr call) {
  const AlarmId id{call->ids.at(0)};
  const auto alarm = co_await context.station.store.find_alarm(id);
  if (!alarm) co_return fail(alarm.error());
  const auto events = co_await context.station.store.alarm_events(id);
  if (!events) co_return fail(events.error());
  json::array history;
  for (const auto& event : *events) history.push_back(co_await render_event(context, event));
  co_return json_response(json::object{{"alarm", co_await render_alarm(context, *alarm)},
                                       {"history", std::move(history)}});
}

/// Without a span: what is active now, from memory. With one: what was raised or active in it.
Answer count_alarms(Context& context, CallPtr call) {
  Query query = call->query();
  const auto from = query.time("from"), to = query.time("to");
  if (query.problem()) co_return fail(*query.problem());
  std::vector<port::AlarmCount> counts;
  const PropertyId property = property_of(context.station, *call);
  if (from || to) {
    auto stored = co_await context.station.store.alarm_counts(
        property, from.value_or(UtcMs{}), to.value_or(context.station.runtime.now()));
    if (!stored) co_return fail(stored.error());
    counts = std::move(*stored);
  } else {
    const auto limit = co_await property_limit(context, call);
    for (const domain::Alarm& alarm : context.station.alarms.active())
      if (!limit || alarm.property == *limit)
        counts.push_back({alarm.kind, building_of(context.station.live, alarm.meter), 1, 1,
                          alarm.acknowledged_at ? 0 : 1});
  }
  Sum all;
  std::map<AlarmKind, Sum> kinds;
  std::map<domain::Severity, Sum> severities;
  std::map<BuildingId, Sum> buildings;
  for (const port::AlarmCount& row : counts) {
    all.add(row);
    kinds[row.kind].add(row);
    severities[domain::alarm_severity(row.kind)].add(row);
    buildings[row.building].add(row);
  }
  json::array by_kind, by_severity, by_building;
  for (const auto& [kind, sum] : kinds)
    by_kind.push_back(sum.put({{"kind", domain::alarm_kind_name(kind)}}));
  for (const auto& [severity, sum] : severities)
    by_severity.push_back(sum.put({{"severity", domain::severity_name(severity)}}));
  for (const auto& [id, sum] : buildings) {
    const domain::Building* building = context.station.live.building(id);
    by_building.push_back(sum.put(
        {{"building_id", id_or_null(id)},
         {"building", building == nullptr ? json::value(nullptr) : json::value(building->name)}}));
  }
  json::object out = all.put({});
  out["hidden_meters"] = context.station.alarms.hidden();
  out["by_kind"] = std::move(by_kind);
  out["by_severity"] = std::move(by_severity);
  out["by_building"] = std::move(by_building);
  co_return json_response(out);
}

Answer acknowledge_alarm(Context& context, CallPtr call) {
  call->subject = "alarm #" + std::to_string(call->ids.at(0));
  std::string note;
  if (!call->request.body.empty()) {
    auto fields = call->fields();
    if (!fields) co_return fail(fields.error());
    note = fields->text("note", Presence::optional, 1000);
    if (fields->problem()) co_return fail(*fields->problem());
  }
  const auto alarm = co_await context.station.alarms.acknowledge({call->ids.at(0)}, call->user.id,
                                                                 std::move(note));
  if (!alarm) co_return fail(alarm.error());
  call->detail = domain::alarm_kind_name(alarm->kind);
  if (!alarm->note.empty()) call->detail += ": " + alarm->note;
  co_return json_response(co_await render_alarm(context, *alarm));
}

Answer list_alarm_rules(Context& context, CallPtr call) {
  const auto& rules = context.station.alarms.rules(property_of(context.station, *call));
  json::array rows;
  for (int i = 0; i <= static_cast<int>(domain::kLastAlarmKind); ++i) {
    const auto kind = static_cast<AlarmKind>(i);
    if (domain::watch::may_be_set(kind)) rows.push_back(render_rule(rules.of(kind)));
  }
  co_return json_response(json::object{{"total", rows.size()}, {"rows", std::move(rows)}});
}

Answer set_alarm_rule(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  const auto kind = fields->choice("kind", domain::alarm_kind_from_name);
  const PropertyId property = property_of(context.station, *call);
  const AlarmRule now = context.station.alarms.rules(property).of(kind);
  AlarmRule rule = now;
  if (fields->has("on")) rule.is_on = fields->integer("on", 0, 1) == 1;
  rule.raise_at = fields->integer_or("raise_at", now.raise_at, 0, kExactMax);
  rule.clear_at = fields->integer_or("clear_at", now.clear_at, 0, kExactMax);
  rule.floor = fields->integer_or("floor", now.floor, 0, kExactMax);
  constexpr std::int64_t kWeekS = 7 * 24 * 3'600;
  rule.holds.raise_after =
      seconds(fields->integer_or("raise_after_s", now.holds.raise_after.value / 1'000, 0, kWeekS));
  rule.holds.clear_after =
      seconds(fields->integer_or("clear_after_s", now.holds.clear_after.value / 1'000, 0, kWeekS));
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "alarm rule " + std::string(domain::alarm_kind_name(kind));
  call->detail = json::serialize(render_rule(now)) + " -> " + json::serialize(render_rule(rule));
  const auto set = co_await context.station.watch->set_rule(property, rule, call->user.id);
  if (!set) co_return fail(set.error());
  co_return json_response(render_rule(*set));
}

}  // namespace paymeter::http
