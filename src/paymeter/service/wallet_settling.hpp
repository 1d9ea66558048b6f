/// A platform wallet's true balance: the meter is read where that is asked for, then billed.
#pragma once

#include "paymeter/service/billing.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/vending.hpp"

namespace paymeter::service {

/// The books' balance after everything read was charged. fresh: after a read that starts now. A
/// wallet whose billing is held has none: what was used meanwhile nobody knows. Errors: those of
/// Collector::read_now, store errors, those of Billing::settle, the hold's reason.
/// Requires: both services outlive the task.
port::Async<Result<domain::Money>> settle_wallet(Collector& collector, Billing& billing,
                                                 MeterId meter, Vending::WalletLook look);

}  // namespace paymeter::service
