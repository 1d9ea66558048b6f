/// The message authentication code of the reference meter's commands.
/// Source: docs/protocols/reference-meter-modbus.md, Commands.
#pragma once

#include <array>
#include <cstdint>

#include "paymeter/base/bytes.hpp"
#include "paymeter/codec/reference_nk.hpp"

namespace paymeter::codec {

/// HMAC-SHA256 (RFC 2104) over `bytes`.
std::array<std::uint8_t, 32> hmac_sha256(Bytes key, Bytes bytes);

using MeterKey = std::array<std::uint8_t, 16>;

/// The first 4 bytes of HMAC-SHA256(key, serial | clear count u16 | block address u16 | bytes):
/// binds a command to one meter and one epoch. `bytes` are the block's bytes before the MAC.
reference_nk::Mac mac4(const MeterKey& key, const reference_nk::Serial& serial20,
                       std::uint16_t clear_count, std::uint16_t block_address, Bytes bytes);

/// Compares a block's last 4 bytes with the MAC over the rest, in constant time.
/// Requires: block.size() > 4.
bool mac_fits(const MeterKey& key, const reference_nk::Serial& serial20, std::uint16_t clear_count,
              std::uint16_t block_address, Bytes block);

/// All zeros switches the meter's check off (benches only).
bool is_zero_key(const MeterKey& key);

}  // namespace paymeter::codec
