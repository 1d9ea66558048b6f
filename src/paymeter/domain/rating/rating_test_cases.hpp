/// Tariffs and readings for tests: by hand, in words, and at random.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <vector>

#include "paymeter/domain/rating/charger.hpp"

namespace paymeter::domain::rating::testing {

inline constexpr Millis kShanghai{8 * 3'600'000};

/// `at("2026-07-01T00:00:00+08:00")`. Requires: a time that parses.
inline UtcMs at(const std::string& text) { return parse_rfc3339(text).value(); }
/// Local midnight in Shanghai.
inline UtcMs on(const std::string& date) { return at(date + "T00:00:00+08:00"); }

/// 10^-8: `e8(58'886'875)` is 0.58886875.
inline Price e8(std::int64_t value) { return {value}; }
/// 10^-2, a thousandfold shorter to read in tables of prices.
inline Price cents(std::int64_t value) { return {value * 1'000'000}; }
inline StepLimit limit(std::int64_t units, Price surcharge) {
  return {Int128{units} * 100'000'000, surcharge};
}

/// One line `energy` at one price, every hour flat.
inline Tariff flat_tariff(Price price) {
  Tariff tariff;
  tariff.name = "flat";
  TariffLine line;
  line.name = "energy";
  line.price = price;
  tariff.lines.push_back(line);
  return tariff;
}

/// E7 of the tariff notes: three rates, steps by season, monthly.
inline Tariff guangzhou() {
  Tariff tariff = flat_tariff({});
  tariff.days["all"] = {{0, "valley"},     {8 * 60, "flat"},  {14 * 60, "peak"},
                        {17 * 60, "flat"}, {19 * 60, "peak"}, {22 * 60, "flat"}};
  tariff.calendar.push_back({{}, {}, {}, {}, "all"});
  TariffLine& line = tariff.lines[0];
  line.price.reset();
  line.prices = {{"valley", e8(29'876'875)}, {"flat", e8(58'886'875)}, {"peak", e8(96'596'875)}};
  line.steps.push_back(
      {std::vector<int>{5, 6, 7, 8, 9, 10}, {limit(260, cents(5)), limit(600, cents(30))}});
  line.steps.push_back({{}, {limit(200, cents(5)), limit(400, cents(30))}});
  return tariff;
}

inline Schedule schedule(const Tariff& tariff, Millis offset = kShanghai) {
  return Schedule::compile(tariff, offset).value();
}

// --- at random; every call draws from rapidcheck, whose seed is printed with a failure

inline int draw(int low, int high) { return *rc::gen::inRange(low, high + 1); }

enum class PriceSign { any, positive };

inline Price draw_price(PriceSign sign) {
  const std::int64_t digits = *rc::gen::inRange<std::int64_t>(0, 300'000'001);
  return {sign == PriceSign::any && draw(0, 5) == 0 ? -digits : digits};
}

inline std::vector<RateChange> draw_day() {
  std::vector<RateChange> changes{{0, std::string(kStandardRates[std::size_t(draw(0, 4))])}};
  for (int minute = 30 * draw(1, 12); minute < 1440; minute += 30 * draw(1, 16))
    changes.push_back({minute, std::string(kStandardRates[std::size_t(draw(0, 4))])});
  return changes;
}

/// Surcharges ascend from 0 when prices must be positive: then more use never costs less.
inline std::vector<StepTable> draw_steps(PriceSign sign) {
  std::vector<StepTable> tables;
  for (int i = draw(0, 2); i > 0; --i) {
    StepTable table;
    if (draw(0, 1) == 0) table.months = {draw(1, 6), draw(1, 12)};
    std::int64_t at_wh = 0, surcharge = 0;
    for (int n = draw(0, 3); n > 0; --n) {
      at_wh += *rc::gen::inRange<std::int64_t>(1, 60'000);
      surcharge = sign == PriceSign::any ? draw_price(sign).e8 : surcharge + draw(0, 50'000'000);
      table.limits.push_back({Int128{at_wh} * 100'000 + draw(0, 1) * 31'415, {surcharge}});
    }
    tables.push_back(table);
  }
  return tables;
}

inline Tariff draw_tariff(PriceSign sign = PriceSign::any) {
  Tariff tariff;
  tariff.name = "random";
  tariff.rounding = draw(0, 1) == 0 ? Rounding::half_up : Rounding::down;
  tariff.days = {{"a", draw_day()}, {"b", draw_day()}};
  tariff.calendar.push_back({{}, std::vector<int>{draw(1, 7), draw(1, 7)}, {}, {}, "b"});
  tariff.calendar.push_back({{}, {}, {}, {{{12, draw(1, 31)}, {1, draw(1, 31)}}}, "b"});
  tariff.calendar.push_back({{}, {}, {}, {}, "a"});
  if (draw(0, 1) == 0) tariff.cycle = {CycleKind::year, {draw(1, 12), draw(1, 29)}};
  tariff.scale = {draw(1, 3), Int128{draw(0, 20)} * 50'000'000};
  for (int i = 0; i < draw(1, 3); ++i) {
    TariffLine line;
    line.name = "line" + std::to_string(i);
    if (draw(0, 2) == 0)
      line.price = draw_price(sign);
    else
      for (const std::string_view rate : kStandardRates)
        line.prices[std::string(rate)] = draw_price(sign);
    line.steps = draw_steps(sign);
    tariff.lines.push_back(line);
  }
  tariff.fees = {{"day", FeePeriod::day, {draw(0, 500)}},
                 {"month", FeePeriod::month, {draw(0, 500)}}};
  return tariff;
}

/// From a random instant on; gaps from a millisecond to weeks.
inline std::vector<RegisterReading> draw_readings() {
  std::vector<RegisterReading> readings{
      {{1'767'225'600'000 + *rc::gen::inRange<std::int64_t>(0, 700LL * kDayMs)},
       draw(0, 1'000'000)}};
  for (int count = draw(1, 25); count > 0; --count) {
    const std::int64_t gap_max = draw(0, 3) == 0 ? 40 * kDayMs : 7'200'000;
    const std::int64_t gap = *rc::gen::inRange<std::int64_t>(1, gap_max);
    const RegisterReading& last = readings.back();
    readings.push_back({{last.at.value + gap}, last.value + draw(0, 40'000)});
  }
  return readings;
}

}  // namespace paymeter::domain::rating::testing
