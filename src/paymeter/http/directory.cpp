// Look-ups of names, cached where they cannot change.
#include "paymeter/http/directory.hpp"

namespace paymeter::http {
namespace {
constexpr std::size_t kNamesMax = 10'000;
}

port::Async<std::optional<std::string>> Directory::user_name(UserId id) {
  if (!id) co_return std::nullopt;
  if (const auto it = names_.find(id); it != names_.end()) co_return it->second;
  const auto user = co_await store_.find_user(id);
  if (!user) co_return std::nullopt;
  if (names_.size() >= kNamesMax) names_.clear();
  names_.insert_or_assign(id, user->name);
  co_return user->name;
}

port::Async<std::optional<domain::Account>> Directory::account(AccountId id, MeterId meter) {
  if (!id) co_return std::nullopt;
  const service::LiveMeter* live = live_.find(meter);
  if (live != nullptr && live->account && live->account->id == id) co_return live->account;
  auto account = co_await store_.find_account(id);
  if (!account) co_return std::nullopt;
  co_return std::move(*account);
}

}  // namespace paymeter::http
