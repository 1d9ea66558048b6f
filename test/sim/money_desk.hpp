/// The cashier's other window: refunds whole and in part, reversals, transfers between meters of an
/// account, grants and adjustments; clicked twice, at two stations, cancelled.
#pragma once

#include <string>

#include "actor.hpp"

namespace paymeter::town {

class MoneyDesk final : public Actor {
 public:
  explicit MoneyDesk(const Scene& scene) : scene_(scene), dice_(scene.dice("money desk")) {}
  void begin() override;
  void count(Counts& counts) const override { counts += counts_; }

 private:
  enum class Act : std::uint8_t { refund_part, refund_all, reversal, transfer, grant, adjustment };
  /// What one click asks for.
  struct Click {
    Act act = Act::refund_all;
    std::string key, code, to_code;
    std::int64_t fen = 0;
    VendId sale{};
  };
  void plan(Act act, int times);
  void click(Click click);
  VendId some_delivered_sale();
  static port::Async<Came> answer(MoneyDesk& self, Slot& slot, Click click);
  static port::Async<Result<VendId>> ask(Slot& slot, Click click);
  void cancel_perhaps(VendId vend);
  static port::Async<Came> cancel(Slot& slot, VendId vend);

  const Scene scene_;
  sim::Dice dice_;
  Counts counts_;
  int keys_ = 0;
};

}  // namespace paymeter::town
