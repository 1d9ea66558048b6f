/// A register that two people agreed on because the meter cannot be asked any more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paymeter/base/time.hpp"

namespace paymeter::domain {

struct AgreedReading {
  UtcMs at{};
  std::int64_t register_wh = 0;  ///< Wh or litres, primary side
  friend bool operator==(const AgreedReading&, const AgreedReading&) = default;
};

/// `12345678 Wh at 2026-11-22T06:05:00.000Z`: what a proposal's reference says, for people and for
/// parse_agreed_reading. Litres are written as Wh, as everywhere in the store.
std::string format_agreed_reading(const AgreedReading& reading);

/// Nothing: another text, or a register below 0 or above the highest that bills take.
std::optional<AgreedReading> parse_agreed_reading(std::string_view text);

}  // namespace paymeter::domain
