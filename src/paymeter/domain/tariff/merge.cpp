// Later versions become dates with rates of their own.
#include "paymeter/domain/tariff/merge.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace paymeter::domain::tariff {
namespace {

using rating::Tariff;

auto impossible(const std::string& what) { return fail(Errc::tariff_export_impossible, what); }

std::set<std::string> rates_of(const Tariff& tariff) {
  std::set<std::string> rates;
  for (const auto& [name, hours] : tariff.days)
    for (const rating::RateChange& change : hours) rates.insert(change.rate);
  if (rates.empty()) rates.insert(std::string(rating::kFlatRate));
  return rates;
}

std::vector<rating::Fee> daily_fees(const Tariff& tariff) {
  std::vector<rating::Fee> fees;
  for (const rating::Fee& fee : tariff.fees)
    if (fee.per == rating::FeePeriod::day && fee.amount != Money{}) fees.push_back(fee);
  return fees;
}

const rating::TariffLine* line_of(const Tariff& tariff, const std::string& name) {
  const auto line = std::ranges::find(tariff.lines, name, &rating::TariffLine::name);
  return line == tariff.lines.end() ? nullptr : &*line;
}

/// Every hour of every date spelled out, so that days can be added beside it.
Tariff with_days(Tariff tariff) {
  if (!tariff.days.empty()) return tariff;
  const std::string name(rating::kFlatRate);
  tariff.days[name] = {{0, name}};
  tariff.calendar = {{{}, {}, {}, {}, name}};
  return tariff;
}

class Merge {
 public:
  explicit Merge(const Tariff& first) : first_(first), out_(with_days(first)) {
    for (rating::TariffLine& line : out_.lines) by_rate(line, rates_of(first_));
  }

  Result<> add(const Tariff& next, const std::string& suffix, rating::DayNumber from,
               rating::DayNumber last) {
    if (next.cycle != first_.cycle) return impossible("the versions count steps by other cycles");
    if (next.scale != first_.scale) return impossible("the versions scale limits differently");
    if (daily_fees(next) != daily_fees(first_)) return impossible("the daily fees differ");
    add_days(with_days(next), suffix, from, last);
    for (const rating::TariffLine& line : next.lines)
      if (line_of(out_, line.name) == nullptr) add_line(line);
    for (rating::TariffLine& line : out_.lines) {
      const rating::TariffLine* priced = line_of(next, line.name);
      if ((priced == nullptr ? std::vector<rating::StepTable>{} : priced->steps) != line.steps)
        return impossible("line " + line.name + " has other steps");
      for (const std::string& rate : rates_of(next))
        line.prices[rate + suffix] = priced == nullptr ? Price{}
                                     : priced->price   ? *priced->price
                                                       : priced->prices.at(rate);
    }
    return {};
  }

  Tariff take() {
    out_.calendar.insert(out_.calendar.begin(), dated_.begin(), dated_.end());
    return std::move(out_);
  }

 private:
  static void by_rate(rating::TariffLine& line, const std::set<std::string>& rates) {
    if (!line.price) return;
    for (const std::string& rate : rates) line.prices[rate] = *line.price;
    line.price.reset();
  }

  /// A line that only a later version has costs nothing before.
  void add_line(const rating::TariffLine& line) {
    rating::TariffLine added{line.name, {}, {}, line.steps};
    for (const std::string& rate : rates_of(out_)) added.prices[rate] = Price{};
    out_.lines.push_back(std::move(added));
  }

  void add_days(const Tariff& next, const std::string& suffix, rating::DayNumber from,
                rating::DayNumber last) {
    std::map<std::string, std::vector<rating::Date>> dates;
    for (rating::DayNumber number = from; number <= last; ++number) {
      const rating::LocalDay day = rating::local_day(number);
      const auto entry = std::ranges::find_if(
          next.calendar, [&](const auto& candidate) { return matches(candidate, day); });
      dates[entry->day].push_back(day.date);
    }
    for (auto& [name, days] : dates) {
      dated_.push_back({std::move(days), {}, {}, {}, name + suffix});
      std::vector<rating::RateChange> hours = next.days.at(name);
      for (rating::RateChange& change : hours) change.rate += suffix;
      out_.days[name + suffix] = std::move(hours);
    }
  }

  const Tariff& first_;
  Tariff out_;
  std::vector<rating::CalendarEntry> dated_;
};

/// Prices of rates that no day has any more are refused by check_tariff.
void drop_unused_rates(Tariff& tariff) {
  const std::set<std::string> used = rates_of(tariff);
  for (rating::TariffLine& line : tariff.lines)
    std::erase_if(line.prices, [&](const auto& entry) {
      return !used.contains(entry.first) && !rating::is_standard_rate(entry.first);
    });
}

}  // namespace

Result<Tariff> merge_versions(std::span<const DatedTariff> versions, rating::DayNumber last) {
  if (versions.size() == 1) return *versions[0].tariff;
  Merge merge(*versions[0].tariff);
  for (std::size_t i = 1; i < versions.size(); ++i) {
    const auto until = i + 1 < versions.size() ? versions[i + 1].from - 1 : last;
    if (auto ok =
            merge.add(*versions[i].tariff, '@' + std::to_string(i + 1), versions[i].from, until);
        !ok)
      return fail(ok.error());
  }
  Tariff out = merge.take();
  drop_unused_rates(out);
  if (auto ok = check_tariff(out); !ok) return fail(ok.error());
  return out;
}

}  // namespace paymeter::domain::tariff
