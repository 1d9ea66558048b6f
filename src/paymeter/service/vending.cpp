// Selling: checks, durable creation, and the carriers that bring each vend to its end.
#include "paymeter/service/vending.hpp"

#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/service/vend_carrier.hpp"

namespace paymeter::service {
namespace {

bool same_request(const domain::Vend& vend, const SaleRequest& request) {
  return vend.kind == domain::VendKind::sale && vend.meter == request.meter &&
         vend.captured == request.captured && vend.method == request.method;
}

}  // namespace

Vending::Vending(Deps deps, Settings settings) : deps_(deps), settings_(settings) {}
Vending::~Vending() = default;

port::Async<Result<>> Vending::resume() {
  auto vends = co_await deps_.store.unfinished_vends();
  if (!vends) co_return fail(vends.error());
  for (const domain::Vend& vend : *vends) start_carrier(vend, Found::at_start);
  co_return Result<>{};
}

Result<> Vending::check_meter(MeterId meter, domain::Money into_meter) const {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) return fail(Errc::meter_unknown);
  if (!live->meter.prepaid) return fail(Errc::vend_wallet_unsupported);
  const bool in_meter = live->meter.wallet == domain::Wallet::meter;
  const domain::Property* property = deps_.live.property(live->meter.property);
  if (in_meter && domain::has_zero_key(live->meter) &&
      (property == nullptr || !property->is_test_site))
    return fail(Errc::vend_test_key);
  if (!live->account || live->account->state != domain::AccountState::open)
    return fail(Errc::account_not_open);
  std::optional<domain::Money> balance;
  if (in_meter && live->prepaid) balance = live->prepaid->balance;
  if (!in_meter && live->wallet) balance = live->wallet->balance;
  if (into_meter > domain::Money{} && balance && *balance + into_meter > settings_.balance_limit)
    return fail(Errc::vend_balance_limit, "limit " + domain::format_money(settings_.balance_limit));
  return {};
}

port::Async<Result<port::Stored<domain::Vend>>> Vending::sell(SaleRequest request) {
  auto checked =
      domain::check_sale(request.idempotency_key, request.captured, settings_.sale_limit);
  if (!checked) co_return fail(checked.error());
  const LiveMeter* live = deps_.live.find(request.meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  const PropertyId property = live->meter.property;

  const auto allowed = check_meter(request.meter, request.captured);
  auto fee = Result<domain::Money>{};
  if (allowed) fee = co_await fee_of(request.meter, request.captured);
  // A repeated key is answered before any rule is asked: what was sold stays sold, even when the
  // account has been closed or the balance limit reached since. Where nothing speaks against a
  // sale, the store answers a known key in the transaction that would have sold.
  if (!allowed || !fee) {
    auto sold = co_await deps_.store.find_vend_by_key(property, request.idempotency_key);
    if (!sold) co_return fail(sold.error());
    if (!*sold) co_return fail(allowed ? fee.error() : allowed.error());
    if (!same_request(**sold, request)) co_return fail(Errc::vend_exists_with_different_request);
    co_return port::Stored<domain::Vend>{std::move(**sold), true};
  }

  domain::Vend vend;
  vend.property = property;
  vend.meter = request.meter;
  vend.idempotency_key = request.idempotency_key;
  vend.method = request.method;
  vend.captured = request.captured;
  vend.fees = *fee;
  vend.to_meter = request.captured - *fee;
  vend.tag = deps_.runtime.random_u32();
  vend.state = domain::VendState::paid;
  vend.operator_id = request.operator_id;
  vend.note = request.note;
  vend.created_at = deps_.runtime.now();
  auto created = co_await deps_.store.create_paid_vend(vend);
  if (!created) co_return fail(created.error());
  // A platform wallet has it already: nothing is carried.
  if (!created->existed) take_up(created->vend);
  co_return port::Stored<domain::Vend>{std::move(created->vend), created->existed};
}

port::Async<Result<std::optional<domain::Vend>>> Vending::known(MeterId meter, std::string key) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  co_return co_await deps_.store.find_vend_by_key(live->meter.property, std::move(key));
}

port::Async<Result<domain::Money>> Vending::fee_of(MeterId meter, domain::Money captured) {
  if (!fee_rule_) co_return domain::Money{};
  auto fee = co_await fee_rule_(meter, captured);
  if (fee && *fee >= captured) co_return fail(Errc::vend_amount_not_positive, "all of it is fee");
  co_return fee;
}

port::Async<Result<domain::Vend>> Vending::cancel(VendId id, UserId by, std::string reason) {
  auto vend = co_await deps_.store.find_vend(id);
  if (!vend) co_return vend;
  port::VendStep step;
  step.vend = id;
  step.from = vend->state;
  step.at = deps_.runtime.now();
  step.reason = Errc::vend_cancelled;
  step.by = by;
  step.note = std::move(reason);
  if (vend->state == domain::VendState::paid) {
    // Nothing was sent: the money is owed back at once.
    step.to = domain::state_when_undelivered(vend->kind);
    step.posting = domain::undelivered_posting(*vend, step.at);
  } else if (vend->state == domain::VendState::sent && mistake_made(Mistake::blind_refund)) {
    step.to = domain::state_when_undelivered(vend->kind);
    step.posting = domain::undelivered_posting(*vend, step.at);
  } else if (vend->state == domain::VendState::sent) {
    step.to = domain::VendState::cancelling;
  } else {
    co_return fail(Errc::vend_state_conflict, std::string(vend_state_name(vend->state)));
  }
  auto stepped = co_await deps_.store.step_vend(step);
  if (!stepped) co_return stepped;
  deps_.events.publish(VendChanged{*stepped});
  wake_carriers_of(stepped->meter);
  co_return stepped;
}

port::Async<Result<domain::Vend>> Vending::wait_final(VendId id, MonoMs deadline) {
  for (;;) {
    auto vend = co_await deps_.store.find_vend(id);
    if (!vend || domain::is_final(vend->state)) co_return vend;
    const auto at = carriers_.find(id);
    if (at == carriers_.end() || deps_.runtime.mono() >= deadline || deps_.runtime.stopping())
      co_return vend;
    // Each waiter has its own wake-up: a page, a kiosk and a third party may watch one sale.
    auto waiter = std::shared_ptr<port::Wakeup>(deps_.runtime.make_wakeup());
    at->second->waiters.push_back(waiter);
    co_await waiter->wait_until(deadline);
  }
}

port::Async<Result<domain::Vend>> Vending::retry_now(VendId id) {
  auto vend = co_await deps_.store.find_vend(id);
  if (!vend) co_return vend;
  if (domain::is_final(vend->state)) co_return fail(Errc::vend_state_conflict);
  if (auto at = carriers_.find(id); at != carriers_.end()) {
    at->second->retry_now = true;
    at->second->wake->raise();
  } else {
    start_carrier(*vend, Found::now);
  }
  co_return vend;
}

void Vending::take_up(const domain::Vend& vend) {
  deps_.events.publish(VendChanged{vend});
  if (vend.state == domain::VendState::created || domain::is_final(vend.state)) return;
  if (const auto at = carriers_.find(vend.id); at != carriers_.end()) {
    at->second->retry_now = true;
    at->second->wake->raise();
  } else {
    start_carrier(vend, Found::now);
  }
}

port::Async<Result<domain::Money>> Vending::settled_wallet(MeterId meter, WalletLook look) {
  if (!wallet_settler_) co_return fail(Errc::vend_wallet_unsupported);
  co_return co_await wallet_settler_(meter, look);
}

/// The carrier may have gone when this returns: another station can have ended the vend meanwhile.
void Vending::start_carrier(const domain::Vend& vend, Found found) {
  if (carriers_.contains(vend.id)) return;
  auto carrier = std::make_shared<VendCarrier>(deps_, settings_, vend);
  carrier->found_at_start = found == Found::at_start;
  carriers_.emplace(vend.id, carrier);
  deps_.runtime.spawn("vend " + vend.slip_number, carry(carrier));
}

port::Async<> Vending::carry(std::shared_ptr<VendCarrier> carrier) {
  co_await VendCarrier::run(carrier);
  carriers_.erase(carrier->id);
  wake_carriers_of(carrier->meter);  // the next sale to this meter may go now
  if (carrier->kind == domain::VendKind::transfer_out) co_await take_up_other_half(carrier->id);
}

/// The store moved the second half together with the first; after a crash resume() finds it.
port::Async<> Vending::take_up_other_half(VendId first) {
  auto out = co_await deps_.store.find_vend(first);
  if (!out || !out->related) co_return;
  auto in = co_await deps_.store.find_vend(*out->related);
  if (in) take_up(*in);
}

void Vending::wake_carriers_of(MeterId meter) {
  for (auto& [id, carrier] : carriers_)
    if (carrier->meter == meter) {
      carrier->retry_now = true;
      carrier->wake->raise();
    }
}

}  // namespace paymeter::service
