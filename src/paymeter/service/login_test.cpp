// Log-in rules: equal work for unknown names, lock-out, sessions, passwords, rights.
#include "paymeter/service/login.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "paymeter/service/memory_user_store.hpp"

namespace paymeter::service {
namespace {

/// A clock that stands still until a test moves it.
class StillRuntime final : public port::Runtime {
 public:
  Millis passed{};
  UtcMs now() const override { return UtcMs{1'700'000'000'000} + passed; }
  MonoMs mono() const override { return MonoMs{} + passed; }
  port::Async<> sleep(Millis /*span*/) override { co_return; }
  std::unique_ptr<port::Wakeup> make_wakeup() override { return nullptr; }
  void spawn(std::string_view /*name*/, port::Async<> /*task*/) override {}
  std::uint32_t random_u32() override { return 4; }
  bool stopping() const override { return false; }
};

class PlainHasher final : public port::PasswordHasher {
 public:
  int verified = 0, tokens = 0;
  bool busy = false;
  port::Async<std::string> hash(std::string password) override {
    co_return busy ? "" : "hash of " + password;
  }
  port::Async<bool> verify(std::string hash, std::string password) override {
    ++verified;
    co_return hash == "hash of " + password;
  }
  std::string random_token() override { return "token" + std::to_string(++tokens); }
  std::string random_password() override { return "aaaa-bbbb-cccc-dddd"; }
  std::string digest(std::string_view text) override { return "digest of " + std::string{text}; }
};

class LoginTest : public testing::Test {
 protected:
  template <class T>
  static T run(port::Async<T> task) {
    boost::asio::io_context io;
    std::optional<T> out;
    boost::asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& error, T value) {
      if (error) std::rethrow_exception(error);
      out = std::move(value);
    });
    io.run();
    return std::move(*out);
  }
  Result<LoginResult> log_in(std::string name, std::string password, std::string address = "a") {
    return run(login_.login(std::move(name), std::move(password), std::move(address)));
  }
  Errc trouble(std::string name, std::string password, std::string address = "a") {
    const auto result = log_in(std::move(name), std::move(password), std::move(address));
    return result ? Errc::internal_error : result.error().code;
  }

  StillRuntime runtime_;
  MemoryUserStore store_;
  PlainHasher hasher_;
  Login login_{runtime_, store_, hasher_};
  std::string password_ = run(login_.create_first_administrator({1})).value();
};

TEST_F(LoginTest, TheFirstStartCreatesOneAdministrator) {
  EXPECT_EQ(password_, "aaaa-bbbb-cccc-dddd");
  ASSERT_EQ(store_.users.size(), 1u);
  EXPECT_EQ(store_.users[0].role, port::Role::administrator);
  EXPECT_TRUE(store_.users[0].must_change_password);
  EXPECT_EQ(run(login_.create_first_administrator({1})).value(), "") << "only once";
}

TEST_F(LoginTest, ASessionIsStoredAsDigestAndEndsAfterTwelveHours) {
  const auto result = log_in("admin", password_);
  ASSERT_TRUE(result);
  EXPECT_EQ(store_.sessions.at(0).token_digest, "digest of " + result->token);
  EXPECT_EQ(run(login_.user_of(result->token))->name, "admin");
  runtime_.passed = minutes(12 * 60);
  EXPECT_EQ(run(login_.user_of(result->token)).error().code, Errc::session_missing);
}

TEST_F(LoginTest, BadTokensHaveNoSession) {
  const auto token = log_in("admin", password_)->token;
  for (const std::string bad : {"", "token9", "digest of token1"})
    EXPECT_EQ(run(login_.user_of(bad)).error().code, Errc::session_missing) << bad;
  ASSERT_TRUE(run(login_.logout(token)));
  EXPECT_FALSE(run(login_.user_of(token))) << "logged out";
}

TEST_F(LoginTest, ADisabledUserLosesSessionAndLogin) {
  const auto token = log_in("admin", password_)->token;
  store_.users[0].disabled = true;
  EXPECT_FALSE(run(login_.user_of(token)));
  EXPECT_EQ(trouble("admin", password_), Errc::login_failed);
}

TEST_F(LoginTest, UnknownNamesCostTheSameWork) {
  EXPECT_EQ(trouble("nobody", "x"), Errc::login_failed);
  EXPECT_EQ(hasher_.verified, 1);
  EXPECT_EQ(trouble("admin", "x"), Errc::login_failed);
  EXPECT_EQ(hasher_.verified, 2);
  EXPECT_EQ(trouble("admin", std::string(5'000, 'x')), Errc::login_failed);
  EXPECT_EQ(hasher_.verified, 3) << "an over-long password too";
}

TEST_F(LoginTest, FiveFailuresLockTheNameForFifteenMinutes) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(trouble("admin", "x"), Errc::login_failed) << i;
  EXPECT_EQ(trouble("admin", password_), Errc::login_locked) << "the right one too";
  EXPECT_EQ(hasher_.verified, 5) << "a locked name costs no hash";
  runtime_.passed = minutes(15) - Millis{1};
  EXPECT_EQ(trouble("admin", password_), Errc::login_locked);
  runtime_.passed = minutes(15);
  EXPECT_TRUE(log_in("admin", password_));
}

TEST_F(LoginTest, SuccessForgetsFailures) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) EXPECT_EQ(trouble("admin", "x"), Errc::login_failed);
    EXPECT_TRUE(log_in("admin", password_));
  }
}

TEST_F(LoginTest, OldFailuresDoNotAddUp) {
  for (int i = 0; i < 4; ++i) trouble("admin", "x");
  runtime_.passed = minutes(15);
  for (int i = 0; i < 4; ++i) trouble("admin", "x");
  EXPECT_TRUE(log_in("admin", password_));
}

TEST_F(LoginTest, AHundredFailuresLockTheAddress) {
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(trouble("name" + std::to_string(i), "x", "10.0.0.9"), Errc::login_failed) << i;
  EXPECT_EQ(trouble("admin", password_, "10.0.0.9"), Errc::login_locked);
  EXPECT_TRUE(log_in("admin", password_, "10.0.0.8")) << "another address may";
}

TEST_F(LoginTest, ChangingThePassword) {
  const auto here = log_in("admin", password_)->token;
  const auto elsewhere = log_in("admin", password_)->token;
  struct Row {
    const char* reason;
    std::string old_one, new_one;
    Errc expect;
  };
  const Row rows[] = {
      {"wrong old one", "x", "long enough 1", Errc::login_failed},
      {"nine characters", password_, "123456789", Errc::password_too_weak},
      {"nine Chinese characters", password_, "一二三四五六七八九", Errc::password_too_weak},
      {"the same again", password_, password_, Errc::password_too_weak},
      {"beyond any sense", password_, std::string(2'000, 'x'), Errc::password_too_weak},
  };
  for (const auto& row : rows)
    EXPECT_EQ(
        run(login_.change_password(store_.users[0], here, row.old_one, row.new_one)).error().code,
        row.expect)
        << row.reason;
  ASSERT_TRUE(
      run(login_.change_password(store_.users[0], here, password_, "一二三四五六七八九十")));
  EXPECT_FALSE(store_.users[0].must_change_password);
  EXPECT_TRUE(run(login_.user_of(here)));
  EXPECT_FALSE(run(login_.user_of(elsewhere))) << "other sessions end";
}

TEST_F(LoginTest, ABusyHasherNeverStoresAnEmptyPassword) {
  hasher_.busy = true;
  EXPECT_EQ(
      run(login_.change_password(store_.users[0], "t", password_, "long enough 1")).error().code,
      Errc::store_busy);
  EXPECT_EQ(store_.users[0].password_hash, "hash of " + password_);
}

TEST(Rights, FollowTheTable) {
  using port::Role;
  EXPECT_TRUE(role_may(Role::administrator, Right::manage_users));
  EXPECT_FALSE(role_may(Role::manager, Right::manage_users));
  EXPECT_TRUE(role_may(Role::cashier, Right::sell));
  EXPECT_FALSE(role_may(Role::cashier, Right::switch_supply));
  EXPECT_FALSE(role_may(Role::cashier, Right::cancel_sale));
  EXPECT_TRUE(role_may(Role::viewer, Right::view));
  EXPECT_FALSE(role_may(Role::viewer, Right::acknowledge));
  EXPECT_EQ(right_name(Right::import_site), "import_site");
}

}  // namespace
}  // namespace paymeter::service
