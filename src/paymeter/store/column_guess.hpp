/// What a column's next number will be, guessed from what is known before it: coder and decoder
/// guess alike, and only the miss is stored.
#pragma once

#include "paymeter/store/detail_block.hpp"
#include "paymeter/store/wrapping.hpp"

namespace paymeter::store {

/// The numbers are part of the stored format: append only.
enum class Guess : std::uint8_t {
  constant = 0,     ///< the first number again, and no misses are stored
  previous = 1,     ///< the last number
  average_8 = 2,    ///< a running mean: voltages and other noise about a level
  average_32 = 3,   ///< a slower one
  with_energy = 4,  ///< rises as energy does, or rests: the register of a rate
  from_phases = 5,  ///< power = Σ voltage × current × power factor
};
inline constexpr int kGuesses = 6;

/// Numbers are in units of `unit`. Requires: unit >= 1. Sums wrap.
class Guesser {
 public:
  Guesser(Guess guess, std::int64_t unit, const DayColumns& columns)
      : guess_(guess), unit_(unit), columns_(columns) {}

  std::int64_t next(std::size_t row) const {
    switch (guess_) {
      case Guess::average_8:
      case Guess::average_32:
        return mean_ >> kFraction;
      case Guess::with_energy:
        return follows_ ? wrapping::add(last_, energy_step(row)) : last_;
      case Guess::from_phases:
        return phases(row);
      default:
        return last_;
    }
  }
  void learn(std::size_t row, std::int64_t number) {
    if (guess_ == Guess::average_8 || guess_ == Guess::average_32) {
      const std::int64_t exact = wrapping::times(number, std::int64_t{1} << kFraction);
      const int slowness = guess_ == Guess::average_8 ? 3 : 5;
      const std::int64_t miss = wrapping::subtract(exact, mean_);
      mean_ = begun_ ? wrapping::add(mean_, miss >> slowness)
                     : wrapping::add(exact, std::int64_t{1} << (kFraction - 1));
      begun_ = true;
    } else if (guess_ == Guess::with_energy && energy_step(row) != 0) {
      follows_ = number != last_;
    }
    last_ = number;
  }

 private:
  static constexpr int kFraction = 8;
  std::int64_t energy_step(std::size_t row) const {
    if (row == 0 || !columns_.has(row, Slot::energy) || !columns_.has(row - 1, Slot::energy))
      return 0;
    const auto& energy = columns_.values[Slot::energy];
    return wrapping::subtract(energy[row] / unit_, energy[row - 1] / unit_);
  }
  std::int64_t phases(std::size_t row) const {
    std::int64_t microwatts = 0;
    for (std::size_t i = 0; i < 3; ++i)
      microwatts =
          wrapping::add(microwatts, wrapping::times(columns_.values[Slot::voltages + i][row],
                                                    columns_.values[Slot::currents + i][row]));
    const std::int64_t factor_e3 =
        columns_.has(row, Slot::power_factor) ? columns_.values[Slot::power_factor][row] : 1'000;
    return wrapping::times(microwatts / 1'000, factor_e3) / 1'000'000 / unit_;
  }

  Guess guess_;
  std::int64_t unit_;
  const DayColumns& columns_;
  std::int64_t last_ = 0, mean_ = 0;
  bool begun_ = false, follows_ = false;
};

}  // namespace paymeter::store
