/// One door to both databases.
#pragma once

#include <string_view>

#include "paymeter/store/options.hpp"

namespace paymeter::store {

/// True for what open_store understands: a path, `sqlite:PATH`, `postgresql://…`, `postgres://…`.
bool is_store_url(std::string_view url);

/// The file of an embedded database; empty for a server's.
std::string sqlite_path_of(std::string_view url);

/// For logs and messages: the password, when there is one, is `***`.
std::string url_without_password(std::string_view url);

/// Errors: config_invalid (another scheme, no path), those of open_sqlite and open_postgresql.
Result<std::unique_ptr<port::Store>> open_store(const std::string& url, StoreOptions options);

}  // namespace paymeter::store
