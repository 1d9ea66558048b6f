/// A tariff as written down: what tariff.json says, as plain data. `check_tariff` tells whether it
/// can price anything; `Schedule` (schedule.hpp) is what prices are read from.
///
/// Source: docs/formats/rate.md.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/domain/money.hpp"
#include "paymeter/domain/quantity.hpp"
#include "paymeter/domain/rating/local_day.hpp"
#include "paymeter/domain/rating/wide.hpp"

namespace paymeter::domain::rating {

/// What is metered. Priced per kWh, counted in Wh; water per m³, counted in litres.
enum class TariffUtility : std::uint8_t { electricity, water, heat, cooling };
std::string_view tariff_utility_name(TariffUtility utility);
std::optional<TariffUtility> tariff_utility_from_name(std::string_view name);

/// To 0.01, both by magnitude: half_up takes −0.005 to −0.01, down takes −0.019 to −0.01.
enum class Rounding : std::uint8_t { half_up, down };
std::string_view rounding_name(Rounding rounding);
std::optional<Rounding> rounding_from_name(std::string_view name);

/// From `minute` (after local midnight) on, until the next change or midnight.
struct RateChange {
  int minute = 0;
  std::string rate;
  friend bool operator==(const RateChange&, const RateChange&) = default;
};

/// Which dates are of which day: every part that is present must match.
struct CalendarEntry {
  std::optional<std::vector<Date>> dates;
  std::optional<std::vector<int>> weekdays;  ///< 1 = Monday … 7 = Sunday
  std::optional<std::vector<int>> months;
  std::optional<std::pair<MonthDay, MonthDay>> between;  ///< inclusive; may cross New Year
  std::string day;
  friend bool operator==(const CalendarEntry&, const CalendarEntry&) = default;
};

/// True when every part that is present matches.
bool matches(const CalendarEntry& entry, const LocalDay& day);
/// first … last inclusive; across New Year when last comes before first.
constexpr bool is_between(MonthDay at, MonthDay first, MonthDay last) {
  return first <= last ? first <= at && at <= last : first <= at || at <= last;
}

/// What the steps count over. It restarts at local midnight of the month's first date, or of the
/// year's first date that is not before `starts`, or of each of the seasons' first dates. The
/// interchange format has no seasons: `narrow_cycle` says what it can say.
enum class CycleKind : std::uint8_t { month, year, season };
std::string_view cycle_kind_name(CycleKind kind);
std::optional<CycleKind> cycle_kind_from_name(std::string_view name);
struct Cycle {
  CycleKind kind = CycleKind::month;
  MonthDay starts;                        ///< of a year
  std::vector<MonthDay> season_starts{};  ///< of seasons, ascending
  friend bool operator==(const Cycle&, const Cycle&) = default;
};

/// Every limit × households + extra. `extra_e8`: 10^-8 kWh or m³.
struct Scale {
  std::int64_t households = 1;
  Int128 extra_e8 = 0;
  friend bool operator==(const Scale&, const Scale&) = default;
};

/// What exceeds `at_e8` (10^-8 kWh or m³ within the cycle) costs `surcharge` more than the line's
/// price. Of several limits exceeded the highest counts alone.
struct StepLimit {
  Int128 at_e8 = 0;
  Price surcharge{};
  friend bool operator==(const StepLimit&, const StepLimit&) = default;
};
struct StepTable {
  std::optional<std::vector<int>> months;  ///< of the cycle's beginning; empty = every month
  std::vector<StepLimit> limits;           ///< ascending
  friend bool operator==(const StepTable&, const StepTable&) = default;
};

/// One line of the bill: one price for all rates, or a price by rate.
struct TariffLine {
  std::string name;
  std::optional<Price> price;
  std::map<std::string, Price> prices;  ///< used when `price` is empty
  std::vector<StepTable> steps;         ///< the first that fits applies; none fits = no steps
  friend bool operator==(const TariffLine&, const TariffLine&) = default;
};

/// A fixed amount per local date touched, or per bill.
enum class FeePeriod : std::uint8_t { day, month };
std::string_view fee_period_name(FeePeriod period);
std::optional<FeePeriod> fee_period_from_name(std::string_view name);
struct Fee {
  std::string name;
  FeePeriod per = FeePeriod::month;
  Money amount{};
  friend bool operator==(const Fee&, const Fee&) = default;
};

struct Tariff {
  std::string name;
  TariffUtility utility = TariffUtility::electricity;
  std::string currency = "CNY";  ///< ISO 4217, with a minor unit of 0.01
  std::string time_zone = "Asia/Shanghai";
  Rounding rounding = Rounding::half_up;
  /// Both empty: every hour is `flat`.
  std::map<std::string, std::vector<RateChange>> days;
  std::vector<CalendarEntry> calendar;
  Cycle cycle;
  Scale scale;
  std::vector<TariffLine> lines;
  std::vector<Fee> fees;
  friend bool operator==(const Tariff&, const Tariff&) = default;
};

/// The rate of every hour when a tariff has no days.
inline constexpr std::string_view kFlatRate = "flat";
/// sharp, peak, flat, valley, deep_valley: always known, in the order of bills. Other names are
/// known when a line prices them, or every line has one price for all rates.
inline constexpr std::array<std::string_view, 5> kStandardRates{"sharp", "peak", "flat", "valley",
                                                                "deep_valley"};
bool is_standard_rate(std::string_view rate);

/// Bounds that no honest tariff reaches; inside them nothing overflows.
inline constexpr std::size_t kTextBytesMax = 128;   ///< names of tariff, day, rate, line, fee
inline constexpr std::size_t kRatesMax = 64;        ///< different rates
inline constexpr std::size_t kDaysMax = 400;        ///< kinds of day
inline constexpr std::size_t kCalendarMax = 2'000;  ///< entries
inline constexpr std::size_t kLinesMax = 64;        ///< lines; fees too
inline constexpr std::size_t kStepTablesMax = 48;
inline constexpr std::size_t kStepLimitsMax = 32;
inline constexpr std::size_t kSeasonsMax = 12;
inline constexpr std::int64_t kPriceMaxE8 = 100'000'000'000'000'000;  ///< 10^9 currency a unit
inline constexpr Money kFeeMax{100'000'000'000};                      ///< 10^9 currency
inline constexpr std::int64_t kHouseholdsMax = 1'000'000;
inline constexpr Int128 kLimitMaxE8 = Int128{100'000'000} * 1'000'000'000'000'000;  ///< 10^15 units

/// Everything that tariff.json's types cannot say. The detail begins with the place:
/// `lines[0].steps[1].limits: must ascend`.
/// Errors, in the order of the file: tariff_value_invalid (bounds, names used twice),
/// tariff_rate_unknown, tariff_day_incomplete, tariff_day_unknown, tariff_calendar_incomplete,
/// tariff_limits_not_ascending, tariff_price_missing.
Result<> check_tariff(const Tariff& tariff);

/// The date at whose midnight the cycle of `day` began.
DayNumber cycle_start_of(const Cycle& cycle, const LocalDay& day);

/// The same cycle without seasons, as long as only the dates first … last are priced: a season is a
/// year that starts with it. Errors: tariff_export_impossible (another season begins in between;
/// detail: when).
Result<Cycle> narrow_cycle(const Cycle& cycle, DayNumber first, DayNumber last);

}  // namespace paymeter::domain::rating
