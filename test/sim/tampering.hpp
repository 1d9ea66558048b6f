/// Other people's hands on the meters: sales by card or handheld, forced clears, replacement.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "counts.hpp"
#include "invariants.hpp"
#include "mixture.hpp"
#include "paymeter/sim/dice.hpp"
#include "paymeter/sim/plant.hpp"
#include "paymeter/sim/sim_world.hpp"

namespace paymeter::town {

class Tampering {
 public:
  /// All outlive this.
  Tampering(const Mixture& mixture, sim::SimWorld& world, sim::Plant& plant,
            Invariants& invariants);

  /// Draws what is going to happen and when: at some moment, or while a sale is being sent.
  void plan();
  /// Strikes at what has just been stored as SENT.
  void after_commit();
  void count(Counts& counts) const;

 private:
  enum class Deed : std::uint8_t { foreign_sale, reset, replacement };
  void add(Deed deed, int times);
  void commit(Deed deed, const std::string& code);
  void sell_elsewhere(const std::string& code);
  void reset(const std::string& code);
  void replace(const std::string& code);
  const VendRow* in_flight_on(const std::string& code) const;

  const Mixture& mixture_;
  sim::SimWorld& world_;
  sim::Plant& plant_;
  Invariants& invariants_;
  sim::Dice dice_;
  std::vector<Deed> armed_;  ///< wait for a sale that is being sent
  VendId last_seen_sent_{};
  std::int64_t foreign_sales_ = 0, resets_ = 0, replacements_ = 0;
};

}  // namespace paymeter::town
