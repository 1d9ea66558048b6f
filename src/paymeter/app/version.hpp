/// The program's version, one place.
#pragma once

namespace paymeter::app {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace paymeter::app
