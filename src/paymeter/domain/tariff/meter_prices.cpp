// Squeezes a tariff into the price block of a meter, or says why it does not fit.
#include "paymeter/domain/tariff/meter_prices.hpp"

#include <algorithm>

namespace paymeter::domain::tariff {
namespace {

constexpr std::int64_t kMeterPriceE8 = 10'000;  ///< 0.0001
constexpr std::int64_t kMeterPriceMaxE8 = 4'294'967'295 * kMeterPriceE8;
constexpr std::int64_t kKwhMax = 4'294'967'295;
constexpr std::size_t kMeterStepsMax = 4;

auto cannot(const char* why) { return fail(Errc::tariff_meter_cannot_hold, why); }

bool fits(rating::Int128 e8) {
  return e8 >= 0 && e8 <= kMeterPriceMaxE8 && e8 % kMeterPriceE8 == 0;
}

bool has_rate(const rating::Tariff& tariff, std::size_t rate) {
  return std::ranges::all_of(tariff.lines, [&](const rating::TariffLine& line) {
    return line.price || line.prices.contains(std::string(rating::kStandardRates[rate]));
  });
}

Result<> check_shape(const rating::Schedule& schedule) {
  const rating::Tariff& tariff = schedule.tariff();
  if (tariff.utility != rating::TariffUtility::electricity) return cannot("not electricity");
  if (schedule.rates().size() > rating::kStandardRates.size())
    return cannot("rates of other names than the meter's five");
  for (const rating::Fee& fee : tariff.fees)
    if (fee.amount != Money{}) return cannot("fees: the meter counts energy alone");
  const auto stepped = std::ranges::count_if(
      tariff.lines, [](const rating::TariffLine& line) { return !line.steps.empty(); });
  if (stepped > 1) return cannot("steps on several lines");
  if (stepped == 1 && tariff.cycle.kind != rating::CycleKind::month)
    return cannot("steps by the year or season: the meter counts by the month");
  return {};
}

Result<std::vector<PriceStep>> steps_in(const rating::Schedule& schedule, std::size_t line,
                                        rating::Month month) {
  std::vector<PriceStep> steps;
  const auto start = rating::day_number({month.year, month.month, 1});
  for (const rating::Step& step : schedule.steps_of(line, start)) {
    if (!fits(step.surcharge.e8)) return cannot("a surcharge");
    if (step.from % 1000 != 0 || step.from / 1000 > kKwhMax)
      return cannot("a limit that is no whole kWh");
    steps.push_back({{step.from}, step.surcharge});
  }
  if (steps.size() > kMeterStepsMax) return cannot("more than four steps");
  return steps;
}

}  // namespace

Result<PriceTable> meter_prices(const rating::Schedule& schedule, rating::Month month) {
  if (auto ok = check_shape(schedule); !ok) return fail(ok.error());
  const auto& lines = schedule.tariff().lines;
  PriceTable table;
  rating::Int128 highest = 0;
  for (std::size_t rate = 0; rate < table.rate_price.size(); ++rate) {
    if (!has_rate(schedule.tariff(), rate)) continue;
    rating::Int128 sum = 0;
    for (std::size_t line = 0; line < lines.size(); ++line)
      sum += schedule.price_of(line, static_cast<rating::RateIndex>(rate)).e8;
    if (!fits(sum)) return cannot("a price below 0, too high, or not a multiple of 0.0001");
    table.rate_price[rate] = {static_cast<std::int64_t>(sum)};
    highest = std::max(highest, sum);
  }
  for (std::size_t rate = 0; rate < table.rate_price.size(); ++rate)
    if (!has_rate(schedule.tariff(), rate))
      table.rate_price[rate] = {static_cast<std::int64_t>(highest)};
  for (std::size_t line = 0; line < lines.size(); ++line) {
    auto steps = steps_in(schedule, line, month);
    if (!steps) return fail(steps.error());
    if (!steps->empty()) table.steps = std::move(*steps);
  }
  return table;
}

}  // namespace paymeter::domain::tariff
