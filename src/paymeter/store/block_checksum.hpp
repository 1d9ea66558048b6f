/// The checksum that ends every stored block.
#pragma once

#include <libdeflate.h>

#include <cstdint>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter::store {

inline constexpr std::size_t kChecksumBytes = 4;

/// CRC-32 (ISO 3309), as zlib has it; libdeflate takes a tenth of zlib's time for blocks so small.
inline std::uint32_t checksum(Bytes bytes) {
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}

inline void seal(Buffer& block) { put_u32(block, checksum(block)); }

/// The block without its checksum. Errors: store_failed (`what`: too short, or altered).
inline Result<Bytes> unseal(Bytes block, const char* what) {
  if (block.size() < kChecksumBytes)
    return fail(Errc::store_failed, std::string(what) + ": too short");
  const Bytes body = block.first(block.size() - kChecksumBytes);
  if (get_u32(block, body.size()) != checksum(body))
    return fail(Errc::store_failed, std::string(what) + ": wrong checksum");
  return body;
}

}  // namespace paymeter::store
