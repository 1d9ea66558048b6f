/// The pause after a failed connection: doubling, bounded, and spread so that the links of a whole
/// site, lost together, do not come back in step.
#pragma once

#include <cstdint>

#include "paymeter/base/time.hpp"

namespace paymeter::transport {

class Backoff {
 public:
  /// Requires: 0 < min <= max.
  Backoff(Millis min, Millis max) : min_(min), max_(max), next_(min) {}

  /// The next pause: 50–100 % of min, 2 x min, 4 x min … max, chosen by `random`.
  Millis next(std::uint32_t random) {
    const std::int64_t half = next_.value / 2;
    const auto spread = (static_cast<std::uint64_t>(next_.value - half) * random) >> 32;
    const Millis pause{next_.value - half + static_cast<std::int64_t>(spread)};
    next_ = next_ * 2 < max_ ? next_ * 2 : max_;
    return pause < Millis{1} ? Millis{1} : pause;
  }
  /// After success.
  void reset() { next_ = min_; }

 private:
  Millis min_, max_, next_;
};

}  // namespace paymeter::transport
