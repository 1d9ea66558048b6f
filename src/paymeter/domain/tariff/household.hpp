/// Who stands behind an account, month by month: steps grow with households and persons. What is
/// dated prices whole local months, so that a change never alters a bill that has begun.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/rating/local_day.hpp"
#include "paymeter/domain/tariff/version.hpp"

namespace paymeter {
using HouseholdId = Id<struct HouseholdTag>;
}  // namespace paymeter

namespace paymeter::domain::tariff {

/// Who uses what is priced. `people` 0 = unknown: no allowance for persons.
struct Household {
  std::int64_t households = 1;
  std::int64_t people = 0;
  friend bool operator==(const Household&, const Household&) = default;
};

/// What somebody said of an account: true from the first of `from` until another one is.
struct DatedHousehold {
  HouseholdId id{};
  PropertyId property{};
  AccountId account{};
  rating::Month from;
  Household household;
  std::string reason;
  UserId by{};
  UtcMs at{};
  std::string idempotency_key;
  friend bool operator==(const DatedHousehold&, const DatedHousehold&) = default;
};

/// Errors: household_invalid (out of range; a month that no calendar has).
Result<> check_household(const rating::Month& from, const Household& household);

/// Of the latest month not after `month` the one that was said last; null = nobody said anything:
/// one household. Lifetime: of `all`, in any order.
const DatedHousehold* household_in_force(std::span<const DatedHousehold> all, rating::Month month);

/// The month of a local date.
rating::Month month_of_day(rating::DayNumber day);
/// The first local date of a month. Requires: a month of years 0–9999.
rating::DayNumber first_day(rating::Month month);
/// `2026-12` and back. Empty: not such a text, or no month.
std::string month_text(rating::Month month);
std::optional<rating::Month> month_from_text(std::string_view text);

/// What an era of a billing timeline is called in stored states and bills: the version, and above
/// its 32 bits the dated household. Without one the name is the version's id alone, so that what
/// was stored before households were dated keeps its meaning.
struct EraName {
  TariffVersionId version{};
  HouseholdId household{};
  friend bool operator==(const EraName&, const EraName&) = default;
};
/// Requires: version 0 … 2^32 − 1, household 0 … 2^31 − 1.
std::int64_t write_era_name(const EraName& name);
EraName read_era_name(std::int64_t name);

}  // namespace paymeter::domain::tariff
