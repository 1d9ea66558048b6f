/// Does a JSON value fit a schema of openapi.json? Knows what that file uses, no more.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace paymeter::http {

/// Empty: it fits. Else the first place that does not, in words. Fields that the schema lacks do
/// not fit either: the description must be complete.
std::string misfit(const boost::json::value& value, std::string_view schema_name);

}  // namespace paymeter::http
