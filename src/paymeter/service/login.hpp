/// Logging in: argon2id passwords, sessions whose tokens are stored only as digests, lock-out.
#pragma once

#include <string>
#include <unordered_map>

#include "paymeter/port/crypto.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"

namespace paymeter::service {

struct LoginResult {
  std::string token;  ///< goes into the cookie; only its digest is stored
  port::User user;
  UtcMs expires_at{};
};

/// Failures in a row of one name or address; `since` is the first one, or the start of the lock.
struct LoginAttempts {
  int failures = 0;
  MonoMs since{};
};

class Login {
 public:
  Login(port::Runtime& runtime, port::UserStore& store, port::PasswordHasher& hasher);
  /// On the very first start: creates `admin` and returns its one-time password, else empty.
  port::Async<Result<std::string>> create_first_administrator(PropertyId property);
  /// Wrong name and wrong password cost the same time and look the same. Five failures for a name
  /// within 15 minutes lock that name for 15 minutes; 100 for an address likewise.
  /// Errors: login_locked, login_failed, store errors.
  port::Async<Result<LoginResult>> login(std::string name, std::string password,
                                         std::string address);
  /// Sessions live 12 hours. Errors: session_missing.
  port::Async<Result<port::User>> user_of(std::string token);
  port::Async<Result<>> logout(std::string token);
  /// Errors: login_failed (old one wrong), password_too_weak, store errors (store_busy: too many
  /// passwords are being hashed).
  port::Async<Result<>> change_password(port::User user, std::string token,
                                        std::string old_password, std::string new_password);

  /// A new user with a one-time password, which is returned and nowhere kept.
  /// Errors: user_invalid, user_name_taken, store errors.
  struct NewUser {
    port::User user;
    std::string one_time_password;
  };
  port::Async<Result<NewUser>> add_user(PropertyId property, std::string name, port::Role role);
  /// Gives a forgetful user a new one-time password and ends the sessions.
  /// Errors: user_unknown, store errors.
  port::Async<Result<NewUser>> reset_password(UserId id);

 private:
  port::Runtime& runtime_;
  port::UserStore& store_;
  port::PasswordHasher& hasher_;
  std::unordered_map<std::string, LoginAttempts> by_name_, by_address_;  // bounded at 10,000 each
};

/// What a role may do. One table, read by the API and shown to the console.
enum class Right : std::uint8_t {
  view,
  open_account,
  sell,
  cancel_sale,
  switch_supply,
  acknowledge,
  import_site,
  manage_users,
  refund,          ///< 退电, 冲正, paying out what is owed, closing an account
  correct,         ///< adjustments, grants, corrections, change-over, account hierarchy
  decide,          ///< approve or reject what another person proposed
  manage_tariffs,  ///< draft and submit; approving needs `decide` and another person
  limit_supply,    ///< 有序限电: plans, their start and end
};
inline constexpr int kRightCount = 13;
std::string_view right_name(Right right);
bool role_may(port::Role role, Right right);

}  // namespace paymeter::service
