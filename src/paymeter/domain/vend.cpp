// The rules of one sale: reservation, the meaning of a deciding read, request checks.
#include "paymeter/domain/vend.hpp"

#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/idempotency.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 11> kStates{
    "created",  "paid",          "sent",       "cancelling", "delivered", "refund_due",
    "refunded", "refund_failed", "quarantine", "closed",     "moved"};
constexpr std::array<std::string_view, 7> kKinds{
    "sale", "refund", "reversal", "grant", "adjustment", "transfer_out", "transfer_in"};
constexpr std::array<std::string_view, 6> kMethods{"cash",   "bank_card", "transfer",
                                                   "wechat", "alipay",    "unionpay"};
constexpr std::array<std::string_view, 6> kVerdicts{"delivered", "burned",     "retransmit",
                                                    "cancel",    "burn_again", "quarantine"};
constexpr std::uint16_t kCountMax = 65535;
constexpr std::uint16_t kRefusedForBalance = 5;  // PrepaidState::last_refusal

Errc reason_of_refusal(const Vend& vend, const PrepaidState& read) {
  const bool takes_too_much = vend.to_meter < Money{} && read.last_refusal == kRefusedForBalance;
  return takes_too_much ? Errc::vend_refund_exceeds_balance : Errc::vend_meter_refused;
}

bool holds_our_sale(const Vend& vend, const PrepaidState& read) {
  if (mistake_made(Mistake::no_amount)) return true;
  return read.last_tag == vend.tag && read.last_amount == vend.to_meter;
}

bool holds_our_burn(const Vend& vend, const PrepaidState& read) {
  return read.last_tag == burn_tag(vend.tag) && read.last_amount == Money{};
}

}  // namespace

std::string_view vend_state_name(VendState state) { return spell(kStates, state); }
std::optional<VendState> vend_state_from_name(std::string_view name) {
  return unspell<VendState>(kStates, name);
}
std::string_view vend_kind_name(VendKind kind) { return spell(kKinds, kind); }
std::optional<VendKind> vend_kind_from_name(std::string_view name) {
  return unspell<VendKind>(kKinds, name);
}
std::string_view payment_method_name(PaymentMethod method) { return spell(kMethods, method); }
std::optional<PaymentMethod> payment_method_from_name(std::string_view name) {
  return unspell<PaymentMethod>(kMethods, name);
}
std::string_view vend_verdict_name(VendVerdict verdict) { return spell(kVerdicts, verdict); }

bool is_final(VendState state) {
  return state != VendState::created && state != VendState::paid && state != VendState::sent &&
         state != VendState::cancelling;
}

bool has_payment(VendKind kind) {
  return kind == VendKind::sale || kind == VendKind::refund || kind == VendKind::reversal;
}

VendState state_when_delivered(VendKind kind) {
  return kind == VendKind::refund || kind == VendKind::reversal ? VendState::refund_due
                                                                : VendState::delivered;
}

VendState state_when_undelivered(VendKind kind) {
  return kind == VendKind::sale || kind == VendKind::transfer_in ? VendState::refund_due
                                                                 : VendState::closed;
}

bool is_well_formed(const Vend& vend) {
  if (vend.captured != vend.to_meter + vend.fees) return false;
  if (vend.fees != Money{} && !has_payment(vend.kind)) return false;
  switch (vend.kind) {
    case VendKind::sale:
      return vend.captured > Money{} && vend.to_meter > Money{} && vend.fees >= Money{};
    case VendKind::refund:
      return vend.to_meter < Money{} && vend.fees == Money{};
    case VendKind::reversal:
      return vend.to_meter < Money{} && vend.fees <= Money{} && vend.related.has_value();
    case VendKind::grant:
      return vend.to_meter > Money{};
    case VendKind::adjustment:
      return vend.to_meter != Money{};
    case VendKind::transfer_out:
      return vend.to_meter < Money{};
    case VendKind::transfer_in:
      return vend.to_meter > Money{};
  }
  return false;
}

Result<std::uint16_t> may_reserve(const Vend& vend, const MeterMoney& money,
                                  const PrepaidState& fresh) {
  PAYMETER_ASSERT(vend.state == VendState::paid);
  if (money.quarantined) return fail(Errc::meter_quarantined);
  if (money.in_flight && !mistake_made(Mistake::no_lock)) return fail(Errc::vend_meter_busy);
  if (money.settling && !vend.settles) return fail(Errc::meter_settling);
  if (!money.epoch) return fail(Errc::account_not_open);
  // The epoch comes first: a replaced or cleared meter knows no account, and people must be called.
  if (fresh.epoch != *money.epoch) return fail(Errc::vend_epoch_changed);
  if (!fresh.account_open) return fail(Errc::account_not_open);
  if (fresh.purchase_count != money.purchase_count)
    return fail(Errc::vend_count_mismatch, "meter " + std::to_string(fresh.purchase_count) +
                                               ", platform " +
                                               std::to_string(money.purchase_count));
  if (money.purchase_count == kCountMax) return fail(Errc::vend_count_exhausted);
  // The meter would refuse it too; asking first spares a number and tells the operator at once.
  if (vend.to_meter < Money{} && fresh.balance < -vend.to_meter)
    return fail(Errc::vend_refund_exceeds_balance, "balance " + format_money(fresh.balance));
  return static_cast<std::uint16_t>(money.purchase_count + 1);
}

VendDecision decide(const Vend& vend, const PrepaidState& read, Refusal refusal) {
  PAYMETER_ASSERT(vend.state == VendState::sent || vend.state == VendState::cancelling);
  PAYMETER_ASSERT(vend.n > 0 && vend.epoch.has_value());
  if (read.epoch != *vend.epoch && !mistake_made(Mistake::no_epoch))
    return {VendVerdict::quarantine, Errc::vend_epoch_changed};
  if (read.purchase_count == vend.n) {
    // A sale cancelled too late was still delivered: the meter is the judge.
    if (holds_our_sale(vend, read)) return {VendVerdict::delivered, std::nullopt};
    if (holds_our_burn(vend, read)) return {VendVerdict::burned, vend.reason};
    return {VendVerdict::quarantine, Errc::vend_foreign_sale};
  }
  if (read.purchase_count + 1 != vend.n)
    return {VendVerdict::quarantine, Errc::vend_count_mismatch};
  if (vend.state == VendState::cancelling) return {VendVerdict::burn_again, vend.reason};
  if (refusal == Refusal::explicit_refusal && read.last_refusal != 0)
    return {VendVerdict::cancel, reason_of_refusal(vend, read)};
  return {VendVerdict::retransmit, std::nullopt};
}

Result<> check_sale(std::string_view idempotency_key, Money captured, Money limit) {
  if (auto key = check_idempotency_key(idempotency_key); !key) return key;
  if (captured <= Money{}) return fail(Errc::vend_amount_not_positive);
  if (captured > limit) return fail(Errc::vend_amount_too_large, "limit " + format_money(limit));
  return {};
}

}  // namespace paymeter::domain
