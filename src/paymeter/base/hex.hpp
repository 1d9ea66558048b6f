/// Hexadecimal text <-> bytes.
#pragma once

#include <string>
#include <string_view>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter {

/// `01 0A`: upper case, separated by `separator` ('\0' = none).
std::string format_hex(Bytes bytes, char separator = ' ');
/// Accepts upper and lower case with spaces, tabs, newlines, ':' and '-' between bytes.
/// Errors: hex_bad_digit, hex_odd_length.
Result<Buffer> parse_hex(std::string_view text);

}  // namespace paymeter
