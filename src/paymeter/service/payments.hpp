/// Paying online: a sale waits as CREATED until its order is proven paid; money that comes late or
/// cannot be used goes back by the way it came. Source: docs/vending.md, States.
#pragma once

#include <string>
#include <vector>

#include "paymeter/port/order_store.hpp"
#include "paymeter/port/payment_channel.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/vending.hpp"

namespace paymeter::service {

struct OrderRequest {
  SaleRequest sale;
  std::string currency = "CNY";
};

/// An order and what the payer opens or scans.
struct OfferedOrder {
  port::OrderedVend ordered;
  std::string payment_link;
};

class Payments {
 public:
  struct Settings {
    domain::Money sale_limit{10'000'000};
    Millis order_life = minutes(15);  ///< an order that is not paid by then is closed
    Millis round = seconds(20);       ///< between looks at what has to be ended
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Vending& vending;
    EventHub& events;
  };
  /// `channels` outlive this; at most one per method.
  Payments(Deps deps, Settings settings, std::vector<port::PaymentChannel*> channels);

  /// Starts looking after the orders that are not at their end. Call once, after Vending::resume.
  void start();

  /// Stores the sale CREATED and makes the order at the provider. The same key again returns the
  /// same order, with its link. Errors, in order: payment_method_unknown, those of check_sale, of
  /// Vending::check_meter (as a sale at the counter) and fee_of, of OrderStore::create_order,
  /// payment_channel_failed (stored: ask again with the same key).
  port::Async<Result<OfferedOrder>> order(OrderRequest request);

  /// A message in a provider's name, from anybody. Moves CREATED to PAID once, however often it
  /// comes; whatever is not signed or differs from the order changes nothing and is audited.
  /// Errors, in order: payment_method_unknown, payment_notice_forged, payment_notice_invalid,
  /// payment_order_unknown, payment_notice_mismatch, payment_transaction_used.
  port::Async<Result<domain::Vend>> take_notice(domain::PaymentMethod method,
                                                port::PaymentNotice notice);

  /// Asks the providers now about every open order of the meter or its account, and takes what they
  /// say. True: each was answered; false: one was not, so nobody knows. Errors: those of the store.
  port::Async<Result<bool>> ask_open_orders(MeterId meter, AccountId account);

 private:
  port::PaymentChannel* channel(domain::PaymentMethod method) const;
  port::PaymentTerms terms_of(const port::PaymentOrder& order) const;
  port::Async<Result<domain::Vend>> take_fact(domain::PaymentMethod method, port::PaymentFact fact);
  port::Async<> refuse(domain::PaymentMethod method, std::string subject, Error why);
  port::Async<bool> ask(port::OrderedVend ordered);
  port::Async<> keep();
  port::Async<> bring_on(port::OrderedVend ordered);
  port::Async<> close_or_capture(port::OrderedVend ordered, port::PaymentChannel& provider);
  port::Async<> give_back(port::OrderedVend ordered, port::PaymentChannel& provider);

  Deps deps_;
  Settings settings_;
  std::vector<port::PaymentChannel*> channels_;
};

}  // namespace paymeter::service
