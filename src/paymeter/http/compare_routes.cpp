// Comparing what is in a meter now with what the station holds for it.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"
#include "paymeter/service/meter_compare.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

std::string_view result_of(const domain::ReadBackField& field) {
  if (field.is_same()) return "same";
  if (!field.held) return "not_held";
  return field.read ? "differs" : "not_in_meter";
}

json::object render_field(const domain::ReadBackField& field) {
  return {{"field", field.key()},
          {"number", field.number == 0 ? json::value(nullptr) : json::value(field.number)},
          {"unit", field.unit},
          {"held", or_null(field.held)},
          {"read", or_null(field.read)},
          {"result", result_of(field)}};
}

port::Async<json::object> render_group(Context& context, service::ComparedGroup group) {
  json::value download = nullptr;
  if (group.download) download = co_await render_command(context, *group.download);
  const domain::Tariff* tariff =
      group.tariff ? context.station.live.tariff(*group.tariff) : nullptr;
  json::array fields;
  for (const domain::ReadBackField& field : group.fields) fields.push_back(render_field(field));
  co_return json::object{
      {"kind", domain::command_kind_name(group.kind)},
      {"standing", service::compare_standing_name(group.standing)},
      {"tariff_id", id_or_null(group.tariff.value_or(TariffId{}))},
      {"tariff_name", tariff == nullptr ? json::value(nullptr) : json::value(tariff->name)},
      {"tariff_version", group.tariff ? json::value(group.tariff_number) : json::value(nullptr)},
      {"download", std::move(download)},
      {"fields", std::move(fields)}};
}

}  // namespace

Answer compare_meter(Context& context, CallPtr call) {
  const MeterId meter{call->ids.at(0)};
  Station& station = context.station;
  auto compared = co_await service::compare_meter(
      {station.runtime, station.store, station.collector, station.live, station.drivers}, meter);
  if (!compared) co_return fail(compared.error());
  json::array groups;
  for (service::ComparedGroup& group : compared->groups)
    groups.push_back(co_await render_group(context, std::move(group)));
  const service::LiveMeter* live = station.live.find(meter);
  co_return json_response(json::object{
      {"meter_id", meter.value},
      {"meter_code", live == nullptr ? json::value(nullptr) : json::value(live->meter.code)},
      {"serial", compared->epoch.serial},
      {"read_at", format_rfc3339(compared->read_at)},
      {"is_same", compared->is_same()},
      {"groups", std::move(groups)}});
}

}  // namespace paymeter::http
