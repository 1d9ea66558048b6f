// Orders from CREATED to their end. Notices only hasten what asking the provider finds out anyway.
#include "paymeter/service/payments.hpp"

#include <algorithm>

#include "paymeter/base/mistake.hpp"

namespace paymeter::service {

using domain::VendState;

Payments::Payments(Deps deps, Settings settings, std::vector<port::PaymentChannel*> channels)
    : deps_(deps), settings_(settings), channels_(std::move(channels)) {}

void Payments::start() {
  if (!channels_.empty()) deps_.runtime.spawn("payment orders", keep());
}

port::PaymentChannel* Payments::channel(domain::PaymentMethod method) const {
  const auto found = std::ranges::find_if(
      channels_, [&](const port::PaymentChannel* one) { return one->method() == method; });
  return found == channels_.end() ? nullptr : *found;
}

port::PaymentTerms Payments::terms_of(const port::PaymentOrder& order) const {
  return {order.merchant, order.order_number, order.currency, order.amount};
}

port::Async<Result<OfferedOrder>> Payments::order(OrderRequest request) {
  port::PaymentChannel* provider = channel(request.sale.method);
  if (provider == nullptr) co_return fail(Errc::payment_method_unknown);
  const SaleRequest& sale = request.sale;
  if (auto ok = domain::check_sale(sale.idempotency_key, sale.captured, settings_.sale_limit); !ok)
    co_return fail(ok.error());
  const auto allowed = deps_.vending.check_meter(sale.meter, sale.captured);
  auto fee = Result<domain::Money>{};
  if (allowed) fee = co_await deps_.vending.fee_of(sale.meter, sale.captured);
  // As at the counter: a repeated key is answered, whatever speaks against a new sale by now.
  if (!allowed || !fee) {
    auto known = co_await deps_.vending.known(sale.meter, sale.idempotency_key);
    if (!known) co_return fail(known.error());
    if (!*known) co_return fail(allowed ? fee.error() : allowed.error());
    fee = (*known)->fees;
  }
  domain::Vend vend;
  vend.meter = sale.meter;
  vend.idempotency_key = sale.idempotency_key;
  vend.method = sale.method;
  vend.captured = sale.captured;
  vend.fees = *fee;
  vend.to_meter = sale.captured - *fee;
  vend.tag = deps_.runtime.random_u32();
  vend.operator_id = sale.operator_id;
  vend.note = sale.note;
  vend.created_at = deps_.runtime.now();
  port::PaymentOrder order;
  order.method = sale.method;
  order.merchant = provider->merchant();
  order.currency = request.currency;
  order.expires_at = vend.created_at + settings_.order_life;
  auto stored = co_await deps_.store.create_order(std::move(vend), std::move(order));
  if (!stored) co_return fail(stored.error());
  deps_.events.publish(VendChanged{stored->vend});
  if (stored->vend.state != VendState::created) co_return OfferedOrder{std::move(*stored), {}};
  auto link = co_await provider->create_order(terms_of(stored->order), stored->order.expires_at);
  if (!link) co_return fail(link.error());
  co_return OfferedOrder{std::move(*stored), std::move(*link)};
}

port::Async<Result<domain::Vend>> Payments::take_notice(domain::PaymentMethod method,
                                                        port::PaymentNotice notice) {
  port::PaymentChannel* provider = channel(method);
  if (provider == nullptr) co_return fail(Errc::payment_method_unknown);
  if (!provider->is_authentic(notice) && !mistake_made(Mistake::forged)) {
    co_await refuse(method, {}, {Errc::payment_notice_forged, {}});
    co_return fail(Errc::payment_notice_forged);
  }
  auto fact = provider->parse(notice);
  if (!fact) {
    co_await refuse(method, {}, fact.error());
    co_return fail(fact.error());
  }
  co_return co_await take_fact(method, std::move(*fact));
}

/// Believes what the provider says only if it speaks of exactly the order that we made.
port::Async<Result<domain::Vend>> Payments::take_fact(domain::PaymentMethod method,
                                                      port::PaymentFact fact) {
  const std::string number = fact.terms.order_number;
  auto known = co_await deps_.store.find_order(number);
  const bool is_equal = known && known->order.method == method &&
                        terms_of(known->order) == fact.terms && !fact.transaction.empty();
  if (!known || !is_equal) {
    const Error why = known ? Error{Errc::payment_notice_mismatch, number} : known.error();
    co_await refuse(method, number, why);
    co_return fail(why);
  }
  if (fact.standing != port::OrderStanding::captured) co_return known->vend;
  auto taken = co_await deps_.store.order_captured(number, fact.transaction, deps_.runtime.now());
  if (!taken) {
    co_await refuse(method, number, taken.error());
    co_return fail(taken.error());
  }
  if (taken->vend.state != known->vend.state) deps_.events.publish(VendChanged{taken->vend});
  if (taken->vend.state == VendState::paid) (void)co_await deps_.vending.retry_now(taken->vend.id);
  co_return taken->vend;
}

port::Async<> Payments::refuse(domain::PaymentMethod method, std::string subject, Error why) {
  port::AuditLine line;
  line.at = deps_.runtime.now();
  line.action = "payment_notice_refused";
  line.subject = std::string(payment_method_name(method)) + " " + subject;
  line.detail = std::string(error_name(why.code)) + " " + why.detail;
  (void)co_await deps_.store.append_audit(std::move(line));
}

port::Async<Result<bool>> Payments::ask_open_orders(MeterId meter, AccountId account) {
  auto orders = co_await deps_.store.unfinished_orders();
  if (!orders) co_return fail(orders.error());
  bool all_answered = true;
  for (port::OrderedVend& ordered : *orders) {
    const bool is_asked = ordered.vend.state == VendState::created &&
                          (ordered.vend.meter == meter || ordered.vend.account == account);
    if (is_asked) all_answered = co_await ask(std::move(ordered)) && all_answered;
  }
  co_return all_answered;
}

port::Async<bool> Payments::ask(port::OrderedVend ordered) {
  port::PaymentChannel* provider = channel(ordered.order.method);
  if (provider == nullptr) co_return false;
  auto fact = co_await provider->query_order(ordered.order.order_number);
  if (!fact || fact->terms.order_number != ordered.order.order_number) co_return false;
  if (fact->standing == port::OrderStanding::captured)
    co_return (co_await take_fact(ordered.order.method, std::move(*fact))).has_value();
  if (fact->standing == port::OrderStanding::closed) {
    auto closed =
        co_await deps_.store.order_closed(ordered.order.order_number, deps_.runtime.now());
    if (closed) deps_.events.publish(VendChanged{closed->vend});
  }
  co_return true;
}

port::Async<> Payments::keep() {
  while (!deps_.runtime.stopping()) {
    if (auto orders = co_await deps_.store.unfinished_orders())
      for (port::OrderedVend& ordered : *orders) co_await bring_on(std::move(ordered));
    co_await deps_.runtime.sleep(settings_.round);
  }
}

port::Async<> Payments::bring_on(port::OrderedVend ordered) {
  port::PaymentChannel* provider = channel(ordered.order.method);
  if (provider == nullptr) co_return;
  if (ordered.vend.state == VendState::refund_due) {
    co_await give_back(std::move(ordered), *provider);
  } else if (ordered.order.expires_at <= deps_.runtime.now()) {
    co_await close_or_capture(std::move(ordered), *provider);
  }
}

/// Only the provider can say that an order will never be paid any more.
port::Async<> Payments::close_or_capture(port::OrderedVend ordered,
                                         port::PaymentChannel& provider) {
  auto fact = co_await provider.close_order(ordered.order.order_number);
  if (!fact || fact->terms.order_number != ordered.order.order_number) co_return;
  if (fact->standing == port::OrderStanding::captured) {
    (void)co_await take_fact(ordered.order.method, std::move(*fact));
  } else if (fact->standing == port::OrderStanding::closed) {
    auto closed =
        co_await deps_.store.order_closed(ordered.order.order_number, deps_.runtime.now());
    if (closed) deps_.events.publish(VendChanged{closed->vend});
  }
}

/// The refund number is stored before the first call, so that every call after it is the same one.
port::Async<> Payments::give_back(port::OrderedVend ordered, port::PaymentChannel& provider) {
  auto begun = co_await deps_.store.begin_refund(ordered.order.order_number);
  if (!begun) co_return;
  const port::PaymentOrder& order = begun->order;
  auto standing = co_await provider.refund(order.order_number, order.refund_number, order.amount);
  if (!standing) co_return;
  using End = port::OrderStore::RefundEnd;
  const bool is_over =
      *standing == port::RefundStanding::done || *standing == port::RefundStanding::refused;
  if (!is_over) co_return;
  const End end = *standing == port::RefundStanding::done ? End::refunded : End::refused;
  auto ended = co_await deps_.store.end_refund(order.order_number, end, deps_.runtime.now());
  if (ended) deps_.events.publish(VendChanged{ended->vend});
}

}  // namespace paymeter::service
