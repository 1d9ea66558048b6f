/// Money back to the tenant: refund 退电 and reversal 冲正 take it out of the meter, paying out
/// ends what is owed. Every call may be repeated: the same request gets the same vend.
#pragma once

#include <optional>
#include <string>

#include "paymeter/service/vend_desk.hpp"

namespace paymeter::service {

struct RefundRequest {
  VendOrder order;
  std::optional<domain::Money> amount;  ///< empty: all that the meter holds
  domain::PaymentMethod method = domain::PaymentMethod::cash;
};

struct ReversalRequest {
  std::string idempotency_key;
  VendId sale{};
  UserId operator_id{};
  std::string reason;
};

/// How money that is owed was given back.
struct PayOut {
  VendId vend{};
  domain::PaymentMethod method = domain::PaymentMethod::cash;
  std::string reference;  ///< receipt, bank reference or refund number; may be empty for cash
  UserId by{};
};

class Refunds {
 public:
  explicit Refunds(VendDesk::Deps deps) : desk_(deps) {}

  /// Stores a refund of `amount`, or of exactly what a fresh read shows, and starts it. It is owed
  /// (REFUND_DUE) once the meter has given it. Errors, in order: vend_key_invalid, meter_unknown,
  /// vend_exists_with_different_request, vend_amount_not_positive, vend_wallet_unsupported,
  /// vend_test_key, account_not_open, those of the read, vend_nothing_due (the meter holds
  /// nothing), vend_refund_exceeds_balance, meter_quarantined, meter_settling, store errors.
  port::Async<Result<StoredVend>> refund(RefundRequest request);

  /// Takes a delivered sale back whole, its service fee included. Errors, in order:
  /// vend_key_invalid, vend_unknown, vend_exists_with_different_request, vend_reason_missing,
  /// vend_not_reversible, those of refund from vend_wallet_unsupported on, vend_already_reversed.
  port::Async<Result<StoredVend>> reverse(ReversalRequest request);

  /// REFUND_DUE → REFUNDED. Repeated by the same user, with the same method and reference, it
  /// changes nothing. Errors: vend_unknown, vend_nothing_due, vend_state_conflict (REFUND_FAILED:
  /// two people pay it out by hand; REFUNDED another way or by somebody else),
  /// payment_refund_under_way.
  port::Async<Result<domain::Vend>> pay_out(PayOut pay_out);

  /// REFUND_DUE → REFUND_FAILED: the channel refused for good; repeated it changes nothing.
  /// Errors: vend_unknown, vend_reason_missing, vend_nothing_due, vend_state_conflict,
  /// payment_refund_under_way.
  port::Async<Result<domain::Vend>> payout_failed(VendId id, UserId by, std::string reason);

 private:
  port::Async<Result<domain::Money>> amount_to_refund(RefundRequest request);
  port::Async<Result<>> check_reversible(domain::Vend sale);
  port::Async<bool> is_reversed(domain::Vend sale);

  VendDesk desk_;
};

}  // namespace paymeter::service
