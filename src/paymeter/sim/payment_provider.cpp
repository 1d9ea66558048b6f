// The provider's books, its notices, and the line to it.
#include "paymeter/sim/payment_provider.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "paymeter/base/hex.hpp"
#include "paymeter/codec/mac.hpp"

namespace paymeter::sim {
namespace {

using port::OrderStanding;
using port::RefundStanding;

constexpr Millis kThere{40}, kBack{60}, kPatience{3'000};

std::string signature_of(Bytes body, const std::string& secret) {
  const Buffer key(secret.begin(), secret.end());
  return format_hex(codec::hmac_sha256(key, body), '\0');
}

}  // namespace

PaymentProvider::PaymentProvider(SimRuntime& runtime, std::uint64_t seed, ProviderHabits habits)
    : runtime_(runtime), dice_(seed), habits_(habits) {}

void PaymentProvider::set_listener(std::function<void(port::PaymentNotice)> listener) {
  listener_ = std::move(listener);
}

port::PaymentNotice PaymentProvider::sign(const port::PaymentFact& fact,
                                          const std::string& secret) {
  boost::json::object body;
  body["merchant"] = fact.terms.merchant;
  body["order"] = fact.terms.order_number;
  body["currency"] = fact.terms.currency;
  body["fen"] = fact.terms.amount.fen;
  body["transaction"] = fact.transaction;
  const std::string text = boost::json::serialize(body);
  port::PaymentNotice notice{Buffer(text.begin(), text.end()), {}};
  notice.signature = signature_of(notice.body, secret);
  return notice;
}

MonoMs PaymentProvider::soon(Millis within) {
  return runtime_.mono() + Millis{dice_.between(0, within.value)};
}

void PaymentProvider::later(MonoMs at, std::function<void()> deed) {
  ++coming_;
  runtime_.world().schedule(at, [this, deed = std::move(deed)] {
    --coming_;
    deed();
  });
}

port::PaymentFact PaymentProvider::fact_of(const Order& order) const {
  return {order.terms, order.standing, order.transaction};
}

Result<std::string> PaymentProvider::create(const port::PaymentTerms& terms) {
  const auto [at, fresh] = orders_.try_emplace(terms.order_number);
  Order& order = at->second;
  if (fresh) {
    order.terms = terms;
    order.willing = dice_.chance(habits_.pays);
    const std::string number = terms.order_number;
    if (order.willing) later(soon(habits_.pays_within), [this, number] { pay(number); });
    if (dice_.chance(habits_.forged_notices))
      later(soon(habits_.pays_within), [this, terms] { forge(terms); });
  }
  if (order.terms != terms) return fail(Errc::payment_channel_failed, "other terms");
  return "pay://" + terms.order_number;
}

void PaymentProvider::pay(const std::string& order_number) {
  Order& order = orders_.at(order_number);
  const bool late = order.standing == OrderStanding::closed && dice_.chance(habits_.pays_late * 10);
  if (order.standing != OrderStanding::open && !late) return;
  order.standing = OrderStanding::captured;
  order.transaction = fmt::format("T{:016x}", dice_.next());
  notify(order_number);
}

/// Told again after an hour, as providers do, so that one notice at least arrives.
void PaymentProvider::notify(const std::string& order_number) {
  const port::PaymentFact fact = fact_of(orders_.at(order_number));
  const int copies = dice_.chance(habits_.doubled_notices) ? 3 : 1;
  for (int i = 0; i < copies; ++i)
    if (!dice_.chance(habits_.lost_notices)) send(sign(fact, ProviderChannel::kSecret));
  if (dice_.chance(habits_.wrong_amounts)) {
    auto wrong = fact;
    wrong.terms.amount.fen += 1;
    send(sign(wrong, ProviderChannel::kSecret));
  }
  later(runtime_.mono() + minutes(60),
        [this, fact] { send(sign(fact, ProviderChannel::kSecret)); });
}

void PaymentProvider::forge(const port::PaymentTerms& terms) {
  send(sign({terms, OrderStanding::captured, "T-forged-" + terms.order_number}, "a guess"));
}

void PaymentProvider::send(port::PaymentNotice notice) {
  later(soon(habits_.notice_delay_max), [this, notice = std::move(notice)] { listener_(notice); });
}

Result<port::PaymentFact> PaymentProvider::query(const std::string& order_number) const {
  const auto at = orders_.find(order_number);
  if (at == orders_.end()) return fail(Errc::payment_channel_failed, "unknown order");
  return fact_of(at->second);
}

/// An order that never reached us is closed by being asked for.
Result<port::PaymentFact> PaymentProvider::close(const std::string& order_number) {
  Order& order = orders_[order_number];
  order.terms.order_number = order_number;
  if (order.standing == OrderStanding::open) order.standing = OrderStanding::closed;
  return fact_of(order);
}

Result<RefundStanding> PaymentProvider::refund(const std::string& order_number,
                                               const std::string& refund_number,
                                               domain::Money amount) {
  Order& order = orders_.at(order_number);
  if (order.standing != OrderStanding::captured || amount != order.terms.amount)
    return fail(Errc::payment_channel_failed, "nothing to refund");
  if (order.refund_number == refund_number) return order.refund;
  // Another number is another refund, as with a bank transfer: nobody here knows better.
  const bool is_first = order.refund_number.empty();
  order.refund_number = refund_number;
  if (is_first && dice_.chance(habits_.refuses_refunds)) {
    order.refund = RefundStanding::refused;
  } else {
    order.refund = RefundStanding::done;
    ++order.paid_back;
  }
  return order.refund;
}

Result<RefundStanding> PaymentProvider::query_refund(const std::string& refund_number) const {
  for (const auto& [number, order] : orders_)
    if (order.refund_number == refund_number) return order.refund;
  return RefundStanding::unknown;
}

// ------------------------------------------------------------------ the line
template <class T>
port::Async<Result<T>> ProviderChannel::answer(Result<T> result) {
  if (provider_.loses_answer()) {
    co_await runtime_.sleep(kPatience);
    co_return fail(Errc::payment_channel_failed, "no answer");
  }
  co_await runtime_.sleep(kBack);
  co_return result;
}

port::Async<Result<std::string>> ProviderChannel::create_order(port::PaymentTerms terms, UtcMs) {
  co_await runtime_.sleep(kThere);
  co_return co_await answer(provider_.create(terms));
}

port::Async<Result<port::PaymentFact>> ProviderChannel::query_order(std::string order_number) {
  co_await runtime_.sleep(kThere);
  co_return co_await answer(provider_.query(order_number));
}

port::Async<Result<port::PaymentFact>> ProviderChannel::close_order(std::string order_number) {
  co_await runtime_.sleep(kThere);
  co_return co_await answer(provider_.close(order_number));
}

port::Async<Result<RefundStanding>> ProviderChannel::refund(std::string order_number,
                                                            std::string refund_number,
                                                            domain::Money amount) {
  co_await runtime_.sleep(kThere);
  co_return co_await answer(provider_.refund(order_number, refund_number, amount));
}

port::Async<Result<RefundStanding>> ProviderChannel::query_refund(std::string refund_number) {
  co_await runtime_.sleep(kThere);
  co_return co_await answer(provider_.query_refund(refund_number));
}

bool ProviderChannel::is_authentic(const port::PaymentNotice& notice) const {
  return notice.signature == signature_of(notice.body, kSecret);
}

Result<port::PaymentFact> ProviderChannel::parse(const port::PaymentNotice& notice) const {
  boost::system::error_code failed;
  const auto value =
      boost::json::parse(std::string(notice.body.begin(), notice.body.end()), failed);
  const auto* object = value.if_object();
  if (failed || object == nullptr) return fail(Errc::payment_notice_invalid);
  const auto text = [&](const char* name) -> std::string {
    const auto* found = object->if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
  };
  const auto* fen = object->if_contains("fen");
  if (fen == nullptr || !fen->is_int64()) return fail(Errc::payment_notice_invalid);
  return port::PaymentFact{{text("merchant"), text("order"), text("currency"), {fen->get_int64()}},
                           OrderStanding::captured,
                           text("transaction")};
}

}  // namespace paymeter::sim
