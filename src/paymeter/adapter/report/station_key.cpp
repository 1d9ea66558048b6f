// libsodium's Ed25519 over a seed in a file.
#include "paymeter/adapter/report/station_key.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "paymeter/base/hex.hpp"

namespace paymeter::adapter {
namespace {

using Seed = std::array<unsigned char, crypto_sign_SEEDBYTES>;
constexpr std::string_view kHead = "paymeter-report-key ";

Result<Seed> bad(const std::string& file, const std::string& why) {
  return fail(Errc::store_failed, file + ": " + why);
}

Result<Seed> read_seed(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  std::string line = text.str();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  if (!in || !line.starts_with(kHead)) return bad(file, "no key of this program");
  const auto bytes = parse_hex(std::string_view(line).substr(kHead.size()));
  Seed seed{};
  if (!bytes || bytes->size() != seed.size()) return bad(file, "a damaged key");
  std::copy(bytes->begin(), bytes->end(), seed.begin());
  return seed;
}

/// Written whole and synced before it signs anything; two programs that start at once share one.
Result<Seed> make_seed(const std::string& file) {
  Seed seed{};
  randombytes_buf(seed.data(), seed.size());
  const auto folder = std::filesystem::path(file).parent_path();
  std::error_code ignored;
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  std::string pattern = file + ".XXXXXX";
  const int out = mkstemp(pattern.data());  // mode 0600
  if (out < 0) return bad(file, std::strerror(errno));
  const std::string line =
      std::string(kHead) + format_hex(Bytes(seed.data(), seed.size()), '\0') + "\n";
  const bool written =
      write(out, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(out) == 0;
  const int trouble = errno;
  close(out);
  const bool linked = written && link(pattern.c_str(), file.c_str()) == 0;
  const bool was_there = written && !linked && errno == EEXIST;
  unlink(pattern.c_str());
  if (linked) return seed;
  if (was_there) return read_seed(file);
  return bad(file, std::strerror(trouble));
}

}  // namespace

Result<StationKey::Signature> StationKey::sign(std::string_view text) const {
  if (sodium_init() < 0) return fail(Errc::store_failed, "libsodium cannot start");
  std::error_code error;
  auto seed = std::filesystem::exists(file_, error) ? read_seed(file_) : make_seed(file_);
  if (!seed) return fail(seed.error());
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> key{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
  std::array<unsigned char, crypto_sign_BYTES> signature{};
  crypto_sign_seed_keypair(key.data(), secret.data(), seed->data());
  crypto_sign_detached(signature.data(), nullptr,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       secret.data());
  sodium_memzero(secret.data(), secret.size());
  sodium_memzero(seed->data(), seed->size());
  return Signature{format_hex(Bytes(key.data(), key.size()), '\0'),
                   format_hex(Bytes(signature.data(), signature.size()), '\0')};
}

bool signature_fits(std::string_view text, const StationKey::Signature& signature) {
  const auto key = parse_hex(signature.key_hex);
  const auto bytes = parse_hex(signature.signature_hex);
  if (!key || !bytes || key->size() != crypto_sign_PUBLICKEYBYTES ||
      bytes->size() != crypto_sign_BYTES || sodium_init() < 0)
    return false;
  return crypto_sign_verify_detached(bytes->data(),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     text.size(), key->data()) == 0;
}

}  // namespace paymeter::adapter
