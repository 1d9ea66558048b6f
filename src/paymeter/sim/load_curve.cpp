// Hourly shapes and the noise on them.
#include "paymeter/sim/load_curve.hpp"

#include <array>

#include "paymeter/sim/dice.hpp"

namespace paymeter::sim {
namespace {

using Hours = std::array<std::uint8_t, 24>;  // percent of the peak

struct Shape {
  std::string_view name;
  Hours workday, weekend;
  int power_factor_e3;
};

// Shops live in the evening and on weekends, offices in working hours, dormitories before and
// after them; common areas are lit at night.
constexpr Shape kShapes[] = {
    {"shop",
     {8, 7, 7, 7, 7, 8, 10, 18, 35, 60, 75, 85, 88, 82, 78, 78, 82, 90, 100, 100, 92, 70, 30, 12},
     {9, 8, 8, 8, 8, 9, 12, 22, 45, 72, 88, 96, 98, 95, 92, 92, 95, 98, 100, 100, 97, 80, 38, 14},
     920},
    {"office",
     {10, 10, 9, 9, 9, 10, 14, 35, 78, 95, 100, 96, 70, 88, 98, 96, 90, 72, 40, 26, 20, 16, 12, 11},
     {10, 10, 9, 9, 9, 9, 10, 12, 18, 22, 24, 24, 22, 22, 23, 22, 20, 16, 13, 12, 11, 10, 10, 10},
     950},
    {"dormitory",
     {30, 22, 18, 16, 16, 20, 45, 62, 40,  22, 20, 28,
      45, 35, 22, 20, 24, 45, 75, 95, 100, 98, 85, 50},
     {40, 28, 20, 18, 17, 18, 25, 38, 50,  55, 52, 60,
      72, 62, 52, 50, 54, 66, 82, 96, 100, 98, 88, 60},
     880},
    {"common_area",
     {70, 65, 60, 60, 62, 68, 75, 60,  50,  48, 48, 50,
      52, 50, 48, 48, 52, 65, 90, 100, 100, 98, 90, 80},
     {70, 65, 60, 60, 62, 68, 72, 60,  52,  50, 50, 52,
      55, 52, 50, 50, 55, 66, 90, 100, 100, 98, 92, 80},
     850},
};

const Shape& shape_of(LoadShape shape) { return kShapes[static_cast<std::size_t>(shape)]; }

constexpr std::int64_t kMinutesPerDay = 1440;
constexpr int kSaturday = 6;  // 2000-01-01 was one

}  // namespace

std::string_view load_shape_name(LoadShape shape) { return shape_of(shape).name; }

int LoadCurve::percent(LoadShape shape, int weekday, int hour) {
  const Shape& table = shape_of(shape);
  return (weekday >= kSaturday ? table.weekend : table.workday)[static_cast<std::size_t>(hour)];
}

MeterLoad LoadCurve::at_minute(std::int64_t minute) const {
  const int weekday = static_cast<int>((minute / kMinutesPerDay + kSaturday - 1) % 7) + 1;
  const int hour = static_cast<int>(minute % kMinutesPerDay / 60);
  const int to_next_e3 = static_cast<int>(minute % 60 * 1000 / 60);
  const int here = percent(shape_, weekday, hour);
  const int next = percent(shape_, hour == 23 ? weekday % 7 + 1 : weekday, (hour + 1) % 24);
  const std::int64_t share_e5 = here * 1000 + (next - here) * to_next_e3;

  Dice dice(mix64(seed_ ^ static_cast<std::uint64_t>(minute)));
  const std::int64_t noise_percent = dice.between(85, 118);
  const std::int64_t total_w = peak_w_ * share_e5 / 100'000 * noise_percent / 100;

  MeterLoad load;
  load.frequency_chz = static_cast<std::uint16_t>(dice.between(4995, 5005));
  // Heavy load pulls the voltage down a little.
  const std::int64_t sag_dv = share_e5 * 30 / 100'000;
  for (std::size_t phase = 0; phase < 3; ++phase) {
    load.voltage_dv[phase] = static_cast<std::uint16_t>(2240 - sag_dv + dice.between(-15, 15));
    load.power_factor_e3[phase] =
        static_cast<std::int16_t>(shape_of(shape_).power_factor_e3 + dice.between(-25, 25));
  }
  if (phases_ == PhaseCount::single) {
    load.power_w[0] = total_w;
    return load;
  }
  load.power_w[0] = total_w * dice.between(28, 38) / 100;
  load.power_w[1] = total_w * dice.between(28, 38) / 100;
  load.power_w[2] = total_w - load.power_w[0] - load.power_w[1];
  return load;
}

}  // namespace paymeter::sim
