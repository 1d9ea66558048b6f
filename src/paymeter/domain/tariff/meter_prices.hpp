/// What a meter wallet can hold of a tariff: prices for its download.
#pragma once

#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/rating/schedule.hpp"

namespace paymeter::domain::tariff {

/// One price per standard rate, the sum of the lines', and the steps of `month`. Rates that the
/// tariff lacks get the highest price: the hours are the meter's own and are not compared, and no
/// meter shall sell for nothing.
/// Errors: tariff_meter_cannot_hold (detail: why): not electricity, rates of other names, fees,
/// steps on several lines or not by the month, more than four, limits that are no whole kWh, prices
/// or sums below 0, beyond 32 bits, or no multiples of 0.0001.
Result<PriceTable> meter_prices(const rating::Schedule& schedule, rating::Month month);

}  // namespace paymeter::domain::tariff
