/// PAYMETER_ASSERT: a programmer's mistake stops the process, in release builds too.
#pragma once

namespace paymeter {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
}

/// Never fed with user input: hostile bytes get a Result, not an abort.
#define PAYMETER_ASSERT(condition)        \
  (static_cast<bool>(condition) ? void(0) \
                                : ::paymeter::assertion_failed(#condition, __FILE__, __LINE__))
