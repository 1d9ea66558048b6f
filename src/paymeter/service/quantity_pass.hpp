/// Billing of wallets that are kept in kWh or m³: payments become lots, use takes from them.
/// Inner part of billing_pass.hpp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "paymeter/domain/rating/month_bill.hpp"
#include "paymeter/domain/rating/timeline.hpp"
#include "paymeter/port/billing_store.hpp"

namespace paymeter::service {

struct QuantityFacts {
  const port::BillingInput* input = nullptr;
  const domain::rating::Timeline* timeline = nullptr;
  domain::rating::RegisterReading start;  ///< where the wallet's counting began
  std::vector<domain::rating::RegisterReading> accepted;
  bool everything = false;
  std::string cause;
};
struct QuantityOutcome {
  std::vector<port::DayPosting> postings;
  std::vector<port::StoredLot> lots;  ///< new and changed
  domain::Money unposted{};
  std::int64_t quantity_left = 0;
  domain::rating::RegisterReading posted_or_open_to;
};

/// What a unit costs at `at`: the sum of the lines' prices at the rate of that hour, without steps.
domain::Price quantity_price(const domain::rating::Timeline& timeline, UtcMs at);

/// ⌈quantity × price⌉: the payment that buys at least so much. Requires: quantity >= 0.
domain::Money payment_for(std::int64_t quantity, domain::Price price);

/// A payment buys at the price in force when it was made: the sum of the lines' prices at the rate
/// of that hour, without steps. Use beyond the lots waits for the next payment.
/// `months`: the bills posted so far. Errors: those of buy_quantity, rating_amount_too_large.
Result<QuantityOutcome> run_quantity_pass(
    const QuantityFacts& facts,
    const std::map<port::MonthNumber, domain::rating::MonthBill>& months);

}  // namespace paymeter::service
