/// A month's bill as text to store: what the charges of the month add up to, part by part.
#pragma once

#include <string>
#include <string_view>

#include "paymeter/domain/rating/month_bill.hpp"

namespace paymeter::domain::rating {

///   month-bill 1
///   month YEAR MONTH TOTAL
///   line AMOUNT QUANTITY NAME                        with its parts:
///   part VERSION STEP QUANTITY PRICE_E8 RATE
///   fee AMOUNT NAME
/// Money in fen, quantities in Wh or litres. Requires: names without newline (check_tariff).
std::string write_bill(const MonthBill& bill);
/// Errors: rating_state_invalid (detail: the line's number).
Result<MonthBill> read_bill(std::string_view text);

}  // namespace paymeter::domain::rating
