// Meters, tiles, readings and the site as JSON.
#include "paymeter/http/directory.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

json::value time_or_null(const std::optional<UtcMs>& at) {
  return at ? json::value(format_rfc3339(*at)) : json::value(nullptr);
}

json::value reason(const std::optional<Errc>& code) {
  if (!code) return nullptr;
  return json::object{{"code", error_name(*code)},
                      {"message_zh", error_text_zh(*code)},
                      {"message_en", error_text_en(*code)}};
}

namespace {

json::object render_settings(const domain::MeterSettings& settings) {
  return {{"alarm1_fen", settings.alarm1.fen},
          {"alarm2_fen", settings.alarm2.fen},
          {"overload_w", settings.overload_w},
          {"overdraft_fen", settings.overdraft.fen}};
}

std::string civil_text(const CivilTime& t) {
  // The meter's own clock has no zone: RFC 3339 without the offset.
  const std::string utc = format_rfc3339(utc_from_civil(t, Millis{}));
  return utc.substr(0, 19);
}

template <class Row>
json::value named(const Row* row) {
  if (row == nullptr) return nullptr;
  return json::object{{"id", row->id.value}, {"name", row->name}};
}

std::string endpoint_of(const domain::Gateway* gateway, const domain::Bus& bus) {
  if (bus.transport == domain::BusTransport::serial) return bus.device;
  return (gateway == nullptr ? "?" : gateway->host) + ':' + std::to_string(bus.port);
}

json::object render_bus(const Station& station, const domain::Bus& bus) {
  const auto stats = station.collector.stats(bus.id);
  return {{"id", bus.id.value},
          {"gateway_id", bus.gateway.value},
          {"name", bus.name},
          {"transport", domain::bus_transport_name(bus.transport)},
          {"endpoint", endpoint_of(station.live.gateway(bus.gateway), bus)},
          {"stats", json::object{{"exchanges_ok", stats.exchanges_ok},
                                 {"timeouts", stats.timeouts},
                                 {"damaged", stats.damaged},
                                 {"refused", stats.refused},
                                 {"connect_failures", stats.connect_failures},
                                 {"polls", stats.polls},
                                 {"jobs", stats.jobs},
                                 {"jobs_shed", stats.jobs_shed},
                                 {"busy_ms", stats.busy_ms},
                                 {"sweep_ms", stats.sweep_ms},
                                 {"connected", stats.connected}}}};
}

json::object render_tariff(const domain::Tariff& tariff) {
  json::array prices, steps;
  for (const auto& price : tariff.prices.rate_price) prices.push_back(price.e8);
  for (const auto& step : tariff.prices.steps)
    steps.push_back(json::object{{"from_wh", step.from.wh}, {"surcharge_e8", step.surcharge.e8}});
  return {{"id", tariff.id.value},
          {"name", tariff.name},
          {"rate_prices_e8", std::move(prices)},
          {"steps", std::move(steps)}};
}

json::object render_model(const port::MeterModelInfo& model) {
  return {{"name", model.name},
          {"title", model.title},
          {"protocol", model.protocol},
          {"abilities", json::object{{"prepaid_wallet", model.abilities.prepaid_wallet},
                                     {"relay", model.abilities.relay},
                                     {"measurements", model.abilities.measurements},
                                     {"verified", model.abilities.verified}}}};
}

}  // namespace

json::object render_property(const domain::Property& property) {
  return {{"id", property.id.value},
          {"name", property.name},
          {"time_zone", property.time_zone},
          {"is_test_site", property.is_test_site}};
}

/// All of GET /site but `enforcement`, which the store knows. `property` 0: of every property.
json::object render_site(const Station& station, PropertyId property) {
  const auto& site = station.live.site();
  const auto is_theirs = [property](PropertyId of) { return !property || property == of; };
  json::array properties, buildings, rooms, gateways, buses, tariffs, models;
  for (const auto& row : site.properties)
    if (is_theirs(row.id)) properties.push_back(render_property(row));
  for (const auto& row : site.buildings)
    if (is_theirs(row.property))
      buildings.push_back(json::object{{"id", row.id.value}, {"name", row.name}});
  for (const auto& row : site.rooms)
    if (is_theirs(row.property))
      rooms.push_back(json::object{{"id", row.id.value},
                                   {"building_id", row.building.value},
                                   {"floor", row.floor},
                                   {"number", row.number},
                                   {"name", row.name}});
  for (const auto& row : site.gateways)
    if (is_theirs(row.property))
      gateways.push_back(json::object{{"id", row.id.value},
                                      {"name", row.name},
                                      {"host", row.host},
                                      {"lost", station.collector.gateway_lost(row.id)}});
  for (const auto& row : site.buses)
    if (is_theirs(row.property)) buses.push_back(render_bus(station, row));
  for (const auto& row : site.tariffs)
    if (is_theirs(row.property)) tariffs.push_back(render_tariff(row));
  for (const auto& model : station.drivers.models()) models.push_back(render_model(model));
  const domain::Property* mine = station.live.property(property);
  if (mine == nullptr && !site.properties.empty()) mine = &site.properties.front();
  return {
      {"property", mine == nullptr ? json::value(nullptr) : json::value(render_property(*mine))},
      {"properties", std::move(properties)},
      {"buildings", std::move(buildings)},
      {"rooms", std::move(rooms)},
      {"gateways", std::move(gateways)},
      {"buses", std::move(buses)},
      {"tariffs", std::move(tariffs)},
      {"models", std::move(models)},
      {"simulated", station.meters == Meters::simulated}};
}

json::object render_tile(const Station& station, const service::LiveMeter& live) {
  const auto& meter = live.meter;
  const domain::Room* room = meter.room ? station.live.room(*meter.room) : nullptr;
  const bool forced = live.prepaid && live.prepaid->forced;
  const bool is_open = live.prepaid && live.prepaid->relay_open;
  json::value age = nullptr;
  if (live.last_contact_mono) age = (station.runtime.mono() - *live.last_contact_mono).value;
  json::object tile{
      {"id", meter.id.value},
      {"code", meter.code},
      {"name", meter.name},
      {"building_id", room == nullptr ? json::value(nullptr) : json::value(room->building.value)},
      {"room_id", room == nullptr ? json::value(nullptr) : json::value(room->id.value)},
      {"floor", room == nullptr ? json::value(nullptr) : json::value(room->floor)},
      {"room_number", room == nullptr ? json::value(nullptr) : json::value(room->number)},
      {"room_name", room == nullptr ? json::value(nullptr) : json::value(room->name)},
  };
  const auto& account = live.account;
  tile["account_id"] = account ? json::value(account->id.value) : json::value(nullptr);
  tile["customer_name"] = account ? json::value(account->customer_name) : json::value(nullptr);
  tile["state"] = domain::tile_state_name(live.tile());
  tile["forced_on"] = forced && !is_open;
  tile["tripped"] = forced && is_open;
  tile["relay_open"] = live.prepaid ? json::value(is_open) : json::value(nullptr);
  tile["quarantined"] = station.alarms.is_active(domain::AlarmKind::vend_quarantined, meter.id, {});
  tile["balance_fen"] =
      live.prepaid && meter.prepaid ? json::value(live.prepaid->balance.fen) : json::value(nullptr);
  tile["energy_wh"] = live.measured ? or_null(live.measured->energy_wh) : json::value(nullptr);
  tile["power_w"] = live.measured ? or_null(live.measured->power_w[3]) : json::value(nullptr);
  tile["last_contact_at"] = time_or_null(live.last_contact);
  tile["age_ms"] = std::move(age);
  return tile;
}

json::object render_meter(const Station& station, const domain::Meter& meter) {
  const domain::Bus* bus = station.live.bus(meter.bus);
  const domain::Gateway* gateway = bus == nullptr ? nullptr : station.live.gateway(bus->gateway);
  const bool key_is_zero = meter.key == decltype(meter.key){};
  return {{"model", meter.model},
          {"unit", meter.unit},
          {"serial", meter.serial},
          {"ct_ratio", meter.ct_ratio},
          {"utility", domain::utility_name(meter.utility)},
          {"wallet", domain::wallet_name(meter.wallet)},
          {"prepaid", meter.prepaid},
          {"protected", meter.is_protected},
          {"gateway", named(gateway)},
          {"bus", named(bus)},
          {"tariff_id", meter.tariff ? json::value(meter.tariff->value) : json::value(nullptr)},
          {"settings", render_settings(meter.settings)},
          {"key_is_zero", key_is_zero}};
}

json::object render_prepaid(const domain::PrepaidState& state) {
  return {{"at", format_rfc3339(state.at)},
          {"serial", state.epoch.serial},
          {"clear_count", state.epoch.clear_count},
          {"purchase_count", state.purchase_count},
          {"balance_fen", state.balance.fen},
          {"credit_remaining_wh", state.credit_remaining.wh},
          {"sold_total_fen", state.sold_total.fen},
          {"last_amount_fen", state.last_amount.fen},
          {"last_tag", state.last_tag},
          {"customer_number", state.customer_number},
          {"cleared_balance_fen", state.cleared_balance.fen},
          {"last_refusal", state.last_refusal},
          {"price_version", state.price_version},
          {"settings_version", state.settings_version},
          {"settings", render_settings(state.settings)},
          {"cycle_energy_wh", state.cycle_energy.wh},
          {"clock", state.clock ? json::value(civil_text(*state.clock)) : json::value(nullptr)},
          {"relay_open", state.relay_open},
          {"forced", state.forced},
          {"alarm1", state.alarm1},
          {"alarm2", state.alarm2},
          {"arrears", state.arrears},
          {"overload_trip", state.overload_trip},
          {"account_open", state.account_open},
          {"cover_opened", state.cover_opened},
          {"clock_fault", state.clock_fault}};
}

json::object render_measured(const domain::Measurements& values) {
  return {{"at", format_rfc3339(values.at)},
          {"energy_wh", or_null(values.energy_wh)},
          {"rate_energy_wh", array_of(values.rate_energy_wh)},
          {"voltage_mv", array_of(values.voltage_mv)},
          {"line_current_ma", array_of(values.line_current_ma)},
          {"power_w", array_of(values.power_w)},
          {"power_factor_e3", array_of(values.power_factor_e3)},
          {"frequency_mhz", or_null(values.frequency_mhz)},
          {"ct_ratio", or_null(values.ct_ratio)}};
}

json::object render_reading(const domain::Reading& reading) {
  return {
      {"at", format_rfc3339(reading.at)},
      {"energy_wh", or_null(reading.energy_wh)},
      {"power_w", or_null(reading.power_w)},
      {"balance_fen", reading.balance ? json::value(reading.balance->fen) : json::value(nullptr)},
      {"voltage_mv", array_of(reading.voltage_mv)},
      {"line_current_ma", array_of(reading.line_current_ma)},
      {"power_factor_e3", or_null(reading.power_factor_e3)},
      {"frequency_mhz", or_null(reading.frequency_mhz)},
      {"relay_open", or_null(reading.relay_open)}};
}

std::optional<std::string> room_of(const service::LiveTable& live, MeterId id) {
  const service::LiveMeter* meter = live.find(id);
  if (meter == nullptr || !meter->meter.room) return std::nullopt;
  const domain::Room* room = live.room(*meter->meter.room);
  if (room == nullptr) return std::nullopt;
  const domain::Building* building = live.building(room->building);
  std::string text = building == nullptr ? std::string{} : building->name + ' ';
  text += room->number;
  if (!room->name.empty()) text += ' ' + room->name;
  return text;
}

port::Async<Result<json::object>> render_meter_detail(Context& context, MeterId id) {
  const auto& station = context.station;
  const auto money = co_await station.store.meter_money(id);
  // Looked up after the wait: an import may have replaced the table's rows meanwhile.
  const service::LiveMeter* live = station.live.find(id);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  if (!money) co_return fail(money.error());
  json::object out{{"tile", render_tile(station, *live)},
                   {"meter", render_meter(station, live->meter)}};
  out["prepaid"] = live->prepaid ? json::value(render_prepaid(*live->prepaid)) : nullptr;
  out["measured"] = live->measured ? json::value(render_measured(*live->measured)) : nullptr;
  out["last_error"] = reason(live->last_error);
  out["money"] = json::object{
      {"purchase_count", money->purchase_count},
      {"in_flight_vend_id", money->in_flight ? id_or_null(*money->in_flight) : nullptr},
      {"quarantined", money->quarantined},
      {"serial", money->epoch ? json::value(money->epoch->serial) : json::value(nullptr)},
      {"clear_count",
       money->epoch ? json::value(money->epoch->clear_count) : json::value(nullptr)}};
  const auto account = live->account;
  out["account"] = nullptr;
  if (account) out["account"] = co_await render_account(context, *account);
  json::array alarms;
  for (const auto& alarm : station.alarms.active())
    if (alarm.meter == id) alarms.push_back(co_await render_alarm(context, alarm));
  out["alarms"] = std::move(alarms);
  co_return out;
}

}  // namespace paymeter::http
