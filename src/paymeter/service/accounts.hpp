/// Opening accounts: stored first, then carried into the meters by commands, then confirmed.
#pragma once

#include <string>
#include <vector>

#include "paymeter/port/store.hpp"
#include "paymeter/service/commands.hpp"

namespace paymeter::service {

struct OpeningRequest {
  std::string idempotency_key;
  MeterId meter{};
  std::string customer_name, phone, note;
  UserId operator_id{};
  std::vector<MeterId> further_meters{};  ///< of the same account, opened with the first
};

class Accounts {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Commands& commands;
    LiveTable& live;
    EventHub& events;
  };
  explicit Accounts(Deps deps) : deps_(deps) {}

  /// Stores the account as `opening` with its commands (open, settings, prices for each meter) and
  /// starts them. The command service confirms each meter when it shows the opening.
  /// Errors, in order: account_invalid, vend_key_invalid, meter_unknown, vend_wallet_unsupported
  /// (not a prepaid meter), vend_test_key, account_already_open, store errors.
  port::Async<Result<domain::Account>> open(OpeningRequest request);

  /// 一键开户: every row by itself, in order, each with a key of its own; one that is refused
  /// changes nothing for the others.
  port::Async<std::vector<Result<domain::Account>>> open_each(std::vector<OpeningRequest> rows);

  /// Finishes openings on platform wallets that a crash interrupted. Call once at the start.
  port::Async<Result<>> resume();

 private:
  port::Async<Result<domain::Account>> confirm_platform(domain::Account account);

  Deps deps_;
};

/// Can an account be opened on the meter at all? Errors, in order: meter_unknown,
/// vend_wallet_unsupported, vend_test_key.
Result<> check_openable(const LiveTable& live, MeterId meter);

/// What carries an opening into the meter. Requires: check_openable.
std::vector<domain::Command> opening_commands(const LiveTable& live, MeterId meter, UserId by,
                                              UtcMs at);

}  // namespace paymeter::service
