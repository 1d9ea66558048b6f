/// Ways to bill several registers, or a fixed quantity, by one tariff: 合并计费 and 包月.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "paymeter/domain/rating/bill.hpp"
#include "paymeter/domain/rating/reading_series.hpp"

namespace paymeter::domain::rating {

// ---------------------------------------------------------------- 合并计费
struct MeterSeries {
  std::int64_t meter = 0;
  std::vector<RegisterReading> readings;
};

/// What a meter adds to its account's bill. Amounts add up to the bill's lines: each is the
/// difference that the meter's cost makes to the rounded sum, in the order of the meters.
struct MeterShare {
  std::int64_t meter = 0;
  std::vector<BillLine> lines;  ///< beside the tariff's lines
  friend bool operator==(const MeterShare&, const MeterShare&) = default;
};
struct SharedBill {
  Bill account;  ///< the account's lines, its fees (once), its total
  std::vector<MeterShare> shares;
};
struct SharedStatement {
  std::vector<SharedBill> bills;
  Money total{};
  /// The sum of the meters' use at every reading's instant, rate change and midnight: priced as one
  /// register it gives the same bills. Begins at 0.
  std::vector<RegisterReading> summed;
};

/// Several meters count their steps together. At each reading's instant of any meter, rate change
/// and midnight every meter's register is taken by its own interpolation; between two of those, use
/// reaches the steps in the order of the series given. A meter without readings yet, or any more,
/// uses nothing.
/// Errors: readings_empty (no series, or one without readings), those of check_follows (detail:
/// `meter 7, reading 3`), readings_span_too_long, rating_amount_too_large.
Result<SharedStatement> price_together(const Schedule& schedule,
                                       std::span<const MeterSeries> series);

// ---------------------------------------------------------------- 包月
/// A fee per bill with `included` Wh or litres: they cost nothing on any line; what is used beyond
/// in the month is priced by the tariff.
struct Package {
  std::string name;
  Money fee{};
  std::int64_t included = 0;
};

/// The tariff with the package's quantity as a step of the month: parts of step 0 are included.
/// Errors: tariff_value_invalid (a tariff with steps, a package out of range).
Result<Schedule> package_schedule(const Schedule& schedule, const Package& package);

/// Bills with the package's fee before the tariff's fees. Parts of step 0 are included, at 0;
/// parts of step 1 are beyond.
/// Errors: tariff_value_invalid (a tariff with steps, a package out of range), those of
/// price_readings.
Result<Statement> price_package(const Schedule& schedule, const Package& package,
                                std::span<const RegisterReading> readings);

}  // namespace paymeter::domain::rating
