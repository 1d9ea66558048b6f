// SHA-256 by libsodium.
#include "paymeter/adapter/sha256.hpp"

#include <sodium.h>

#include <array>

#include "paymeter/base/hex.hpp"

namespace paymeter::adapter {

std::string sha256_hex(std::string_view text) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::string hex = format_hex(hash, '\0');
  for (char& c : hex)
    if (c >= 'A') c = static_cast<char>(c + 32);
  return hex;
}

}  // namespace paymeter::adapter
