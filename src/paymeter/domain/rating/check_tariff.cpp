// What a tariff must be before anything is priced by it: complete, unambiguous, in bounds.
#include <algorithm>
#include <bitset>
#include <set>

#include "paymeter/domain/rating/tariff.hpp"

namespace paymeter::domain::rating {
namespace {

constexpr int kMinutesOfDay = 24 * 60;

std::string at_index(const std::string& path, std::size_t index) {
  return path + '[' + std::to_string(index) + ']';
}

/// Checks in the order of the file and keeps the first complaint.
class Checker {
 public:
  explicit Checker(const Tariff& tariff) : tariff_(tariff) {}

  Result<> run() {
    check_head();
    check_days();
    check_calendar();
    check_lines();
    check_fees();
    if (error_) return fail(std::move(*error_));
    return {};
  }

 private:
  void require(bool ok, Errc code, const std::string& path, std::string_view why) {
    if (!ok && !error_) error_ = Error{code, path + ": " + std::string(why)};
  }
  void value(bool ok, const std::string& path, std::string_view why) {
    require(ok, Errc::tariff_value_invalid, path, why);
  }
  void text(const std::string& text, const std::string& path) {
    value(!text.empty(), path, "must not be empty");
    value(text.size() <= kTextBytesMax, path, "is too long");
    value(std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }), path,
          "must not contain control characters");
  }

  void check_head();
  void check_seasons(const std::vector<MonthDay>& starts);
  void check_days();
  void check_day(const std::string& name, const std::vector<RateChange>& changes);
  void check_calendar();
  bool check_calendar_entry(const CalendarEntry& entry, const std::string& path);
  bool check_numbers(const std::optional<std::vector<int>>& numbers, int max,
                     const std::string& path);
  void check_lines();
  void check_prices(const TariffLine& line, const std::string& path);
  void check_steps(const TariffLine& line, const std::string& path);
  void check_limits(const std::vector<StepLimit>& limits, const std::string& path);
  void check_fees();
  bool is_known(const std::string& rate) const;
  void price(Price price, const std::string& path) {
    value(price.e8 >= -kPriceMaxE8 && price.e8 <= kPriceMaxE8, path, "is out of range");
  }

  const Tariff& tariff_;
  std::set<std::string> rates_used_;  ///< by the days
  std::optional<Error> error_;
};

void Checker::check_head() {
  text(tariff_.name, "name");
  value(tariff_.currency.size() == 3 &&
            std::ranges::all_of(tariff_.currency, [](char c) { return c >= 'A' && c <= 'Z'; }),
        "currency", "must be three capital letters");
  text(tariff_.time_zone, "time_zone");
  if (tariff_.cycle.kind == CycleKind::year)
    value(month_day_exists(tariff_.cycle.starts), "cycle.starts", "is not a date");
  if (tariff_.cycle.kind == CycleKind::season) check_seasons(tariff_.cycle.season_starts);
  value(tariff_.scale.households >= 1 && tariff_.scale.households <= kHouseholdsMax,
        "scale.households", "must be 1 to 1000000");
  value(tariff_.scale.extra_e8 >= 0 && tariff_.scale.extra_e8 <= kLimitMaxE8, "scale.extra",
        "must not be negative or beyond 10^15");
}

void Checker::check_seasons(const std::vector<MonthDay>& starts) {
  const std::string path = "cycle.starts";
  value(!starts.empty() && starts.size() <= kSeasonsMax, path, "must have 1 to 12 dates");
  for (std::size_t i = 0; i < starts.size(); ++i) {
    value(month_day_exists(starts[i]), at_index(path, i), "is not a date");
    value(i == 0 || starts[i - 1] < starts[i], path, "must ascend");
  }
}

/// A rate of no standard name is known when some line prices it, or when every line has one price
/// for all rates: a misspelt one is found or costs the same, and hourly contract prices may name
/// their hours.
bool Checker::is_known(const std::string& rate) const {
  const auto prices_it = [&](const TariffLine& line) { return line.prices.contains(rate); };
  const auto has_one_price = [](const TariffLine& line) { return line.price.has_value(); };
  return is_standard_rate(rate) || std::ranges::any_of(tariff_.lines, prices_it) ||
         std::ranges::all_of(tariff_.lines, has_one_price);
}

void Checker::check_days() {
  value(tariff_.days.size() <= kDaysMax, "days", "has too many entries");
  if (error_) return;
  for (const auto& [name, changes] : tariff_.days) check_day(name, changes);
  if (tariff_.days.empty()) rates_used_.insert(std::string(kFlatRate));
  value(rates_used_.size() <= kRatesMax, "days", "use too many rates");
}

void Checker::check_day(const std::string& name, const std::vector<RateChange>& changes) {
  const std::string path = "days." + name;
  text(name, path);
  require(!changes.empty() && changes.front().minute == 0, Errc::tariff_day_incomplete, path,
          "must start at 00:00");
  int previous = -1;
  for (std::size_t i = 0; i < changes.size() && !error_; ++i) {
    const RateChange& change = changes[i];
    const std::string place = at_index(path, i);
    value(change.minute < kMinutesOfDay, place, "must be before 24:00");
    require(change.minute > previous, Errc::tariff_day_incomplete, path, "must ascend");
    text(change.rate, place);
    require(is_known(change.rate), Errc::tariff_rate_unknown, place, change.rate);
    previous = change.minute;
    rates_used_.insert(change.rate);
  }
}

void Checker::check_calendar() {
  require(tariff_.days.empty() == tariff_.calendar.empty(), Errc::tariff_calendar_incomplete,
          "calendar", "days and calendar need each other");
  value(tariff_.calendar.size() <= kCalendarMax, "calendar", "has too many entries");
  bool last_matches_all = true;
  for (std::size_t i = 0; i < tariff_.calendar.size() && !error_; ++i)
    last_matches_all = check_calendar_entry(tariff_.calendar[i], at_index("calendar", i));
  require(last_matches_all, Errc::tariff_calendar_incomplete, "calendar",
          "the last entry must match every date");
}

/// True when all of 1 … max are there, or nothing is asked for.
bool Checker::check_numbers(const std::optional<std::vector<int>>& numbers, int max,
                            const std::string& path) {
  if (!numbers) return true;
  value(!numbers->empty(), path, "must not be empty");
  std::bitset<16> seen;
  for (const int number : *numbers) {
    value(number >= 1 && number <= max, path, "must be 1 to " + std::to_string(max));
    if (number >= 1 && number <= max) seen.set(static_cast<std::size_t>(number));
  }
  return seen.count() == static_cast<std::size_t>(max);
}

/// True when the entry matches every date there is.
bool Checker::check_calendar_entry(const CalendarEntry& entry, const std::string& path) {
  if (entry.dates)
    for (std::size_t i = 0; i < entry.dates->size() && !error_; ++i)
      value(date_exists((*entry.dates)[i]), at_index(path + ".dates", i), "is not a date");
  bool all = !entry.dates;
  all = check_numbers(entry.weekdays, 7, path + ".weekdays") && all;
  all = check_numbers(entry.months, 12, path + ".months") && all;
  if (entry.between) {
    const auto& [first, last] = *entry.between;
    value(month_day_exists(first) && month_day_exists(last), path + ".between", "is not a date");
    // Crossing New Year it may cover the year too (03-01 to 02-29), but nobody writes that.
    all = all && first == MonthDay{1, 1} && last == MonthDay{12, 31};
  }
  require(tariff_.days.contains(entry.day), Errc::tariff_day_unknown, path + ".day", entry.day);
  return all;
}

void Checker::check_lines() {
  value(!tariff_.lines.empty() || !tariff_.fees.empty(), "lines", "nothing to price");
  value(tariff_.lines.size() <= kLinesMax, "lines", "has too many entries");
  std::set<std::string> names;
  for (std::size_t i = 0; i < tariff_.lines.size() && !error_; ++i) {
    const TariffLine& line = tariff_.lines[i];
    const std::string path = at_index("lines", i);
    text(line.name, path + ".name");
    value(names.insert(line.name).second, path + ".name", "is used twice");
    check_prices(line, path);
    check_steps(line, path);
  }
}

void Checker::check_prices(const TariffLine& line, const std::string& path) {
  if (line.price) {
    value(line.prices.empty(), path, "has both price and prices");
    price(*line.price, path + ".price");
    return;
  }
  value(line.prices.size() <= kRatesMax, path + ".prices", "has too many entries");
  const std::string prices = path + ".prices.";
  for (const auto& [rate, rate_price] : line.prices) {
    const std::string place = prices + rate;
    require(is_standard_rate(rate) || rates_used_.contains(rate), Errc::tariff_rate_unknown, place,
            "no day has this rate");
    price(rate_price, place);
  }
  for (const std::string& rate : rates_used_)
    require(line.prices.contains(rate), Errc::tariff_price_missing, path + ".prices", rate);
}

void Checker::check_steps(const TariffLine& line, const std::string& path) {
  value(line.steps.size() <= kStepTablesMax, path + ".steps", "has too many entries");
  for (std::size_t i = 0; i < line.steps.size() && !error_; ++i) {
    const std::string place = at_index(path + ".steps", i);
    check_numbers(line.steps[i].months, 12, place + ".months");
    check_limits(line.steps[i].limits, place + ".limits");
  }
}

void Checker::check_limits(const std::vector<StepLimit>& limits, const std::string& path) {
  value(limits.size() <= kStepLimitsMax, path, "has too many entries");
  for (std::size_t i = 0; i < limits.size() && !error_; ++i) {
    value(limits[i].at_e8 >= 0 && limits[i].at_e8 <= kLimitMaxE8, at_index(path, i) + "[0]",
          "must not be negative or beyond 10^15");
    require(i == 0 || limits[i].at_e8 > limits[i - 1].at_e8, Errc::tariff_limits_not_ascending,
            path, "must ascend");
    price(limits[i].surcharge, at_index(path, i) + "[1]");
  }
}

void Checker::check_fees() {
  value(tariff_.fees.size() <= kLinesMax, "fees", "has too many entries");
  std::set<std::string> names;
  for (std::size_t i = 0; i < tariff_.fees.size() && !error_; ++i) {
    const Fee& fee = tariff_.fees[i];
    const std::string path = at_index("fees", i);
    text(fee.name, path + ".name");
    value(names.insert(fee.name).second, path + ".name", "is used twice");
    value(fee.amount <= kFeeMax && fee.amount >= -kFeeMax, path + ".amount", "is out of range");
  }
}

}  // namespace

Result<> check_tariff(const Tariff& tariff) { return Checker(tariff).run(); }

}  // namespace paymeter::domain::rating
