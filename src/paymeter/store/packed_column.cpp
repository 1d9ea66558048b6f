// Bit packing: a window of 128 bits, because a number may be 64 bits wide and start anywhere.
#include "paymeter/store/packed_column.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace paymeter::store {
namespace {

using Wide = unsigned __int128;
constexpr int kQuickWidthMax = 57;  // with up to seven bits before it, within eight bytes

std::uint64_t mask_of(int width) {
  return width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

void put_run(Buffer& out, std::span<const std::int64_t> numbers) {
  const auto [low, high] = std::ranges::minmax(numbers);
  const auto base = static_cast<std::uint64_t>(low);
  const int width = std::bit_width(static_cast<std::uint64_t>(high) - base);
  put_varint(out, zigzag(low));
  out.push_back(static_cast<std::uint8_t>(width));
  Wide window = 0;
  int held = 0;
  for (const std::int64_t number : numbers) {
    window |= Wide{static_cast<std::uint64_t>(number) - base} << held;
    for (held += width; held >= 8; held -= 8, window >>= 8)
      out.push_back(static_cast<std::uint8_t>(window));
  }
  if (held > 0) out.push_back(static_cast<std::uint8_t>(window));
}

/// Up to 57 bits from any bit on. Requires: eight readable bytes there.
std::uint64_t load(const std::uint8_t* bytes, std::size_t bit) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes + bit / 8, sizeof word);
  static_assert(std::endian::native == std::endian::little);
  return word >> (bit % 8);
}

void unpack_slowly(Bytes bits, int width, std::uint64_t base, std::span<std::int64_t> numbers) {
  Wide window = 0;
  int held = 0;
  std::size_t next = 0;
  for (std::int64_t& number : numbers) {
    for (; held < width; held += 8) window |= Wide{bits[next++]} << held;
    number =
        static_cast<std::int64_t>(base + (static_cast<std::uint64_t>(window) & mask_of(width)));
    window >>= width;
    held -= width;
  }
}

}  // namespace

void put_packed(Buffer& out, std::span<const std::int64_t> numbers) {
  for (; !numbers.empty(); numbers = numbers.subspan(std::min(kRunMax, numbers.size())))
    put_run(out, numbers.first(std::min(kRunMax, numbers.size())));
}

bool get_run(ByteReader& in, std::span<std::int64_t> numbers) {
  const auto base = static_cast<std::uint64_t>(in.signed_varint());
  const int width = in.byte();
  if (width > 64) return false;
  const Bytes bits = in.bytes((numbers.size() * static_cast<std::size_t>(width) + 7) / 8);
  if (in.failed()) return false;
  if (width == 0) {
    std::ranges::fill(numbers, static_cast<std::int64_t>(base));
    return true;
  }
  if (width > kQuickWidthMax) {
    unpack_slowly(bits, width, base, numbers);
    return true;
  }
  // The loop looks at eight bytes wherever a number starts: a copy has room behind the last one.
  std::array<std::uint8_t, kRunMax * sizeof(std::uint64_t) + sizeof(std::uint64_t)> copy;
  const std::uint8_t* from = bits.data();
  if (in.left() < sizeof(std::uint64_t)) {
    std::ranges::copy(bits, copy.begin());
    std::fill_n(copy.begin() + static_cast<std::ptrdiff_t>(bits.size()), sizeof(std::uint64_t), 0);
    from = copy.data();
  }
  const std::uint64_t mask = mask_of(width);
  for (std::size_t i = 0, bit = 0; i < numbers.size(); ++i, bit += static_cast<std::size_t>(width))
    numbers[i] = static_cast<std::int64_t>(base + (load(from, bit) & mask));
  return true;
}

}  // namespace paymeter::store
