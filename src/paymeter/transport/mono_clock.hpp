/// Monotonic milliseconds <-> the clock of Asio's timers: one clock for all deadlines of the real
/// world.
#pragma once

#include <chrono>

#include "paymeter/base/time.hpp"

namespace paymeter::transport {

inline MonoMs mono_now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::floor<std::chrono::milliseconds>(since).count()};
}

/// Deadlines years away ("never") are cut to one year, which the clock's nanoseconds can hold.
inline std::chrono::steady_clock::time_point to_time_point(MonoMs at) {
  constexpr std::int64_t kYear = 365LL * 86'400'000;
  const MonoMs latest = mono_now() + Millis{kYear};
  return std::chrono::steady_clock::time_point(
      std::chrono::milliseconds((at < latest ? at : latest).value));
}

}  // namespace paymeter::transport
