/// The reference meter's units <-> the platform's: 0.01 yuan and fen, 0.01 kWh and Wh, prices of
/// 10^-4 and 10^-8 yuan per kWh. Nothing is rounded: what does not fit is an error.
#pragma once

#include <cstdint>

#include "paymeter/codec/reference_nk.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/time_table.hpp"

namespace paymeter::driver {

/// Errors: frame_bad_value (the serial is no ASCII text).
Result<domain::PrepaidState> to_state(const codec::reference_nk::Prepaid& prepaid, UtcMs at);

domain::PriceTable to_price_table(const codec::reference_nk::Prices& prices);

/// Errors: frame_bad_value (over s32).
Result<std::int32_t> to_meter_amount(domain::Money money);

/// Errors: frame_bad_value (alarm or overdraft outside 0 to 2^31 - 1, threshold outside u32).
Result<codec::reference_nk::Settings> to_meter_settings(std::uint32_t version,
                                                        const domain::MeterSettings& settings);

/// Errors: frame_bad_value (a price that is negative, finer than 10^-4 yuan or over u32; a step
/// that does not begin at a whole kWh or not above the one before; over 4 steps).
Result<codec::reference_nk::Prices> to_meter_prices(std::uint32_t version,
                                                    const domain::PriceTable& prices);

/// The bytes of day tables 1 and 2 and of the season table.
/// Errors: frame_bad_value (the meter holds what it should have refused).
Result<domain::TimeTables> to_time_tables(Bytes day1, Bytes day2, Bytes seasons);
/// Requires: check_time_tables accepts them.
std::vector<codec::reference_nk::DaySlot> to_meter_slots(const std::vector<domain::DaySlot>& slots);
std::vector<codec::reference_nk::SeasonEntry> to_meter_seasons(
    const std::vector<domain::SeasonStart>& seasons);

}  // namespace paymeter::driver
