/// The registers that one read asks for: values land in it wherever they overlap.
#pragma once

#include <cstdint>
#include <utility>

#include "paymeter/base/bytes.hpp"

namespace paymeter::sim {

/// An inclusive span of Modbus addresses.
struct RegisterRange {
  std::uint16_t first = 0, last = 0;
};

class RegisterWindow {
 public:
  RegisterWindow(std::uint16_t first, std::size_t count) : first_(first), bytes_(count * 2, 0) {}

  void put16(std::uint16_t address, std::uint16_t value) {
    const std::size_t at = (std::size_t{address} - first_) * 2;
    if (address < first_ || at >= bytes_.size()) return;
    bytes_[at] = static_cast<std::uint8_t>(value >> 8);
    bytes_[at + 1] = static_cast<std::uint8_t>(value);
  }
  /// High word first.
  void put32(std::uint16_t address, std::uint32_t value) {
    put16(address, static_cast<std::uint16_t>(value >> 16));
    put16(static_cast<std::uint16_t>(address + 1), static_cast<std::uint16_t>(value));
  }
  /// Requires: an even number of bytes.
  void put_bytes(std::uint16_t address, Bytes bytes) {
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
      put16(static_cast<std::uint16_t>(address + i / 2), get_u16(bytes, i));
  }
  Buffer take() { return std::move(bytes_); }

 private:
  std::uint16_t first_;
  Buffer bytes_;
};

}  // namespace paymeter::sim
