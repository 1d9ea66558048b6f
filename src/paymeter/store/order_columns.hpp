/// The column list of orders at payment providers.
#pragma once

#include "paymeter/port/order_store.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

/// `number` counts the property's orders without gaps.
struct StoredOrder {
  std::int64_t id = 0;
  std::string number;
  port::PaymentOrder order;
};

template <>
struct Marked<StoredOrder> : std::true_type {};
PAYMETER_TABLE(StoredOrder, "payment_order") {
  io("id", v.id);
  io("vend_id", v.order.vend);
  io("property_id", v.order.property);
  io("method", v.order.method);
  io("merchant", v.order.merchant);
  io("order_number", v.order.order_number);
  io("currency", v.order.currency);
  io("amount_fen", v.order.amount);
  io("created_at", v.order.created_at);
  io("expires_at", v.order.expires_at);
  // Unique where there is one: none is null, not an empty text.
  const auto none_if_empty = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
  };
  auto transaction = none_if_empty(v.order.transaction);
  auto refund = none_if_empty(v.order.refund_number);
  io("transaction_id", transaction);
  io("refund_number", refund);
  v.order.transaction = transaction.value_or("");
  v.order.refund_number = refund.value_or("");
  io("captured_at", v.order.captured_at);
  io("closed_at", v.order.closed_at);
  io("number", v.number);
}

}  // namespace paymeter::store
