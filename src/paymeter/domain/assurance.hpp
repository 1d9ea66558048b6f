/// After a switch: do relay state and energy of the following readings agree with what was wanted?
#pragma once

#include <cstdint>
#include <optional>

#include "paymeter/base/time.hpp"
#include "paymeter/domain/alarm.hpp"
#include "paymeter/domain/supply_intent.hpp"

namespace paymeter::domain {

/// A reading as assurance sees it. Energy in Wh.
struct SwitchReading {
  UtcMs at{};
  std::optional<bool> relay_open;
  std::optional<std::int64_t> energy_wh;
};

struct SwitchFacts {
  SupplyTarget wanted = SupplyTarget::released;
  UtcMs wanted_since{};
  bool is_confirmed = false;    ///< a read-back showed what is wanted
  bool opens_by_itself = true;  ///< released, the meter's own logic may open it
  bool was_reclosed = false;    ///< wanted closed since an own cut ended
  std::int64_t ct_ratio = 1;
  std::optional<SwitchReading> base;  ///< the first reading that showed it open
  SwitchReading latest;
};

/// A command may be under way for so long before its lack is a fault.
inline constexpr Millis kSwitchGrace = minutes(5);
/// Wh that may pass while open: register steps of 0.01 kWh before the transformer, read apart.
std::int64_t open_energy_tolerance_wh(std::int64_t ct_ratio);

/// Which of the three alarms stand; all false: as it should be, or not known.
struct SwitchFindings {
  bool relay_welded = false;    ///< energy while open: welded contacts or a bypass behind them
  bool reclose_failed = false;  ///< open although its cut has ended
  bool relay_mismatch = false;  ///< relay and recorded intents disagree
  friend bool operator==(const SwitchFindings&, const SwitchFindings&) = default;
};
SwitchFindings judge_switch(const SwitchFacts& facts);

}  // namespace paymeter::domain
