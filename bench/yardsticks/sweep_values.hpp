// What a meter says in a sweep, as plain numbers: the same for Paymeter and its yardstick.
#pragma once

#include <array>
#include <cstdint>

namespace sweep_values {

inline constexpr int kValues = 19;
inline constexpr std::int64_t kFirstAt = 1'795'330'800'000;

/// In the order of the store's columns: energy, five rates, power, three voltages, three currents,
/// power factor, frequency, balance, credit, purchase count, relay open.
using Row = std::array<std::int64_t, kValues>;

inline std::int64_t at_of(std::int64_t sweep) { return kFirstAt + sweep * 60'000; }

/// Deterministic noise, below `limit`.
inline std::int64_t noise(std::int64_t meter, std::int64_t sweep, int salt, std::int64_t limit) {
  std::uint64_t x = static_cast<std::uint64_t>(meter) * 0x9E3779B97F4A7C15ULL +
                    static_cast<std::uint64_t>(sweep) * 0xBF58476D1CE4E5B9ULL +
                    static_cast<std::uint64_t>(salt);
  x ^= x >> 31;
  x *= 0x94D049BB133111EBULL;
  x ^= x >> 29;
  return static_cast<std::int64_t>(x % static_cast<std::uint64_t>(limit));
}

inline Row row_of(std::int64_t meter, std::int64_t sweep) {
  Row row{};
  const std::int64_t energy = 10'000'000 + meter * 1'117 + sweep * (20 + meter % 50);
  row[0] = energy;
  for (int rate = 1; rate <= 5; ++rate) row[static_cast<std::size_t>(rate)] = energy / 5 + rate;
  row[6] = 1'000 + noise(meter, sweep, 6, 3'000);
  for (int i = 7; i <= 9; ++i)
    row[static_cast<std::size_t>(i)] = 225'000 + noise(meter, sweep, i, 9'000);
  for (int i = 10; i <= 12; ++i)
    row[static_cast<std::size_t>(i)] = 3'000 + noise(meter, sweep, i, 6'000);
  row[13] = 900 + noise(meter, sweep, 13, 100);
  row[14] = 49'950 + noise(meter, sweep, 14, 100);
  row[15] = 50'000 - sweep;
  row[16] = 70'000 - sweep * 20;
  row[17] = 3;
  row[18] = 0;
  return row;
}

}  // namespace sweep_values
