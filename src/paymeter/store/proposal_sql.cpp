// Decisions of two people: proposed once per key, decided once, with all that follows from it in
// the same transaction.
#include "paymeter/base/mistake.hpp"
#include "paymeter/store/filter.hpp"
#include "paymeter/store/proposal_columns.hpp"
#include "paymeter/store/settlement_sql.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Proposal;
using domain::ProposalKind;
using domain::ProposalState;
using domain::Vend;
using domain::VendState;
using Decision = ProposalStore::Decision;
using Vends = std::vector<Vend>;

/// Did the same person's same click come twice? What the service read from the meter may differ.
Result<port::Stored<Proposal>> repeated(const Proposal& stored, const Proposal& asked) {
  const bool is_same =
      stored.kind == asked.kind && stored.meter == asked.meter && stored.vend == asked.vend &&
      stored.settlement == asked.settlement && stored.resolution == asked.resolution &&
      stored.target_meter == asked.target_meter && stored.amount == asked.amount &&
      stored.paid_out_by == asked.paid_out_by && stored.reference == asked.reference;
  if (!is_same)
    return fail(Errc::vend_exists_with_different_request,
                "proposal " + std::to_string(stored.id.value));
  return port::Stored<Proposal>{stored, true};
}

Result<Vend> vend_of(Db& db, const Proposal& proposal) {
  auto vend = find_vend(db, *proposal.vend);
  if (vend && vend->meter != proposal.meter) return fail(Errc::vend_unknown, "another meter's");
  return vend;
}

bool was_refused_for_good(const Vend& vend) {
  return vend.state == VendState::refund_failed || vend.state == VendState::refund_due;
}

Result<> check_vend(Db& db, const Proposal& proposal) {
  const auto vend = vend_of(db, proposal);
  if (!vend) return fail(vend.error());
  const bool fits = proposal.kind == ProposalKind::manual_payout
                        ? was_refused_for_good(*vend)
                        : vend->state == VendState::quarantine;
  if (!fits) return fail(Errc::vend_state_conflict, std::string(vend_state_name(vend->state)));
  if (!proposal.target_meter) return {};
  if (vend->to_meter < domain::Money{}) return fail(Errc::vend_kind_wrong, "takes money out");
  if (!property_of_meter(db, *proposal.target_meter))
    return fail(Errc::meter_unknown, std::to_string(proposal.target_meter->value));
  return {};
}

/// A count below what was delivered in the same epoch would give numbers out a second time.
Result<> check_release(Db& db, const Proposal& proposal) {
  const auto money = meter_money(db, proposal.meter);
  if (!money) return fail(money.error());
  if (!money->quarantined) return fail(Errc::vend_state_conflict, "the meter is not quarantined");
  const auto highest = db.value<std::int64_t>(
      "select cast(coalesce(max(n), 0) as bigint) from vend where meter_id = :meter "
      "and epoch_serial = :serial and epoch_clear_count = :clear_count and n > 0 "
      "and (state = 'delivered' "
      "or to_meter_fen < 0 and state in ('refund_due', 'refunded', 'refund_failed'))",
      proposal.meter, proposal.epoch->serial, proposal.epoch->clear_count);
  if (*proposal.purchase_count < highest.value_or(0))
    return fail(Errc::vend_count_mismatch,
                "number " + std::to_string(*highest) + " was delivered: clear the meter first");
  return {};
}

WithoutMeter agreed_on(const Proposal& proposal, UserId by, UtcMs at) {
  return {*proposal.settlement, proposal.amount.value_or(domain::Money{}), by, at,
          domain::parse_agreed_reading(proposal.reference)};
}

Result<> check_settlement(Db& db, const Proposal& proposal) {
  const auto settlement = find_settlement(db, *proposal.settlement);
  if (!settlement) return fail(settlement.error());
  if (settlement->meter != proposal.meter) return fail(Errc::settlement_unknown, "another meter's");
  if (db.value<domain::Wallet>("select wallet from meter where id = :meter", proposal.meter) ==
      domain::Wallet::platform)
    return may_settle_on_platform(*settlement,
                                  agreed_on(proposal, proposal.proposed_by, proposal.proposed_at));
  if (!proposal.amount) return fail(Errc::proposal_incomplete, "amount");
  const auto next = settlement->kind == domain::SettlementKind::closing
                        ? domain::SettlementState::done
                        : domain::SettlementState::replacing;
  if (!may_follow(settlement->kind, settlement->state, next))
    return fail(Errc::settlement_state_conflict,
                std::string(settlement_state_name(settlement->state)));
  return {};
}

/// Is what the proposal is about as the proposal says?
Result<> check_subject(Db& db, const Proposal& proposal) {
  switch (proposal.kind) {
    case ProposalKind::resolve_vend:
    case ProposalKind::manual_payout:
      return check_vend(db, proposal);
    case ProposalKind::release_meter:
      return check_release(db, proposal);
    case ProposalKind::settle_without_meter:
      return check_settlement(db, proposal);
  }
  return fail(Errc::proposal_incomplete, "kind");
}

std::string document_of(const Proposal& proposal) {
  return "proposal " + std::to_string(proposal.id.value);
}

VendStep step_of(const Vend& vend, VendState to, const Proposal& proposal,
                 const Decision& decision) {
  VendStep step;
  step.vend = vend.id;
  step.from = vend.state;
  step.to = to;
  step.at = decision.at;
  step.by = decision.by;
  step.note = document_of(proposal);
  return step;
}

Result<Vends> resolve(Db& db, const Proposal& proposal, const Decision& decision) {
  auto vend = vend_of(db, proposal);
  if (!vend) return fail(vend.error());
  const domain::Resolution resolution = *proposal.resolution;
  VendStep step = step_of(*vend, state_when_resolved(vend->kind, resolution), proposal, decision);
  step.posting = domain::resolution_posting(*vend, resolution, decision.at);
  if (mistake_made(Mistake::resolve_twice) && vend->state != VendState::quarantine) {
    if (!step.posting) return Vends{};
    step.posting->document = document_of(proposal) + " again";
    if (auto posted = post(db, *step.posting); !posted) return fail(posted.error());
    return Vends{std::move(*vend)};
  }
  const auto money = meter_money(db, vend->meter);
  if (!money) return fail(money.error());
  // What did arrive has used its number; the meter's own count is taken over at its release.
  if (resolution == domain::Resolution::delivered && money->epoch == vend->epoch &&
      money->purchase_count < vend->n)
    step.new_count = vend->n;
  auto stepped = step_vend(db, step);
  if (!stepped) return fail(stepped.error());
  Vends out{*stepped};
  if (resolution == domain::Resolution::moved) {
    auto moved = move_vend(db, *stepped, *proposal.target_meter, decision.by, decision.at);
    if (!moved) return fail(moved.error());
    out.push_back(std::move(*moved));
    // The half of a transfer, or what was moved here before, keeps where it came from.
    if (!out.front().related) {
      out.front().related = out.back().id;
      update(db, out.front());
    }
  } else if (vend->kind == domain::VendKind::transfer_out && vend->related) {
    auto half = find_vend(db, *vend->related);
    if (half) out.push_back(std::move(*half));
  }
  return out;
}

Result<Vends> release(Db& db, const Proposal& proposal, const Decision& decision) {
  const auto quarantined = db.value<std::string>(
      "select slip_number from vend where meter_id = :meter and state = 'quarantine' order by id",
      proposal.meter);
  if (quarantined)
    return fail(Errc::vend_state_conflict, "vend " + *quarantined + " is quarantined");
  const auto money = meter_money(db, proposal.meter);
  if (!money) return fail(money.error());
  if (money->in_flight) return fail(Errc::vend_meter_busy);
  const bool is_blind = mistake_made(Mistake::release_blind);
  db.execute(
      "update meter_money set epoch_serial = :serial, epoch_clear_count = :clear_count, "
      "purchase_count = :count, quarantined = 0 where meter_id = :meter",
      proposal.epoch->serial, proposal.epoch->clear_count,
      is_blind ? money->purchase_count : *proposal.purchase_count, proposal.meter);
  const domain::Money found = proposal.amount.value_or(domain::Money{});
  if (found != domain::Money{}) {
    domain::Posting posting;
    posting.property = proposal.property;
    posting.kind = domain::PostingKind::foreign_sale;
    posting.at = decision.at;
    posting.operator_id = decision.by;
    posting.memo = proposal.evidence;
    posting.document = document_of(proposal);
    posting.entries = {{{domain::LedgerAccountKind::suspense, proposal.meter, {}, {}}, found},
                       {{domain::LedgerAccountKind::delivered, proposal.meter, {}, {}}, -found}};
    if (auto ok = post(db, posting); !ok) return fail(ok.error());
  }
  // Sales that waited for this release.
  return select<Vend>(db, "where vend.meter_id = :meter and vend.state = 'paid' order by vend.id",
                      proposal.meter);
}

Result<Vends> pay_out(Db& db, const Proposal& proposal, const Decision& decision) {
  auto vend = vend_of(db, proposal);
  if (!vend) return fail(vend.error());
  VendStep step = step_of(*vend, VendState::refunded, proposal, decision);
  vend->paid_out_by = step.paid_out_by = *proposal.paid_out_by;
  step.paid_out_reference = proposal.reference;
  step.posting = domain::paid_out_posting(*vend, decision.at);
  auto paid = step_vend(db, step);
  if (!paid) return fail(paid.error());
  return Vends{std::move(*paid)};
}

Result<Vends> carry_out(Db& db, const Proposal& proposal, const Decision& decision) {
  if (const auto fits = check_subject(db, proposal); !fits && !mistake_made(Mistake::resolve_twice))
    return fail(Errc::proposal_outdated, std::string(error_name(fits.error().code)));
  switch (proposal.kind) {
    case ProposalKind::resolve_vend:
      return resolve(db, proposal, decision);
    case ProposalKind::release_meter:
      return release(db, proposal, decision);
    case ProposalKind::manual_payout:
      return pay_out(db, proposal, decision);
    case ProposalKind::settle_without_meter:
      return settle_without_meter(db, agreed_on(proposal, decision.by, decision.at));
  }
  return fail(Errc::proposal_incomplete, "kind");
}

}  // namespace

Result<port::Stored<Proposal>> add_proposal(Db& db, Proposal proposal) {
  if (auto ok = domain::check_proposal(proposal); !ok) return fail(ok.error());
  const auto property = property_of_meter(db, proposal.meter);
  if (!property) return fail(Errc::meter_unknown, std::to_string(proposal.meter.value));
  proposal.property = *property;
  if (auto known = select_one<Proposal>(
          db, "where proposal.property_id = :property and proposal.idempotency_key = :key",
          proposal.property, proposal.idempotency_key))
    return repeated(*known, proposal);
  if (auto fits = check_subject(db, proposal); !fits) return fail(fits.error());
  proposal.state = ProposalState::open;
  proposal.decided_by = {};
  proposal.decided_at.reset();
  proposal.id = ProposalId{insert(db, proposal)};
  return port::Stored<Proposal>{std::move(proposal), false};
}

Result<ProposalStore::Decided> decide_proposal(Db& db, const Decision& decision) {
  auto proposal = find_proposal(db, decision.proposal);
  if (!proposal) return fail(proposal.error());
  if (mistake_made(Mistake::resolve_twice) && proposal->kind == ProposalKind::resolve_vend)
    proposal->state = ProposalState::open;
  if (auto may = domain::may_decide(*proposal, decision.by); !may) return fail(may.error());
  const bool is_approved = decision.verdict == ProposalStore::Verdict::approve;
  proposal->state = is_approved ? ProposalState::approved : ProposalState::rejected;
  proposal->decided_by = decision.by;
  proposal->decided_at = decision.at;
  proposal->decision_note = decision.note;
  const auto decided = db.execute(
      "update proposal set state = :state, decided_by = :by, decided_at = :at, "
      "decision_note = :note, mark = :mark where id = :id and state = 'open'",
      proposal->state, proposal->decided_by, proposal->decided_at, proposal->decision_note,
      mark_of_row(*proposal), proposal->id);
  if (decided != 1 && !mistake_made(Mistake::resolve_twice)) return fail(Errc::proposal_decided);
  if (!is_approved) return ProposalStore::Decided{std::move(*proposal), {}};
  auto vends = carry_out(db, *proposal, decision);
  if (!vends) return fail(vends.error());
  return ProposalStore::Decided{std::move(*proposal), std::move(*vends)};
}

Result<Proposal> find_proposal(Db& db, ProposalId id) {
  auto proposal = select_one<Proposal>(db, "where proposal.id = :id", id);
  if (!proposal) return fail(Errc::proposal_unknown, std::to_string(id.value));
  return std::move(*proposal);
}

Result<Listed<Proposal>> list_proposals(Db& db, const ProposalFilter& filter) {
  Filter where;
  where.add("proposal.state = :state", filter.state);
  where.add("proposal.kind = :kind", filter.kind);
  where.add("proposal.meter_id = :meter", filter.meter);
  return where.list<Proposal>(db, "", filter.page);
}

}  // namespace paymeter::store::sql
