/// Whole files in and out, and where the program's own files are.
#pragma once

#include <string>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter::app {

/// Errors: request_not_found (missing or unreadable), request_too_large (over `limit` bytes).
Result<Buffer> read_file(const std::string& path, std::size_t limit);
/// Written beside and renamed, so that a crash leaves the old file or the new one.
/// Errors: store_failed (detail says why).
Result<> write_file(const std::string& path, Bytes content);

/// The first of: $PAYMETER_SHARE/`name`, `name` beside the executable's folder (a source tree),
/// ../share/paymeter/`name` (installed). Empty when none exists.
std::string find_shared(const std::string& name);

}  // namespace paymeter::app
