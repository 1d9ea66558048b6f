// Invariants 4 and 6 of docs/vending.md, with the provider's books as the truth.
#include "payment_truth.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace paymeter::town {

using domain::VendState;
using port::OrderStanding;
using port::RefundStanding;

bool is_online(const VendRow& vend) {
  return vend.method == "wechat" && vend.kind == domain::VendKind::sale;
}

namespace {

/// By the channel, or by a cashier and then not by the channel.
bool is_given_back_so(const VendRow& vend, const sim::PaymentProvider::Order& order) {
  const bool by_channel = vend.paid_out_by.empty() || vend.paid_out_by == vend.method;
  return by_channel == (order.refund == RefundStanding::done);
}

}  // namespace

const sim::PaymentProvider::Order* PaymentTruth::order_of(const VendRow& vend) {
  if (const auto known = by_tag_.find(vend.tag); known != by_tag_.end()) return known->second;
  const std::string tail = "T" + std::to_string(vend.tag);
  for (const auto& [number, order] : provider_.orders())
    if (number.ends_with(tail)) return by_tag_[vend.tag] = &order;
  return nullptr;
}

void PaymentTruth::check(const VendRow& vend) {
  if (!is_online(vend) || vend.state == VendState::created || vend.state == VendState::closed)
    return;
  const auto* order = order_of(vend);
  const std::string what = fmt::format("vend {} {}", vend.id.value, vend_state_name(vend.state));
  if (order == nullptr || order->standing != OrderStanding::captured ||
      order->terms.amount.fen != vend.captured_fen)
    throw Violation{"paid_means_captured", what};
  if (vend.state == VendState::refunded && !is_given_back_so(vend, *order))
    throw Violation{"refunded_means_given_back", what};
}

bool PaymentTruth::is_settled(const Invariants& invariants) const {
  return std::ranges::none_of(invariants.vends(), [](const auto& row) {
    return is_online(row.second) && row.second.state == VendState::refund_due;
  });
}

void PaymentTruth::at_rest(const Invariants& invariants) {
  for (const auto& [id, vend] : invariants.vends()) {
    if (!is_online(vend)) continue;
    check(vend);
    const auto* order = order_of(vend);
    if (order == nullptr) continue;
    const std::string what = fmt::format("vend {} {}", vend.id.value, vend_state_name(vend.state));
    const bool is_captured = order->standing == OrderStanding::captured;
    if (is_captured && (vend.state == VendState::closed || vend.state == VendState::created))
      throw Violation{"no_captured_payment_ends_in_closed", what};
    if (order->refund == RefundStanding::done && vend.state != VendState::refunded)
      throw Violation{"refunded_means_given_back", what};
    if (order->paid_back > 1) throw Violation{"money_goes_back_once", what};
  }
}

}  // namespace paymeter::town
