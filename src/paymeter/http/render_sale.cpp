// Accounts, vends, commands, alarms and users as JSON.
#include "paymeter/http/directory.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {
namespace {

namespace json = boost::json;

std::string meter_code(const Station& station, MeterId id) {
  const service::LiveMeter* live = station.live.find(id);
  return live == nullptr ? std::string{} : live->meter.code;
}

json::value fen_or_null(const std::optional<domain::Money>& money) {
  return money ? json::value(money->fen) : json::value(nullptr);
}

}  // namespace

json::object render_user(const port::User& user) {
  return {{"id", user.id.value},
          {"name", user.name},
          {"role", port::role_name(user.role)},
          {"must_change_password", user.must_change_password}};
}

port::Async<json::object> render_account(Context& context, domain::Account account) {
  const auto operator_name = co_await context.directory->user_name(account.operator_id);
  json::array meters;
  for (const MeterId id : account.meters)
    meters.push_back(json::object{{"id", id.value}, {"code", meter_code(context.station, id)}});
  co_return json::object{
      {"id", account.id.value},
      {"number", account.number},
      {"customer_name", account.customer_name},
      {"phone", account.phone},
      {"note", account.note},
      {"state", domain::account_state_name(account.state)},
      {"shared_wallet", account.shared_wallet},
      {"meters", std::move(meters)},
      {"parent_id", account.parent ? json::value(account.parent->value) : json::value(nullptr)},
      {"operator_name", or_null(operator_name)},
      {"created_at", format_rfc3339(account.created_at)},
      {"opened_at", time_or_null(account.opened_at)},
      {"closed_at", time_or_null(account.closed_at)}};
}

port::Async<json::object> render_vend(Context& context, domain::Vend vend) {
  const auto operator_name = co_await context.directory->user_name(vend.operator_id);
  const auto account = co_await context.directory->account(vend.account, vend.meter);
  json::object out{{"id", vend.id.value},
                   {"slip_number", vend.slip_number},
                   {"meter_id", vend.meter.value},
                   {"meter_code", meter_code(context.station, vend.meter)},
                   {"account_id", vend.account.value}};
  out["account_number"] = account ? json::value(account->number) : json::value(nullptr);
  out["customer_name"] = account ? json::value(account->customer_name) : json::value(nullptr);
  out["room"] = or_null(room_of(context.station.live, vend.meter));
  out["kind"] = domain::vend_kind_name(vend.kind);
  out["method"] = domain::payment_method_name(vend.method);
  out["captured_fen"] = vend.captured.fen;
  out["fees_fen"] = vend.fees.fen;
  out["to_meter_fen"] = vend.to_meter.fen;
  out["state"] = domain::vend_state_name(vend.state);
  out["n"] = vend.n == 0 ? json::value(nullptr) : json::value(vend.n);
  out["attempts"] = vend.attempts;
  out["reason"] = reason(vend.reason);
  out["related_id"] = vend.related ? json::value(vend.related->value) : json::value(nullptr);
  out["wallet"] = domain::wallet_name(vend.wallet);
  out["paid_out_by"] = vend.paid_out_by
                           ? json::value(domain::payment_method_name(*vend.paid_out_by))
                           : json::value(nullptr);
  out["paid_out_reference"] = vend.paid_out_reference;
  out["operator_name"] = or_null(operator_name);
  out["note"] = vend.note;
  out["created_at"] = format_rfc3339(vend.created_at);
  out["sent_at"] = time_or_null(vend.sent_at);
  out["finished_at"] = time_or_null(vend.finished_at);
  out["balance_before_fen"] = fen_or_null(vend.balance_before);
  out["balance_after_fen"] = fen_or_null(vend.balance_after);
  co_return out;
}

namespace {
json::value settings_or_null(const domain::Command& command) {
  if (command.kind != domain::CommandKind::write_settings) return nullptr;
  return json::object{{"alarm1_fen", command.settings.alarm1.fen},
                      {"alarm2_fen", command.settings.alarm2.fen},
                      {"overload_w", command.settings.overload_w},
                      {"overdraft_fen", command.settings.overdraft.fen}};
}
}  // namespace

port::Async<json::object> render_command(Context& context, domain::Command command) {
  const auto operator_name = co_await context.directory->user_name(command.operator_id);
  co_return json::object{{"id", command.id.value},
                         {"meter_id", command.meter.value},
                         {"meter_code", meter_code(context.station, command.meter)},
                         {"kind", domain::command_kind_name(command.kind)},
                         {"state", domain::command_state_name(command.state)},
                         {"origin", domain::command_origin_name(command.origin)},
                         {"batch_id", id_or_null(command.batch.value_or(BatchId{}))},
                         {"reason", command.reason},
                         {"operator_name", or_null(operator_name)},
                         {"version", command.version},
                         {"settings", settings_or_null(command)},
                         {"tariff_id", id_or_null(command.tariff.value_or(TariffId{}))},
                         {"tariff_version", command.tariff_number},
                         {"tries", command.tries},
                         {"result", reason(command.result)},
                         {"differences", command.differences},
                         {"created_at", format_rfc3339(command.created_at)},
                         {"deadline_at", format_rfc3339(command.deadline_at)},
                         {"finished_at", time_or_null(command.finished_at)}};
}

port::Async<json::object> render_alarm(Context& context, domain::Alarm alarm) {
  const auto& live = context.station.live;
  const auto acknowledged_by = co_await context.directory->user_name(alarm.acknowledged_by);
  const service::LiveMeter* meter = live.find(alarm.meter);
  const domain::Gateway* gateway = live.gateway(alarm.gateway);
  json::object out{{"id", alarm.id.value},
                   {"kind", domain::alarm_kind_name(alarm.kind)},
                   {"severity", domain::severity_name(domain::alarm_severity(alarm.kind))},
                   {"meter_id", id_or_null(alarm.meter)}};
  out["meter_code"] = meter == nullptr ? json::value(nullptr) : json::value(meter->meter.code);
  const domain::Property* property = live.property(alarm.property);
  out["property_name"] = property == nullptr ? json::value(nullptr) : json::value(property->name);
  out["gateway_id"] = id_or_null(alarm.gateway);
  out["gateway_name"] = gateway == nullptr ? json::value(nullptr) : json::value(gateway->name);
  out["room"] = or_null(room_of(live, alarm.meter));
  out["detail"] = alarm.detail;
  out["raised_at"] = format_rfc3339(alarm.raised_at);
  out["cleared_at"] = time_or_null(alarm.cleared_at);
  out["acknowledged_at"] = time_or_null(alarm.acknowledged_at);
  out["acknowledged_by"] = or_null(acknowledged_by);
  out["note"] = alarm.note;
  co_return out;
}

}  // namespace paymeter::http
