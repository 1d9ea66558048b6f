/// Closings and change-overs: asked for, called off, the new device put in its place, and two
/// people who agree on a device that cannot be settled any more.
#pragma once

#include <map>
#include <set>
#include <string>

#include "actor.hpp"

namespace paymeter::town {

class Settling final : public Actor {
 public:
  explicit Settling(const Scene& scene) : scene_(scene), dice_(scene.dice("settling")) {}
  void begin() override;
  bool is_done() const override { return scene_.invariants.settlements_under_way().empty(); }
  void count(Counts& counts) const override;

 private:
  struct Seen {
    domain::SettlementState state{};
    MonoMs since{};
    bool replaced = false, given_up = false;
  };
  enum class Wish : std::uint8_t { closing, change_over };
  void plan(Wish wish, int times);
  void round();
  void look(const SettlementRow& settlement);
  void replace(const SettlementRow& settlement);
  void give_up(const SettlementRow& settlement);
  static port::Async<Came> ask(Settling& self, Slot& slot, Wish wish, std::string code,
                               std::string key);
  static port::Async<Came> connected(Slot& slot, SettlementId settlement, std::string serial);
  static port::Async<Came> call_off(Slot& slot, SettlementId settlement);
  static port::Async<Came> agree(Settling& self, Slot& slot, domain::Proposal proposal);

  const Scene scene_;
  sim::Dice dice_;
  std::map<SettlementId, Seen> seen_;
  int keys_ = 0, devices_ = 0;
  Counts counts_;
};

}  // namespace paymeter::town
