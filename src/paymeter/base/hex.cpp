// Hexadecimal text <-> bytes.
#include "paymeter/base/hex.hpp"

namespace paymeter {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_separator(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ':' || c == '-';
}

}  // namespace

std::string format_hex(Bytes bytes, char separator) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(bytes.size() * 3);
  for (std::uint8_t b : bytes) {
    if (!out.empty() && separator != '\0') out.push_back(separator);
    out.push_back(kDigits[b >> 4]);
    out.push_back(kDigits[b & 0x0F]);
  }
  return out;
}

Result<Buffer> parse_hex(std::string_view text) {
  Buffer out;
  out.reserve(text.size() / 2);
  int high = -1;
  for (char c : text) {
    if (is_separator(c)) {
      // A separator inside a byte means a lost digit, not formatting.
      if (high >= 0) return fail(Errc::hex_odd_length);
      continue;
    }
    const int value = digit_value(c);
    if (value < 0) return fail(Errc::hex_bad_digit, std::string(1, c));
    if (high < 0) {
      high = value;
    } else {
      out.push_back(static_cast<std::uint8_t>(high << 4 | value));
      high = -1;
    }
  }
  if (high >= 0) return fail(Errc::hex_odd_length);
  return out;
}

}  // namespace paymeter
