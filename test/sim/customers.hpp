/// Customers who buy and press again until they are told that their sale is stored, cancel, ask for
/// another try; the provider's notices; and the operator who gives waiting money back.
#pragma once

#include <string>
#include <vector>

#include "actor.hpp"

namespace paymeter::town {

class Customers final : public Actor {
 public:
  explicit Customers(const Scene& scene);
  void begin() override;
  bool is_done() const override { return scene_.provider.is_quiet(); }
  void count(Counts& counts) const override;

 private:
  /// One press on the button and what became of it.
  struct Purchase {
    std::string key, code;
    std::int64_t fen = 0;
    bool online = false;  ///< paid through the provider
  };
  static port::Async<Came> buy(Customers& self, Slot& slot, std::size_t purchase);
  static port::Async<Result<VendId>> order(Slot& slot, Purchase purchase);
  static port::Async<Came> hear(Customers& self, Slot& slot, port::PaymentNotice notice);
  static port::Async<Came> cancel(Slot& slot, VendId vend);
  static port::Async<Came> send_again(Slot& slot, VendId vend);
  void acknowledged(VendId vend);
  void cancel_at(MonoMs at, VendId vend);
  void give_waiting_money_back();

  const Scene scene_;
  sim::Dice dice_;
  std::vector<Purchase> purchases_;
  Counts counts_;
};

}  // namespace paymeter::town
