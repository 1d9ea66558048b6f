/// Households of accounts in JSON: read from requests, listed with an account.
#pragma once

#include <boost/json/array.hpp>
#include <optional>

#include "paymeter/http/call.hpp"
#include "paymeter/http/fields.hpp"

namespace paymeter::http {

/// `households` and `people`, both optional; empty = neither is there.
std::optional<domain::tariff::Household> read_household(Fields& fields);

/// Everything that was said of the account, by month, and which of it is in force now.
port::Async<Result<boost::json::array>> render_households(Context& context,
                                                          domain::Account account);

}  // namespace paymeter::http
