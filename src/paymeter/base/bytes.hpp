/// Byte strings: `Bytes` is a view, `Buffer` owns. Big-endian field helpers for codecs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace paymeter {

using Bytes = std::span<const std::uint8_t>;
using Buffer = std::vector<std::uint8_t>;

/// Appends `value`, high byte first.
inline void put_u16(Buffer& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}
inline void put_u32(Buffer& out, std::uint32_t value) {
  put_u16(out, static_cast<std::uint16_t>(value >> 16));
  put_u16(out, static_cast<std::uint16_t>(value));
}
/// Reads high byte first. Requires: at + 2 (4) <= in.size().
inline std::uint16_t get_u16(Bytes in, std::size_t at) {
  return static_cast<std::uint16_t>((in[at] << 8) | in[at + 1]);
}
inline std::uint32_t get_u32(Bytes in, std::size_t at) {
  return (static_cast<std::uint32_t>(get_u16(in, at)) << 16) | get_u16(in, at + 2);
}

}  // namespace paymeter
