/// Whoever acts while a town is in arrears: customers who pay at bad moments, operators who trip,
/// hold on, close accounts and switch enforcement, managers who approve lists and release breakers.
#pragma once

#include <deque>
#include <string>

#include "cut_checker.hpp"
#include "cut_mixture.hpp"
#include "errands.hpp"

namespace paymeter::town {

enum class Deed : std::uint8_t {
  pay_exactly,  ///< to the fen, one less, one more
  pay,
  pay_more,  ///< than any debt here
  order_online,
  trip,
  force_on,
  release,
  enforce_on,
  enforce_off,
  enforce_rehearsed,
  one_meter_off,
  one_meter_on,
  emergency,
  friendly,
  warn,
  approve,
  release_breaker,
  close,
  call_off,
  use_more,
  gateway_away,
  meter_dies,
};

class CutPeople {
 public:
  struct Deps {
    const CutMixture& mixture;
    sim::SimWorld& world;
    sim::Plant& plant;
    sim::PaymentProvider& provider;
    CutChecker& checker;
    Errands& errands;
  };
  explicit CutPeople(Deps deps);
  void begin();
  /// One deed now.
  void act(Deed deed, const std::string& code);
  /// A task stands still: somebody may use the moment.
  void meanwhile();
  /// Lines and meters work again.
  void repair();
  std::int64_t acts() const { return acts_; }

 private:
  struct Wish {
    Deed deed = Deed::pay;
    std::string code, key;
    std::int64_t number = 0;
  };
  static port::Async<Came> carry_out(CutPeople& self, Slot& slot, Wish wish);
  static port::Async<Result<>> pay(Slot& slot, Wish wish);
  static port::Async<Result<>> order(Slot& slot, Wish wish);
  static port::Async<Result<>> switch_supply(Slot& slot, Wish wish);
  static port::Async<Result<>> enforce(Slot& slot, Wish wish);
  static port::Async<Result<>> set_terms(Slot& slot, Wish wish, UtcMs now);
  static port::Async<Result<>> warn(Slot& slot, Wish wish, UtcMs now, int age_max);
  static port::Async<Result<>> approve(Slot& slot);
  static port::Async<Result<>> release_breaker(Slot& slot);
  static port::Async<Result<>> close(Slot& slot, Wish wish);
  static port::Async<Came> hear(Slot& slot, port::PaymentNotice notice);
  void under_way(const std::string& code, const std::string& state);
  void break_something(const Wish& wish);
  Deed some_deed();
  std::string some_code() { return std::to_string(1000 + dice_.between(1, kCutMeters)); }

  Deps deps_;
  sim::Dice dice_;
  int bad_moments_left_ = 0;
  std::int64_t acts_ = 0;
};

}  // namespace paymeter::town
