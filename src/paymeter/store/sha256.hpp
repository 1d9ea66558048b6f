/// SHA-256 for the hash chain.
#pragma once

#include <string>
#include <string_view>

namespace paymeter::store {

/// 64 lower-case hexadecimal digits; a domain::Sha256Hex. Throws std::runtime_error when libcrypto
/// refuses.
std::string sha256_hex(std::string_view bytes);

}  // namespace paymeter::store
