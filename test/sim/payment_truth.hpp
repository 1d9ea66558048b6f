/// What the provider holds beside what the platform says about its orders.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "invariants.hpp"
#include "paymeter/sim/payment_provider.hpp"

namespace paymeter::town {

class PaymentTruth {
 public:
  explicit PaymentTruth(const sim::PaymentProvider& provider) : provider_(provider) {}
  /// Whenever a vend changed. Throws Violation.
  void check(const VendRow& vend);
  /// No order has money that must still go back.
  bool is_settled(const Invariants& invariants) const;
  /// When nothing more is going to happen. Throws Violation.
  void at_rest(const Invariants& invariants);

 private:
  const sim::PaymentProvider::Order* order_of(const VendRow& vend);
  const sim::PaymentProvider& provider_;
  std::unordered_map<std::uint32_t, const sim::PaymentProvider::Order*> by_tag_;
};

bool is_online(const VendRow& vend);

}  // namespace paymeter::town
