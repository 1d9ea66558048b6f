/// A tariff as landlords and authorities think of it: prices printed or built from components,
/// calendar layers with holidays, allowances per household, fees, a service percentage. It compiles
/// to the interchange tariff (rating/tariff.hpp), which is what prices anything.
///
/// Source: docs/formats/tariff.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/rating/tariff.hpp"
#include "paymeter/domain/tariff/holidays.hpp"
#include "paymeter/domain/tariff/household.hpp"

namespace paymeter::domain::tariff {

using rating::Int128;

/// A part of the price of a unit. Floating parts are multiplied by the rate's factor.
enum class ComponentKind : std::uint8_t { fixed, floating };
struct Component {
  std::string name;
  Price amount{};
  ComponentKind kind = ComponentKind::fixed;
  friend bool operator==(const Component&, const Component&) = default;
};

/// `e6` × 10^-6 of the floating part of rate `of`: sharp may be 1.25 of peak, which is 1.7 of flat.
struct Factor {
  std::int64_t e6 = 1'000'000;
  std::string of{rating::kFlatRate};
  friend bool operator==(const Factor&, const Factor&) = default;
};

/// Derived prices are rounded once, to so many places.
struct PriceRounding {
  int places = 8;
  rating::Rounding rule = rating::Rounding::half_up;
  friend bool operator==(const PriceRounding&, const PriceRounding&) = default;
};

/// A line's price of a rate: the printed one, else Σ floating × factor + Σ fixed.
struct ProductLine {
  std::string name;
  std::optional<Price> price;            ///< printed, one for all rates
  std::map<std::string, Price> printed;  ///< by rate
  std::vector<Component> components;
  std::map<std::string, Factor> factors;  ///< by rate; flat has 1
  PriceRounding price_rounding;
  std::vector<rating::StepTable> steps;
  friend bool operator==(const ProductLine&, const ProductLine&) = default;
};

/// `rate` from minute `begin` to minute `end` (exclusive) of a day, whatever held there before.
struct OverlaySpan {
  int begin = 0, end = 0;
  std::string rate;
  friend bool operator==(const OverlaySpan&, const OverlaySpan&) = default;
};
using Overlay = std::vector<OverlaySpan>;

/// Which dates of a holiday are meant.
enum class HolidayExtent : std::uint8_t { statutory, first_days, whole };
std::string_view holiday_extent_name(HolidayExtent extent);
std::optional<HolidayExtent> holiday_extent_from_name(std::string_view name);
struct HolidayScope {
  std::string holiday;  ///< empty = any
  HolidayExtent extent = HolidayExtent::whole;
  int first_days = 0;      ///< of the break, with first_days
  int break_days_min = 0;  ///< only breaks of so many days
  friend bool operator==(const HolidayScope&, const HolidayScope&) = default;
};

/// One rule of a calendar layer: on dates that match `when` (all its parts) and the layer's own
/// condition, `day` replaces the whole table, or `overlay` only its own hours.
struct LayerRule {
  rating::CalendarEntry when;           ///< `when.day`: a day, or empty with an overlay
  std::string overlay;                  ///< empty with a day
  std::optional<HolidayScope> holiday;  ///< of the layer `holiday` only
  std::optional<DayOff> day_off;        ///< of the layer `rest` only
  friend bool operator==(const LayerRule&, const LayerRule&) = default;
};

/// Layers, the highest first. Of each layer the first rule that matches counts; layers are laid on
/// top of each other from below. Beyond the holidays' horizon the layers holiday and rest are
/// empty.
struct ProductCalendar {
  std::vector<LayerRule> event;    ///< by dates: hot days, announced the evening before
  std::vector<LayerRule> holiday;  ///< by holiday and scope
  std::vector<LayerRule> rest;     ///< rest days, make-up workdays
  std::vector<LayerRule> weekday;
  std::vector<rating::CalendarEntry> range;  ///< date ranges; the last matches every date
  friend bool operator==(const ProductCalendar&, const ProductCalendar&) = default;
};

/// How limits grow: × households (or + `per_household_e8` for each beyond the first), then
/// + `per_person_e8` for each person beyond `people_included`, of whom at most `people_max` count.
/// 10^-8 kWh or m³.
enum class HouseholdRule : std::uint8_t { multiply, add };
struct Allowance {
  HouseholdRule rule = HouseholdRule::multiply;
  Int128 per_household_e8 = 0;
  std::int64_t people_included = 0;
  std::int64_t people_max = 0;
  Int128 per_person_e8 = 0;
  friend bool operator==(const Allowance&, const Allowance&) = default;
};

struct ProductTariff {
  std::string name;
  rating::TariffUtility utility = rating::TariffUtility::electricity;
  std::string currency = "CNY";
  std::string time_zone = "Asia/Shanghai";
  rating::Rounding rounding = rating::Rounding::half_up;
  std::map<std::string, std::vector<rating::RateChange>> days;  ///< empty: every hour is flat
  std::map<std::string, Overlay> overlays;
  std::optional<HolidayCalendar> holidays;  ///< empty = china_holidays()
  ProductCalendar calendar;
  rating::Cycle cycle;
  Allowance allowance;
  std::vector<ProductLine> lines;
  std::vector<rating::Fee> fees;
  std::int64_t service_e4 = 0;  ///< of a sale, in 10^-4 (0.01 %)
  friend bool operator==(const ProductTariff&, const ProductTariff&) = default;
};

inline constexpr int kFactorChainMax = 3;
inline constexpr std::int64_t kFactorMaxE6 = 100'000'000;            ///< 100
inline constexpr std::int64_t kComponentsMaxE8 = 1'000'000'000'000;  ///< 10,000 currency a unit
inline constexpr std::int64_t kServiceMaxE4 = 10'000;                ///< 100 %
inline constexpr std::int64_t kPeopleMax = 1'000'000;
inline constexpr std::int64_t kCompileDaysMax = 3'700;

/// What a person should look at; nothing is refused for it. Codes: tariff_service_forbidden,
/// tariff_horizon_passed (detail: the first date), tariff_printed_differs (detail: line and rate).
using Warnings = std::vector<Error>;

/// What is wrong with a product whatever span is priced; the detail begins with the place.
/// Errors: tariff_value_invalid, tariff_day_unknown, tariff_calendar_incomplete,
/// tariff_holiday_unknown, tariff_price_missing, those of check_tariff for one ordinary year.
Result<Warnings> check_product(const ProductTariff& product);

/// The price of `rate` on a line. Errors: tariff_price_missing (neither printed nor derivable),
/// tariff_value_invalid (factors in a circle or too long a chain).
Result<Price> line_price(const ProductLine& line, const std::string& rate);

struct Compiled {
  rating::Tariff tariff;
  Warnings warnings;
};
/// The tariff that prices the dates first … last exactly; other dates are priced as ordinary ones.
/// Seasons stay seasons (narrow_cycle). Requires: check_product. Errors: tariff_value_invalid (no
/// span, longer than kCompileDaysMax, the household), those of check_product.
Result<Compiled> compile(const ProductTariff& product, const Household& household,
                         const Date& first, const Date& last);

/// What is kept of a sale, to the fen, half up. Requires: captured >= 0.
Money service_of_sale(const ProductTariff& product, Money captured);

}  // namespace paymeter::domain::tariff
