/// The demo's tenants: accounts and first sales through the real services, nothing written past
/// them.
#pragma once

#include "paymeter/app/station.hpp"

namespace paymeter::app {

/// Prints when every meter has its first prepaid state, or how many have after a minute.
port::Async<> wait_for_first_sweep(Station& station);

/// Opens most accounts and sells amounts that leave meters in every state: some without account,
/// some below alarm 1 and alarm 2, some with nothing bought, one forced on, one tripped.
port::Async<> move_tenants_in(Station& station);

}  // namespace paymeter::app
