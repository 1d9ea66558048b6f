/// SHA-256 as lower-case hex.
#pragma once

#include <string>
#include <string_view>

namespace paymeter::adapter {

std::string sha256_hex(std::string_view text);

}  // namespace paymeter::adapter
