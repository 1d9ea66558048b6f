// Password hashing: what a hash looks like, what it accepts, and the bound of its queue.
#include "paymeter/adapter/password.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <set>

namespace paymeter::adapter {
namespace {

constexpr PasswordCost kCheap{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};

template <class T>
T run(port::Async<T> task) {
  boost::asio::io_context io;
  std::optional<T> out;
  boost::asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& error, T value) {
    if (error) std::rethrow_exception(error);
    out = std::move(value);
  });
  io.run();
  return std::move(*out);
}

TEST(Password, VerifiesWhatItHashed) {
  SodiumPasswordHasher hasher{kCheap};
  const auto hash = run(hasher.hash("口令 secret"));
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$")) << hash;
  EXPECT_TRUE(run(hasher.verify(hash, "口令 secret")));
  EXPECT_FALSE(run(hasher.verify(hash, "口令 secreT")));
  EXPECT_NE(hash, run(hasher.hash("口令 secret"))) << "every hash has its own salt";
}

TEST(Password, TheDefaultCostIsTheDocumentedOne) {
  SodiumPasswordHasher hasher;
  const auto hash = run(hasher.hash("a"));
  EXPECT_NE(hash.find("$m=65536,t=3,p=1$"), std::string::npos) << hash;
}

TEST(Password, DamagedHashesAreNo) {
  SodiumPasswordHasher hasher{kCheap};
  struct Row {
    const char* reason;
    std::string hash;
  };
  const Row rows[] = {
      {"empty", ""},
      {"no hash at all", "secret"},
      {"another algorithm", "$2b$10$abcdefghijklmnopqrstuv"},
      {"far too long", std::string(5'000, '$')},
      {"cut", "$argon2id$v=19$m=65536,t=3,p=1$8KoS"},
  };
  for (const auto& row : rows) EXPECT_FALSE(run(hasher.verify(row.hash, "secret"))) << row.reason;
  EXPECT_EQ(run(hasher.hash(std::string(2'000, 'x'))), "") << "a password has a limit";
}

TEST(Password, ATooLongQueueSaysNoAtOnce) {
  SodiumPasswordHasher hasher{kCheap};
  boost::asio::io_context io;
  int hashed = 0, refused = 0;
  for (int i = 0; i < 40; ++i)
    boost::asio::co_spawn(io, hasher.hash("x"), [&](const std::exception_ptr&, std::string hash) {
      hash.empty() ? ++refused : ++hashed;
    });
  io.run();
  EXPECT_EQ(hashed, 34);
  EXPECT_EQ(refused, 6);
}

TEST(Password, TokensAndPasswords) {
  SodiumPasswordHasher hasher{kCheap};
  EXPECT_EQ(hasher.random_token().size(), 43u);
  EXPECT_NE(hasher.random_token(), hasher.random_token());
  const auto password = hasher.random_password();
  EXPECT_EQ(password.size(), 19u);
  EXPECT_EQ(password.find_first_of("0O1lI"), std::string::npos);
  EXPECT_EQ(hasher.digest("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace paymeter::adapter
