// Refunds, reversals and paying out.
#include "paymeter/service/refunds.hpp"

#include <algorithm>

#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/idempotency.hpp"

namespace paymeter::service {
namespace {

using domain::Money;
using domain::Vend;
using domain::VendKind;
using domain::VendState;

/// Whoever asked for all that the meter holds gets the refund that this was when it was asked.
Result<StoredVend> repeated_refund(const Vend& stored, const RefundRequest& request) {
  Vend asked = stored;
  asked.kind = VendKind::refund;
  asked.meter = request.order.meter;
  asked.method = request.method;
  if (request.amount) asked.captured = -*request.amount;
  return same_or_conflict(stored, asked);
}

/// Why nothing can be paid out on a vend in this state.
Error not_due(VendState state) {
  const bool is_past = state == VendState::refunded || state == VendState::refund_failed;
  return {is_past ? Errc::vend_state_conflict : Errc::vend_nothing_due,
          std::string(vend_state_name(state))};
}

}  // namespace

port::Async<Result<Money>> Refunds::amount_to_refund(RefundRequest request) {
  const MeterId meter = request.order.meter;
  if (request.amount) {
    auto holds = co_await desk_.check_holds(meter, *request.amount);
    if (!holds) co_return fail(holds.error());
    co_return *request.amount;
  }
  auto balance = co_await desk_.fresh_balance(meter);
  if (balance && *balance <= Money{}) co_return fail(Errc::vend_nothing_due);
  co_return balance;
}

port::Async<Result<StoredVend>> Refunds::refund(RefundRequest request) {
  if (auto key = domain::check_idempotency_key(request.order.idempotency_key); !key)
    co_return fail(key.error());
  auto known = co_await desk_.known(request.order);
  if (!known) co_return fail(known.error());
  if (*known) co_return repeated_refund(**known, request);
  if (request.amount && *request.amount <= Money{}) co_return fail(Errc::vend_amount_not_positive);
  if (auto ok = desk_.vending().check_meter(request.order.meter, Money{-1}); !ok)
    co_return fail(ok.error());
  auto amount = co_await amount_to_refund(request);
  if (!amount) co_return fail(amount.error());

  Vend vend = desk_.draft(request.order, VendKind::refund, -*amount);
  vend.method = request.method;
  auto placed = co_await desk_.place(vend);
  if (placed || placed.error().code != Errc::vend_exists_with_different_request) co_return placed;
  // Two clicks at once on "all of it" may have read two balances: the first one counts.
  known = co_await desk_.known(request.order);
  if (!known || !*known) co_return placed;
  co_return repeated_refund(**known, request);
}

/// The sale stays DELIVERED when it is reversed, so the reversal itself has to be looked for.
port::Async<bool> Refunds::is_reversed(Vend sale) {
  port::VendFilter filter;
  filter.meter = sale.meter;
  filter.from = sale.created_at;
  filter.page.limit = 1000;
  auto later = co_await desk_.store().list_vends(filter);
  co_return later&& std::ranges::any_of(later->rows, [&](const Vend& vend) {
    return vend.kind == VendKind::reversal && vend.related == sale.id &&
           vend.state != VendState::closed;
  });
}

port::Async<Result<>> Refunds::check_reversible(Vend sale) {
  if (sale.kind != VendKind::sale || sale.state != VendState::delivered)
    co_return fail(Errc::vend_not_reversible);
  if (auto ok = desk_.vending().check_meter(sale.meter, -sale.to_meter); !ok) co_return ok;
  auto holds = co_await desk_.check_holds(sale.meter, sale.to_meter);
  if (!holds && holds.error().code == Errc::vend_refund_exceeds_balance &&
      co_await is_reversed(sale))
    co_return fail(Errc::vend_already_reversed);
  co_return holds;
}

port::Async<Result<StoredVend>> Refunds::reverse(ReversalRequest request) {
  if (auto key = domain::check_idempotency_key(request.idempotency_key); !key)
    co_return fail(key.error());
  auto sale = co_await desk_.store().find_vend(request.sale);
  if (!sale) co_return fail(sale.error());
  const VendOrder order{request.idempotency_key, sale->meter, request.operator_id, request.reason};
  Vend vend = desk_.draft(order, VendKind::reversal, -sale->to_meter);
  vend.captured = -sale->captured;
  vend.fees = -sale->fees;
  vend.method = sale->method;
  vend.related = sale->id;

  auto known = co_await desk_.known(order);
  if (!known) co_return fail(known.error());
  if (*known) co_return same_or_conflict(**known, vend);
  if (auto reason = check_reason(request.reason); !reason) co_return fail(reason.error());
  auto reversible = co_await check_reversible(*sale);
  if (!reversible) co_return fail(reversible.error());
  co_return co_await desk_.place(vend);
}

port::Async<Result<Vend>> Refunds::pay_out(PayOut pay_out) {
  auto vend = co_await desk_.store().find_vend(pay_out.vend);
  if (!vend) co_return vend;
  const bool is_paid_out = vend->state == VendState::refunded;
  if (is_paid_out && mistake_made(Mistake::pay_out_twice)) co_return vend;
  // The store knows whether this is the same person's same click once more.
  if (!is_paid_out && vend->state != VendState::refund_due) co_return fail(not_due(vend->state));
  vend->paid_out_by = pay_out.method;
  port::VendStep step;
  step.vend = pay_out.vend;
  step.from = VendState::refund_due;
  step.to = VendState::refunded;
  step.at = desk_.now();
  step.by = pay_out.by;
  step.paid_out_by = pay_out.method;
  step.paid_out_reference = pay_out.reference;
  step.posting = domain::paid_out_posting(*vend, step.at);
  co_return co_await desk_.step(step);
}

port::Async<Result<Vend>> Refunds::payout_failed(VendId id, UserId by, std::string reason) {
  auto vend = co_await desk_.store().find_vend(id);
  if (!vend || vend->state == VendState::refund_failed) co_return vend;
  if (auto ok = check_reason(reason); !ok) co_return fail(ok.error());
  if (vend->state != VendState::refund_due) co_return fail(not_due(vend->state));
  port::VendStep step;
  step.vend = id;
  step.from = VendState::refund_due;
  step.to = VendState::refund_failed;
  step.at = desk_.now();
  step.by = by;
  step.note = std::move(reason);
  co_return co_await desk_.step(step);
}

}  // namespace paymeter::service
