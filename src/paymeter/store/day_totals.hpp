/// A day's totals from its readings.
#pragma once

#include <span>

#include "paymeter/port/store.hpp"

namespace paymeter::store {

/// Requires: readings of one meter, ascending, at least one. property and day are the caller's.
port::DayTotals totals_of(std::span<const domain::Reading> readings);

}  // namespace paymeter::store
