/// A month's bill when tariffs change within it: lines of the same name are one line, exact under
/// each version and rounded once.
#pragma once

#include <string>
#include <vector>

#include "paymeter/domain/rating/bill.hpp"
#include "paymeter/domain/rating/timeline.hpp"

namespace paymeter::domain::rating {

struct MonthPart {
  std::int64_t version = 0;
  std::string rate;
  int step = 0;
  std::int64_t quantity = 0;
  Price unit_price{};
  friend bool operator==(const MonthPart&, const MonthPart&) = default;
};
struct MonthLine {
  std::string name;
  std::int64_t quantity = 0;
  Money amount{};
  std::vector<MonthPart> parts;  ///< by version, then as in a bill
  friend bool operator==(const MonthLine&, const MonthLine&) = default;
};
struct MonthBill {
  Month month;
  std::vector<MonthLine> lines;  ///< in the order of the month's first version, then of later ones
  std::vector<BillFee> fees;
  Money total{};
  friend bool operator==(const MonthBill&, const MonthBill&) = default;
};

/// The version in force at the month's first touched instant gives the rounding and the monthly
/// fees, which are charged once; a daily fee is that of each date's own version.
/// Requires: parts of one month, in order, of versions that the timeline has; at least one.
/// Errors: rating_amount_too_large.
Result<MonthBill> make_month_bill(const Timeline& timeline, const std::vector<OpenBill>& parts);

/// What `after` has more than `before` (may be null): differences of two roundings.
struct MonthCharge {
  Month month;
  std::vector<BillFee> lines, fees;  ///< by name
  Money total{};
  friend bool operator==(const MonthCharge&, const MonthCharge&) = default;
};
MonthCharge difference(const MonthBill& after, const MonthBill* before);

}  // namespace paymeter::domain::rating
