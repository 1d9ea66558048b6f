// Closing accounts and meters, changing a meter over, and their progress.
#include <algorithm>
#include <array>

#include "paymeter/base/hex.hpp"
#include "paymeter/domain/money.hpp"
#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

json::value fen_or_null(const std::optional<domain::Money>& money) {
  return money ? json::value(money->fen) : json::value(nullptr);
}

std::string subject_of(const Context& context, MeterId meter) {
  const service::LiveMeter* live = context.station.live.find(meter);
  return live == nullptr ? "meter #" + std::to_string(meter.value) : "meter " + live->meter.code;
}

Result<service::SettlementRequest> request_of(const CallPtr& call) {
  auto fields = call->fields();
  if (!fields) return fail(fields.error());
  service::SettlementRequest request;
  request.idempotency_key = call->idempotency_key;
  request.reason = fields->text("reason", Presence::required, 500);
  request.operator_id = call->user.id;
  if (fields->problem()) return fail(*fields->problem());
  call->detail = request.reason;
  return request;
}

Answer answer_begun(Context& context, CallPtr call, Result<service::StoredSettlement> settlement) {
  if (!settlement) co_return fail(settlement.error());
  const bool repeated = settlement->existed;
  call->detail = settlement->number + ' ' + call->detail + (repeated ? " (repeated key)" : "");
  co_return created_response(co_await render_settlement(context, settlement->plain()),
                             repeated ? Novelty::repeated : Novelty::created);
}

Answer answer_changed(Context& context, CallPtr call, Result<domain::Settlement> settlement) {
  if (!settlement) co_return fail(settlement.error());
  call->subject = "settlement " + settlement->number;
  co_return json_response(co_await render_settlement(context, *settlement));
}

std::optional<std::array<std::uint8_t, 16>> key_of(Fields& fields, std::string_view name) {
  const std::string text = fields.text(name, Presence::optional, 64);
  if (text.empty()) return std::nullopt;
  const auto bytes = parse_hex(text);
  std::array<std::uint8_t, 16> key{};
  if (!bytes || bytes->size() != key.size()) {
    fields.refuse(name, "must be 16 bytes in hexadecimal");
    return std::nullopt;
  }
  std::ranges::copy(*bytes, key.begin());
  return key;
}

}  // namespace

port::Async<json::object> render_settlement(Context& context, domain::Settlement settlement) {
  const auto operator_name = co_await context.directory->user_name(settlement.operator_id);
  const auto account = co_await context.directory->account(settlement.account, settlement.meter);
  const service::LiveMeter* live = context.station.live.find(settlement.meter);
  json::object out{{"id", settlement.id.value}, {"number", settlement.number}};
  out["kind"] = domain::settlement_kind_name(settlement.kind);
  out["state"] = domain::settlement_state_name(settlement.state);
  out["meter_id"] = settlement.meter.value;
  out["meter_code"] = live == nullptr ? std::string{} : live->meter.code;
  out["account_id"] = settlement.account.value;
  out["account_number"] = account ? json::value(account->number) : json::value(nullptr);
  out["customer_name"] = account ? json::value(account->customer_name) : json::value(nullptr);
  out["room"] = or_null(room_of(context.station.live, settlement.meter));
  out["reason"] = settlement.reason;
  out["operator_name"] = or_null(operator_name);
  out["created_at"] = format_rfc3339(settlement.created_at);
  out["finished_at"] = time_or_null(settlement.finished_at);
  out["old_serial"] =
      settlement.epoch ? json::value(settlement.epoch->serial) : json::value(nullptr);
  out["final_at"] = time_or_null(settlement.final_at);
  out["final_wh"] = or_null(settlement.final_wh);
  out["final_balance_fen"] = fen_or_null(settlement.final_balance);
  out["due_fen"] = nullptr;
  out["vend_id"] = settlement.vend ? json::value(settlement.vend->value) : json::value(nullptr);
  out["without_meter"] = settlement.without_meter;
  out["new_serial"] =
      settlement.new_serial.empty() ? json::value(nullptr) : json::value(settlement.new_serial);
  out["start_wh"] = or_null(settlement.start_wh);
  out["trouble"] = reason(settlement.trouble);
  co_return out;
}

Answer close_account(Context& context, CallPtr call) {
  auto request = request_of(call);
  if (!request) co_return fail(request.error());
  const AccountId id{call->ids.at(0)};
  call->subject = "account #" + std::to_string(id.value);
  const auto account = co_await context.station.store.find_account(id);
  if (account) call->subject = "account " + account->number;
  auto begun = co_await context.station.settlements.close_account(id, std::move(*request));
  if (!begun) co_return fail(begun.error());
  const bool repeated = begun->front().existed;
  if (repeated) call->detail += " (repeated key)";
  json::array rows;
  for (const auto& settlement : *begun)
    rows.push_back(co_await render_settlement(context, settlement.plain()));
  co_return created_response(json::object{{"total", rows.size()}, {"rows", std::move(rows)}},
                             repeated ? Novelty::repeated : Novelty::created);
}

Answer close_meter(Context& context, CallPtr call) {
  auto request = request_of(call);
  if (!request) co_return fail(request.error());
  const MeterId meter{call->ids.at(0)};
  call->subject = subject_of(context, meter);
  auto begun = co_await context.station.settlements.close_meter(meter, std::move(*request));
  co_return co_await answer_begun(context, call, std::move(begun));
}

Answer change_meter_over(Context& context, CallPtr call) {
  auto request = request_of(call);
  if (!request) co_return fail(request.error());
  const MeterId meter{call->ids.at(0)};
  call->subject = subject_of(context, meter);
  auto begun = co_await context.station.settlements.change_over(meter, std::move(*request));
  co_return co_await answer_begun(context, call, std::move(begun));
}

Answer settlement_replaced(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::ReplacementRequest request;
  request.settlement = {call->ids.at(0)};
  request.serial = fields->text("serial", Presence::optional, 20);
  const auto ratio = fields->integer_or("ct_ratio", 0, 1, 65'535);
  if (ratio > 0) request.ct_ratio = static_cast<std::uint32_t>(ratio);
  request.key = key_of(*fields, "key_hex");
  request.operator_id = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "settlement #" + std::to_string(request.settlement.value);
  auto settlement = co_await context.station.settlements.replaced(std::move(request));
  if (settlement) call->detail = "serial " + settlement->new_serial;
  co_return co_await answer_changed(context, call, std::move(settlement));
}

Answer cancel_settlement(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  const std::string why = fields->text("reason", Presence::required, 500);
  if (fields->problem()) co_return fail(*fields->problem());
  const SettlementId id{call->ids.at(0)};
  call->subject = "settlement #" + std::to_string(id.value);
  call->detail = why;
  auto settlement = co_await context.station.settlements.cancel(id, call->user.id);
  co_return co_await answer_changed(context, call, std::move(settlement));
}

Answer collect_debt(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::CollectionRequest request;
  request.idempotency_key = call->idempotency_key;
  request.settlement = {call->ids.at(0)};
  request.kind = fields->choice("kind", domain::vend_kind_from_name);
  if (request.kind == domain::VendKind::sale)
    request.method = fields->choice("method", domain::payment_method_from_name);
  request.reason = fields->text("reason", Presence::optional, 500);
  request.operator_id = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "settlement #" + std::to_string(request.settlement.value);
  // Waiving what is owed changes a balance without money: another right than selling.
  if (request.kind != domain::VendKind::sale &&
      !service::role_may(call->user.role, service::Right::correct))
    co_return fail(Errc::permission_denied, "correct");
  const auto vend = co_await context.station.settlements.collect(std::move(request));
  if (!vend) co_return fail(vend.error());
  const bool repeated = vend->existed;
  call->subject = "vend " + vend->slip_number;
  call->detail = domain::format_money(vend->to_meter) + ' ' +
                 std::string{domain::vend_kind_name(vend->kind)} +
                 (repeated ? " (repeated key)" : "");
  co_return created_response(co_await render_vend(context, vend->plain()),
                             repeated ? Novelty::repeated : Novelty::created);
}

Answer list_settlements(Context& context, CallPtr call) {
  Query query = call->query();
  port::SettlementFilter filter;
  filter.text = query.text("text");
  filter.kind = query.choice("kind", domain::settlement_kind_from_name);
  filter.state = query.choice("state", domain::settlement_state_from_name);
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  if (const auto id = query.integer("account_id", 1, kExactMax)) filter.account = AccountId{*id};
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  auto limit = co_await property_limit(context, call);
  if (filter.meter || filter.account) limit.reset();  // theirs, or it would have been refused
  const auto settlements = co_await list_within<domain::Settlement>(
      limit, filter.page, [&context, filter](port::Page page) mutable {
        filter.page = page;
        return context.station.store.list_settlements(filter);
      });
  if (!settlements) co_return fail(settlements.error());
  json::array rows;
  for (const auto& settlement : settlements->rows)
    rows.push_back(co_await render_settlement(context, settlement));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", settlements->total}});
}

Answer get_settlement(Context& context, CallPtr call) {
  const auto settlement = co_await context.station.store.find_settlement({call->ids.at(0)});
  if (!settlement) co_return fail(settlement.error());
  json::object out = co_await render_settlement(context, *settlement);
  // A platform wallet's books say what is owed; a meter's own would have to be read.
  const service::LiveMeter* live = context.station.live.find(settlement->meter);
  if (settlement->state == domain::SettlementState::debt && live != nullptr &&
      live->meter.wallet == domain::Wallet::platform)
    if (const auto due = co_await context.station.settlements.owed(settlement->id))
      out["due_fen"] = due->fen;
  co_return json_response(out);
}

Answer get_settlement_slip(Context& context, CallPtr call) {
  const auto settlement = co_await context.station.store.find_settlement({call->ids.at(0)});
  if (!settlement) co_return fail(settlement.error());
  const domain::Property* property = context.station.live.property(settlement->property);
  const bool is_closing = settlement->kind == domain::SettlementKind::closing;
  const domain::Money balance = settlement->final_balance.value_or(domain::Money{});
  json::object out{{"settlement", nullptr},
                   {"title", is_closing ? "销户结算单" : "换表结算单"},
                   {"property_name", property == nullptr ? std::string{} : property->name},
                   {"amount_fen", balance.fen},
                   {"amount_words_zh",
                    domain::money_in_words_zh(balance < domain::Money{} ? -balance : balance)},
                   {"printed_at", format_rfc3339(context.station.runtime.now())},
                   {"copies", json::array{"存根", "客户", "财务"}}};
  out["settlement"] = co_await render_settlement(context, *settlement);
  co_return json_response(out);
}

Answer list_devices(Context& context, CallPtr call) {
  const MeterId meter{call->ids.at(0)};
  if (context.station.live.find(meter) == nullptr) co_return fail(Errc::meter_unknown);
  const auto devices = co_await context.station.store.devices(meter);
  if (!devices) co_return fail(devices.error());
  json::array rows;
  for (const auto& device : *devices)
    rows.push_back(json::object{{"serial", device.serial},
                                {"ct_ratio", device.ct_ratio},
                                {"from_at", time_or_null(device.from_at)},
                                {"to_at", format_rfc3339(device.to_at)},
                                {"final_wh", or_null(device.final_wh)},
                                {"next_start_wh", or_null(device.next_start_wh)},
                                {"settlement_id", device.settlement.value}});
  co_return json_response(json::object{{"total", rows.size()}, {"rows", std::move(rows)}});
}

}  // namespace paymeter::http
