/// Streams of compound files, the container of .xls ([MS-CFB]).
#pragma once

#include <string_view>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter::adapter::spreadsheet {

/// The bytes of the stream `name` (ASCII, compared without case).
/// Errors: request_not_found (no such stream), sheet_damaged.
Result<Buffer> read_compound_stream(Bytes file, std::string_view name);

}  // namespace paymeter::adapter::spreadsheet
