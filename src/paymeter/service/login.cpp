// Logging in, sessions, lock-out, and the table of rights.
#include "paymeter/service/login.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace paymeter::service {
namespace {

constexpr int kFailuresPerName = 5;
constexpr int kFailuresPerAddress = 100;
constexpr std::size_t kTrackedMax = 10'000;
constexpr Millis kWindow = minutes(15);
constexpr Millis kSessionLife = minutes(12 * 60);
constexpr std::size_t kPasswordCharactersMin = 10;
constexpr std::size_t kPasswordBytesMax = 1024;

/// Verified in place of a missing user's hash, so that an unknown name costs the same time. The
/// password behind it was 32 random bytes that nobody kept.
constexpr const char* kNobodysHash =
    "$argon2id$v=19$m=65536,t=3,p=1$8KoSpqLCxXYdNtxjaC11Qw$"
    "TOWW94lXHFHPavh883Ycoca3fC/xdUokh7HuLQzQYLw";

using Table = std::unordered_map<std::string, LoginAttempts>;

bool is_locked(const Table& table, const std::string& key, int limit, MonoMs now) {
  const auto it = table.find(key);
  return it != table.end() && it->second.failures >= limit && now - it->second.since < kWindow;
}

void make_room(Table& table, MonoMs now) {
  if (table.size() < kTrackedMax) return;
  std::erase_if(table, [&](const auto& row) { return now - row.second.since >= kWindow; });
  if (table.size() < kTrackedMax) return;
  table.erase(
      std::ranges::min_element(table, {}, [](const auto& row) { return row.second.since; }));
}

/// Counted before the password is checked: a burst of parallel guesses is counted in full.
void count_failure(Table& table, const std::string& key, int limit, MonoMs now) {
  make_room(table, now);
  auto& attempts = table[key];
  if (attempts.failures == 0 || now - attempts.since >= kWindow) attempts = {0, now};
  if (++attempts.failures == limit) attempts.since = now;  // the lock lasts a whole window
}

void take_back(Table& table, const std::string& key) {
  const auto it = table.find(key);
  if (it != table.end() && --it->second.failures <= 0) table.erase(it);
}

/// Counts code points: ten Chinese characters are ten characters.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Letters of any script, digits, dot, dash, underscore: nothing that looks like something else.
bool is_user_name(std::string_view name) {
  const std::size_t characters = count_characters(name);
  if (characters < 2 || characters > 32) return false;
  return std::ranges::all_of(name, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 || c == '.' || c == '-' || c == '_';
  });
}

}  // namespace

Login::Login(port::Runtime& runtime, port::UserStore& store, port::PasswordHasher& hasher)
    : runtime_(runtime), store_(store), hasher_(hasher) {}

port::Async<Result<std::string>> Login::create_first_administrator(PropertyId property) {
  const auto count = co_await store_.count_users();
  if (!count) co_return fail(count.error());
  if (*count > 0) co_return std::string{};
  const std::string password = hasher_.random_password();
  port::User user;
  user.property = property;
  user.name = "admin";
  user.password_hash = co_await hasher_.hash(password);
  user.role = port::Role::administrator;
  user.must_change_password = true;
  user.created_at = runtime_.now();
  if (user.password_hash.empty()) co_return fail(Errc::store_busy);
  const auto added = co_await store_.add_user(std::move(user));
  if (!added) co_return fail(added.error());
  co_return password;
}

port::Async<Result<Login::NewUser>> Login::add_user(PropertyId property, std::string name,
                                                    port::Role role) {
  if (!is_user_name(name)) co_return fail(Errc::user_invalid, name);
  NewUser made;
  made.one_time_password = hasher_.random_password();
  made.user.property = property;
  made.user.name = std::move(name);
  made.user.role = role;
  made.user.must_change_password = true;
  made.user.created_at = runtime_.now();
  made.user.password_hash = co_await hasher_.hash(made.one_time_password);
  if (made.user.password_hash.empty()) co_return fail(Errc::store_busy);
  auto added = co_await store_.add_user(made.user);
  if (!added) co_return fail(added.error());
  made.user = std::move(*added);
  co_return made;
}

port::Async<Result<Login::NewUser>> Login::reset_password(UserId id) {
  NewUser made;
  made.one_time_password = hasher_.random_password();
  port::UserStore::UserChange change;
  change.user = id;
  change.one_time_hash = co_await hasher_.hash(made.one_time_password);
  if (change.one_time_hash->empty()) co_return fail(Errc::store_busy);
  auto changed = co_await store_.change_user(std::move(change));
  if (!changed) co_return fail(changed.error());
  made.user = std::move(*changed);
  co_return made;
}

port::Async<Result<LoginResult>> Login::login(std::string name, std::string password,
                                              std::string address) {
  const MonoMs started = runtime_.mono();
  if (is_locked(by_name_, name, kFailuresPerName, started) ||
      is_locked(by_address_, address, kFailuresPerAddress, started))
    co_return fail(Errc::login_locked);
  count_failure(by_name_, name, kFailuresPerName, started);
  count_failure(by_address_, address, kFailuresPerAddress, started);

  auto user = co_await store_.find_user_by_name(name);
  if (!user && user.error().code != Errc::login_failed) co_return fail(user.error());
  const bool usable = user && !user->disabled;
  const bool fits = password.size() <= kPasswordBytesMax;
  const bool matches = co_await hasher_.verify(usable ? user->password_hash : kNobodysHash,
                                               fits ? std::move(password) : std::string{});
  if (!usable || !fits || !matches) co_return fail(Errc::login_failed);

  LoginResult result;
  result.token = hasher_.random_token();
  result.user = std::move(*user);
  result.expires_at = runtime_.now() + kSessionLife;
  const auto stored = co_await store_.add_session(
      {hasher_.digest(result.token), result.user.id, runtime_.now(), result.expires_at});
  if (!stored) co_return fail(stored.error());
  by_name_.erase(name);
  take_back(by_address_, address);
  co_return result;
}

port::Async<Result<port::User>> Login::user_of(std::string token) {
  if (token.empty()) co_return fail(Errc::session_missing);
  const auto session = co_await store_.find_session(hasher_.digest(token), runtime_.now());
  if (!session) co_return fail(session.error());
  auto user = co_await store_.find_user(session->user);
  if (!user) co_return fail(user.error());
  if (user->disabled) co_return fail(Errc::session_missing);
  co_return std::move(*user);
}

port::Async<Result<>> Login::logout(std::string token) {
  co_return co_await store_.end_session(hasher_.digest(token));
}

port::Async<Result<>> Login::change_password(port::User user, std::string token,
                                             std::string old_password, std::string new_password) {
  if (old_password.size() > kPasswordBytesMax ||
      !co_await hasher_.verify(user.password_hash, old_password))
    co_return fail(Errc::login_failed);
  if (count_characters(new_password) < kPasswordCharactersMin ||
      new_password.size() > kPasswordBytesMax || new_password == old_password)
    co_return fail(Errc::password_too_weak);
  std::string hash = co_await hasher_.hash(std::move(new_password));
  if (hash.empty()) co_return fail(Errc::store_busy);
  co_return co_await store_.set_password(user.id, std::move(hash), hasher_.digest(token));
}

std::string_view right_name(Right right) {
  constexpr std::array<std::string_view, kRightCount> kNames{
      "view",        "open_account",   "sell",         "cancel_sale", "switch_supply",
      "acknowledge", "import_site",    "manage_users", "refund",      "correct",
      "decide",      "manage_tariffs", "limit_supply"};
  return kNames.at(static_cast<std::size_t>(right));
}

bool role_may(port::Role role, Right right) {
  // Columns in the order of Right: view, open, sell, cancel, switch, acknowledge, import, users,
  // refund, correct, decide, tariffs, limiting.
  constexpr std::array<std::array<bool, kRightCount>, 4> kTable{{
      // administrator
      {true, true, true, true, true, true, true, true, true, true, true, true, true},
      // manager
      {true, true, true, true, true, true, true, false, true, true, true, true, true},
      // cashier
      {true, true, true, false, false, true, false, false, true, false, false, false, false},
      // viewer
      {true, false, false, false, false, false, false, false, false, false, false, false, false},
  }};
  return kTable.at(static_cast<std::size_t>(role)).at(static_cast<std::size_t>(right));
}

}  // namespace paymeter::service
