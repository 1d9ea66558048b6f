// Clocks that are set, drift, begin in 1970, or take local time for UTC.
#include "cut_clock.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "paymeter/sim/dice.hpp"

namespace paymeter::town {
namespace {

constexpr Millis kDay = minutes(24 * 60);

/// Beyond what is tolerated, on either side.
Millis draw_error(sim::Dice& dice) {
  const std::int64_t sign = dice.below(2) == 0 ? -1 : 1;
  switch (dice.below(6)) {
    case 0:
      return minutes(8 * 60) * sign;  // a real-time clock that keeps local time
    case 1:
      return kDay * (sign * dice.between(1, 9));
    case 2:
      return kDay * (365 * (sign < 0 ? -56 : 73));  // 1970, 2099
    case 3:
      return seconds(dice.between(360, 900)) * sign;
    default:
      return minutes(dice.between(20, 15 * 60)) * sign;
  }
}

}  // namespace

Millis ClockTrouble::ahead(MonoMs since, int life) const {
  if (heals_at_restart && life > 1) return {};
  Millis out{since.value / 1'000 * drift_ppm / 1'000};
  for (const Step& step : steps)
    if (since.value >= step.at.value) out = step.ahead;
  return out;
}

ClockTrouble draw_clock_trouble(std::uint64_t seed, Millis span) {
  sim::Dice dice(sim::seed_for(seed, "cut clock"));
  ClockTrouble out;
  out.wrong_meters = dice.below(3) == 0 ? static_cast<int>(dice.between(1, 3)) : 0;
  if (dice.below(3) != 0) return out;
  const auto some_time = [&] { return Millis{dice.between(1, span.value)}; };
  switch (dice.below(5)) {
    case 0:  // wrong from the beginning, perhaps set right at some time
      out.steps.push_back({{}, draw_error(dice)});
      if (dice.below(2) == 0) out.steps.push_back({some_time(), {}});
      break;
    case 1:  // wrong until the process starts again
      out.steps.push_back({{}, draw_error(dice)});
      out.heals_at_restart = true;
      break;
    case 2:
      out.drift_ppm = dice.between(10'000, 60'000) * (dice.below(2) == 0 ? -1 : 1);
      break;
    case 3:
      out.leaps_while_reclosing = seconds(dice.between(61, 4'000));
      break;
    default:  // set once or twice, there and perhaps back
      out.steps.push_back({some_time(), draw_error(dice)});
      if (dice.below(2) == 0) out.steps.push_back({some_time(), {}});
  }
  std::ranges::sort(out.steps, {}, [](const ClockTrouble::Step& step) { return step.at; });
  return out;
}

std::string describe(const ClockTrouble& trouble) {
  std::string out = "clock";
  for (const auto& step : trouble.steps)
    out += fmt::format(" {:+} s after {} min", step.ahead.value / 1'000, step.at.value / 60'000);
  return out + fmt::format(" drift {} ppm{}, leap {} s, wrong meters {}", trouble.drift_ppm,
                           trouble.heals_at_restart ? ", right after a restart" : "",
                           trouble.leaps_while_reclosing.value / 1'000, trouble.wrong_meters);
}

}  // namespace paymeter::town
