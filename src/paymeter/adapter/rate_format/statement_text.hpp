/// A priced series as the interchange result (JSON) and as a bill for people.
///
/// Source: docs/formats/rate.md.
#pragma once

#include <string>

#include "paymeter/domain/rating/bill.hpp"

namespace paymeter::adapter::rate_format {

/// The result, keys in the format's order, one line.
std::string statement_json(const domain::rating::Schedule& schedule,
                           const domain::rating::Statement& statement);

/// Chinese and English, a row per part: quantity, unit price, exact cost.
std::string statement_text(const domain::rating::Schedule& schedule,
                           const domain::rating::Statement& statement);

}  // namespace paymeter::adapter::rate_format
