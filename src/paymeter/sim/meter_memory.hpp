/// What a virtual meter remembers, as one line of JSON (integers as decimal strings, so that 128
/// bits survive; tables in hex).
#pragma once

#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/sim/public_meter.hpp"
#include "paymeter/sim/reference_meter.hpp"

namespace paymeter::sim {

std::string format_memory(ReferenceMemory memory);
std::string format_memory(PublicMemory memory);

/// Errors: request_invalid (detail names the first field that is missing or wrong).
Result<ReferenceMemory> parse_reference_memory(std::string_view text);
Result<PublicMemory> parse_public_memory(std::string_view text);

}  // namespace paymeter::sim
