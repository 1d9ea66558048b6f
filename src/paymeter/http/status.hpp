/// The one table that maps every error to an HTTP status.
#pragma once

#include <span>

#include "paymeter/base/error.hpp"

namespace paymeter::http {

struct StatusRow {
  Errc code;
  int status;
};
/// In the order of base/error_codes.def.
std::span<const StatusRow> status_table();
/// A code that the table lacks is 500.
int http_status(Errc code);

}  // namespace paymeter::http
