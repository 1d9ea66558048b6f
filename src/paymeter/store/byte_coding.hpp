/// Integers in as few bytes as they need, and a reader that never runs past the end.
#pragma once

#include <cstdint>

#include "paymeter/base/bytes.hpp"

namespace paymeter::store {

/// 0, −1, 1, −2, … become 0, 1, 2, 3, …: small by magnitude stays small.
constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

inline constexpr int kVarintMax = 10;

/// Seven bits a byte, low bits first; the high bit says that more follow. Requires: room for
/// kVarintMax bytes. Returns the end.
inline std::uint8_t* put_varint(std::uint8_t* out, std::uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<std::uint8_t>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<std::uint8_t>(value);
  return out;
}
inline void put_varint(Buffer& out, std::uint64_t value) {
  std::uint8_t bytes[kVarintMax];
  out.insert(out.end(), bytes, put_varint(bytes, value));
}

/// Reads from the front. What lies past the end reads as 0 and sets `failed`, so that a decoder
/// asks once, at its end.
class ByteReader {
 public:
  explicit ByteReader(Bytes input) : at_(input.data()), end_(input.data() + input.size()) {}

  bool failed() const { return failed_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  std::uint8_t byte() {
    if (at_ == end_) return fail();
    return *at_++;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      value |= static_cast<std::uint64_t>(next & 0x7F) << shift;
      if (next < 0x80) return value;
    }
    return fail();
  }
  std::int64_t signed_varint() { return unzigzag(varint()); }
  /// The next `count` bytes; empty and failed when there are not so many.
  Bytes bytes(std::size_t count) {
    if (count > left()) {
      fail();
      return {};
    }
    const Bytes out(at_, count);
    at_ += count;
    return out;
  }

 private:
  std::uint8_t fail() {
    failed_ = true;
    at_ = end_;
    return 0;
  }
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  bool failed_ = false;
};

}  // namespace paymeter::store
