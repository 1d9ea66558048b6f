// Compiles a checked tariff: everything that pricing would otherwise look up by name.
#include "paymeter/domain/rating/schedule.hpp"

#include <algorithm>
#include <limits>

#include "paymeter/base/assert.hpp"

namespace paymeter::domain::rating {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
/// 10^-8 units in a Wh or litre: quantities are thousandths of a unit.
constexpr Int128 kE8PerQuantity = 100'000;

std::uint32_t mask_of(const std::optional<std::vector<int>>& numbers) {
  if (!numbers) return ~std::uint32_t{0};
  std::uint32_t mask = 0;
  for (const int number : *numbers) mask |= std::uint32_t{1} << number;
  return mask;
}

bool has_bit(std::uint32_t mask, int number) { return (mask >> number & 1U) != 0; }

/// Rates beyond the standard five, which days use or lines price; ascending.
std::vector<std::string> all_rates(const Tariff& tariff) {
  std::vector<std::string> others;
  for (const auto& [name, changes] : tariff.days)
    for (const RateChange& change : changes)
      if (!is_standard_rate(change.rate)) others.push_back(change.rate);
  std::ranges::sort(others);
  const auto repeated = std::ranges::unique(others);
  others.erase(repeated.begin(), repeated.end());
  std::vector<std::string> rates(kStandardRates.begin(), kStandardRates.end());
  rates.insert(rates.end(), others.begin(), others.end());
  return rates;
}

/// A whole quantity exceeds a limit exactly when it exceeds the limit's whole part.
std::int64_t whole_quantity(Int128 limit_e8) {
  const Int128 whole = floor_div(limit_e8, kE8PerQuantity);
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(whole > kMax ? kMax : whole);
}

}  // namespace

Result<Schedule> Schedule::compile(Tariff tariff, Millis utc_offset) {
  if (utc_offset.value <= -kDayMs || utc_offset.value >= kDayMs)
    return fail(Errc::tariff_value_invalid, "time_zone: offset of a day or more");
  if (auto ok = check_tariff(tariff); !ok) return fail(ok.error());
  Schedule out;
  out.tariff_ = std::move(tariff);
  out.utc_offset_ = utc_offset;
  out.rates_ = all_rates(out.tariff_);
  for (const auto& [name, changes] : out.tariff_.days) {
    out.day_names_.push_back(name);
    out.days_.push_back(out.compile_day(changes));
  }
  for (const CalendarEntry& entry : out.tariff_.calendar)
    out.rules_.push_back(out.compile_rule(entry));
  if (out.days_.empty()) {
    out.days_.push_back(out.compile_day({{0, std::string(kFlatRate)}}));
    DayRule always;
    always.weekdays = always.months = ~std::uint32_t{0};
    out.rules_.push_back(std::move(always));
  }
  for (const TariffLine& line : out.tariff_.lines) out.lines_.push_back(out.compile_line(line));
  return out;
}

RateIndex Schedule::rate_index(const std::string& rate) const {
  const auto found = std::ranges::find(rates_, rate);
  PAYMETER_ASSERT(found != rates_.end());
  return static_cast<RateIndex>(found - rates_.begin());
}

std::vector<RateSpan> Schedule::compile_day(const std::vector<RateChange>& changes) const {
  std::vector<RateSpan> spans;
  for (const RateChange& change : changes) {
    const RateIndex rate = rate_index(change.rate);
    const std::int64_t begin_ms = change.minute * kMinuteMs;
    // Cutting where the rate does not change alters nothing: cumulative readings telescope.
    if (!spans.empty() && spans.back().rate == rate) continue;
    if (!spans.empty()) spans.back().end_ms = begin_ms;
    spans.push_back({begin_ms, kDayMs, rate});
  }
  return spans;
}

Schedule::DayRule Schedule::compile_rule(const CalendarEntry& entry) const {
  DayRule rule;
  rule.weekdays = mask_of(entry.weekdays);
  rule.months = mask_of(entry.months);
  rule.by_date = entry.dates.has_value();
  if (entry.dates)
    for (const Date& date : *entry.dates) rule.dates.push_back(day_number(date));
  std::ranges::sort(rule.dates);
  if (entry.between) rule.between = *entry.between;
  const auto name = std::ranges::find(day_names_, entry.day);
  PAYMETER_ASSERT(name != day_names_.end());
  rule.day = static_cast<std::size_t>(name - day_names_.begin());
  return rule;
}

Schedule::Line Schedule::compile_line(const TariffLine& line) const {
  Line out;
  for (const std::string& rate : rates_) {
    const auto found = line.prices.find(rate);
    // A rate without a price is one that no day has (check_tariff).
    out.prices.push_back(line.price                   ? *line.price
                         : found == line.prices.end() ? Price{}
                                                      : found->second);
  }
  for (int month = 1; month <= 12; ++month)
    out.steps[static_cast<std::size_t>(month - 1)] = compile_steps(line, month);
  return out;
}

std::vector<Step> Schedule::compile_steps(const TariffLine& line, int month) const {
  std::vector<Step> steps;
  const auto table = std::ranges::find_if(line.steps, [&](const StepTable& candidate) {
    return has_bit(mask_of(candidate.months), month);
  });
  if (table == line.steps.end()) return steps;
  for (const StepLimit& limit : table->limits) {
    const Int128 at_e8 = limit.at_e8 * tariff_.scale.households + tariff_.scale.extra_e8;
    steps.push_back({whole_quantity(at_e8), limit.surcharge});
  }
  return steps;
}

bool Schedule::DayRule::matches(const LocalDay& local) const {
  if (!has_bit(months, local.date.month) || !has_bit(weekdays, local.weekday)) return false;
  const MonthDay at{local.date.month, local.date.day};
  if (!is_between(at, between.first, between.second)) return false;
  return !by_date || std::ranges::binary_search(dates, local.number);
}

std::span<const RateSpan> Schedule::spans_of(const LocalDay& day) const {
  const auto rule = std::ranges::find_if(
      rules_, [&](const DayRule& candidate) { return candidate.matches(day); });
  PAYMETER_ASSERT(rule != rules_.end());  // the last matches everything
  return days_[rule->day];
}

DayNumber Schedule::cycle_start(const LocalDay& day) const {
  return cycle_start_of(tariff_.cycle, day);
}

std::span<const Step> Schedule::steps_of(std::size_t line, DayNumber cycle_start) const {
  const int month = local_day(cycle_start).date.month;
  return lines_[line].steps[static_cast<std::size_t>(month - 1)];
}

}  // namespace paymeter::domain::rating
