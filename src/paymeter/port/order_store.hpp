/// Orders at payment providers in the store: each belongs to one vend. Part of port::Store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/vend.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

struct PaymentOrder {
  VendId vend{};
  PropertyId property{};
  domain::PaymentMethod method = domain::PaymentMethod::wechat;
  std::string merchant, order_number;  ///< order_number unique, given by the store
  std::string currency;
  domain::Money amount{};
  UtcMs created_at{}, expires_at{};
  std::string transaction;    ///< unique per method; empty before the capture
  std::string refund_number;  ///< unique; given once, before the first refund call
  std::optional<UtcMs> captured_at, closed_at;
};

struct OrderedVend {
  domain::Vend vend;
  PaymentOrder order;
};

class OrderStore {
 public:
  virtual ~OrderStore() = default;
  /// Stores the sale as CREATED, without any posting, and its order. `order` says method, merchant,
  /// currency and expiry; the rest comes from the vend. The same key with the same request returns
  /// the stored one. Errors: those of create_paid_vend.
  virtual Async<Result<OrderedVend>> create_order(domain::Vend vend, PaymentOrder order) = 0;
  /// The provider holds the money (proven): CREATED → PAID with the capture, CLOSED → REFUND_DUE;
  /// any other state stays as it is, however often this comes. Errors: payment_order_unknown,
  /// payment_transaction_used (the transaction belongs to another order, or the order to another
  /// transaction).
  virtual Async<Result<OrderedVend>> order_captured(std::string order_number,
                                                    std::string transaction, UtcMs at) = 0;
  /// The provider confirmed that nothing can be paid any more: CREATED → CLOSED; any other state
  /// stays. Errors: payment_order_unknown.
  virtual Async<Result<OrderedVend>> order_closed(std::string order_number, UtcMs at) = 0;
  /// The number under which the order's money is given back, the same for ever.
  /// Errors: payment_order_unknown, vend_state_conflict (not REFUND_DUE).
  virtual Async<Result<OrderedVend>> begin_refund(std::string order_number) = 0;
  /// REFUND_DUE → REFUNDED, or REFUND_FAILED when the provider refused for good.
  /// Errors: payment_order_unknown, vend_state_conflict.
  enum class RefundEnd : std::uint8_t { refunded, refused };
  virtual Async<Result<OrderedVend>> end_refund(std::string order_number, RefundEnd end,
                                                UtcMs at) = 0;
  /// Errors: payment_order_unknown.
  virtual Async<Result<OrderedVend>> find_order(std::string order_number) = 0;
  /// Orders whose sale is CREATED or REFUND_DUE, oldest first: what has to be brought to its end.
  virtual Async<Result<std::vector<OrderedVend>>> unfinished_orders() = 0;
};

}  // namespace paymeter::port
