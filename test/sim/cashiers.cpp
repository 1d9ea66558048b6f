// Handing out what is owed, once.
#include "cashiers.hpp"

#include <fmt/format.h>

#include "payment_truth.hpp"

namespace paymeter::town {
namespace {

using domain::PaymentMethod;
using domain::VendState;

constexpr Millis kRound = minutes(3);
constexpr UserId kOne{1}, kOther{2};

}  // namespace

void Cashiers::begin() {
  if (scene_.mixture.pay_out_percent > 0) scene_.every(kRound, [this] { round(); });
}

void Cashiers::round() {
  for (const VendId id : scene_.invariants.owed()) {
    const VendRow& vend = scene_.invariants.vends().at(id);
    if (vend.state == VendState::refund_due && seen_due_.insert(id).second) pay(vend);
    if (vend.state == VendState::refund_failed && seen_failed_.insert(id).second) pay_by_hand(vend);
  }
}

void Cashiers::pay(const VendRow& vend) {
  if (dice_.between(1, 100) > scene_.mixture.pay_out_percent) return;
  const VendId id = vend.id;
  if (dice_.below(6) == 0)
    return scene_.errands.add_soon({}, [id](Slot& slot) { return give_up(slot, id); });
  const int cashiers = dice_.below(3) == 0 ? 2 : 1;
  for (int i = 0; i < cashiers; ++i) {
    const Payment payment{id, i == 0 ? PaymentMethod::cash : PaymentMethod::bank_card,
                          fmt::format("receipt-{}-{}", id.value, i)};
    scene_.errands.add_soon(Millis{dice_.between(0, 400)},
                            [this, payment](Slot& slot) { return pay_out(*this, slot, payment); });
  }
}

port::Async<Came> Cashiers::pay_out(Cashiers& self, Slot& slot, Payment payment) {
  const auto paid = co_await slot.station->refunds->pay_out(
      {payment.vend, payment.method, payment.reference, kOne});
  if (!paid)
    co_return judge(slot, "pay out", paid.error(),
                    {Errc::vend_state_conflict, Errc::payment_refund_under_way});
  self.handed_out(payment.vend, payment.reference);
  co_return Came::over;
}

port::Async<Came> Cashiers::give_up(Slot& slot, VendId vend) {
  const auto failed = co_await slot.station->refunds->payout_failed(vend, kOne, "收款户已销");
  if (failed) co_return Came::over;
  co_return judge(slot, "payout failed", failed.error(),
                  {Errc::vend_state_conflict, Errc::payment_refund_under_way});
}

void Cashiers::pay_by_hand(const VendRow& vend) {
  const Payment payment{vend.id, PaymentMethod::transfer,
                        fmt::format("transfer-{}", vend.id.value)};
  const MeterId meter = vend.meter;
  scene_.errands.add_soon(Millis{dice_.between(0, 60'000)}, [this, payment, meter](Slot& slot) {
    return by_hand(*this, slot, payment, meter);
  });
}

port::Async<Came> Cashiers::by_hand(Cashiers& self, Slot& slot, Payment payment, MeterId meter) {
  domain::Proposal asked;
  asked.kind = domain::ProposalKind::manual_payout;
  asked.meter = meter;
  asked.vend = payment.vend;
  asked.paid_out_by = payment.method;
  asked.reference = payment.reference;
  asked.evidence = "退款通道回单 4711";
  asked.idempotency_key = fmt::format("by-hand-{}", payment.vend.value);
  asked.proposed_by = kOne;
  auto& proposals = *slot.station->proposals;
  const auto proposed = co_await proposals.propose(asked);
  if (!proposed) co_return judge(slot, "propose payout", proposed.error(), {});
  const auto alone = co_await proposals.decide(
      {proposed->id, port::ProposalStore::Verdict::approve, kOne, {}, "自己批准"});
  if (alone) throw Violation{"two_people_decide", "paid by hand by one"};
  const auto decided = co_await proposals.decide(
      {proposed->id, port::ProposalStore::Verdict::approve, kOther, {}, "看过了"});
  // Decided before the answer was lost: the same transfer.
  if (!decided && decided.error().code != Errc::proposal_decided)
    co_return judge(slot, "decide payout", decided.error(), {});
  self.handed_out(payment.vend, payment.reference);
  ++self.counts_.resolutions;
  co_return Came::over;
}

void Cashiers::handed_out(VendId vend, const std::string& reference) {
  auto& receipts = handed_out_[vend];
  receipts.insert(reference);
  ++counts_.payouts;
  if (receipts.size() > 1)
    throw Violation{"money_goes_back_once", fmt::format("vend {}: {} and {}", vend.value,
                                                        *receipts.begin(), *receipts.rbegin())};
}

void Cashiers::at_rest() {
  for (const auto& [id, receipts] : handed_out_) {
    const VendRow& vend = scene_.invariants.vends().at(id);
    if (vend.state != VendState::refunded || vend.paid_out_reference != *receipts.begin())
      throw Violation{
          "what_was_handed_out_is_booked",
          fmt::format("vend {} {}, {}", id.value, vend_state_name(vend.state), *receipts.begin())};
    if (!is_online(vend)) continue;
    const std::string tail = "T" + std::to_string(vend.tag);
    for (const auto& [number, order] : scene_.provider.orders())
      if (number.ends_with(tail) && order.refund == port::RefundStanding::done)
        throw Violation{"money_goes_back_once",
                        fmt::format("vend {}: by the channel and {}", id.value, *receipts.begin())};
  }
}

}  // namespace paymeter::town
