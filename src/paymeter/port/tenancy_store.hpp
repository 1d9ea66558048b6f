/// What happens to an account after it was opened: further meters, another holder, corrections, an
/// account above it. Each method is one transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/account.hpp"
#include "paymeter/domain/money.hpp"
#include "paymeter/domain/supply.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

class TenancyStore {
 public:
  virtual ~TenancyStore() = default;

  struct MetersAdded {
    AccountId account{};
    std::vector<MeterId> meters;
    std::vector<domain::Command> commands;  ///< each names its meter
    std::string idempotency_key;
    UtcMs at{};
  };
  struct Grown {
    domain::Account account;
    std::vector<domain::Command> commands;
    bool existed = false;
  };
  /// The meters join the account; each is open when it has confirmed. The same key returns what
  /// was stored. Errors: account_unknown, account_not_open (neither opening nor open),
  /// meter_unknown, account_already_open (a meter is in an account),
  /// vend_exists_with_different_request.
  virtual Async<Result<Grown>> add_meters(MetersAdded added) = 0;
  /// The opening of a meter failed for good: it leaves the account, which is closed with its last
  /// meter. Nothing happens to a meter that has confirmed.
  virtual Async<Result<domain::Account>> leave_unopened(AccountId account, MeterId meter,
                                                        UtcMs at) = 0;

  /// One meter at the moment of a change of holder.
  struct HolderMeter {
    MeterId meter{};
    std::optional<std::int64_t> energy_wh;  ///< primary side
    std::optional<domain::Money> balance;
    std::optional<UtcMs> read_at;
  };
  /// Who held an account before, and what its meters showed at the end.
  struct Holder {
    std::string customer_name, phone;
    UtcMs to_at{};
    std::string reason;
    UserId operator_id{};
    std::vector<HolderMeter> meters;
  };
  struct HolderChange {
    AccountId account{};
    std::string customer_name, phone;  ///< of the new holder
    std::string reason;
    std::string idempotency_key;
    UserId by{};
    UtcMs at{};
    std::vector<HolderMeter> meters;
  };
  /// 过户: the account, its meters and their money stay as they are. The same key changes nothing.
  /// Errors: account_unknown, account_not_open, vend_exists_with_different_request.
  virtual Async<Result<domain::Account>> change_holder(HolderChange change) = 0;
  /// Oldest first; the present one is the account's own row.
  virtual Async<Result<std::vector<Holder>>> holders(AccountId account) = 0;

  /// Overwrites name, phone and note. Errors: account_unknown.
  struct Correction {
    AccountId account{};
    std::string customer_name, phone, note;
  };
  virtual Async<Result<domain::Account>> correct_account(Correction correction) = 0;
  /// Empty: no account above. Errors: account_unknown, account_not_open (closed),
  /// account_parent_invalid (itself, one below it, closing, closed, another property's, or deeper
  /// than kAccountDepthMax).
  virtual Async<Result<domain::Account>> set_parent(AccountId account,
                                                    std::optional<AccountId> parent) = 0;
};

}  // namespace paymeter::port
