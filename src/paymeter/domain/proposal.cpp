// What a decision of two people must say, and who may take it.
#include "paymeter/domain/proposal.hpp"

#include "paymeter/domain/agreed_reading.hpp"
#include "paymeter/domain/idempotency.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"resolve_vend", "release_meter", "manual_payout",
                                                 "settle_without_meter"};
constexpr std::array<std::string_view, 3> kStates{"open", "approved", "rejected"};
constexpr std::size_t kEvidenceBytesMin = 10;
constexpr std::size_t kTextBytesMax = 2'000;

Result<> check_fields(const Proposal& proposal) {
  const auto missing = [](const char* field) { return fail(Errc::proposal_incomplete, field); };
  switch (proposal.kind) {
    case ProposalKind::resolve_vend:
      if (!proposal.vend) return missing("vend");
      if (!proposal.resolution) return missing("resolution");
      if ((*proposal.resolution == Resolution::moved) != proposal.target_meter.has_value())
        return missing("target_meter");
      return {};
    case ProposalKind::release_meter:
      if (!proposal.epoch) return missing("epoch");
      if (!proposal.purchase_count) return missing("purchase_count");
      return {};
    case ProposalKind::manual_payout:
      if (!proposal.vend) return missing("vend");
      if (!proposal.paid_out_by) return missing("paid_out_by");
      if (proposal.reference.empty()) return missing("reference");
      return {};
    case ProposalKind::settle_without_meter:
      if (!proposal.settlement) return missing("settlement");
      if (proposal.amount && *proposal.amount < Money{}) return missing("amount");
      // A meter wallet's balance, or a platform wallet's register: the store knows which it is.
      if (!proposal.amount && !parse_agreed_reading(proposal.reference)) return missing("amount");
      return {};
  }
  return missing("kind");
}

}  // namespace

std::string_view proposal_kind_name(ProposalKind kind) { return spell(kKinds, kind); }
std::optional<ProposalKind> proposal_kind_from_name(std::string_view name) {
  return unspell<ProposalKind>(kKinds, name);
}
std::string_view proposal_state_name(ProposalState state) { return spell(kStates, state); }
std::optional<ProposalState> proposal_state_from_name(std::string_view name) {
  return unspell<ProposalState>(kStates, name);
}

Result<> check_proposal(const Proposal& proposal) {
  if (auto key = check_idempotency_key(proposal.idempotency_key); !key) return key;
  if (!proposal.meter) return fail(Errc::proposal_incomplete, "meter");
  if (auto fields = check_fields(proposal); !fields) return fields;
  if (proposal.evidence.size() < kEvidenceBytesMin) return fail(Errc::proposal_evidence_missing);
  if (proposal.evidence.size() > kTextBytesMax || proposal.reference.size() > kTextBytesMax)
    return fail(Errc::proposal_incomplete, "text too long");
  return {};
}

Result<> may_decide(const Proposal& proposal, UserId by) {
  if (proposal.state != ProposalState::open) return fail(Errc::proposal_decided);
  if (!by || by == proposal.proposed_by) return fail(Errc::proposal_same_person);
  return {};
}

}  // namespace paymeter::domain
