/// The office of a town in arrears: protects meters by configuration, has devices changed, takes
/// meters out of accounts and lets them again, approves prices for tomorrow; and the meters and
/// stations that read late or backward.
#pragma once

#include <map>
#include <set>
#include <string>

#include "cut_checker.hpp"
#include "cut_mixture.hpp"
#include "errands.hpp"
#include "paymeter/domain/site.hpp"

namespace paymeter::town {

enum class OfficeDeed : std::uint8_t {
  protect,    ///< by configuration, as an import does
  unprotect,  ///< the same
  change_over,
  take_out,   ///< one of an account's meters leaves it
  let_again,  ///< a meter that nobody has
  reprice,    ///< from the coming midnight on
  fall,       ///< the register shows less than before
  recover,    ///< it shows again what it had
  read_late,  ///< another station's reading is stored late
};

class CutOffice {
 public:
  struct Deps {
    const CutMixture& mixture;
    const domain::SitePlan& plan;
    sim::SimWorld& world;
    sim::Plant& plant;
    CutChecker& checker;
    Errands& errands;
  };
  explicit CutOffice(Deps deps);
  void begin();
  void act(OfficeDeed deed, const std::string& code);
  /// A task stands still: whoever is being cut may be protected now.
  void meanwhile();
  /// From now on nothing happens at bad moments.
  void rest() { bad_moments_left_ = 0; }
  std::int64_t acts() const { return acts_; }

 private:
  struct Wish {
    OfficeDeed deed = OfficeDeed::protect;
    std::string code, key;
    std::int64_t number = 0;
  };
  static port::Async<Came> carry_out(CutOffice& self, Slot& slot, Wish wish);
  static port::Async<Result<>> configure(CutOffice& self, Slot& slot, Wish wish);
  static port::Async<Result<>> let_again(Slot& slot, Wish wish);
  static port::Async<Result<>> reprice(CutOffice& self, Slot& slot, Wish wish);
  static port::Async<Result<>> settle(Slot& slot, Wish wish);
  static port::Async<Came> connected(Slot& slot, std::int64_t settlement, std::string serial);
  static port::Async<Came> store_late(Slot& slot, std::string code, domain::Reading reading);
  void under_way(const std::string& code);
  void electrician(const std::string& code, std::int64_t settlement);
  void shift_register(const std::string& code, bool down);
  void read_late(const Wish& wish);
  OfficeDeed some_deed();
  std::string some_code() { return std::to_string(1000 + dice_.between(1, kCutMeters)); }

  Deps deps_;
  sim::Dice dice_;
  int bad_moments_left_ = 0;
  std::int64_t acts_ = 0;
  int devices_ = 0;
  std::set<std::int64_t> replaced_;  ///< settlements whose device is another one by now
  std::set<std::string> fallen_;     ///< codes of meters whose register shows too little
};

}  // namespace paymeter::town
