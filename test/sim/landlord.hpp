/// Opens an account wherever a meter has none: at the beginning, and again after each closing.
#pragma once

#include <map>
#include <string>

#include "actor.hpp"

namespace paymeter::town {

class Landlord final : public Actor {
 public:
  explicit Landlord(const Scene& scene) : scene_(scene) {}
  void begin() override;
  bool is_done() const override;
  void count(Counts& counts) const override { counts += counts_; }

 private:
  struct Letting {
    int times = 0;
    bool under_way = false;
    MonoMs since{};
  };
  void round();
  void open(MeterId meter, Letting& letting);
  static port::Async<Came> ask(Landlord& self, Slot& slot, std::string code, std::string key);
  /// A device that was put here behind the platform's back is imported as what it is: until then it
  /// is another meter's, and no account is opened on it.
  port::Async<> adopt(Slot& slot, std::string code);

  const Scene scene_;
  std::map<MeterId, Letting> lettings_;
  Counts counts_;
};

}  // namespace paymeter::town
