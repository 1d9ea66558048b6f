/// Seeded random numbers that are the same on every machine (SplitMix64).
#pragma once

#include <cstdint>
#include <string_view>

namespace paymeter::sim {

/// Mixes all bits; equal inputs give equal outputs for ever (stored seeds stay reproducible).
constexpr std::uint64_t mix64(std::uint64_t value) {
  value += 0x9E37'79B9'7F4A'7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58'476D'1CE4'E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D0'49BB'1331'11EBULL;
  return value ^ (value >> 31);
}

/// A seed of its own for each name, so that adding one thing does not change the others.
constexpr std::uint64_t seed_for(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = mix64(seed);
  for (const char letter : name) hash = mix64(hash ^ static_cast<std::uint8_t>(letter));
  return hash;
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() { return mix64(state_ += 0x9E37'79B9'7F4A'7C15ULL); }
  /// 0 … below - 1. Requires: below > 0.
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  /// first … last. Requires: first <= last.
  std::int64_t between(std::int64_t first, std::int64_t last) {
    return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first) + 1));
  }
  /// True in `per_10000` of 10,000 cases.
  bool chance(int per_10000) { return static_cast<int>(below(10'000)) < per_10000; }

 private:
  std::uint64_t state_;
};

}  // namespace paymeter::sim
