// What a product must be, and what a person should look at.
#include <algorithm>
#include <set>

#include "paymeter/domain/tariff/day_table.hpp"

namespace paymeter::domain::tariff {
namespace {

/// Five of them and four signs fit into a compiled day's name.
constexpr std::size_t kDayNameBytesMax = 24;
constexpr std::size_t kListMax = 400;
constexpr int kMinutesOfDay = 24 * 60;

/// Keeps the first complaint.
class ProductChecker {
 public:
  explicit ProductChecker(const ProductTariff& product)
      : product_(product), holidays_(product.holidays ? *product.holidays : china_holidays()) {}

  Result<Warnings> run() {
    check_names();
    check_layers();
    check_allowance();
    for (const ProductLine& line : product_.lines) check_line(line);
    require(product_.service_e4 >= 0 && product_.service_e4 <= kServiceMaxE4,
            Errc::tariff_value_invalid, "service_percent: must be 0 to 100");
    if (!error_) check_compiled();
    if (error_) return fail(std::move(*error_));
    return warnings();
  }

 private:
  void require(bool ok, Errc code, const std::string& detail) {
    if (!ok && !error_) error_ = Error{code, detail};
  }
  void require(const Result<>& ok) {
    if (!ok && !error_) error_ = ok.error();
  }
  void check_names();
  void check_hours(const std::string& name, const Hours& hours);
  void check_overlay(const std::string& name, const Overlay& overlay);
  void check_layers();
  void check_layer(const std::string& name, const std::vector<LayerRule>& layer);
  void check_rule(const std::string& layer, const LayerRule& rule);
  void check_scope(const HolidayScope& scope);
  void check_allowance();
  void check_line(const ProductLine& line);
  void check_compiled();
  std::set<std::string> rates() const;
  Warnings warnings() const;

  const ProductTariff& product_;
  const HolidayCalendar& holidays_;
  std::optional<Error> error_;
};

void ProductChecker::check_names() {
  const auto check = [&](const std::string& name, const std::string& where) {
    require(!name.empty() && name.size() <= kDayNameBytesMax && name.find('+') == name.npos,
            Errc::tariff_value_invalid, where + ": a name has 1 to 24 bytes and no +");
  };
  for (const auto& [name, hours] : product_.days) {
    check(name, "days." + name);
    check_hours(name, hours);
  }
  for (const auto& [name, overlay] : product_.overlays) {
    check(name, "overlays." + name);
    check_overlay(name, overlay);
  }
}

void ProductChecker::check_hours(const std::string& name, const Hours& hours) {
  const std::string place = "days." + name + ": ";
  int previous = -1;
  for (const rating::RateChange& change : hours) {
    require(change.minute > previous && change.minute < kMinutesOfDay, Errc::tariff_day_incomplete,
            place + "must ascend within the day");
    previous = change.minute;
  }
  require(!hours.empty() && hours.front().minute == 0, Errc::tariff_day_incomplete,
          place + "must start at 00:00");
}

void ProductChecker::check_overlay(const std::string& name, const Overlay& overlay) {
  const std::string place = "overlays." + name + ": ";
  require(!overlay.empty(), Errc::tariff_value_invalid, place + "must not be empty");
  int previous = 0;
  for (const OverlaySpan& span : overlay) {
    require(span.begin >= previous && span.begin < span.end && span.end <= kMinutesOfDay,
            Errc::tariff_value_invalid, place + "spans must ascend within the day");
    previous = span.end;
  }
}

void ProductChecker::check_layers() {
  const ProductCalendar& calendar = product_.calendar;
  require(product_.days.empty() == calendar.range.empty(), Errc::tariff_calendar_incomplete,
          "calendar: days and calendar need each other");
  require(!product_.days.empty() || (calendar.event.empty() && calendar.holiday.empty() &&
                                     calendar.rest.empty() && calendar.weekday.empty()),
          Errc::tariff_calendar_incomplete, "calendar: there are no days");
  if (product_.holidays) require(check_holidays(*product_.holidays));
  check_layer("event", calendar.event);
  check_layer("holiday", calendar.holiday);
  check_layer("rest", calendar.rest);
  check_layer("weekday", calendar.weekday);
  for (const rating::CalendarEntry& entry : calendar.range) {
    require(!entry.dates, Errc::tariff_value_invalid, "calendar.range: dates belong to events");
    check_rule("calendar.range", {entry, {}, {}, {}});
  }
  if (calendar.range.empty()) return;
  const rating::CalendarEntry& last = calendar.range.back();
  require(!last.weekdays && !last.months && !last.between, Errc::tariff_calendar_incomplete,
          "calendar.range: the last entry must match every date");
}

void ProductChecker::check_layer(const std::string& name, const std::vector<LayerRule>& layer) {
  const std::string place = "calendar." + name;
  require(layer.size() <= kListMax, Errc::tariff_value_invalid, place + ": too many rules");
  for (const LayerRule& rule : layer) {
    require((name == "event") == rule.when.dates.has_value(), Errc::tariff_value_invalid,
            place + ": events, and only they, have dates");
    require((name == "holiday") == rule.holiday.has_value() &&
                (name == "rest") == rule.day_off.has_value(),
            Errc::tariff_value_invalid, place + ": the rule is of another layer");
    require(name != "weekday" || rule.when.weekdays, Errc::tariff_value_invalid,
            place + ": needs weekdays");
    check_rule(place, rule);
  }
}

void ProductChecker::check_rule(const std::string& layer, const LayerRule& rule) {
  require(rule.when.day.empty() != rule.overlay.empty(), Errc::tariff_value_invalid,
          layer + ": a rule has either a day or an overlay");
  require(rule.when.day.empty() || product_.days.contains(rule.when.day), Errc::tariff_day_unknown,
          layer + ": " + rule.when.day);
  require(rule.overlay.empty() || product_.overlays.contains(rule.overlay),
          Errc::tariff_day_unknown, layer + ": " + rule.overlay);
  if (rule.when.dates)
    for (const Date& date : *rule.when.dates)
      require(date_exists(date), Errc::tariff_value_invalid, layer + ": not a date");
  const auto numbers = [&](const std::optional<std::vector<int>>& list, int max) {
    require(!list || (!list->empty() &&
                      std::ranges::all_of(
                          *list, [&](int number) { return number >= 1 && number <= max; })),
            Errc::tariff_value_invalid, layer + ": weekdays are 1 to 7, months 1 to 12");
  };
  numbers(rule.when.weekdays, 7);
  numbers(rule.when.months, 12);
  if (rule.when.between)
    require(
        month_day_exists(rule.when.between->first) && month_day_exists(rule.when.between->second),
        Errc::tariff_value_invalid, layer + ": between is not two dates");
  require(rule.day_off != DayOff::workday, Errc::tariff_value_invalid,
          layer + ": must be rest_day or make_up_workday");
  if (rule.holiday) check_scope(*rule.holiday);
}

void ProductChecker::check_scope(const HolidayScope& scope) {
  const bool known = std::ranges::any_of(
      holidays_.breaks, [&](const HolidayBreak& days) { return days.holiday == scope.holiday; });
  require(scope.holiday.empty() || known, Errc::tariff_holiday_unknown, scope.holiday);
  require((scope.extent == HolidayExtent::first_days) == (scope.first_days > 0) &&
              scope.first_days >= 0 && scope.first_days <= 366 && scope.break_days_min >= 0 &&
              scope.break_days_min <= 366,
          Errc::tariff_value_invalid, "calendar.holiday: days out of range");
}

void ProductChecker::check_allowance() {
  const Allowance& allowance = product_.allowance;
  // Within these the scale's own bound, 10^15 units, is what a household can reach.
  constexpr rating::Int128 kMaxE8 = rating::Int128{100'000'000} * 1'000'000'000;
  const auto in_range = [&](rating::Int128 value) { return value >= 0 && value <= kMaxE8; };
  require(in_range(allowance.per_household_e8) && in_range(allowance.per_person_e8) &&
              allowance.people_included >= 0 && allowance.people_included <= kPeopleMax &&
              allowance.people_max >= 0 && allowance.people_max <= kPeopleMax,
          Errc::tariff_value_invalid, "allowance: out of range");
  require(allowance.rule == HouseholdRule::add || allowance.per_household_e8 == 0,
          Errc::tariff_value_invalid, "allowance: multiplied limits have no extra per household");
}

void ProductChecker::check_line(const ProductLine& line) {
  const std::string place = "lines." + line.name + ": ";
  const auto invalid = [&](bool ok, const char* why) {
    require(ok, Errc::tariff_value_invalid, place + why);
  };
  invalid(!line.price || line.printed.empty(), "has both price and printed");
  invalid(line.price_rounding.places >= 0 && line.price_rounding.places <= 8,
          "price places must be 0 to 8");
  invalid(line.components.size() <= rating::kLinesMax, "too many components");
  rating::Int128 sum = 0;
  for (const Component& component : line.components) {
    invalid(!component.name.empty() && component.name.size() <= rating::kTextBytesMax,
            "a component needs a name");
    sum += component.amount.e8 < 0 ? -rating::Int128{component.amount.e8} : component.amount.e8;
  }
  invalid(sum <= kComponentsMaxE8, "components are out of range");
  invalid(line.factors.size() <= rating::kRatesMax, "too many factors");
  for (const auto& [rate, factor] : line.factors) {
    invalid(factor.e6 >= 0 && factor.e6 <= kFactorMaxE6, "factors are 0 to 100");
    invalid(rate != rating::kFlatRate, "flat has the factor 1");
  }
  invalid(line.factors.empty() || !line.components.empty(), "factors need components");
  if (error_) return;
  for (const std::string& rate : rates())
    if (const auto price = line_price(line, rate); !price) error_ = price.error();
}

/// Everything else is what the interchange tariff must be, whatever the span: a year shows it.
void ProductChecker::check_compiled() {
  const auto year =
      compile_checked(product_, {}, day_number(holidays_.from), day_number(holidays_.from) + 365);
  if (!year) error_ = year.error();
}

std::set<std::string> ProductChecker::rates() const {
  std::set<std::string> rates;
  for (const auto& [name, hours] : product_.days)
    for (const rating::RateChange& change : hours) rates.insert(change.rate);
  for (const auto& [name, overlay] : product_.overlays)
    for (const OverlaySpan& span : overlay) rates.insert(span.rate);
  if (rates.empty()) rates.insert(std::string(rating::kFlatRate));
  return rates;
}

Warnings ProductChecker::warnings() const {
  Warnings out;
  if (product_.service_e4 > 0 && product_.utility == rating::TariffUtility::electricity)
    out.push_back({Errc::tariff_service_forbidden, {}});
  for (const ProductLine& line : product_.lines)
    for (const std::string& rate : rates()) {
      const bool printed = line.price || line.printed.contains(rate);
      const auto derived = derived_price(line, rate);
      if (printed && derived && *derived != *line_price(line, rate))
        out.push_back({Errc::tariff_printed_differs, line.name + ": " + rate});
    }
  return out;
}

}  // namespace

Result<Warnings> check_product(const ProductTariff& product) {
  return ProductChecker(product).run();
}

}  // namespace paymeter::domain::tariff
