// Health, metrics and the description of the interface itself.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/metrics.hpp"
#include "paymeter/http/openapi.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

SampleFamily tile_samples(const Station& station) {
  SampleFamily family{"paymeter_meters", "Meters by state", MetricKind::gauge, {}};
  std::vector<double> counts(6);
  for (const auto& [id, meter] : station.live.meters())
    ++counts.at(static_cast<std::size_t>(meter.tile()));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto state = domain::tile_state_name(static_cast<domain::TileState>(i));
    family.samples.push_back({{{"state", std::string{state}}}, counts[i]});
  }
  return family;
}

void add_bus_samples(const Station& station, std::vector<SampleFamily>& out) {
  SampleFamily exchanges{
      "paymeter_bus_exchanges_total", "Exchanges on a bus by outcome", MetricKind::counter, {}};
  SampleFamily shed{"paymeter_bus_jobs_shed_total",
                    "Jobs refused because the queue was full",
                    MetricKind::counter,
                    {}};
  SampleFamily busy{
      "paymeter_bus_busy_seconds_total", "Time with a request in flight", MetricKind::counter, {}};
  SampleFamily sweep{
      "paymeter_bus_sweep_seconds", "Length of the last complete sweep", MetricKind::gauge, {}};
  SampleFamily connected{
      "paymeter_bus_connected", "1 while the bus is connected", MetricKind::gauge, {}};
  SampleFamily load{"paymeter_bus_load_ratio",
                    "Share of the last minute that a bus was busy",
                    MetricKind::gauge,
                    {}};
  SampleFamily lost{
      "paymeter_bus_meters_lost", "Meters that do not answer, by bus", MetricKind::gauge, {}};
  SampleFamily allows{"paymeter_bus_allows_seconds",
                      "Shortest age limit that a bus can keep for all statuses",
                      MetricKind::gauge,
                      {}};
  SampleFamily age{"paymeter_bus_oldest_status_seconds",
                   "Oldest status of the meters that answer",
                   MetricKind::gauge,
                   {}};
  for (const auto& bus : station.live.site().buses) {
    const auto stats = station.collector.stats(bus.id);
    const domain::Gateway* gateway = station.live.gateway(bus.gateway);
    const std::string name = (gateway == nullptr ? "" : gateway->name + "/") + bus.name;
    const auto add = [&](SampleFamily& family, double value) {
      family.samples.push_back({{{"bus", name}}, value});
    };
    const auto outcome = [&](const char* what, std::uint64_t count) {
      exchanges.samples.push_back({{{"bus", name}, {"outcome", what}}, static_cast<double>(count)});
    };
    outcome("ok", stats.exchanges_ok);
    outcome("timeout", stats.timeouts);
    outcome("damaged", stats.damaged);
    outcome("refused", stats.refused);
    outcome("connect_failed", stats.connect_failures);
    outcome("wrong_reply", stats.wrong_replies);
    add(load, stats.load_e3 / 1000.0);
    add(lost, stats.lost);
    if (stats.allows_ms) add(allows, static_cast<double>(*stats.allows_ms) / 1000.0);
    if (stats.oldest_status_age_ms)
      add(age, static_cast<double>(*stats.oldest_status_age_ms) / 1000.0);
    add(shed, static_cast<double>(stats.jobs_shed));
    add(busy, static_cast<double>(stats.busy_ms) / 1000.0);
    add(sweep, static_cast<double>(stats.sweep_ms) / 1000.0);
    add(connected, stats.connected ? 1 : 0);
  }
  for (auto* family : {&exchanges, &shed, &busy, &sweep, &connected, &load, &lost, &allows, &age})
    out.push_back(std::move(*family));
}

port::Async<SampleFamily> vend_samples(Context& context) {
  SampleFamily family{"paymeter_vends", "Sales by state", MetricKind::gauge, {}};
  for (int i = 0; i <= static_cast<int>(domain::VendState::moved); ++i) {
    port::VendFilter filter;
    filter.state = static_cast<domain::VendState>(i);
    filter.page.limit = 1;
    const auto found = co_await context.station.store.list_vends(filter);
    if (!found) continue;
    const std::string state{domain::vend_state_name(*filter.state)};
    family.samples.push_back({{{"state", state}}, static_cast<double>(found->total)});
  }
  co_return family;
}

}  // namespace

Answer get_health(Context& context, CallPtr /*call*/) {
  const Station& station = context.station;
  json::array problems;
  const auto users = co_await station.store.count_users();
  if (!users) problems.push_back(json::value(error_name(users.error().code)));
  if (station.runtime.stopping()) problems.push_back("the station is stopping");
  if (station.health_problems)
    for (const auto& problem : station.health_problems()) problems.push_back(json::value(problem));
  const bool well = problems.empty();
  json::object out{{"status", well ? "ok" : "failing"}};
  if (!well) out["problems"] = std::move(problems);
  co_return json_response(out, well ? 200 : 503);
}

Answer get_metrics(Context& context, CallPtr /*call*/) {
  const Station& station = context.station;
  std::vector<SampleFamily> taken = process_samples();
  taken.push_back(tile_samples(station));
  add_bus_samples(station, taken);
  taken.push_back(co_await vend_samples(context));
  const auto gauge = [&](const char* name, const char* help, double value) {
    taken.push_back({name, help, MetricKind::gauge, {{{}, value}}});
  };
  gauge("paymeter_alarms_active", "Alarms raised and not cleared",
        static_cast<double>(station.alarms.active().size()));
  gauge("paymeter_event_streams", "Clients of /api/v1/events",
        static_cast<double>(*context.event_streams));
  if (station.store_queue_length)
    gauge("paymeter_store_queue_length", "Writes waiting in the store",
          static_cast<double>(station.store_queue_length()));
  net::Response response;
  response.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.set("Cache-Control", "no-store");
  response.body = context.metrics->text(taken);
  co_return response;
}

Answer get_openapi(Context& /*context*/, CallPtr /*call*/) {
  net::Response response;
  response.set("Content-Type", "application/json; charset=utf-8");
  response.set("Cache-Control", "no-cache");
  response.body = openapi_text();
  co_return response;
}

}  // namespace paymeter::http
