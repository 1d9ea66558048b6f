/// The versions that price a meter over a span, compiled and ready for charging.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "paymeter/domain/rating/timeline.hpp"
#include "paymeter/domain/tariff/product.hpp"
#include "paymeter/port/tariff_format.hpp"
#include "paymeter/port/tariff_store.hpp"

namespace paymeter::service {

/// What an account said of its household, in any order; none = one household.
using Households = std::span<const domain::tariff::DatedHousehold>;

/// One version in force from a local date on, for one household. `schedule` has an address that
/// stays.
struct TariffEra {
  const domain::tariff::TariffVersion* version = nullptr;
  domain::rating::DayNumber from = 0;
  std::unique_ptr<const domain::rating::Schedule> schedule;
};

struct MeterTimeline {
  std::vector<TariffEra> eras;        ///< ascending, at least one
  domain::rating::Timeline timeline;  ///< its eras are named by tariff::write_era_name
  domain::tariff::Warnings warnings;
};

/// The versions in force in [from, to): a meter's own tariff comes before the one it was set up
/// with. Dates before the first version are priced by it. An era ends, too, where the household
/// changes: at the first of a local month of the first version's zone; counts of steps go on.
/// Lifetime: of `versions`.
/// Errors: tariff_not_in_force (none in the whole span), those of TariffFormat and compile,
/// tariff_value_invalid (versions of zones with different offsets).
Result<MeterTimeline> compile_timeline(const port::TariffFormat& format,
                                       const port::TariffStore::MeterVersions& versions,
                                       Households households, UtcMs from, UtcMs to);

/// The local date of an instant as a version's product counts it. Errors: those of TariffFormat.
Result<domain::rating::Schedule> compile_version(const port::TariffFormat& format,
                                                 const domain::tariff::TariffVersion& version,
                                                 const domain::tariff::Household& household,
                                                 UtcMs from, UtcMs to,
                                                 domain::tariff::Warnings& warnings);

}  // namespace paymeter::service
