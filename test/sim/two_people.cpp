// Evidence, proposal, decision.
#include "two_people.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace paymeter::town {
namespace {

using domain::ProposalKind;
using domain::Resolution;
using domain::VendState;

constexpr Millis kRound = minutes(4);
constexpr UserId kOne{1}, kOther{2}, kThird{3};

}  // namespace

void TwoPeople::begin() {
  if (scene_.mixture.resolves) scene_.every(kRound, [this] { round(); });
}

bool TwoPeople::is_done() const {
  if (!scene_.mixture.resolves) return true;
  return std::ranges::none_of(scene_.invariants.money(),
                              [](const auto& row) { return row.second.quarantined; });
}

void TwoPeople::round() {
  for (const auto& [meter, money] : scene_.invariants.money())
    if (money.quarantined && open_[meter] == 0 && !look_at_vends(meter)) look_at_meter(meter);
}

/// True when there was something to do before the meter itself.
bool TwoPeople::look_at_vends(MeterId meter) {
  bool found = false;
  for (const VendId id : scene_.invariants.quarantined_vends()) {
    const VendRow& vend = scene_.invariants.vends().at(id);
    if (vend.meter != meter) continue;
    found = true;
    domain::Proposal asked;
    asked.kind = ProposalKind::resolve_vend;
    asked.meter = meter;
    asked.vend = id;
    asked.resolution = what_happened(vend);
    if (asked.resolution == Resolution::moved) asked.target_meter = meter;
    put(std::move(asked));
  }
  return found;
}

/// Nothing in quarantine can still arrive: its number is used or its epoch is over.
Resolution TwoPeople::what_happened(const VendRow& vend) {
  if (!scene_.truth.under(vend.tag).empty()) return Resolution::delivered;
  const bool may_move = vend.to_meter_fen > 0 && !scene_.invariants.settles(vend.meter);
  return may_move && dice_.below(3) == 0 ? Resolution::moved : Resolution::undelivered;
}

void TwoPeople::look_at_meter(MeterId meter) {
  for (const VendId id : scene_.invariants.unfinished()) {
    const VendRow& vend = scene_.invariants.vends().at(id);
    const bool in_flight = vend.state == VendState::sent || vend.state == VendState::cancelling;
    if (vend.meter == meter && in_flight) return;
  }
  domain::Proposal asked;
  asked.kind = ProposalKind::release_meter;
  asked.meter = meter;
  const std::int64_t found = scene_.invariants.sold_elsewhere(meter);
  if (found > 0 && dice_.below(2) == 0) asked.amount = domain::Money{found};
  put(std::move(asked));
}

void TwoPeople::put(domain::Proposal asked) {
  asked.evidence = "两人到现场看过，照片 4711";
  asked.idempotency_key = fmt::format("two-{}-{}", scene_.mixture.seed, 1000 + ++keys_);
  asked.proposed_by = kOne;
  // Two who approve at once: the second one must be told that it is decided.
  const int approvers = dice_.below(3) == 0 ? 2 : 1;
  for (int i = 0; i < approvers; ++i) {
    const UserId second = i == 0 ? kOther : kThird;
    ++open_[asked.meter];
    scene_.errands.add_soon(Millis{dice_.between(0, 2'000)}, [this, asked, second](Slot& slot) {
      return decide(*this, slot, asked, second);
    });
  }
}

port::Async<Came> TwoPeople::decide(TwoPeople& self, Slot& slot, domain::Proposal asked,
                                    UserId second) {
  const auto over = [&self, meter = asked.meter](Came came) {
    if (came == Came::over) --self.open_[meter];
    return came;
  };
  auto& proposals = *slot.station->proposals;
  const auto proposed = co_await proposals.propose(asked);
  if (!proposed)
    co_return over(judge(slot, "propose", proposed.error(),
                         {Errc::vend_state_conflict, Errc::vend_count_mismatch}));
  const auto decided = co_await proposals.decide(
      {proposed->id, port::ProposalStore::Verdict::approve, second, {}, "看过了"});
  if (decided) {
    ++self.counts_.resolutions;
    if (!self.approved_.insert(proposed->id).second)
      throw Violation{"decided_once", asked.idempotency_key};
    co_return over(Came::over);
  }
  // Outdated: looked at again in the next round.
  co_return over(judge(slot, "decide", decided.error(),
                       {Errc::proposal_decided, Errc::proposal_outdated, Errc::vend_state_conflict,
                        Errc::account_not_open, Errc::transfer_other_account}));
}

}  // namespace paymeter::town
