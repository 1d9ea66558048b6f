// How often meters are read: what is set, by whom, and what it asks of the lines.
#include <boost/json/serialize.hpp>

#include "paymeter/base/assert.hpp"
#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

using domain::IntervalScope;
using domain::PollIntervalSetting;

json::value seconds_or_null(const std::optional<Millis>& span) {
  return span ? json::value(span->value / 1'000) : json::value(nullptr);
}

port::Async<json::object> render_setting(Context& context, PollIntervalSetting setting) {
  const service::LiveTable& live = context.station.live;
  const auto set_by = co_await context.directory->user_name(setting.set_by);
  const domain::Bus* bus = setting.bus ? live.bus(*setting.bus) : nullptr;
  const service::LiveMeter* meter = setting.meter ? live.find(*setting.meter) : nullptr;
  co_return json::object{
      {"id", setting.id.value},
      {"scope", domain::interval_scope_name(scope_of(setting))},
      {"bus_id", id_or_null(setting.bus.value_or(BusId{}))},
      {"bus_name", bus == nullptr ? json::value(nullptr) : json::value(bus->name)},
      {"meter_id", id_or_null(setting.meter.value_or(MeterId{}))},
      {"meter_code", meter == nullptr ? json::value(nullptr) : json::value(meter->meter.code)},
      {"status_s", seconds_or_null(setting.status)},
      {"full_s", seconds_or_null(setting.full)},
      {"reason", setting.reason},
      {"set_by", or_null(set_by)},
      {"set_at", format_rfc3339(setting.set_at)},
      {"ended_at", time_or_null(setting.ended_at)}};
}

/// The lines that a setting changes, with what they are asked for now.
json::array render_lines(const Station& station, const PollIntervalSetting& setting) {
  const service::LiveMeter* meter = setting.meter ? station.live.find(*setting.meter) : nullptr;
  json::array lines;
  for (const domain::Bus& bus : station.live.site().buses) {
    const bool is_other_bus = setting.bus && *setting.bus != bus.id;
    const bool is_other_meter = setting.meter && (meter == nullptr || meter->meter.bus != bus.id);
    if (bus.property != setting.property || is_other_bus || is_other_meter) continue;
    const service::BusStats stats = station.collector.stats(bus.id);
    lines.push_back(json::object{
        {"bus_id", bus.id.value},
        {"name", bus.name},
        {"allows_ms", stats.allows_ms ? json::value(*stats.allows_ms) : json::value(nullptr)},
        {"asked_e3", stats.asked_e3}});
  }
  return lines;
}

Result<PollIntervalSetting> read_setting(Fields& fields) {
  PollIntervalSetting setting;
  const auto scope = fields.choice("scope", domain::interval_scope_from_name);
  if (scope == IntervalScope::workbook) fields.refuse("scope", "is none of the allowed values");
  if (scope == IntervalScope::bus) setting.bus = BusId{fields.integer("id", 1)};
  if (scope == IntervalScope::meter) setting.meter = MeterId{fields.integer("id", 1)};
  constexpr std::int64_t kDayS = domain::kPollIntervalMax.value / 1'000;
  if (fields.has("status_s"))
    setting.status =
        seconds(fields.integer("status_s", domain::kStatusIntervalMin.value / 1'000, kDayS));
  if (fields.has("full_s"))
    setting.full = seconds(fields.integer("full_s", domain::kFullIntervalMin.value / 1'000, kDayS));
  setting.reason = fields.text("reason", Presence::optional, 500);
  if (fields.problem()) return fail(*fields.problem());
  return setting;
}

std::string subject_of(const PollIntervalSetting& setting) {
  if (setting.meter) return "meter " + std::to_string(setting.meter->value);
  return setting.bus ? "bus " + std::to_string(setting.bus->value) : "property";
}

std::string detail_of(const PollIntervalSetting& setting) {
  return "status_s " + json::serialize(seconds_or_null(setting.status)) + ", full_s " +
         json::serialize(seconds_or_null(setting.full)) +
         (setting.reason.empty() ? "" : ", " + setting.reason);
}

}  // namespace

Answer list_poll_intervals(Context& context, CallPtr call) {
  const auto settings = context.station.live.poll_intervals();
  json::array rows;
  for (const PollIntervalSetting& setting : settings)
    if (setting.property == call->user.property)
      rows.push_back(co_await render_setting(context, setting));
  co_return json_response(json::object{{"rows", std::move(rows)}});
}

Answer list_poll_interval_history(Context& context, CallPtr call) {
  Query query = call->query();
  const port::Page page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto known =
      co_await context.station.store.poll_interval_history(call->user.property, page);
  if (!known) co_return fail(known.error());
  json::array rows;
  for (const PollIntervalSetting& setting : known->rows)
    rows.push_back(co_await render_setting(context, setting));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", known->total}});
}

Answer set_poll_interval(Context& context, CallPtr call) {
  PAYMETER_ASSERT(context.station.poll_intervals != nullptr);
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  auto setting = read_setting(*fields);
  if (!setting) co_return fail(setting.error());
  setting->property = call->user.property;
  setting->set_by = call->user.id;
  call->subject = "poll interval of " + subject_of(*setting);
  call->detail = detail_of(*setting);
  const auto set = co_await context.station.poll_intervals->set(std::move(*setting));
  if (!set) co_return fail(set.error());
  json::array lines = render_lines(context.station, *set);
  co_return json_response(json::object{{"setting", co_await render_setting(context, *set)},
                                       {"lines", std::move(lines)}});
}

}  // namespace paymeter::http
