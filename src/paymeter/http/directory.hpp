/// Names behind ids: operators' names and accounts, looked up once and remembered.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "paymeter/port/store.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::http {

class Directory {
 public:
  Directory(port::Store& store, const service::LiveTable& live) : store_(store), live_(live) {}
  /// A user's name never changes, so it is kept. Empty: id 0, unknown, or the store failed.
  port::Async<std::optional<std::string>> user_name(UserId id);
  /// The account as the live table has it for `meter`, else as stored. Empty: not found.
  port::Async<std::optional<domain::Account>> account(AccountId id, MeterId meter);

 private:
  port::Store& store_;
  const service::LiveTable& live_;
  std::unordered_map<UserId, std::string> names_;
};

}  // namespace paymeter::http
