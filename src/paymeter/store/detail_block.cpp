// Each column: who has a value, in which unit, guessed how, and the misses of the guesses.
#include "paymeter/store/detail_block.hpp"

#include <algorithm>
#include <bit>

#include "paymeter/store/block_checksum.hpp"
#include "paymeter/store/column_guess.hpp"
#include "paymeter/store/range_coder.hpp"

namespace paymeter::store {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr int kGuessBits = 3, kLengthBits = 7;
/// Power after what it is guessed from. Part of the format.
constexpr std::array<std::uint8_t, kSlots - 1> kOrder{1,  2,  3,  4,  5, 7,  8,  9,  10,
                                                      11, 12, 13, 14, 6, 15, 16, 17, 18};

using Numbers = std::vector<std::int64_t>;

enum class Who : std::uint8_t { nobody = 0, everybody = 1, some = 2 };
constexpr int kWhoBits = 2;

/// Whether a row has a value mostly depends on whether the row before had one.
struct PresenceModel {
  std::array<BitChance, 2> chances;
};

void put_plain_number(RangeEncoder& out, std::uint64_t number) {
  const int length = std::bit_width(number);
  out.plain(static_cast<std::uint64_t>(length), kLengthBits);
  out.plain(number, length);
}
std::uint64_t get_plain_number(RangeDecoder& in) {
  return in.plain(std::min(static_cast<int>(in.plain(kLengthBits)), 64));
}

/// A column's numbers in its unit, and the rows they stand in.
struct Filled {
  std::vector<std::uint32_t> rows;
  Numbers numbers;
};

Who find_filled(const DayColumns& columns, std::size_t slot, Filled& out) {
  out.rows.clear();
  out.numbers.clear();
  for (std::size_t row = 0; row < columns.rows(); ++row) {
    if (!columns.has(row, slot)) continue;
    out.rows.push_back(static_cast<std::uint32_t>(row));
    out.numbers.push_back(columns.values[slot][row]);
  }
  if (out.rows.empty()) return Who::nobody;
  return out.rows.size() == columns.rows() ? Who::everybody : Who::some;
}

void put_presence(RangeEncoder& out, const DayColumns& columns, std::size_t slot) {
  PresenceModel model;
  bool before = false;
  for (std::size_t row = 0; row < columns.rows(); ++row) {
    const bool has = columns.has(row, slot);
    out.bit(model.chances[before ? 1 : 0], has);
    before = has;
  }
}

/// About how many bits the misses take.
std::uint64_t cost_of(Guesser guesser, const Filled& filled) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < filled.rows.size(); ++i) {
    const std::int64_t number = filled.numbers[i];
    const std::int64_t guess = guesser.next(filled.rows[i]);
    bits += static_cast<std::uint64_t>(std::bit_width(zigzag(wrapping::subtract(number, guess))));
    guesser.learn(filled.rows[i], number);
  }
  return bits;
}

bool may_guess(Guess guess, std::size_t slot) {
  if (guess == Guess::with_energy) return slot >= Slot::rates && slot < Slot::power;
  return guess != Guess::from_phases || slot == Slot::power;
}

Guess best_guess(const DayColumns& columns, std::size_t slot, std::int64_t unit,
                 const Filled& filled) {
  if (std::ranges::adjacent_find(filled.numbers, std::ranges::not_equal_to{}) ==
      filled.numbers.end())
    return Guess::constant;
  Guess best = Guess::previous;
  std::uint64_t best_cost = UINT64_MAX;
  for (int i = 1; i < kGuesses; ++i) {
    const Guess guess = static_cast<Guess>(i);
    if (!may_guess(guess, slot)) continue;
    const std::uint64_t cost = cost_of(Guesser(guess, unit, columns), filled);
    if (cost >= best_cost) continue;
    best = guess;
    best_cost = cost;
  }
  return best;
}

void put_column(RangeEncoder& out, const DayColumns& columns, std::size_t slot, Filled& filled) {
  const Who who = find_filled(columns, slot, filled);
  out.plain(static_cast<std::uint64_t>(who), kWhoBits);
  if (who == Who::nobody) return;
  if (who == Who::some) put_presence(out, columns, slot);
  const std::int64_t unit = wrapping::common_unit(filled.numbers);
  for (std::int64_t& number : filled.numbers) number /= unit;
  const Guess guess = best_guess(columns, slot, unit, filled);
  put_plain_number(out, static_cast<std::uint64_t>(unit));
  out.plain(static_cast<std::uint64_t>(guess), kGuessBits);
  put_plain_number(out, zigzag(filled.numbers[0]));
  if (guess == Guess::constant) return;
  Guesser guesser(guess, unit, columns);
  guesser.learn(filled.rows[0], filled.numbers[0]);
  NumberModel model;
  for (std::size_t i = 1; i < filled.rows.size(); ++i) {
    const std::int64_t number = filled.numbers[i];
    model.encode(out, zigzag(wrapping::subtract(number, guesser.next(filled.rows[i]))));
    guesser.learn(filled.rows[i], number);
  }
}

/// Marks the column's rows in `present`. False: not a kind of presence.
bool get_presence(RangeDecoder& in, DayColumns& columns, std::size_t slot,
                  std::vector<std::uint32_t>& rows) {
  const auto who = static_cast<Who>(in.plain(kWhoBits));
  if (who > Who::some) return false;
  PresenceModel model;
  bool has = false;
  rows.clear();
  if (who == Who::nobody) return true;
  for (std::size_t row = 0; row < columns.rows(); ++row) {
    has = who == Who::everybody || in.bit(model.chances[has ? 1 : 0]);
    if (!has) continue;
    rows.push_back(static_cast<std::uint32_t>(row));
    columns.present[row] |= std::uint32_t{1} << slot;
  }
  return true;
}

bool get_column(RangeDecoder& in, DayColumns& columns, std::size_t slot,
                std::vector<std::uint32_t>& rows) {
  Numbers& values = columns.values[slot];
  values.assign(columns.rows(), 0);
  if (!get_presence(in, columns, slot, rows)) return false;
  if (rows.empty()) return true;
  const auto unit = static_cast<std::int64_t>(get_plain_number(in));
  const auto guess = static_cast<Guess>(in.plain(kGuessBits));
  std::int64_t number = unzigzag(get_plain_number(in));
  // A guess looks at other columns, which must be there already.
  if (unit < 1 || static_cast<int>(guess) >= kGuesses || !may_guess(guess, slot)) return false;
  if (guess == Guess::constant) {
    for (const std::uint32_t row : rows) values[row] = wrapping::times(number, unit);
    return true;
  }
  Guesser guesser(guess, unit, columns);
  NumberModel model;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) number = wrapping::add(guesser.next(rows[i]), unzigzag(model.decode(in)));
    guesser.learn(rows[i], number);
    values[rows[i]] = wrapping::times(number, unit);
  }
  return true;
}

}  // namespace

Buffer encode_details(const DayColumns& columns) {
  RangeEncoder code;
  Filled filled;
  for (const std::uint8_t slot : kOrder) put_column(code, columns, slot, filled);
  Buffer out{kFormat};
  const Buffer coded = code.finish();
  out.insert(out.end(), coded.begin(), coded.end());
  // The decoder reads zeros past the end.
  while (out.size() > 1 && out.back() == 0) out.pop_back();
  seal(out);
  return out;
}

Result<> decode_details(Bytes block, DayColumns& columns) {
  const auto body = unseal(block, "detail block");
  if (!body) return fail(body.error());
  if (body->empty() || body->front() != kFormat)
    return fail(Errc::store_failed, "detail block: unknown format");
  RangeDecoder in(body->subspan(1));
  std::vector<std::uint32_t> rows;
  for (const std::uint8_t slot : kOrder)
    if (!get_column(in, columns, slot, rows))
      return fail(Errc::store_failed, "detail block: column " + std::to_string(slot));
  return {};
}

}  // namespace paymeter::store
