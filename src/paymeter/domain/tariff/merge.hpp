/// Versions of a month as one interchange tariff: so that a bill across a change can be exported.
#pragma once

#include <span>

#include "paymeter/domain/rating/tariff.hpp"

namespace paymeter::domain::tariff {

struct DatedTariff {
  rating::DayNumber from = 0;
  const rating::Tariff* tariff = nullptr;
};

/// One tariff that prices the dates from the first one's `from` up to `last` as the versions do one
/// after the other: later versions' days and rates are named `flat@2`. One version comes back as it
/// is. Requires: at least one, ascending.
/// Errors: tariff_export_impossible (detail: what differs: cycle, scale, a line's steps, a daily
/// fee), those of check_tariff.
Result<rating::Tariff> merge_versions(std::span<const DatedTariff> versions,
                                      rating::DayNumber last);

}  // namespace paymeter::domain::tariff
