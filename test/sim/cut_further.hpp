/// What else a seed of the town in arrears may hold: other prices, shared wallets, accounts below
/// others, and an office that changes devices, tenants, prices and protections. Drawn after all the
/// rest, from dice of its own, so that a seed without it is what it was.
#pragma once

#include <cstdint>
#include <string>

namespace paymeter::town {

/// What energy costs, and when that changes. The day's midnight is the one before the seed begins.
enum class Prices : std::uint8_t {
  one,          ///< always the same
  free_before,  ///< nothing until the day's midnight
  free_today,   ///< nothing since then
  dear_today,   ///< twice as much since then
  tomorrow,     ///< the office approves other prices for the coming midnights
};
inline constexpr Prices kLastPrices = Prices::tomorrow;

struct CutFurther {
  Prices prices = Prices::one;
  bool shared_wallet = false;  ///< the first account's two meters pay from one wallet
  bool below = false;          ///< the fourth meter's account stands below the third one's
  int acts = 0;                ///< of the office, at any time
  int bad_moments = 0;         ///< that wait until a cut is under way
  bool any() const { return *this != CutFurther{}; }
  friend bool operator==(const CutFurther&, const CutFurther&) = default;
};

/// One seed in two has none of it.
CutFurther draw_cut_further(std::uint64_t seed);
std::string describe(const CutFurther& further);

}  // namespace paymeter::town
