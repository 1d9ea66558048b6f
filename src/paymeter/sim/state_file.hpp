/// A small file that is replaced whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"

namespace paymeter::sim {

/// A file that does not exist yet reads as empty. Errors: store_failed.
Result<std::string> read_state_file(const std::string& path);
/// Synced before it takes its name. Errors: store_failed (the old content stays).
Result<> write_state_file(const std::string& path, std::string_view content);

}  // namespace paymeter::sim
