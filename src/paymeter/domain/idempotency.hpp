/// Idempotency keys: chosen by the caller, stored before anything happens.
#pragma once

#include <string_view>

#include "paymeter/base/error.hpp"

namespace paymeter::domain {

/// 8 to 64 of `A-Z a-z 0-9 . _ -`. Errors: vend_key_invalid.
inline Result<> check_idempotency_key(std::string_view key) {
  if (key.size() < 8 || key.size() > 64) return fail(Errc::vend_key_invalid);
  for (char c : key) {
    const bool ok = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    c == '.' || c == '_' || c == '-';
    if (!ok) return fail(Errc::vend_key_invalid);
  }
  return {};
}

}  // namespace paymeter::domain
