/// Settlements as plain functions over one connection. Contracts: port/settlement_store.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "paymeter/domain/agreed_reading.hpp"
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

// settlement_sql.cpp
Result<SettlementStore::Begun> begin_settlements(Db& db,
                                                 std::vector<domain::Settlement> settlements);
Result<domain::Settlement> step_settlement(Db& db, const SettlementStep& step);
Result<domain::Settlement> find_settlement(Db& db, SettlementId id);
Result<Listed<domain::Settlement>> list_settlements(Db& db, const SettlementFilter& filter);
Rows<domain::Settlement> unfinished_settlements(Db& db);
Rows<SettlementStore::Device> devices(Db& db, MeterId meter);

// settlement_end_sql.cpp
/// What reaching `step.to` means for meter, account, books and device. `next` is stored already.
/// Errors: vend_meter_busy, ledger errors.
Result<> follow_settlement(Db& db, const domain::Settlement& next, const SettlementStep& step);

/// The device is dead and two people agreed on what was in it.
struct WithoutMeter {
  SettlementId settlement{};
  domain::Money balance{};  ///< 0 or more; on a platform wallet in debt: what is written off
  UserId by{};
  UtcMs at{};
  std::optional<domain::AgreedReading> reading{};  ///< platform wallets: the final register
};
/// May two people settle a platform wallet so? Errors: settlement_state_conflict (neither before
/// its bill nor in debt), proposal_incomplete (detail: final_wh where there is no debt, final_at in
/// the future, amount).
Result<> may_settle_on_platform(const domain::Settlement& settlement, const WithoutMeter& agreed);

/// Platform wallet: the agreed register becomes the final reading and the settlement goes on from
/// `returning`, or, in debt and without a reading, an adjustment of exactly `balance` is stored.
/// Meter wallet: the agreed balance leaves the meter's books (closing: a refund vend that is
/// REFUND_DUE; change-over: transfer_out DELIVERED and transfer_in PAID), the settlement goes on to
/// done or replacing. A vend whose frames may have reached the dead device goes to QUARANTINE.
/// Returns every vend that changed or was made. Errors: settlement_unknown,
/// settlement_state_conflict (cleared already, or over), meter_quarantined, ledger errors.
Result<std::vector<domain::Vend>> settle_without_meter(Db& db, const WithoutMeter& agreed);

// settlement_platform_sql.cpp
bool is_platform(Db& db, MeterId meter);

/// Money that nobody gave back may not stay behind: an own wallet ends with its meter, a shared
/// one with the account's last. Errors: settlement_state_conflict (look again).
Result<> check_wallet_empty(Db& db, const domain::Settlement& settlement);

/// The platform wallet's part of settle_without_meter.
Result<std::vector<domain::Vend>> settle_on_platform(Db& db, const domain::Settlement& settlement,
                                                     const WithoutMeter& agreed);

}  // namespace paymeter::store::sql
