// Money out of meters and between them: refund, reversal, adjustment, grant, transfer, paying out.
#include "paymeter/domain/money.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

constexpr std::int64_t kWaitMax = 10'000;
constexpr std::size_t kReasonBytesMax = 500;
constexpr std::size_t kGrantRowsMax = 1'000;

Millis wait_of(Fields& fields) { return Millis{fields.integer_or("wait_ms", 0, 0, kWaitMax)}; }

std::string reason_of(Fields& fields) {
  return fields.text("reason", Presence::optional, kReasonBytesMax);
}

std::string name_of(Context& context, MeterId meter) {
  const service::LiveMeter* live = context.station.live.find(meter);
  return live == nullptr ? "#" + std::to_string(meter.value) : live->meter.code;
}

/// An order on a meter by whoever asks; its audit line is about the meter until a vend is there.
service::VendOrder order_on(Context& context, CallPtr call, MeterId meter, std::string note) {
  call->subject = "meter " + name_of(context, meter);
  return {call->idempotency_key, meter, call->user.id, std::move(note)};
}

Answer answer_changed(Context& context, CallPtr call, Result<domain::Vend> vend) {
  if (!vend) co_return fail(vend.error());
  call->subject = "vend " + vend->slip_number;
  co_return json_response(co_await render_vend(context, *vend));
}

json::object error_object(const Error& error) {
  json::object out = reason(error.code).as_object();
  out["detail"] = error.detail;
  return out;
}

}  // namespace

Answer refund_meter(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::RefundRequest request;
  request.order = order_on(context, call, {call->ids.at(0)},
                           fields->text("note", Presence::optional, kReasonBytesMax));
  if (fields->has("amount_fen")) request.amount = domain::Money{fields->integer("amount_fen")};
  request.method = fields->choice("method", domain::payment_method_from_name);
  const Millis wait = wait_of(*fields);
  if (fields->problem()) co_return fail(*fields->problem());
  call->detail = (request.amount ? domain::format_money(*request.amount) : std::string{"all"}) +
                 ' ' + std::string{domain::payment_method_name(request.method)};
  auto vend = co_await context.station.refunds.refund(std::move(request));
  if (!vend) co_return fail(vend.error());
  co_return co_await answer_vend(context, call, *vend, wait);
}

Answer reverse_vend(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::ReversalRequest request;
  request.idempotency_key = call->idempotency_key;
  request.sale = {call->ids.at(0)};
  request.operator_id = call->user.id;
  request.reason = reason_of(*fields);
  const Millis wait = wait_of(*fields);
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "vend #" + std::to_string(request.sale.value);
  call->detail = "vend #" + std::to_string(request.sale.value) + ": " + request.reason;
  auto vend = co_await context.station.refunds.reverse(std::move(request));
  if (!vend) co_return fail(vend.error());
  co_return co_await answer_vend(context, call, *vend, wait);
}

namespace {

/// Adjustment and grant: the same request, another rule.
enum class Credit : std::uint8_t { adjustment, grant };
Answer credit_meter(Context& context, CallPtr call, Credit credit) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  auto order = order_on(context, call, {call->ids.at(0)}, reason_of(*fields));
  const domain::Money amount{fields->integer("amount_fen")};
  const Millis wait = wait_of(*fields);
  if (fields->problem()) co_return fail(*fields->problem());
  call->detail = domain::format_money(amount) + ": " + order.note;
  service::Credits& credits = context.station.credits;
  auto vend = credit == Credit::grant ? co_await credits.grant(std::move(order), amount)
                                      : co_await credits.adjust(std::move(order), amount);
  if (!vend) co_return fail(vend.error());
  co_return co_await answer_vend(context, call, *vend, wait);
}

}  // namespace

Answer adjust_meter(Context& context, CallPtr call) {
  return credit_meter(context, std::move(call), Credit::adjustment);
}

Answer grant_to_meter(Context& context, CallPtr call) {
  return credit_meter(context, std::move(call), Credit::grant);
}

Answer grant_batch(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::GrantBatch batch;
  batch.idempotency_key = call->idempotency_key;
  batch.operator_id = call->user.id;
  batch.reason = reason_of(*fields);
  domain::Money sum{};
  for (Fields& row : fields->objects("rows", kGrantRowsMax)) {
    const MeterId meter{row.integer("meter_id", 1)};
    const domain::Money amount{row.integer("amount_fen")};
    if (row.problem()) co_return fail(*row.problem());
    batch.rows.push_back({meter, amount});
    sum = domain::checked_add(sum, amount).value_or(sum);
  }
  if (fields->problem()) co_return fail(*fields->problem());
  call->detail = std::to_string(batch.rows.size()) + " meters, " + domain::format_money(sum) +
                 ": " + batch.reason;
  auto results = co_await context.station.credits.grant_all(std::move(batch));
  if (!results) co_return fail(results.error());
  json::array rows;
  std::int64_t refused = 0;
  for (const auto& result : *results) {
    json::object row{{"meter_id", result.meter.value}, {"vend", nullptr}, {"error", nullptr}};
    if (result.vend)
      row["vend"] = co_await render_vend(context, result.vend->plain());
    else
      row["error"] = error_object(result.vend.error());
    refused += result.vend ? 0 : 1;
    rows.push_back(std::move(row));
  }
  if (refused > 0) call->detail += "; " + std::to_string(refused) + " refused";
  co_return json_response(json::object{{"rows", std::move(rows)}, {"refused", refused}});
}

Answer transfer_money(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::TransferRequest request;
  request.order = order_on(context, call, {fields->integer("from_meter_id", 1)},
                           fields->text("note", Presence::optional, kReasonBytesMax));
  request.to = {fields->integer("to_meter_id", 1)};
  request.amount = {fields->integer("amount_fen")};
  const Millis wait = wait_of(*fields);
  if (fields->problem()) co_return fail(*fields->problem());
  call->detail = domain::format_money(request.amount) + " to " + name_of(context, request.to);
  auto made = co_await context.station.credits.transfer(std::move(request));
  if (!made) co_return fail(made.error());
  call->subject = "vend " + made->out.slip_number;
  const MonoMs deadline = context.station.runtime.mono() + wait;
  for (domain::Vend* half : {&made->out, &made->in})
    if (wait.value > 0) {
      auto waited = co_await context.station.vending.wait_final(half->id, deadline);
      if (waited) *half = std::move(*waited);
    }
  json::object out{{"out", nullptr}, {"in", nullptr}};
  out["out"] = co_await render_vend(context, made->out);
  out["in"] = co_await render_vend(context, made->in);
  co_return created_response(out, made->existed ? Novelty::repeated : Novelty::created);
}

Answer pay_out_vend(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::PayOut pay_out;
  pay_out.vend = {call->ids.at(0)};
  pay_out.method = fields->choice("method", domain::payment_method_from_name);
  pay_out.reference = fields->text("reference", Presence::optional, 200);
  pay_out.by = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "vend #" + std::to_string(pay_out.vend.value);
  call->detail = std::string{domain::payment_method_name(pay_out.method)} +
                 (pay_out.reference.empty() ? "" : ' ' + pay_out.reference);
  co_return co_await answer_changed(context, call,
                                    co_await context.station.refunds.pay_out(std::move(pay_out)));
}

Answer fail_payout(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  std::string why = reason_of(*fields);
  if (fields->problem()) co_return fail(*fields->problem());
  const VendId id{call->ids.at(0)};
  call->subject = "vend #" + std::to_string(id.value);
  call->detail = why;
  co_return co_await answer_changed(
      context, call,
      co_await context.station.refunds.payout_failed(id, call->user.id, std::move(why)));
}

Answer correct_method(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  const auto method = fields->choice("method", domain::payment_method_from_name);
  std::string why = reason_of(*fields);
  if (fields->problem()) co_return fail(*fields->problem());
  const VendId id{call->ids.at(0)};
  call->subject = "vend #" + std::to_string(id.value);
  call->detail = std::string{domain::payment_method_name(method)} + ": " + why;
  co_return co_await answer_changed(
      context, call,
      co_await context.station.credits.correct_method(id, method, call->user.id, std::move(why)));
}

}  // namespace paymeter::http
