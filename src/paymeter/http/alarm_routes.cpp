// Alarms: list and acknowledge.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

Answer list_alarms(Context& context, CallPtr call) {
  Query query = call->query();
  port::AlarmFilter filter;
  filter.active_only = query.flag("active");
  filter.unacknowledged_only = query.flag("unacknowledged");
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  filter.kind = query.choice("kind", domain::alarm_kind_from_name);
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto alarms = co_await context.station.store.list_alarms(std::move(filter));
  if (!alarms) co_return fail(alarms.error());
  json::array rows;
  for (const auto& alarm : alarms->rows) rows.push_back(co_await render_alarm(context, alarm));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", alarms->total}});
}

Answer acknowledge_alarm(Context& context, CallPtr call) {
  call->subject = "alarm #" + std::to_string(call->ids.at(0));
  const auto alarm = co_await context.station.alarms.acknowledge({call->ids.at(0)}, call->user.id);
  if (!alarm) co_return fail(alarm.error());
  call->detail = domain::alarm_kind_name(alarm->kind);
  co_return json_response(co_await render_alarm(context, *alarm));
}

}  // namespace paymeter::http
