/// The station's Ed25519 key: made at first use, kept in a file that only its user can read.
#pragma once

#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"

namespace paymeter::adapter {

class StationKey {
 public:
  explicit StationKey(std::string file) : file_(std::move(file)) {}
  struct Signature {
    std::string key_hex;        ///< public, 32 bytes
    std::string signature_hex;  ///< 64 bytes
  };
  /// A file that is there and no key is an error, never overwritten: old reports name the old key.
  /// Errors: store_failed (the detail says why).
  Result<Signature> sign(std::string_view text) const;

 private:
  std::string file_;
};

/// True when `signature` was made over exactly `text` by the owner of `key`.
bool signature_fits(std::string_view text, const StationKey::Signature& signature);

}  // namespace paymeter::adapter
