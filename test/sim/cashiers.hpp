/// Those who hand owed money out: two cashiers who do not ask each other, a channel that refuses
/// for good, and two people who then pay by hand. What was really handed out is counted here.
#pragma once

#include <map>
#include <set>
#include <string>

#include "actor.hpp"

namespace paymeter::town {

class Cashiers final : public Actor {
 public:
  explicit Cashiers(const Scene& scene) : scene_(scene), dice_(scene.dice("cashiers")) {}
  void begin() override;
  void at_rest() override;
  void count(Counts& counts) const override { counts += counts_; }

 private:
  struct Payment {
    VendId vend{};
    domain::PaymentMethod method = domain::PaymentMethod::cash;
    std::string reference;
  };
  void round();
  void pay(const VendRow& vend);
  void pay_by_hand(const VendRow& vend);
  void handed_out(VendId vend, const std::string& reference);
  static port::Async<Came> pay_out(Cashiers& self, Slot& slot, Payment payment);
  static port::Async<Came> give_up(Slot& slot, VendId vend);
  static port::Async<Came> by_hand(Cashiers& self, Slot& slot, Payment payment, MeterId meter);

  const Scene scene_;
  sim::Dice dice_;
  std::set<VendId> seen_due_, seen_failed_;
  std::map<VendId, std::set<std::string>> handed_out_;  ///< receipts
  Counts counts_;
};

}  // namespace paymeter::town
