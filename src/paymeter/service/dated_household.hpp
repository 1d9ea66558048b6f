/// The months that households are dated by, as they are where the account is.
#pragma once

#include <span>

#include "paymeter/domain/tariff/household.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

/// The local month of an instant. A property that nobody knows: China's.
domain::rating::Month month_at(const LiveTable& live, PropertyId property, UtcMs at);

/// The first instant of a local month.
UtcMs begin_of(const LiveTable& live, PropertyId property, domain::rating::Month month);

/// What prices every month when somebody says so for once, whatever the account's own is: no
/// stored name stands for it.
domain::tariff::DatedHousehold always(const domain::tariff::Household& household);

}  // namespace paymeter::service
