/// Opening accounts: stored first, then carried into the meter by commands, then confirmed.
#pragma once

#include <string>

#include "paymeter/port/store.hpp"
#include "paymeter/service/commands.hpp"

namespace paymeter::service {

struct OpeningRequest {
  std::string idempotency_key;
  MeterId meter{};
  std::string customer_name, phone, note;
  UserId operator_id{};
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

  /// Stores the account as `opening` with its commands (open, settings, prices) and starts them.
  /// The command service confirms the opening when the meter shows it.
  /// Errors, in order: account_invalid, vend_key_invalid, meter_unknown, vend_wallet_unsupported
  /// (not a prepaid meter), vend_test_key, account_already_open, store errors.
  port::Async<Result<domain::Account>> open(OpeningRequest request);

 private:
  Deps deps_;
};

}  // namespace paymeter::service
