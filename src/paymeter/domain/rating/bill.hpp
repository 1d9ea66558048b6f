/// Bills: what was used in a local calendar month, at which price, and what it comes to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "paymeter/domain/rating/schedule.hpp"

namespace paymeter::domain::rating {

/// Use of one rate and step. `step` 0 = no limit exceeded, 1 = the first, …
struct Part {
  RateIndex rate = 0;
  int step = 0;
  std::int64_t quantity = 0;  ///< Wh or litres, above 0
  Price unit_price{};         ///< with the step's surcharge
  friend bool operator==(const Part&, const Part&) = default;
};
using Parts = std::vector<Part>;

/// The month being billed, as exact as it is stored: parts hold everything that costs.
struct OpenBill {
  Month month;
  DayNumber last_day = 0;      ///< the last local date touched
  std::int64_t day_count = 0;  ///< local dates touched
  std::vector<Parts> lines;    ///< beside the tariff's lines, in the order of use
  std::int64_t version = 0;    ///< of the tariff, with a Timeline
  friend bool operator==(const OpenBill&, const OpenBill&) = default;
};

struct BillLine {
  std::string name;
  std::int64_t quantity = 0;
  Money amount{};
  Parts parts;  ///< by rate (the schedule's order), step, unit price
  friend bool operator==(const BillLine&, const BillLine&) = default;
};
struct BillFee {
  std::string name;
  Money amount{};
  friend bool operator==(const BillFee&, const BillFee&) = default;
};
struct Bill {
  Month month;
  std::vector<BillLine> lines;  ///< in the tariff's order, as fees
  std::vector<BillFee> fees;
  Money total{};
  friend bool operator==(const Bill&, const Bill&) = default;
};
struct Statement {
  std::vector<Bill> bills;  ///< by month
  Money total{};
  friend bool operator==(const Statement&, const Statement&) = default;
};

/// Σ quantity × unit_price, exact, in 10^-11 currency.
Int128 exact_cost(const Parts& parts);

/// To the fen (10^9 × 10^-11 currency). Errors: rating_amount_too_large (beyond kMoneyMax).
Result<Money> round_cost(Int128 cost_e11, Rounding rounding);

/// The line of a bill: parts in order, their quantity added up.
BillLine make_line(const std::string& name, const Parts& parts, Money amount);

/// Each line rounded once, each fee, and their sum. Errors: rating_amount_too_large.
Result<Bill> make_bill(const Schedule& schedule, const OpenBill& open);

/// Bills in the order given. Errors: rating_amount_too_large.
Result<Statement> make_statement(const Schedule& schedule, const std::vector<OpenBill>& bills);

}  // namespace paymeter::domain::rating
