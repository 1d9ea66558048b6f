// Selling: create, watch, cancel, retry, slip.
#include "paymeter/domain/money.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

/// What stands at the head of the printed slip.
std::string_view slip_title(domain::VendKind kind) {
  switch (kind) {
    case domain::VendKind::sale:
      return "售电凭证";
    case domain::VendKind::refund:
      return "退电凭证";
    case domain::VendKind::reversal:
      return "冲正凭证";
    case domain::VendKind::grant:
      return "补助凭证";
    case domain::VendKind::adjustment:
      return "余额调整凭证";
    case domain::VendKind::transfer_out:
    case domain::VendKind::transfer_in:
      break;
  }
  return "转账凭证";
}

}  // namespace

Answer create_vend(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::SaleRequest request;
  request.idempotency_key = call->idempotency_key;
  request.meter = {fields->integer("meter_id", 1)};
  request.captured = {fields->integer("amount_fen")};
  request.method = fields->choice("method", domain::payment_method_from_name);
  request.note = fields->text("note", Presence::optional, 2000);
  request.operator_id = call->user.id;
  const Millis wait{fields->integer_or("wait_ms", 0, 0, 10'000)};
  if (fields->problem()) co_return fail(*fields->problem());

  call->subject = "meter #" + std::to_string(request.meter.value);
  call->detail = domain::format_money(request.captured) + ' ' +
                 std::string{domain::payment_method_name(request.method)};
  auto vend = co_await context.station.vending.sell(std::move(request));
  if (!vend) co_return fail(vend.error());
  co_return co_await answer_vend(context, call, *vend, wait);
}

Answer answer_vend(Context& context, CallPtr call, port::Stored<domain::Vend> stored, Millis wait) {
  const Novelty novelty = stored.existed ? Novelty::repeated : Novelty::created;
  domain::Vend vend = stored.plain();
  call->subject = "vend " + vend.slip_number;
  if (novelty == Novelty::repeated) call->detail += " (repeated key)";
  if (wait.value > 0 && !domain::is_final(vend.state)) {
    const MonoMs deadline = context.station.runtime.mono() + wait;
    auto waited = co_await context.station.vending.wait_final(vend.id, deadline);
    // The vend is stored whatever the wait says; its last known state is the answer then.
    if (waited) vend = std::move(*waited);
  }
  co_return created_response(co_await render_vend(context, vend), novelty);
}

Answer list_vends(Context& context, CallPtr call) {
  Query query = call->query();
  port::VendFilter filter;
  filter.text = query.text("text");
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  if (const auto id = query.integer("account_id", 1, kExactMax)) filter.account = AccountId{*id};
  filter.state = query.choice("state", domain::vend_state_from_name);
  filter.from = query.time("from");
  filter.to = query.time("to");
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  auto limit = co_await property_limit(context, call);
  if (filter.meter || filter.account) limit.reset();  // theirs, or it would have been refused
  auto sums = std::make_shared<port::VendTotals>();
  const auto vends = co_await list_within<domain::Vend>(
      limit, filter.page,
      [&context, filter](port::Page page) mutable {
        filter.page = page;
        return context.station.store.list_vends(filter);
      },
      [sums](const domain::Vend& vend) {
        sums->captured = sums->captured + vend.captured;
        if (vend.state == domain::VendState::delivered)
          sums->delivered = sums->delivered + vend.to_meter;
      });
  if (!vends) co_return fail(vends.error());
  Result<port::VendTotals> totals = *sums;
  if (!limit) totals = co_await context.station.store.vend_totals(filter);
  if (!totals) co_return fail(totals.error());
  json::array rows;
  for (const auto& vend : vends->rows) rows.push_back(co_await render_vend(context, vend));
  co_return json_response(
      json::object{{"rows", std::move(rows)},
                   {"total", vends->total},
                   {"totals", json::object{{"captured_fen", totals->captured.fen},
                                           {"delivered_fen", totals->delivered.fen}}}});
}

Answer get_vend(Context& context, CallPtr call) {
  const auto vend = co_await context.station.store.find_vend({call->ids.at(0)});
  if (!vend) co_return fail(vend.error());
  co_return json_response(co_await render_vend(context, *vend));
}

Answer cancel_vend(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  std::string reason = fields->text("reason", Presence::required, 500);
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "vend #" + std::to_string(call->ids.at(0));
  call->detail = reason;
  const auto vend =
      co_await context.station.vending.cancel({call->ids.at(0)}, call->user.id, std::move(reason));
  if (!vend) co_return fail(vend.error());
  call->subject = "vend " + vend->slip_number;
  co_return json_response(co_await render_vend(context, *vend));
}

Answer retry_vend(Context& context, CallPtr call) {
  call->subject = "vend #" + std::to_string(call->ids.at(0));
  const auto vend = co_await context.station.vending.retry_now({call->ids.at(0)});
  if (!vend) co_return fail(vend.error());
  call->subject = "vend " + vend->slip_number;
  co_return json_response(co_await render_vend(context, *vend));
}

Answer get_slip(Context& context, CallPtr call) {
  const auto vend = co_await context.station.store.find_vend({call->ids.at(0)});
  if (!vend) co_return fail(vend.error());
  const domain::Property* property = context.station.live.property(vend->property);
  json::object out{{"vend", nullptr},
                   {"title", slip_title(vend->kind)},
                   {"property_name", property == nullptr ? std::string{} : property->name},
                   {"amount_words_zh", domain::money_in_words_zh(vend->captured)},
                   {"printed_at", format_rfc3339(context.station.runtime.now())},
                   {"copies", json::array{"存根", "客户", "财务"}}};
  out["vend"] = co_await render_vend(context, *vend);
  co_return json_response(out);
}

}  // namespace paymeter::http
