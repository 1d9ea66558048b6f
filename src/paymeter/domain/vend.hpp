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
  closed
};
std::string_view vend_state_name(VendState state);
std::optional<VendState> vend_state_from_name(std::string_view name);
/// No further step happens by itself.
bool is_final(VendState state);

enum class VendKind : std::uint8_t { sale, refund };
std::string_view vend_kind_name(VendKind kind);

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
  std::uint16_t n = 0;         ///< purchase count reserved; 0 = none yet
  std::optional<Epoch> epoch;  ///< bound at reservation
  int attempts = 0;            ///< transmissions
  std::optional<Errc> reason;  ///< why cancelled, refused or quarantined
  std::string slip_number;     ///< 单号, given at creation, unique within the property
  UserId operator_id{};
  std::string note;
  UtcMs created_at{};
  std::optional<UtcMs> sent_at, finished_at;
  std::optional<Money> balance_before, balance_after;
};

/// The burn that spends n on nothing carries the complement of the vend's tag.
constexpr std::uint32_t burn_tag(std::uint32_t tag) { return ~tag; }

/// May a PAID vend reserve n = count + 1 now? `fresh` was read after the vend was PAID.
/// Errors, in order: meter_quarantined, vend_meter_busy, account_not_open, vend_epoch_changed,
/// vend_count_mismatch, vend_count_exhausted.
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

/// Checks a request before anything is stored. Errors: vend_key_invalid, vend_amount_not_positive,
/// vend_amount_too_large.
Result<> check_sale(std::string_view idempotency_key, Money captured, Money limit);

}  // namespace paymeter::domain
