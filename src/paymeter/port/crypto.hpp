/// Password hashing and secrets, so that services never know a crypto library.
#pragma once

#include <string>
#include <string_view>

#include "paymeter/port/async.hpp"

namespace paymeter::port {

class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  /// argon2id (64 MiB, t = 3), about 0.1–0.3 s of CPU: runs on a bounded thread pool.
  virtual Async<std::string> hash(std::string password) = 0;
  virtual Async<bool> verify(std::string hash, std::string password) = 0;
  /// 256 random bits, URL-safe text.
  virtual std::string random_token() = 0;
  /// A password that people can type: 4 groups of 4 unambiguous characters.
  virtual std::string random_password() = 0;
  /// SHA-256 in hex, for storing tokens.
  virtual std::string digest(std::string_view text) = 0;
};

}  // namespace paymeter::port
