/// One pass of billing over one wallet: from what the store says to what is to be stored. Without
/// waiting, so that it can be tested and repeated. Inner part of billing.hpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "paymeter/domain/rating/billing_run.hpp"
#include "paymeter/domain/wallet.hpp"
#include "paymeter/port/billing_store.hpp"
#include "paymeter/service/tariff_timeline.hpp"

namespace paymeter::service {

/// The raw readings of one meter as one ascending register: devices that replaced each other
/// count on, a device's final reading closes it. Readings of a device whose first register is not
/// known yet are left out.
std::vector<domain::rating::IncomingReading> one_register(
    const std::vector<port::DeviceEnd>& devices,
    std::span<const domain::rating::IncomingReading> raw);

/// The instant from which a stored checkpoint goes on, without a timeline; nothing = no checkpoint.
std::optional<UtcMs> checkpoint_time(const std::string& text);

/// Readings after this instant are what a pass needs; nothing = all since the meters were opened.
std::optional<UtcMs> load_from(const port::Billing& billing, domain::WalletUnit unit);

struct MeterReadings {
  MeterId meter{};
  std::vector<domain::rating::IncomingReading> readings;  ///< one_register, since `load_from`
  domain::rating::GateLimits gate;                        ///< what can flow through this meter
};

/// Everything a pass knows.
struct BillingFacts {
  const port::BillingInput* input = nullptr;
  const domain::rating::Timeline* timeline = nullptr;
  domain::WalletTerms terms;
  std::vector<MeterReadings> meters;  ///< beside input->meters
  Millis late_window{}, lag_max{}, silence_max{};
  UtcMs now{};
};

struct BillingOutcome {
  port::BillingRunStep step;
  bool is_worth_storing = false;
  domain::Money unposted{};  ///< used beyond what is posted with the step
  std::optional<std::int64_t> quantity_left;
  UtcMs billed_to{};
};

/// `everything`: the day in progress is posted too, under `cause`.
/// Errors: rating_state_invalid, rating_amount_too_large, those of buy_quantity.
Result<BillingOutcome> run_pass(const BillingFacts& facts, bool everything,
                                const std::string& cause);

}  // namespace paymeter::service
