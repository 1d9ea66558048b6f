/// Readings that arrive late are priced at the rates of their time: what they change is charged.
#pragma once

#include <span>
#include <vector>

#include "paymeter/domain/rating/versioned_charger.hpp"

namespace paymeter::domain::rating {

struct Correction {
  std::vector<MonthCharge>
      charges;           ///< differences to what was charged; months without any left out
  VersionedState state;  ///< after all readings
};

/// `before`: the state at the last reading before `late`; `known`: what was charged since, in
/// order. Errors: those of VersionedCharger::charge.
Result<Correction> price_late(const Timeline& timeline, const VersionedState& before,
                              std::span<const RegisterReading> known, const RegisterReading& late);

}  // namespace paymeter::domain::rating
