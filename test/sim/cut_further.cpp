// Drawing what else a seed holds.
#include "cut_further.hpp"

#include <fmt/format.h>

#include "paymeter/sim/dice.hpp"

namespace paymeter::town {

CutFurther draw_cut_further(std::uint64_t seed) {
  sim::Dice dice(sim::seed_for(seed, "cut further"));
  CutFurther out;
  if (dice.below(2) == 0) return out;
  if (dice.below(2) == 0)
    out.prices = static_cast<Prices>(dice.between(1, static_cast<std::int64_t>(kLastPrices)));
  out.shared_wallet = dice.below(2) == 0;
  out.below = dice.below(3) == 0;
  out.acts = static_cast<int>(dice.between(4, 24));
  out.bad_moments = static_cast<int>(dice.between(0, 8));
  return out;
}

std::string describe(const CutFurther& further) {
  if (!further.any()) return "nothing further";
  return fmt::format(
      "prices {}, shared wallet {}, account below {}, office acts {}, bad moments {}",
      static_cast<int>(further.prices), further.shared_wallet, further.below, further.acts,
      further.bad_moments);
}

}  // namespace paymeter::town
