/// The whole of offline rating: two texts in, a priced statement out.
#pragma once

#include <string_view>

#include "paymeter/domain/rating/charger.hpp"

namespace paymeter::adapter::rate_format {

/// A statement with the schedule that names its rates.
struct RatedTexts {
  domain::rating::Schedule schedule;
  domain::rating::Statement statement;
};

/// Errors: those of read_tariff, read_readings, fixed_utc_offset and price_readings, in this order.
Result<RatedTexts> rate_texts(std::string_view tariff_json, std::string_view readings_csv);

}  // namespace paymeter::adapter::rate_format
