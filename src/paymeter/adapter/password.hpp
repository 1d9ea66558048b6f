/// Passwords and tokens by libsodium: argon2id on threads of its own, so that the station goes on.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstddef>

#include "paymeter/port/crypto.hpp"

namespace paymeter::adapter {

/// What one hash costs. The defaults take 0.1–0.3 s; tests use the least that libsodium allows.
struct PasswordCost {
  unsigned long long passes = 3;
  std::size_t memory_bytes = 64 * 1024 * 1024;
};

/// At most two hashes run at once and 32 wait. Beyond that `hash` gives an empty text and `verify`
/// says no, at once: a flood of log-ins must not hold the memory of thousands of hashes.
class SodiumPasswordHasher final : public port::PasswordHasher {
 public:
  /// Errors: throws std::runtime_error when libsodium cannot start.
  explicit SodiumPasswordHasher(PasswordCost cost = {});
  ~SodiumPasswordHasher() override;

  port::Async<std::string> hash(std::string password) override;
  port::Async<bool> verify(std::string hash, std::string password) override;
  std::string random_token() override;
  std::string random_password() override;
  std::string digest(std::string_view text) override;

 private:
  PasswordCost cost_;
  std::size_t under_way_ = 0;  ///< only touched on the station's thread
  boost::asio::thread_pool pool_{2};
};

}  // namespace paymeter::adapter
