// HMAC-SHA256 by libcrypto, cut to the meter's 4 bytes.
#include "paymeter/codec/mac.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "paymeter/base/assert.hpp"

namespace paymeter::codec {

std::array<std::uint8_t, 32> hmac_sha256(Bytes key, Bytes bytes) {
  std::array<std::uint8_t, 32> digest{};
  unsigned int size = 0;
  const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(),
                          bytes.size(), digest.data(), &size);
  PAYMETER_ASSERT(done != nullptr && size == digest.size());
  return digest;
}

reference_nk::Mac mac4(const MeterKey& key, const reference_nk::Serial& serial20,
                       std::uint16_t clear_count, std::uint16_t block_address, Bytes bytes) {
  Buffer input(serial20.begin(), serial20.end());
  put_u16(input, clear_count);
  put_u16(input, block_address);
  input.insert(input.end(), bytes.begin(), bytes.end());
  const auto digest = hmac_sha256(key, input);
  reference_nk::Mac mac{};
  std::copy_n(digest.begin(), mac.size(), mac.begin());
  return mac;
}

bool mac_fits(const MeterKey& key, const reference_nk::Serial& serial20, std::uint16_t clear_count,
              std::uint16_t block_address, Bytes block) {
  PAYMETER_ASSERT(block.size() > reference_nk::kMacSize);
  const auto content = block.first(block.size() - reference_nk::kMacSize);
  const auto mac = mac4(key, serial20, clear_count, block_address, content);
  return CRYPTO_memcmp(mac.data(), block.data() + content.size(), mac.size()) == 0;
}

bool is_zero_key(const MeterKey& key) {
  return std::all_of(key.begin(), key.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace paymeter::codec
