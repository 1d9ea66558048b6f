/// What happens in one seed of the town: drawn from the seed alone, so that a failing seed can be
/// played again.
#pragma once

#include <cstdint>
#include <string>

#include "paymeter/sim/fault_plan.hpp"

namespace paymeter::town {

inline constexpr int kMeters = 4;

struct Mixture {
  std::uint64_t seed = 1;
  int stations = 1;           ///< processes on one database; two of them only on Modbus TCP
  bool serial_bus = false;    ///< half of the meters on a serial bus
  bool accounts_open = true;  ///< else they are opened while everything goes wrong
  int sales = 100;
  Millis span{};  ///< in which they come
  bool equal_amounts = false;
  int online_percent = 0;  ///< of sales that are paid through a provider
  int cancel_percent = 0;  ///< of sales that somebody cancels
  int press_percent = 0;   ///< of sales that somebody sends again by hand, at any station
  sim::FaultRates faults{};
  int crashes = 0;  ///< at most; each before or after any store call or commit
  int pauses = 0;   ///< at most; a whole station stands still, between any two steps
  Millis pause_max{};
  int foreign_sales = 0;  ///< by card, handheld or another master
  int resets = 0;         ///< forced clears, the account opened again or not
  int replacements = 0;   ///< another meter at the address

  /// Meters that the platform may rightly distrust afterwards.
  bool tampers() const { return foreign_sales + resets + replacements > 0; }
};

/// The ordinary mixture of a seed.
Mixture draw_mixture(std::uint64_t seed);
/// In words, for a failure's report.
std::string describe(const Mixture& mixture);

}  // namespace paymeter::town
