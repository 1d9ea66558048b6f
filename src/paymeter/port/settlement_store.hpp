/// Settlements in the store: closing and change-over, each step one transaction.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/settlement.hpp"
#include "paymeter/domain/supply.hpp"
#include "paymeter/port/page.hpp"

namespace paymeter::port {

struct SettlementFilter {
  std::string text;  ///< number, account number, name or meter code
  std::optional<domain::SettlementKind> kind;
  std::optional<domain::SettlementState> state;
  std::optional<MeterId> meter;
  std::optional<AccountId> account;
  Page page;
};

/// One conditional step; happens only if the settlement is in `from`. from = to is allowed and
/// stores facts. What follows for meter, account, books and device happens in the same transaction:
/// → done (closing): the meter leaves the account (the account closes with its last meter), what is
///   left of `delivered` becomes revenue, epoch and count are forgotten, the meter is free again;
/// → replacing: likewise for revenue, epoch and count; a device row keeps the old serial and final
///   register; the meter's configured serial becomes empty until the new one is known;
/// → opening: the new serial, CT ratio and start register are stored with the commands that open
///   the new device (their account data, customer number and versions are filled in); opening →
///   opening with a serial corrects them until the device is open;
/// → done (change-over): the meter is free again, so the transfer's second half may go;
/// → cancelled: the meter is free again and an account that was closing is open again; `commands`
///   bring the supply back; a refund or transfer of the settlement that is still PAID is CLOSED.
/// A vend that is PAID when its meter leaves the account is owed back (closing), or goes to the new
/// device (change-over).
struct SettlementStep {
  SettlementId settlement{};
  domain::SettlementState from = domain::SettlementState::tripping;
  domain::SettlementState to = domain::SettlementState::tripping;
  UtcMs at{};
  UserId by{};  ///< an operator's act; 0 = the station itself
  std::optional<domain::Epoch> epoch;
  std::optional<UtcMs> final_at;
  std::optional<std::int64_t> final_wh;
  std::optional<domain::Money> final_balance;
  std::optional<VendId> vend;
  std::optional<std::string> new_serial;
  std::optional<std::uint32_t> new_ct_ratio;
  std::optional<std::array<std::uint8_t, 16>> new_key;
  std::optional<std::int64_t> start_wh;
  std::optional<Errc> trouble;  ///< empty clears it
  std::vector<domain::Command> commands;
};

class SettlementStore {
 public:
  virtual ~SettlementStore() = default;
  /// Stores one settlement per meter in `tripping`, marks the meters as settling and, when all
  /// meters of the account are being closed, the account as closing. The same key returns the
  /// stored ones. Requires: one account, one kind, one key. Errors: account_has_sub_accounts (the
  /// account would end above one that has not ended; detail: their numbers), account_not_open,
  /// settlement_under_way, meter_quarantined, vend_exists_with_different_request.
  struct Begun {
    std::vector<domain::Settlement> settlements;
    bool existed = false;
  };
  virtual Async<Result<Begun>> begin_settlements(std::vector<domain::Settlement> settlements) = 0;
  /// Errors: settlement_unknown, settlement_state_conflict (not in `from`, or may_follow says no),
  /// vend_meter_busy (ending while a vend of the meter is SENT or CANCELLING).
  virtual Async<Result<domain::Settlement>> step_settlement(SettlementStep step) = 0;
  virtual Async<Result<domain::Settlement>> find_settlement(SettlementId id) = 0;
  virtual Async<Result<Listed<domain::Settlement>>> list_settlements(SettlementFilter filter) = 0;
  virtual Async<Result<std::vector<domain::Settlement>>> unfinished_settlements() = 0;
  /// Devices that stood at the meter's place before, oldest first; registers are never compared
  /// across their borders.
  struct Device {
    MeterId meter{};
    std::string serial;
    std::uint32_t ct_ratio = 1;
    std::optional<UtcMs> from_at;
    UtcMs to_at{};
    std::optional<std::int64_t> final_wh;
    std::optional<std::int64_t> next_start_wh;
    SettlementId settlement{};
  };
  virtual Async<Result<std::vector<Device>>> devices(MeterId meter) = 0;
};

}  // namespace paymeter::port
