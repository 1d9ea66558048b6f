/// A payment provider as the station sees it: orders, their state, refunds, signed notices. Every
/// call may be repeated; an error means that nobody knows whether it happened.
#pragma once

#include <string>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/vend.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

/// What is asked of the provider, and what every answer and notice must repeat exactly.
struct PaymentTerms {
  std::string merchant, order_number;
  std::string currency;  ///< ISO 4217, `CNY`
  domain::Money amount{};
  friend bool operator==(const PaymentTerms&, const PaymentTerms&) = default;
};

/// open: nothing was paid yet. closed: nothing was paid and nothing can be any more.
enum class OrderStanding : std::uint8_t { open, captured, closed };

/// What the provider says about an order.
struct PaymentFact {
  PaymentTerms terms;
  OrderStanding standing = OrderStanding::open;
  std::string transaction;  ///< the provider's number of the payment; empty before it
};

/// A message that somebody sent us in the provider's name.
struct PaymentNotice {
  Buffer body;
  std::string signature;
};

/// refused: for good, for example because the account it was paid from is closed.
enum class RefundStanding : std::uint8_t { unknown, under_way, done, refused };

/// Errors of every call: payment_channel_failed.
class PaymentChannel {
 public:
  virtual ~PaymentChannel() = default;
  virtual domain::PaymentMethod method() const = 0;
  virtual std::string merchant() const = 0;

  /// Makes the order and returns what the payer opens or scans. The same terms again return the
  /// same.
  virtual Async<Result<std::string>> create_order(PaymentTerms terms, UtcMs expires_at) = 0;
  virtual Async<Result<PaymentFact>> query_order(std::string order_number) = 0;
  /// Closes an order that was not paid; the order as it is afterwards (it may have been paid).
  virtual Async<Result<PaymentFact>> close_order(std::string order_number) = 0;
  /// Gives back under a number that makes repetition harmless.
  virtual Async<Result<RefundStanding>> refund(std::string order_number, std::string refund_number,
                                               domain::Money amount) = 0;
  virtual Async<Result<RefundStanding>> query_refund(std::string refund_number) = 0;

  /// Did the provider sign it?
  virtual bool is_authentic(const PaymentNotice& notice) const = 0;
  /// What it says, signed or not. Errors: payment_notice_invalid.
  virtual Result<PaymentFact> parse(const PaymentNotice& notice) const = 0;
};

}  // namespace paymeter::port
