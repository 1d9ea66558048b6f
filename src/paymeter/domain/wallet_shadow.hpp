/// The shadow of a meter wallet: what the meter's balance should be by the platform's books and the
/// meter's own registers. It compares; it never books anything.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "paymeter/domain/meter.hpp"

namespace paymeter::domain {

/// Meter and books at one instant.
struct ShadowPoint {
  MeterId meter{};
  PropertyId property{};
  UtcMs at{};
  std::optional<Epoch> epoch;
  Money balance{};    ///< the meter's
  Money delivered{};  ///< the books': all that went into the meter
  std::uint32_t price_version = 0;
  Energy cycle{};                                  ///< the meter's count for its steps
  std::array<std::int64_t, kRateCount> rate_wh{};  ///< its registers by rate
  friend bool operator==(const ShadowPoint&, const ShadowPoint&) = default;
};

struct ShadowTolerance {
  Money fixed{100};
  std::int64_t per_mille = 5;  ///< of what was used and delivered since
};

enum class ShadowVerdict : std::uint8_t {
  agrees,
  differs,
  restart,  ///< the points cannot be compared: count from the later one
};
struct ShadowResult {
  ShadowVerdict verdict = ShadowVerdict::restart;
  Money expected{};
  Money difference{};  ///< the meter's balance − expected
  friend bool operator==(const ShadowResult&, const ShadowResult&) = default;
};

/// Counts from `before` to `now` at the prices that the meter had all the while. restart: another
/// epoch or price version, registers that fell, and with steps a new cycle.
ShadowResult compare_shadow(const ShadowPoint& before, const ShadowPoint& now,
                            const PriceTable& prices, const ShadowTolerance& tolerance);

}  // namespace paymeter::domain
