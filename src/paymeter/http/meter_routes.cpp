// The matrix, one meter, its stored readings, and reading it now.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

Answer list_meters(Context& context, CallPtr call) {
  const Station& station = context.station;
  const auto limit = co_await property_limit(context, call);
  json::object counts{{"not_opened", 0}, {"opened", 0}, {"alarm1", 0},    {"alarm2", 0},
                      {"arrears", 0},    {"lost", 0},   {"forced_on", 0}, {"tripped", 0}};
  json::array rows;
  rows.reserve(station.live.meters().size());
  for (const auto& [id, meter] : station.live.meters()) {
    if (limit && meter.meter.property != *limit) continue;
    json::object tile = render_tile(station, meter);
    ++counts.at(tile.at("state").as_string()).as_int64();
    if (tile.at("forced_on").as_bool()) ++counts.at("forced_on").as_int64();
    if (tile.at("tripped").as_bool()) ++counts.at("tripped").as_int64();
    rows.push_back(std::move(tile));
  }
  co_return json_response(json::object{{"rows", std::move(rows)},
                                       {"counts", std::move(counts)},
                                       {"as_of_at", format_rfc3339(station.runtime.now())}});
}

Answer get_meter(Context& context, CallPtr call) {
  const auto detail = co_await render_meter_detail(context, {call->ids.at(0)});
  if (!detail) co_return fail(detail.error());
  co_return json_response(*detail);
}

Answer list_readings(Context& context, CallPtr call) {
  const MeterId meter{call->ids.at(0)};
  if (context.station.live.find(meter) == nullptr) co_return fail(Errc::meter_unknown);
  Query query = call->query();
  const UtcMs to = query.time("to").value_or(context.station.runtime.now());
  const UtcMs from = query.time("from").value_or(to - minutes(24 * 60));
  const auto limit = static_cast<int>(query.integer("limit", 1, 10'000).value_or(5'000));
  if (query.problem()) co_return fail(*query.problem());
  if (to < from) co_return fail(Errc::request_invalid, "to: must not be before from");
  const auto readings = co_await context.station.store.series(meter, from, to, limit);
  if (!readings) co_return fail(readings.error());
  json::array rows;
  rows.reserve(readings->size());
  for (const auto& reading : *readings) rows.push_back(render_reading(reading));
  co_return json_response(json::object{{"rows", std::move(rows)}});
}

Answer read_meter(Context& context, CallPtr call) {
  const MeterId meter{call->ids.at(0)};
  const auto read = co_await context.station.collector.read_now(meter);
  if (!read) co_return fail(read.error());
  const auto detail = co_await render_meter_detail(context, meter);
  if (!detail) co_return fail(detail.error());
  co_return json_response(*detail);
}

}  // namespace paymeter::http
