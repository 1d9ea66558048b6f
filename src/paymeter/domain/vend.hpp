/// One sale and its protocol: what may be sent, and what a deciding read means. Pure rules;
/// the store makes each step durable before a byte leaves. Source: docs/vending.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/money.hpp"

namespace paymeter::domain {

enum class VendState : std::uint8_t {
  created,
  paid,
  sent,
  cancelling,
  delivered,
  refund_due,
  refunded,
  refund_failed,
  quarantine,
  closed,
  moved  ///< out of quarantine into a vend on another meter
};
std::string_view vend_state_name(VendState state);
std::optional<VendState> vend_state_from_name(std::string_view name);
/// No further step happens by itself.
bool is_final(VendState state);

/// What a vend is for. Those that take money out of a meter have a negative `to_meter`.
enum class VendKind : std::uint8_t {
  sale,
  refund,        ///< 退电: out of the meter, then owed to the tenant
  reversal,      ///< 冲正: a wrong sale taken back whole, its service fee included
  grant,         ///< 补助: given, paid for by nobody
  adjustment,    ///< 余额调整: either sign, with a reason
  transfer_out,  ///< out of one meter of an account …
  transfer_in,   ///< … into another, CREATED until the first half has arrived
};
std::string_view vend_kind_name(VendKind kind);
std::optional<VendKind> vend_kind_from_name(std::string_view name);

enum class PaymentMethod : std::uint8_t { cash, bank_card, transfer, wechat, alipay, unionpay };
std::string_view payment_method_name(PaymentMethod method);
std::optional<PaymentMethod> payment_method_from_name(std::string_view name);

struct Vend {
  VendId id{};
  PropertyId property{};
  MeterId meter{};
  AccountId account{};
  std::string idempotency_key;
  VendKind kind = VendKind::sale;
  PaymentMethod method = PaymentMethod::cash;
  Money captured{};       ///< what the tenant paid
  Money fees{};           ///< kept as service fee
  Money to_meter{};       ///< captured − fees; negative for a refund
  std::uint32_t tag = 0;  ///< random; identifies our sale in the meter
  VendState state = VendState::created;
  std::uint16_t n = 0;            ///< purchase count reserved; 0 = none yet
  std::optional<Epoch> epoch;     ///< bound at reservation
  int attempts = 0;               ///< transmissions
  std::optional<VendId> related;  ///< reversal: the sale · transfer: its other half · moved into
  Wallet wallet = Wallet::meter;  ///< platform: delivered by its posting, nothing is sent
  bool shared_wallet = false;     ///< platform: the account's wallet, not the meter's (合并计费)
  bool settles = false;           ///< part of a settlement: goes ahead while the meter settles
  std::optional<Errc> reason;     ///< why cancelled, refused or quarantined
  std::string slip_number;        ///< 单号, given at creation, unique within the property
  UserId operator_id{};
  std::string note;
  UtcMs created_at{};
  std::optional<UtcMs> sent_at, finished_at;
  std::optional<Money> balance_before, balance_after;
  std::optional<PaymentMethod> paid_out_by;  ///< how money owed back was given back
  std::string paid_out_reference;            ///< receipt, bank reference or refund number
};

/// Money comes in or goes out by a payment method; grants, adjustments and transfers have none.
bool has_payment(VendKind kind);
/// The state after the meter showed the vend's number: REFUND_DUE for refund and reversal (what was
/// taken out is owed to the tenant), DELIVERED for the rest.
VendState state_when_delivered(VendKind kind);
/// The state when it is proven that the meter never applied it: REFUND_DUE where money was captured
/// (sale, transfer_in), CLOSED for the rest.
VendState state_when_undelivered(VendKind kind);

/// The burn that spends n on nothing carries the complement of the vend's tag.
constexpr std::uint32_t burn_tag(std::uint32_t tag) { return ~tag; }

/// May a PAID vend reserve n = count + 1 now? `fresh` was read after the vend was PAID.
/// Errors, in order: meter_quarantined, vend_meter_busy, meter_settling (another settlement step
/// has the meter), account_not_open (never opened here), vend_epoch_changed, account_not_open (in
/// the meter), vend_count_mismatch, vend_count_exhausted, vend_refund_exceeds_balance.
Result<std::uint16_t> may_reserve(const Vend& vend, const MeterMoney& money,
                                  const PrepaidState& fresh);

enum class VendVerdict : std::uint8_t {
  delivered,   ///< the meter holds our n and tag: count := n, post the delivery
  burned,      ///< the meter holds our burn: count := n, money is due back
  retransmit,  ///< n is still free and we want it: send the same frame again
  cancel,      ///< the meter refused explicitly: CANCELLING with `reason`
  burn_again,  ///< cancelling and n is still free: send the burn again
  quarantine,  ///< a person decides
};
std::string_view vend_verdict_name(VendVerdict verdict);

struct VendDecision {
  VendVerdict verdict = VendVerdict::quarantine;
  std::optional<Errc> reason;
  friend bool operator==(const VendDecision&, const VendDecision&) = default;
};

/// Reads the meter's own judgement. Requires: vend SENT or CANCELLING with n and epoch; `read`
/// started after that state was committed. `refused` = the meter answered this attempt's
/// transmission with an explicit refusal.
enum class Refusal : std::uint8_t { none, explicit_refusal };
VendDecision decide(const Vend& vend, const PrepaidState& read, Refusal refusal);

/// A vend as it must look before it is stored: signs by kind, captured = to_meter + fees, a
/// reversal names its sale. Asserted by the store.
bool is_well_formed(const Vend& vend);

/// Checks a request before anything is stored. Errors: vend_key_invalid, vend_amount_not_positive,
/// vend_amount_too_large.
Result<> check_sale(std::string_view idempotency_key, Money captured, Money limit);

}  // namespace paymeter::domain
