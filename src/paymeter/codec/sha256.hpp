/// SHA-256, for the hash chain and wherever a digest of a text is kept.
#pragma once

#include <string>
#include <string_view>

namespace paymeter::codec {

/// 64 lower-case hexadecimal digits; a domain::Sha256Hex.
std::string sha256_hex(std::string_view bytes);

}  // namespace paymeter::codec
