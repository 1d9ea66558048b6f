/// Money that moves without a payment: adjustment 余额调整, grant 补助, transfer between meters of
/// one account; and the correction of a sale's payment method. Every call may be repeated.
#pragma once

#include <string>
#include <vector>

#include "paymeter/service/vend_desk.hpp"

namespace paymeter::service {

struct TransferRequest {
  VendOrder order;  ///< its meter gives
  MeterId to{};
  domain::Money amount{};
};

struct GrantBatch {
  struct Row {
    MeterId meter{};
    domain::Money amount{};
  };
  std::string idempotency_key;
  UserId operator_id{};
  std::string reason;
  std::vector<Row> rows;
};

class Credits {
 public:
  explicit Credits(VendDesk::Deps deps) : desk_(deps) {}

  /// Adds to what a meter holds, or takes from it (`amount` below 0). Errors, in order:
  /// vend_key_invalid, meter_unknown, vend_exists_with_different_request, vend_reason_missing,
  /// vend_amount_not_positive (0), vend_amount_too_large, vend_wallet_unsupported, vend_test_key,
  /// account_not_open, vend_balance_limit, vend_refund_exceeds_balance, meter_quarantined,
  /// meter_settling, store errors.
  port::Async<Result<StoredVend>> adjust(VendOrder order, domain::Money amount);

  /// Gives what nobody paid for. Errors: those of adjust.
  port::Async<Result<StoredVend>> grant(VendOrder order, domain::Money amount);

  /// One grant per row, each by itself: a refused row stops none of the others. The same key again
  /// gives the same vends. Errors of the whole: vend_key_invalid, vend_reason_missing. Errors of a
  /// row: those of grant, import_duplicate (the meter stands in an earlier row).
  struct GrantResult {
    MeterId meter{};
    Result<StoredVend> vend;
  };
  port::Async<Result<std::vector<GrantResult>>> grant_all(GrantBatch batch);

  /// Out of one meter into another of the same account; the second half starts when the first has
  /// arrived. Errors, in order: vend_key_invalid, meter_unknown,
  /// vend_exists_with_different_request, vend_amount_not_positive, vend_amount_too_large,
  /// transfer_same_meter, vend_wallet_unsupported, vend_test_key, account_not_open,
  /// vend_balance_limit, transfer_other_account, vend_refund_exceeds_balance, meter_quarantined,
  /// meter_settling, store errors.
  port::Async<Result<port::VendStore::Transfer>> transfer(TransferRequest request);

  /// The sale was paid another way than was booked. The same method again changes nothing.
  /// Errors: vend_reason_missing, those of VendStore::correct_method.
  port::Async<Result<domain::Vend>> correct_method(VendId sale, domain::PaymentMethod method,
                                                   UserId by, std::string reason);

 private:
  port::Async<Result<StoredVend>> credit(VendOrder order, domain::VendKind kind,
                                         domain::Money amount);
  port::Async<Result<port::VendStore::Transfer>> repeated_transfer(domain::Vend stored,
                                                                   TransferRequest request);
  port::Async<Result<>> check_transfer(TransferRequest request);

  VendDesk desk_;
};

}  // namespace paymeter::service
