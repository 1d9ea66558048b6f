// Yardstick: the least a month's bills can cost. Half-hours of 10,000 meters lie in memory as
// columns; each use is priced by the hour and one step, on one thread. Nothing is read or written.
// usage: bill_floor    prints: bill_floor intervals=N ms=…
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "month_values.hpp"

int main() {
  using namespace month_values;
  std::vector<std::int32_t> registers;
  for (int meter = 0; meter < kMeters; ++meter) {
    std::int32_t value = meter;
    for (int i = 0; i <= kIntervals; ++i) {
      registers.push_back(value);
      value += use_of(meter, i);
    }
  }
  std::int64_t prices[48];
  for (int slot = 0; slot < 48; ++slot) prices[slot] = price_at(slot / 2);
  const auto before = std::chrono::steady_clock::now();
  std::int64_t total = 0;
  for (int meter = 0; meter < kMeters; ++meter) {
    const std::int32_t* row = &registers[static_cast<std::size_t>(meter) * (kIntervals + 1)];
    std::int64_t cost = 0;
    const std::int64_t used = row[kIntervals] - row[0];
    int slot = 0;
    for (int i = 1; i <= kIntervals; ++i) {
      cost += static_cast<std::int64_t>(row[i] - row[i - 1]) * prices[slot];
      if (++slot == 48) slot = 0;
    }
    if (used > kStepFrom) cost += (used - kStepFrom) * kStepSurcharge;
    total += cost;
  }
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - before;
  std::printf("bill_floor intervals=%d total=%lld ms=%.2f\n", kMeters * kIntervals,
              static_cast<long long>(total), taken.count());
}
