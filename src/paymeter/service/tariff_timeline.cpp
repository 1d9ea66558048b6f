// Picks the versions of a span and compiles each for the dates it may price.
#include "paymeter/service/tariff_timeline.hpp"

#include <algorithm>

#include "paymeter/base/mistake.hpp"

namespace paymeter::service {
namespace {

namespace rating = domain::rating;
namespace tariff = domain::tariff;
using tariff::TariffVersion;

const TariffVersion* in_force(const port::TariffStore::MeterVersions& versions, UtcMs at) {
  const TariffVersion* own = tariff::in_force(versions.own, at);
  return own != nullptr ? own : tariff::in_force(versions.set_up, at);
}

struct Start {
  UtcMs at{};
  const TariffVersion* version = nullptr;
  const tariff::DatedHousehold* household = nullptr;
};

Result<Millis> zone_of(const port::TariffFormat& format, const TariffVersion& version, UtcMs from,
                       UtcMs to) {
  const auto product = format.read_product(version.content);
  if (!product) return fail(product.error());
  return format.fixed_utc_offset(product->time_zone, from, to);
}

/// Where a version or a household takes over. Dates before the first version are of it, under the
/// household of their own month: a later change must not rename them.
Result<std::vector<Start>> starts_of(const port::TariffFormat& format,
                                     const port::TariffStore::MeterVersions& versions,
                                     Households households, UtcMs from, UtcMs to) {
  std::vector<UtcMs> instants{from};
  for (const auto* list : {&versions.own, &versions.set_up})
    for (const TariffVersion& version : *list)
      if (version.valid_from > from && version.valid_from < to)
        instants.push_back(version.valid_from);
  std::ranges::sort(instants);
  const TariffVersion* first = nullptr;
  for (std::size_t i = 0; first == nullptr && i < instants.size(); ++i)
    first = in_force(versions, instants[i]);
  if (first == nullptr) return fail(Errc::tariff_not_in_force);
  // Most accounts say nothing: no version is read once more for them.
  const auto offset =
      households.empty() ? Result<Millis>(Millis{}) : zone_of(format, *first, from, to);
  if (!offset) return fail(offset.error());
  for (const tariff::DatedHousehold& household : households)
    if (const UtcMs at = rating::midnight(tariff::first_day(household.from), *offset);
        at > from && at < to)
      instants.push_back(at);
  std::ranges::sort(instants);
  std::vector<Start> starts;
  for (const UtcMs at : instants) {
    const TariffVersion* version = in_force(versions, at);
    const auto month = tariff::month_of_day(rating::day_number_at(at, *offset));
    const Start next{at, version == nullptr ? first : version,
                     tariff::household_in_force(households, month)};
    if (starts.empty() || starts.back().version != next.version ||
        starts.back().household != next.household)
      starts.push_back(next);
  }
  return starts;
}

const TariffVersion* priced_by(const std::vector<Start>& starts, const Start& start) {
  if (mistake_made(Mistake::bill_newest_price)) return starts.back().version;
  if (mistake_made(Mistake::bill_oldest_price)) return starts.front().version;
  return start.version;
}

}  // namespace

Result<rating::Schedule> compile_version(const port::TariffFormat& format,
                                         const TariffVersion& version,
                                         const tariff::Household& household, UtcMs from, UtcMs to,
                                         tariff::Warnings& warnings) {
  const auto product = format.read_product(version.content);
  if (!product) return fail(product.error());
  const auto offset = format.fixed_utc_offset(product->time_zone, from, to);
  if (!offset) return fail(offset.error());
  const auto first = rating::local_day(rating::day_number_at(from, *offset)).date;
  const auto last = rating::local_day(rating::day_number_at(to, *offset)).date;
  auto compiled = tariff::compile(*product, household, first, last);
  if (!compiled) return fail(compiled.error());
  for (Error& warning : compiled->warnings)
    if (std::ranges::find_if(warnings, [&](const Error& known) {
          return known.code == warning.code && known.detail == warning.detail;
        }) == warnings.end())
      warnings.push_back(std::move(warning));
  return rating::Schedule::compile(std::move(compiled->tariff), *offset);
}

Result<MeterTimeline> compile_timeline(const port::TariffFormat& format,
                                       const port::TariffStore::MeterVersions& versions,
                                       Households households, UtcMs from, UtcMs to) {
  const auto starts = starts_of(format, versions, households, from, to);
  if (!starts) return fail(starts.error());
  tariff::Warnings warnings;
  std::vector<TariffEra> eras;
  std::vector<rating::Era> timeline;
  for (const Start& start : *starts) {
    const bool is_said = start.household != nullptr;
    auto schedule = compile_version(format, *priced_by(*starts, start),
                                    is_said ? start.household->household : tariff::Household{},
                                    from, to, warnings);
    if (!schedule) return fail(schedule.error());
    const auto day = rating::day_number_at(start.at, schedule->utc_offset());
    eras.push_back(
        {start.version, day, std::make_unique<const rating::Schedule>(std::move(*schedule))});
    timeline.push_back({day, eras.back().schedule.get(),
                        tariff::write_era_name(
                            {start.version->id, is_said ? start.household->id : HouseholdId{}})});
  }
  auto made = rating::Timeline::make(std::move(timeline));
  if (!made) return fail(made.error());
  return MeterTimeline{std::move(eras), std::move(*made), std::move(warnings)};
}

}  // namespace paymeter::service
