// Buses: how each line is doing, and its meters one by one.
#include <algorithm>
#include <array>

#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, service::kBusPriorityCount> kPriorities{
    "reclose", "vend", "read_back", "trip", "command", "poll"};

json::value number_or_null(const std::optional<std::int64_t>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::object render_line(const service::BusStats& stats) {
  json::array waiting;
  for (std::size_t i = 0; i < kPriorities.size(); ++i)
    waiting.push_back(json::object{{"priority", kPriorities.at(i)}, {"jobs", stats.waiting.at(i)}});
  return {{"connected", stats.connected},
          {"load_e3", stats.load_e3},
          {"meters", stats.meters},
          {"lost", stats.lost},
          {"allows_ms", number_or_null(stats.allows_ms)},
          {"asked_e3", stats.asked_e3},
          {"oldest_status_age_ms", number_or_null(stats.oldest_status_age_ms)},
          {"sweep_ms", stats.sweep_ms},
          {"busy_ms", stats.busy_ms},
          {"polls", stats.polls},
          {"jobs", stats.jobs},
          {"jobs_shed", stats.jobs_shed},
          {"waiting", std::move(waiting)},
          {"urgent_wait_ms_max", stats.urgent_wait_ms_max},
          {"urgent_wait_exchanges_max", stats.urgent_wait_exchanges_max},
          {"exchanges_ok", stats.exchanges_ok},
          {"errors", json::object{{"timeout", stats.timeouts},
                                  {"damaged", stats.damaged},
                                  {"wrong_reply", stats.wrong_replies},
                                  {"exception", stats.refused},
                                  {"connect", stats.connect_failures}}}};
}

json::object render_bus_line(const Station& station, const domain::Bus& bus,
                             const service::BusStats& stats) {
  const domain::Gateway* gateway = station.live.gateway(bus.gateway);
  const bool serial = bus.transport == domain::BusTransport::serial;
  // Of the line: as for a meter without a setting of its own.
  domain::Meter plain;
  plain.property = bus.property;
  plain.bus = bus.id;
  const domain::PollIntervals asked =
      domain::poll_intervals_of(station.live.poll_intervals(), plain, bus);
  return {{"id", bus.id.value},
          {"gateway_id", bus.gateway.value},
          {"gateway_name", gateway == nullptr ? "" : gateway->name},
          {"name", bus.name},
          {"transport", domain::bus_transport_name(bus.transport)},
          {"endpoint",
           serial ? bus.device
                  : (gateway == nullptr ? "" : gateway->host) + ":" + std::to_string(bus.port)},
          {"baud", bus.baud},
          {"reply_timeout_ms", bus.reply_timeout.value},
          {"status_interval_ms", asked.status.value},
          {"full_interval_ms", asked.full.value},
          {"line", render_line(stats)}};
}

json::object render_meter_line(const Station& station, const service::MeterLine& line) {
  const service::LiveMeter* live = station.live.find(line.meter);
  return {{"meter_id", line.meter.value},
          {"code", live == nullptr ? "" : live->meter.code},
          {"name", live == nullptr ? "" : live->meter.name},
          {"unit", live == nullptr ? 0 : live->meter.unit},
          {"lost", line.lost},
          {"silences", line.silences},
          {"exchanges_ok", line.exchanges_ok},
          {"timeouts", line.timeouts},
          {"errors", line.errors},
          {"last_error",
           line.last_error ? json::value(error_name(*line.last_error)) : json::value(nullptr)},
          {"status_ms", line.has_status ? json::value(line.status_ms) : json::value(nullptr)},
          {"full_ms", line.has_full ? json::value(line.full_ms) : json::value(nullptr)},
          {"status_age_ms", number_or_null(line.status_age_ms)},
          {"status_from", domain::interval_scope_name(line.status_from)},
          {"full_from", domain::interval_scope_name(line.full_from)},
          {"status_interval_ms",
           line.has_status ? json::value(line.status_interval_ms) : json::value(nullptr)},
          {"full_interval_ms",
           line.has_full ? json::value(line.full_interval_ms) : json::value(nullptr)}};
}

}  // namespace

Answer list_buses(Context& context, CallPtr call) {
  const Station& station = context.station;
  const auto limit = co_await property_limit(context, call);
  json::array rows;
  for (const domain::Bus& bus : station.live.site().buses)
    if (!limit || bus.property == *limit)
      rows.push_back(render_bus_line(station, bus, station.collector.stats(bus.id)));
  co_return json_response(json::object{{"rows", std::move(rows)}});
}

Answer get_bus(Context& context, CallPtr call) {
  const Station& station = context.station;
  const domain::Bus* bus = station.live.bus(BusId{call->ids.at(0)});
  if (bus == nullptr) co_return fail(Errc::bus_unknown);
  const auto report = station.collector.report(bus->id).value_or(service::BusReport{});
  json::array meters;
  for (const service::MeterLine& line : report.meters)
    meters.push_back(render_meter_line(station, line));
  // The slowest first: what the line's time goes to.
  std::vector<service::MeterLine> by_time = report.meters;
  std::ranges::sort(by_time, std::ranges::greater{}, &service::MeterLine::status_ms);
  json::array slowest;
  for (std::size_t i = 0; i < by_time.size() && i < 5; ++i)
    slowest.push_back(by_time[i].meter.value);
  json::object out = render_bus_line(station, *bus, report.stats);
  out["meters"] = std::move(meters);
  out["slowest_meter_ids"] = std::move(slowest);
  co_return json_response(out);
}

}  // namespace paymeter::http
