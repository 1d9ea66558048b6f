/// Opens a PostgreSQL database as a store; several stations may share one.
#pragma once

#include "paymeter/store/options.hpp"

namespace paymeter::store {

/// `url`: `postgresql://user@host/database`, as libpq takes it. Connects and migrates. A connection
/// that is lost later is made anew: meanwhile answers are store_busy (nothing happened), and
/// store_failed for those whose commit was under way and whose outcome cannot be found out.
/// Errors: store_busy (cannot be reached now), store_version, store_failed; the detail never
/// contains the URL's password.
Result<std::unique_ptr<port::Store>> open_postgresql(const std::string& url,
                                                     const StoreOptions& options);

/// One connection, set up as the store's own are; nothing is migrated. Throws DbError.
std::unique_ptr<Db> connect_postgresql(const std::string& url, Durability durability);

}  // namespace paymeter::store
