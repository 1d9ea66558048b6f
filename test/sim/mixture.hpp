/// What happens in one seed of the town: drawn from the seed alone, so that a failing seed can be
/// played again.
#pragma once

#include <cstdint>
#include <string>

#include "paymeter/sim/fault_plan.hpp"
#include "paymeter/sim/payment_provider.hpp"

namespace paymeter::town {

inline constexpr int kMeters = 4;

/// Where a process may die.
enum class CrashPoint : std::uint8_t {
  anywhere,             ///< before or after any store call or commit
  before_commit,        ///< what was decided is lost
  commit_before_send,   ///< a number is stored and nothing was sent under it
  apply_before_commit,  ///< the meter took a sale and nobody noted it
};

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
  Millis paid_deadline{};  ///< after which money that waits is owed back; 0 = never
  // At the cashier's other window and in the office.
  int refunds = 0, reversals = 0, transfers = 0, grants = 0, adjustments = 0;
  int closings = 0, change_overs = 0;
  int double_click_percent = 0;  ///< of those that come twice …
  int other_key_percent = 33;    ///< … and of these under a key of their own
  int pay_out_percent = 0;       ///< of owed money that cashiers hand out
  /// Two people end quarantines. Where somebody may tamper, transfers and settlements need them.
  bool resolves = false;
  sim::FaultRates faults{};
  int crashes = 0;  ///< at most
  CrashPoint crash_point = CrashPoint::anywhere;
  sim::ProviderHabits provider{};
  int pauses = 0;  ///< at most; a whole station stands still, between any two steps
  Millis pause_max{};
  int foreign_sales = 0;  ///< by card, handheld or another master
  int resets = 0;         ///< forced clears, the account opened again or not
  int replacements = 0;   ///< another meter at the address

  /// Meters that the platform may rightly distrust afterwards.
  bool tampers() const { return foreign_sales + resets + replacements > 0; }
  /// A meter may be without account for a while.
  bool accounts_may_miss() const { return !accounts_open || closings > 0; }
};

/// The ordinary mixture of a seed.
Mixture draw_mixture(std::uint64_t seed);
/// In words, for a failure's report.
std::string describe(const Mixture& mixture);

}  // namespace paymeter::town
