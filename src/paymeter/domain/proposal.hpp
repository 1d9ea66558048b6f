/// Decisions that need two people: one proposes with evidence, another approves or rejects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/ledger.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/vend.hpp"

namespace paymeter::domain {

enum class ProposalKind : std::uint8_t {
  resolve_vend,          ///< a vend in QUARANTINE: delivered, undelivered or moved
  release_meter,         ///< take over the meter's own count and epoch, end its quarantine
  manual_payout,         ///< a refund that the channel refused for good is paid by hand
  settle_without_meter,  ///< a dead meter's balance is agreed and its settlement goes on
};
std::string_view proposal_kind_name(ProposalKind kind);
std::optional<ProposalKind> proposal_kind_from_name(std::string_view name);

enum class ProposalState : std::uint8_t { open, approved, rejected };
std::string_view proposal_state_name(ProposalState state);
std::optional<ProposalState> proposal_state_from_name(std::string_view name);

struct Proposal {
  ProposalId id{};
  PropertyId property{};
  ProposalKind kind = ProposalKind::resolve_vend;
  ProposalState state = ProposalState::open;
  MeterId meter{};
  std::optional<VendId> vend;                   ///< resolve_vend, manual_payout
  std::optional<SettlementId> settlement;       ///< settle_without_meter
  std::optional<Resolution> resolution;         ///< resolve_vend
  std::optional<MeterId> target_meter;          ///< resolve_vend, moved
  std::optional<Epoch> epoch;                   ///< release_meter: as read when it was proposed
  std::optional<std::uint16_t> purchase_count;  ///< release_meter, likewise
  std::optional<Money> amount;  ///< release_meter: sold by somebody else (0 = nothing found) ·
                                ///< settle_without_meter: the agreed balance
  std::optional<PaymentMethod> paid_out_by;  ///< manual_payout
  std::string reference;                     ///< manual_payout: bank reference, receipt
  std::string evidence;                      ///< what was seen, by whom, where it is kept
  std::string idempotency_key;
  UserId proposed_by{};
  UtcMs proposed_at{};
  UserId decided_by{};
  std::optional<UtcMs> decided_at;
  std::string decision_note;
};

/// Is everything there that its kind needs? Errors: vend_key_invalid, proposal_incomplete (detail
/// names the field), proposal_evidence_missing (shorter than 10 characters).
Result<> check_proposal(const Proposal& proposal);

/// Errors: proposal_decided (no longer open), proposal_same_person (whoever proposed it decides).
Result<> may_decide(const Proposal& proposal, UserId by);

}  // namespace paymeter::domain
