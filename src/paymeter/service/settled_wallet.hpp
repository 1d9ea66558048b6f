/// A platform wallet after everything that its meters used was charged: what endings start from.
#pragma once

#include <functional>
#include <string>

#include "paymeter/domain/wallet.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::service {

struct SettledWallet {
  domain::WalletStanding standing;
  domain::Money due{};  ///< the payment that would end the debt; 0 = there is none
};

/// Charges what the meter's wallet has used, under `cause`. Errors: as Billing::settle_to_end.
using WalletEnder =
    std::function<port::Async<Result<SettledWallet>>(MeterId meter, std::string cause, UserId by)>;

}  // namespace paymeter::service
