// Drawing a seed's day.
#include "cut_mixture.hpp"

#include <fmt/format.h>

#include <iterator>

#include "paymeter/sim/dice.hpp"

namespace paymeter::town {
namespace {

/// Nothing, a little, or much.
int rate(sim::Dice& dice, int little, int much) {
  const auto drawn = dice.below(4);
  return drawn == 0 ? 0 : drawn == 3 ? much : little;
}

sim::FaultRates draw_wire(sim::Dice& dice) {
  sim::FaultRates faults;
  if (dice.below(4) == 0) return faults;
  faults.lost_request = rate(dice, 200, 1'000);
  faults.lost_reply = rate(dice, 200, 1'000);
  faults.doubled_request = rate(dice, 100, 500);
  faults.delayed_request = rate(dice, 100, 800);
  faults.late_reply = rate(dice, 100, 500);
  faults.damaged_request = rate(dice, 50, 200);
  faults.damaged_reply = rate(dice, 50, 200);
  faults.power_loss = rate(dice, 5, 20);
  faults.delay_max = seconds(dice.between(2, 30));
  faults.late_max = seconds(dice.between(2, 8));
  return faults;
}

}  // namespace

CutMixture draw_cut_mixture(std::uint64_t seed) {
  sim::Dice dice(sim::seed_for(seed, "cut mixture"));
  CutMixture out;
  out.seed = seed;
  out.day = static_cast<int>(dice.below(std::size(kCutDays)));
  // Mostly around the hours in which somebody may be cut, sometimes into the night and next day.
  out.from = minutes(dice.between(8 * 60 + 20, 14 * 60));
  out.span = minutes(dice.below(5) == 0 ? dice.between(18 * 60, 22 * 60) : dice.between(100, 360));
  out.rehearsed = dice.below(3) == 0;
  out.acts = static_cast<int>(dice.between(8, 40));
  out.bad_moments = static_cast<int>(dice.between(0, 12));
  Mixture& base = out.base;
  base.seed = seed;
  base.stations = dice.below(4) == 0 ? 2 : 1;
  base.serial_bus = base.stations == 1 && dice.below(2) == 0;
  base.sales = 60;  // crashes and pauses are spread over as many store calls as these take
  base.span = out.span;
  base.online_percent = 1;
  base.faults = draw_wire(dice);
  base.crashes = dice.below(3) == 0 ? 0 : static_cast<int>(dice.between(1, 6));
  base.pauses = dice.below(3) == 0 ? 0 : static_cast<int>(dice.between(1, 12));
  base.pause_max = seconds(dice.between(1, 300));
  base.provider.pays_within = minutes(dice.between(1, 20));
  out.clock = draw_clock_trouble(seed, out.span);
  out.further = draw_cut_further(seed);
  // By a wrong clock a day's use is another day's: that is the clock's story.
  if (out.clock.any()) out.further.prices = Prices::one;
  return out;
}

std::string describe(const CutMixture& m) {
  const CutDay& day = kCutDays[m.day];
  return fmt::format(
      "{}-{}-{} ({}) from {} min for {} min, rehearsed {}, acts {}, bad moments {}, stations {}, "
      "{} "
      "bus, crashes {}, pauses {} up to {} s, requests lost {}, delayed {} (up to {} s), replies "
      "lost {}, late {}, {}, {}",
      day.year, day.month, day.day, day.why, m.from.value / 60'000, m.span.value / 60'000,
      m.rehearsed, m.acts, m.bad_moments, m.base.stations,
      m.base.serial_bus ? "half a serial" : "a Modbus TCP", m.base.crashes, m.base.pauses,
      m.base.pause_max.value / 1'000, m.base.faults.lost_request, m.base.faults.delayed_request,
      m.base.faults.delay_max.value / 1'000, m.base.faults.lost_reply, m.base.faults.late_reply,
      describe(m.clock), describe(m.further));
}

}  // namespace paymeter::town
