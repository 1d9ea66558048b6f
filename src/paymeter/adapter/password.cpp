// libsodium behind the password port.
#include "paymeter/adapter/password.hpp"

#include <sodium.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <utility>

#include "paymeter/codec/sha256.hpp"

namespace paymeter::adapter {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kUnderWayMax = 34;  // two running, 32 waiting
constexpr std::size_t kPasswordBytesMax = 1024;

class Count {
 public:
  explicit Count(std::size_t& value) : value_(value) { ++value_; }
  ~Count() { --value_; }
  Count(const Count&) = delete;
  Count& operator=(const Count&) = delete;

 private:
  std::size_t& value_;
};

asio::awaitable<std::string> hash_here(std::string password, PasswordCost cost) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int failed =
      crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.passes,
                            cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  sodium_memzero(password.data(), password.size());
  co_return failed != 0 ? std::string{} : std::string{text.data()};
}

asio::awaitable<bool> verify_here(std::string hash, std::string password) {
  // libsodium reads a terminated text of at most this size.
  if (hash.size() >= crypto_pwhash_STRBYTES) co_return false;
  const bool ok = crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
  sodium_memzero(password.data(), password.size());
  co_return ok;
}

}  // namespace

SodiumPasswordHasher::SodiumPasswordHasher(PasswordCost cost) : cost_(cost) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
}

SodiumPasswordHasher::~SodiumPasswordHasher() {
  pool_.stop();
  pool_.join();
}

port::Async<std::string> SodiumPasswordHasher::hash(std::string password) {
  if (under_way_ >= kUnderWayMax || password.size() > kPasswordBytesMax) co_return std::string{};
  const Count count{under_way_};
  co_return co_await asio::co_spawn(pool_, hash_here(std::move(password), cost_),
                                    asio::use_awaitable);
}

port::Async<bool> SodiumPasswordHasher::verify(std::string hash, std::string password) {
  if (under_way_ >= kUnderWayMax || password.size() > kPasswordBytesMax) co_return false;
  const Count count{under_way_};
  co_return co_await asio::co_spawn(pool_, verify_here(std::move(hash), std::move(password)),
                                    asio::use_awaitable);
}

std::string SodiumPasswordHasher::random_token() {
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<char, sodium_base64_ENCODED_LEN(32, kVariant)> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
  return text.data();
}

std::string SodiumPasswordHasher::random_password() {
  // Without 0 O 1 l I: people type this from a terminal or a sheet of paper. 30^16 > 2^78.
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz2345679";
  std::string out;
  for (int i = 0; i < 16; ++i) {
    if (i > 0 && i % 4 == 0) out += '-';
    out += kLetters[randombytes_uniform(kLetters.size())];
  }
  return out;
}

std::string SodiumPasswordHasher::digest(std::string_view text) { return codec::sha256_hex(text); }

}  // namespace paymeter::adapter
