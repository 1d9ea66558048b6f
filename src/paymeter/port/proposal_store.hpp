/// Decisions of two people in the store: the approval and what it does are one transaction.
#pragma once

#include <optional>
#include <string>

#include "paymeter/domain/proposal.hpp"
#include "paymeter/port/page.hpp"
#include "paymeter/port/stored.hpp"

namespace paymeter::port {

struct ProposalFilter {
  std::optional<domain::ProposalState> state;
  std::optional<domain::ProposalKind> kind;
  std::optional<MeterId> meter;
  Page page;
};

class ProposalStore {
 public:
  virtual ~ProposalStore() = default;
  /// The same key returns the stored one (`existed`). Errors: those of domain::check_proposal,
  /// meter_unknown, vend_unknown, settlement_unknown, vend_state_conflict (resolve_vend: not in
  /// QUARANTINE; manual_payout: neither REFUND_FAILED nor REFUND_DUE), meter_quarantined is
  /// required by release_meter (else vend_state_conflict), vend_exists_with_different_request.
  virtual Async<Result<Stored<domain::Proposal>>> add_proposal(domain::Proposal proposal) = 0;
  /// Approves and does it, or rejects, in one transaction:
  /// resolve_vend: the vend leaves QUARANTINE by its resolution posting (`moved`: a transfer_in on
  /// the
  ///   target meter is stored PAID, its money from the account's transfer account);
  /// release_meter: the platform's epoch and count become the proposal's, the meter leaves
  /// quarantine;
  ///   an amount ≠ 0 is booked Dr suspense / Cr delivered (foreign_sale). Every vend of the meter
  ///   must have left QUARANTINE before (else vend_state_conflict);
  /// manual_payout: REFUND_FAILED or REFUND_DUE → REFUNDED with its posting;
  /// settle_without_meter: the agreed balance leaves the meter's books (closing: a refund vend that
  /// is
  ///   REFUND_DUE; change-over: transfer_out DELIVERED and transfer_in PAID), the settlement goes
  ///   on to done or replacing, `without_meter`.
  /// `vends`: every vend that changed or was made, for services to take up.
  /// Errors: proposal_unknown, proposal_decided, proposal_same_person, proposal_outdated (what it
  /// is about has changed since), ledger errors.
  enum class Verdict : std::uint8_t { approve, reject };
  struct Decision {
    ProposalId proposal{};
    Verdict verdict = Verdict::reject;
    UserId by{};
    UtcMs at{};
    std::string note;
  };
  struct Decided {
    domain::Proposal proposal;
    std::vector<domain::Vend> vends;
  };
  virtual Async<Result<Decided>> decide_proposal(Decision decision) = 0;
  virtual Async<Result<domain::Proposal>> find_proposal(ProposalId id) = 0;
  virtual Async<Result<Listed<domain::Proposal>>> list_proposals(ProposalFilter filter) = 0;
};

}  // namespace paymeter::port
