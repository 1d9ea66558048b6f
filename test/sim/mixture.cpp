// Drawing a seed's mixture.
#include "mixture.hpp"

#include <fmt/format.h>

#include "paymeter/sim/dice.hpp"

namespace paymeter::town {
namespace {

/// Often nothing, sometimes a little, sometimes much.
int rate(sim::Dice& dice, int little, int much) {
  switch (dice.below(4)) {
    case 0:
      return 0;
    case 3:
      return much;
    default:
      return little;
  }
}

/// `up_to` at most, and none in `none_percent` of the seeds.
int some(sim::Dice& dice, int none_percent, int up_to) {
  const auto drawn = static_cast<int>(dice.between(1, up_to));
  return dice.between(1, 100) <= none_percent ? 0 : drawn;
}

sim::FaultRates draw_faults(sim::Dice& dice) {
  sim::FaultRates faults;
  faults.lost_request = rate(dice, 200, 1'000);
  faults.lost_reply = rate(dice, 200, 1'000);
  faults.doubled_request = rate(dice, 100, 1'000);
  faults.doubled_reply = rate(dice, 100, 500);
  faults.delayed_request = rate(dice, 100, 500);
  faults.late_reply = rate(dice, 100, 500);
  faults.garbage = rate(dice, 50, 200);
  faults.damaged_request = rate(dice, 50, 200);
  faults.damaged_reply = rate(dice, 50, 200);
  faults.power_loss = rate(dice, 5, 20);
  faults.delay_max = seconds(dice.between(2, 30));
  faults.late_max = seconds(dice.between(2, 8));
  return faults;
}

void draw_endings(sim::Dice& dice, Mixture& mixture) {
  mixture.paid_deadline = minutes(dice.below(3) == 0 ? dice.between(10, 180) : 0);
  mixture.refunds = some(dice, 30, 6);
  mixture.reversals = some(dice, 50, 2);
  mixture.transfers = some(dice, 50, 4);
  mixture.grants = some(dice, 60, 2);
  mixture.adjustments = some(dice, 60, 2);
  mixture.closings = some(dice, 65, 2);
  mixture.change_overs = some(dice, 70, 2);
  mixture.double_click_percent = some(dice, 40, 60);
  mixture.pay_out_percent = some(dice, 30, 90);
  // What hangs on a meter that people must release would wait for ever.
  const bool needs_people = mixture.transfers + mixture.closings + mixture.change_overs > 0;
  mixture.resolves = dice.below(4) != 0 || needs_people;
}

}  // namespace

Mixture draw_mixture(std::uint64_t seed) {
  sim::Dice dice(sim::seed_for(seed, "mixture"));
  Mixture mixture;
  mixture.seed = seed;
  mixture.stations = dice.below(5) < 2 ? 2 : 1;
  mixture.serial_bus = mixture.stations == 1 && dice.below(2) == 0;
  mixture.accounts_open = mixture.stations == 2 || dice.below(6) != 0;
  mixture.sales = static_cast<int>(dice.between(105, 145));
  mixture.span = seconds(mixture.sales * dice.between(2, 15));
  mixture.equal_amounts = dice.below(3) == 0;
  mixture.online_percent = some(dice, 50, 60);
  mixture.cancel_percent = some(dice, 40, 40);
  mixture.press_percent = some(dice, 50, 20);
  mixture.faults = draw_faults(dice);
  mixture.crashes = some(dice, 30, 6);
  mixture.pauses = some(dice, 30, 8);
  mixture.pause_max = seconds(dice.between(1, 300));
  mixture.foreign_sales = some(dice, 65, 2);
  mixture.resets = some(dice, 75, 2);
  mixture.replacements = some(dice, 85, 1);
  draw_endings(dice, mixture);
  return mixture;
}

std::string describe(const Mixture& m) {
  return fmt::format(
      "stations {}, {} bus, accounts {}, sales {} in {} s, equal amounts {}, online {} %, "
      "cancelled {} %, "
      "pressed again {} "
      "%, crashes {}, pauses {} up to {} s, foreign sales {}, resets {}, replacements {}; requests "
      "lost {}, doubled {}, delayed {} (up to {} s); replies lost {}, doubled {}, late {}; "
      "refunds {}, reversals {}, transfers {}, grants {}, adjustments {}, closings {}, "
      "change-overs {}, paid out {} %, quarantines resolved {}",
      m.stations, m.serial_bus ? "half a serial" : "a Modbus TCP",
      m.accounts_open ? "open" : "opened meanwhile", m.sales, m.span.value / 1000, m.equal_amounts,
      m.online_percent, m.cancel_percent, m.press_percent, m.crashes, m.pauses,
      m.pause_max.value / 1000, m.foreign_sales, m.resets, m.replacements, m.faults.lost_request,
      m.faults.doubled_request, m.faults.delayed_request, m.faults.delay_max.value / 1000,
      m.faults.lost_reply, m.faults.doubled_reply, m.faults.late_reply, m.refunds, m.reversals,
      m.transfers, m.grants, m.adjustments, m.closings, m.change_overs, m.pay_out_percent,
      m.resolves);
}

}  // namespace paymeter::town
