/// Opening accounts: stored first, then carried into the meters by commands, then confirmed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/port/store.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/commands.hpp"

namespace paymeter::service {

struct OpeningRequest {
  std::string idempotency_key;
  MeterId meter{};
  std::string customer_name, phone, note;
  UserId operator_id{};
  std::vector<MeterId> further_meters{};  ///< of the same account, opened with the first
  bool shared_wallet = false;             ///< 合并计费: all its meters pay from one wallet
  std::optional<domain::tariff::Household> household{};  ///< from this month on; none: one
};

using OpenedAccount = port::Stored<domain::Account>;

class Accounts {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Commands& commands;
    LiveTable& live;
    EventHub& events;
    Collector* collector = nullptr;  ///< reads a platform wallet's meter at its opening
  };
  explicit Accounts(Deps deps) : deps_(deps) {}

  /// Stores the account as `opening` with its commands (open, settings, prices for each meter) and
  /// starts them. The command service confirms each meter when it shows the opening.
  /// Errors, in order: account_invalid, vend_key_invalid, household_invalid, meter_unknown,
  /// vend_wallet_unsupported
  /// (not a prepaid meter; a shared wallet and a meter with its own), vend_test_key,
  /// account_already_open, wallet_terms_invalid (a shared wallet over a meter in kWh or m³), store
  /// errors.
  port::Async<Result<OpenedAccount>> open(OpeningRequest request);

  /// 一键开户: every row by itself, in order, each with a key of its own; one that is refused
  /// changes nothing for the others.
  port::Async<std::vector<Result<OpenedAccount>>> open_each(std::vector<OpeningRequest> rows);

  /// Finishes openings on platform wallets that a crash interrupted. Call once at the start.
  port::Async<Result<>> resume();

 private:
  port::Async<> read_at_opening(std::vector<MeterId> meters);

  Deps deps_;
};

/// A platform wallet needs no meter's word: its meters are open as soon as they are stored.
/// Repeating it changes nothing. Errors: those of AccountStore::confirm_open.
port::Async<Result<domain::Account>> confirm_platform(port::Store& store, const LiveTable& live,
                                                      domain::Account account);

/// Can an account be opened on the meter at all? Errors, in order: meter_unknown,
/// vend_wallet_unsupported, vend_test_key.
Result<> check_openable(const LiveTable& live, MeterId meter);

/// What carries an opening into the meter. Requires: check_openable.
std::vector<domain::Command> opening_commands(const LiveTable& live, MeterId meter, UserId by,
                                              UtcMs at);

}  // namespace paymeter::service
