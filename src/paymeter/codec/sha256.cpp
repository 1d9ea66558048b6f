// SHA-256 by libcrypto.
#include "paymeter/codec/sha256.hpp"

#include <openssl/evp.h>

#include <array>

#include "paymeter/base/assert.hpp"

namespace paymeter::codec {

std::string sha256_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  PAYMETER_ASSERT(done == 1 && size == digest.size());
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

}  // namespace paymeter::codec
