/// Fields of Microsoft's binary formats: low byte first.
#pragma once

#include "paymeter/base/bytes.hpp"

namespace paymeter::adapter::spreadsheet {

/// Requires: at + 2 (4) <= in.size().
inline std::uint16_t get_u16_le(Bytes in, std::size_t at) {
  return static_cast<std::uint16_t>(in[at] | (in[at + 1] << 8));
}
inline std::uint32_t get_u32_le(Bytes in, std::size_t at) {
  return get_u16_le(in, at) | (static_cast<std::uint32_t>(get_u16_le(in, at + 2)) << 16);
}

}  // namespace paymeter::adapter::spreadsheet
