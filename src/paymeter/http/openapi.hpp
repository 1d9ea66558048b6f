/// openapi.json, built into the executable.
#pragma once

#include <string_view>

namespace paymeter::http {
std::string_view openapi_text();
}
