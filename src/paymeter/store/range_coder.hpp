/// An adaptive range coder: integers of which small ones are frequent, in close to as few bits as
/// their frequencies allow. Learns while it codes; the decoder learns the same.
///
/// Own code because zstd needs a third more for noisy readings, measured in
/// docs/formats/day-block.md.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "paymeter/store/byte_coding.hpp"

namespace paymeter::store {

/// The chance of a 0, of 65,536: the mean of a quick and a slow estimate.
class BitChance {
 public:
  std::uint32_t of_zero() const { return (std::uint32_t{quick_} + slow_) >> 1; }
  void learn(bool bit) {
    if (bit) {
      quick_ = static_cast<std::uint16_t>(quick_ - (quick_ >> kQuick));
      slow_ = static_cast<std::uint16_t>(slow_ - (slow_ >> kSlow));
    } else {
      quick_ = static_cast<std::uint16_t>(quick_ + ((65'535 - quick_) >> kQuick));
      slow_ = static_cast<std::uint16_t>(slow_ + ((65'535 - slow_) >> kSlow));
    }
  }

 private:
  // Never 0 or 65,536: each estimate stops where the shifted difference becomes 0.
  static constexpr int kQuick = 4, kSlow = 7;
  std::uint16_t quick_ = 32'768, slow_ = 32'768;
};

/// The carry-less coder of LZMA (I. Pavlov), with 16-bit chances.
class RangeEncoder {
 public:
  void bit(BitChance& chance, bool bit) {
    const std::uint32_t bound = (range_ >> 16) * chance.of_zero();
    if (bit) {
      low_ += bound;
      range_ -= bound;
    } else {
      range_ = bound;
    }
    chance.learn(bit);
    normalise();
  }
  /// The low `count` bits of `value`, high bit first, each as likely as not.
  void plain(std::uint64_t value, int count) {
    for (int i = count - 1; i >= 0; --i) {
      range_ >>= 1;
      if ((value >> i & 1) != 0) low_ += range_;
      normalise();
    }
  }
  /// Ends the code and hands it over.
  Buffer finish() {
    for (int i = 0; i < 5; ++i) shift_low();
    return std::move(out_);
  }

 private:
  void normalise() {
    while (range_ < 1U << 24) {
      range_ <<= 8;
      shift_low();
    }
  }
  void shift_low() {
    if (low_ < 0xFF000000U || low_ > 0xFFFFFFFFU) {
      if (begun_) out_.push_back(static_cast<std::uint8_t>(held_ + (low_ >> 32)));
      for (; waiting_ > 0; --waiting_)
        out_.push_back(static_cast<std::uint8_t>(0xFF + (low_ >> 32)));
      held_ = static_cast<std::uint8_t>(low_ >> 24);
      begun_ = true;
    } else {
      ++waiting_;
    }
    low_ = (low_ & 0x00FFFFFF) << 8;
  }
  Buffer out_;
  std::uint64_t low_ = 0;
  std::uint32_t range_ = 0xFFFFFFFF;
  std::uint64_t waiting_ = 0;  ///< bytes FF that a carry may still change
  std::uint8_t held_ = 0;
  bool begun_ = false;
};

/// Any bytes decode to something; past the end the code goes on with zeros.
class RangeDecoder {
 public:
  explicit RangeDecoder(Bytes code) : at_(code.data()), end_(code.data() + code.size()) {
    for (int i = 0; i < 4; ++i) code_ = code_ << 8 | next();
  }
  bool bit(BitChance& chance) {
    const std::uint32_t bound = (range_ >> 16) * chance.of_zero();
    const bool bit = code_ >= bound;
    if (bit) {
      code_ -= bound;
      range_ -= bound;
    } else {
      range_ = bound;
    }
    chance.learn(bit);
    normalise();
    return bit;
  }
  std::uint64_t plain(int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) {
      range_ >>= 1;
      const bool bit = code_ >= range_;
      if (bit) code_ -= range_;
      value = value << 1 | (bit ? 1 : 0);
      normalise();
    }
    return value;
  }

 private:
  void normalise() {
    while (range_ < 1U << 24) {
      range_ <<= 8;
      code_ = code_ << 8 | next();
    }
  }
  std::uint8_t next() { return at_ == end_ ? 0 : *at_++; }
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint32_t code_ = 0;
  std::uint32_t range_ = 0xFFFFFFFF;
};

/// What is learnt about one column: its numbers' lengths, and the bits below the highest one.
/// A number u is sent as its length in bits (0 … 64) and then what follows its highest bit.
class NumberModel {
 public:
  void encode(RangeEncoder& out, std::uint64_t u) {
    const int length = std::bit_width(u);
    std::uint32_t node = 1;
    for (int i = kLengthBits - 1; i >= 0; --i) {
      const bool bit = (length >> i & 1) != 0;
      out.bit(lengths_[node], bit);
      node = node * 2 + (bit ? 1 : 0);
    }
    int left = length - 1;
    node = 1;
    for (int learnt = 0; learnt < kLearntBits && left > 0; ++learnt) {
      const bool bit = (u >> --left & 1) != 0;
      out.bit(heads_[static_cast<std::size_t>(length)][node], bit);
      node = node * 2 + (bit ? 1 : 0);
    }
    if (left > 0) out.plain(u, left);
  }
  std::uint64_t decode(RangeDecoder& in) {
    std::uint32_t node = 1;
    for (int i = 0; i < kLengthBits; ++i) node = node * 2 + (in.bit(lengths_[node]) ? 1 : 0);
    // Damaged code may say up to 127.
    const int length = static_cast<int>(node - (1U << kLengthBits)) % 65;
    if (length == 0) return 0;
    int left = length - 1;
    std::uint64_t u = 1;
    node = 1;
    for (int learnt = 0; learnt < kLearntBits && left > 0; ++learnt, --left) {
      const bool bit = in.bit(heads_[static_cast<std::size_t>(length)][node]);
      node = node * 2 + (bit ? 1 : 0);
      u = u << 1 | (bit ? 1 : 0);
    }
    return left > 0 ? u << left | in.plain(left) : u;
  }

 private:
  static constexpr int kLengthBits = 7, kLearntBits = 3;
  std::array<BitChance, 1 << kLengthBits> lengths_;
  std::array<std::array<BitChance, 1 << kLearntBits>, 65> heads_;
};

}  // namespace paymeter::store
