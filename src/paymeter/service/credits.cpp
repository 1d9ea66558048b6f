// Adjustments, grants, transfers and corrected payment methods.
#include "paymeter/service/credits.hpp"

#include <set>

#include "paymeter/domain/idempotency.hpp"

namespace paymeter::service {
namespace {

using domain::Money;
using domain::Vend;
using domain::VendKind;

Result<> check_amount(Money amount, Money limit) {
  const Money size = amount < Money{} ? -amount : amount;
  if (size == Money{}) return fail(Errc::vend_amount_not_positive);
  if (size > limit)
    return fail(Errc::vend_amount_too_large, "limit " + domain::format_money(limit));
  return {};
}

/// Users' keys hold no colon, so a batch's rows can never take a key of theirs.
std::string key_of_row(const GrantBatch& batch, MeterId meter) {
  return "grant:" + std::to_string(meter.value) + ":" + batch.idempotency_key;
}

}  // namespace

/// Requires: a valid key.
port::Async<Result<StoredVend>> Credits::credit(VendOrder order, VendKind kind, Money amount) {
  auto known = co_await desk_.known(order);
  if (!known) co_return fail(known.error());
  Vend vend = desk_.draft(order, kind, amount);
  if (*known) co_return same_or_conflict(**known, vend);
  if (auto ok = check_reason(order.note); !ok) co_return fail(ok.error());
  if (auto ok = check_amount(amount, desk_.vending().settings().sale_limit); !ok)
    co_return fail(ok.error());
  if (auto ok = desk_.vending().check_meter(order.meter, amount); !ok) co_return fail(ok.error());
  if (amount < Money{}) {
    auto holds = co_await desk_.check_holds(order.meter, -amount);
    if (!holds) co_return fail(holds.error());
  }
  co_return co_await desk_.place(vend);
}

port::Async<Result<StoredVend>> Credits::adjust(VendOrder order, Money amount) {
  if (auto key = domain::check_idempotency_key(order.idempotency_key); !key)
    co_return fail(key.error());
  co_return co_await credit(std::move(order), VendKind::adjustment, amount);
}

port::Async<Result<StoredVend>> Credits::grant(VendOrder order, Money amount) {
  if (auto key = domain::check_idempotency_key(order.idempotency_key); !key)
    co_return fail(key.error());
  if (amount < Money{}) co_return fail(Errc::vend_amount_not_positive);
  co_return co_await credit(std::move(order), VendKind::grant, amount);
}

port::Async<Result<std::vector<Credits::GrantResult>>> Credits::grant_all(GrantBatch batch) {
  if (auto key = domain::check_idempotency_key(batch.idempotency_key); !key)
    co_return fail(key.error());
  if (auto reason = check_reason(batch.reason); !reason) co_return fail(reason.error());
  std::vector<GrantResult> results;
  std::set<MeterId> seen;
  for (const GrantBatch::Row& row : batch.rows) {
    Result<StoredVend> vend = fail(Errc::import_duplicate);
    if (row.amount < Money{}) {
      vend = fail(Errc::vend_amount_not_positive);
    } else if (seen.insert(row.meter).second) {
      vend = co_await credit(
          {key_of_row(batch, row.meter), row.meter, batch.operator_id, batch.reason},
          VendKind::grant, row.amount);
    }
    results.push_back({row.meter, std::move(vend)});
  }
  co_return results;
}

port::Async<Result<port::VendStore::Transfer>> Credits::repeated_transfer(Vend stored,
                                                                          TransferRequest request) {
  Vend asked = stored;
  asked.kind = VendKind::transfer_out;
  asked.meter = request.order.meter;
  asked.captured = -request.amount;
  auto out = same_or_conflict(stored, asked);
  if (!out) co_return fail(out.error());
  auto in = co_await desk_.store().find_vend(out->related.value_or(VendId{}));
  if (!in) co_return fail(in.error());
  if (in->meter != request.to)
    co_return fail(Errc::vend_exists_with_different_request, "vend " + out->slip_number);
  co_return port::VendStore::Transfer{std::move(*out), std::move(*in), true};
}

port::Async<Result<>> Credits::check_transfer(TransferRequest request) {
  Vending& vending = desk_.vending();
  if (request.amount <= Money{}) co_return fail(Errc::vend_amount_not_positive);
  if (auto ok = check_amount(request.amount, vending.settings().sale_limit); !ok) co_return ok;
  if (request.to == request.order.meter) co_return fail(Errc::transfer_same_meter);
  if (auto ok = vending.check_meter(request.order.meter, -request.amount); !ok) co_return ok;
  if (auto ok = vending.check_meter(request.to, request.amount); !ok) co_return ok;
  if (!desk_.same_account(request.order.meter, request.to))
    co_return fail(Errc::transfer_other_account);
  co_return co_await desk_.check_holds(request.order.meter, request.amount);
}

port::Async<Result<port::VendStore::Transfer>> Credits::transfer(TransferRequest request) {
  if (auto key = domain::check_idempotency_key(request.order.idempotency_key); !key)
    co_return fail(key.error());
  auto known = co_await desk_.known(request.order);
  if (!known) co_return fail(known.error());
  if (*known) co_return co_await repeated_transfer(**known, request);
  auto allowed = co_await check_transfer(request);
  if (!allowed) co_return fail(allowed.error());

  VendOrder order_in = request.order;
  order_in.meter = request.to;
  Vend out = desk_.draft(request.order, VendKind::transfer_out, -request.amount);
  Vend in = desk_.draft(order_in, VendKind::transfer_in, request.amount);
  in.state = domain::VendState::created;
  auto made = co_await desk_.store().create_transfer(out, in);
  if (made && !made->existed) {
    desk_.vending().take_up(made->out);
    desk_.vending().take_up(made->in);
  }
  co_return made;
}

port::Async<Result<Vend>> Credits::correct_method(VendId sale, domain::PaymentMethod method,
                                                  UserId by, std::string reason) {
  if (auto ok = check_reason(reason); !ok) co_return fail(ok.error());
  auto corrected =
      co_await desk_.store().correct_method({sale, method, by, desk_.now(), std::move(reason)});
  if (corrected) desk_.vending().take_up(*corrected);
  co_return corrected;
}

}  // namespace paymeter::service
