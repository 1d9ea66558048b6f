// Several meters as one, and packages: by hand, and beside a plain computation.
#include "paymeter/domain/rating/shared.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "paymeter/domain/rating/rating_test_cases.hpp"

namespace paymeter::domain::rating {
namespace {

using testing::cents;
using testing::draw;
using testing::limit;
using testing::on;

Tariff stepped() {
  Tariff tariff = testing::flat_tariff(cents(100));
  tariff.lines[0].steps.push_back({{}, {limit(20, cents(10))}});
  tariff.fees = {{"rent", FeePeriod::month, {500}}};
  return tariff;
}

constexpr std::int64_t kHalfHourMs = 1'800'000;

/// A register asked anywhere, slowly.
std::int64_t value_at(const std::vector<RegisterReading>& readings, UtcMs at) {
  if (at <= readings.front().at) return readings.front().value;
  for (std::size_t i = 1; i < readings.size(); ++i)
    if (at <= readings[i].at) return reading_at(readings[i - 1], readings[i], at);
  return readings.back().value;
}

/// The sum at every half-hour and reading: tests' days change on half-hours.
std::vector<RegisterReading> plain_sum(const std::vector<MeterSeries>& series) {
  std::map<std::int64_t, std::int64_t> instants;
  for (const MeterSeries& meter : series)
    for (const RegisterReading& reading : meter.readings) instants[reading.at.value] = 0;
  const std::int64_t first = instants.begin()->first, last = instants.rbegin()->first;
  for (std::int64_t at = (first / kHalfHourMs + 1) * kHalfHourMs; at < last; at += kHalfHourMs)
    instants[at] = 0;
  std::vector<RegisterReading> out;
  for (const auto& [at, unused] : instants) {
    std::int64_t sum = 0;
    for (const MeterSeries& meter : series)
      sum += value_at(meter.readings, {at}) - meter.readings.front().value;
    out.push_back({{at}, sum});
  }
  return out;
}

std::vector<MeterSeries> draw_series() {
  std::vector<MeterSeries> series;
  const std::vector<RegisterReading> first = testing::draw_readings();
  series.push_back({1, first});
  for (int i = draw(0, 3); i > 0; --i) {
    MeterSeries meter{i + 10, testing::draw_readings()};
    // Somewhere about the first one's time, so that they overlap.
    const Millis shift = first.front().at - meter.readings.front().at + minutes(draw(-9000, 9000));
    for (RegisterReading& reading : meter.readings) reading.at = reading.at + shift;
    series.push_back(std::move(meter));
  }
  return series;
}

}  // namespace

TEST(PriceTogether, StepsAreCountedTogether) {
  const Schedule schedule = testing::schedule(stepped());
  // 15 kWh each: alone nobody exceeds 20, together they do by 10, in the second half of July.
  const std::vector<MeterSeries> series{
      {7, {{on("2026-07-01"), 500'000}, {on("2026-07-31"), 515'000}}},
      {8, {{on("2026-07-01"), 0}, {on("2026-07-31"), 15'000}}}};
  const auto statement = price_together(schedule, series);
  ASSERT_TRUE(statement);
  ASSERT_EQ(statement->bills.size(), 1U);
  const SharedBill& july = statement->bills[0];
  EXPECT_EQ(july.account.total, Money{3000 + 100 + 500});
  ASSERT_EQ(july.shares.size(), 2U);
  EXPECT_EQ(july.shares[0].lines[0].quantity, 15'000);
  EXPECT_EQ(july.shares[0].lines[0].amount + july.shares[1].lines[0].amount, Money{3100});
  EXPECT_EQ(statement->summed.back(), (RegisterReading{on("2026-07-31"), 30'000}));
}

TEST(PriceTogether, WithinAnIntervalTheOrderIsThatOfTheMeters) {
  const Schedule schedule = testing::schedule(stepped());
  const UtcMs start = on("2026-07-01");
  const std::vector<MeterSeries> series{{7, {{start, 0}, {start + minutes(60), 15'000}}},
                                        {8, {{start, 0}, {start + minutes(60), 15'000}}}};
  const auto bills = price_together(schedule, series).value().bills;
  EXPECT_EQ(bills[0].shares[0].lines[0].amount, Money{1500});
  EXPECT_EQ(bills[0].shares[1].lines[0].amount, Money{1600}) << "10 kWh beyond the limit";
}

TEST(PriceTogether, SaysWhichReadingIsWrong) {
  const Schedule schedule = testing::schedule(stepped());
  const std::vector<MeterSeries> falls{{7, {{{1}, 5}}}, {8, {{{1}, 5}, {{2}, 4}}}};
  const auto fallen = price_together(schedule, falls);
  ASSERT_FALSE(fallen);
  EXPECT_EQ(fallen.error().code, Errc::readings_fall);
  EXPECT_EQ(fallen.error().detail, "meter 8, reading 2");
  const std::vector<MeterSeries> empty{{7, {}}};
  EXPECT_EQ(price_together(schedule, empty).error().code, Errc::readings_empty);
  EXPECT_EQ(price_together(schedule, {}).error().code, Errc::readings_empty);
}

TEST(Package, BeyondTheIncludedQuantityTheTariffCounts) {
  Tariff tariff = testing::guangzhou();
  tariff.lines[0].steps.clear();
  tariff.lines.push_back({"surcharge", cents(1), {}, {}});
  const Schedule schedule = testing::schedule(tariff);
  const Package package{"包月", {5000}, 100'000};
  // 90 kWh in July, 120 kWh in August, all of them at 12:00-13:00 flat.
  const UtcMs noon_july = on("2026-07-10") + minutes(720),
              noon_august = on("2026-08-10") + minutes(720);
  const std::vector<RegisterReading> readings{{noon_july, 0},
                                              {noon_july + minutes(60), 90'000},
                                              {noon_august, 90'000},
                                              {noon_august + minutes(60), 210'000}};
  const auto statement = price_package(schedule, package, readings);
  ASSERT_TRUE(statement);
  ASSERT_EQ(statement->bills.size(), 2U);
  EXPECT_EQ(statement->bills[0].total, Money{5000});
  const Bill& august = statement->bills[1];
  EXPECT_EQ(august.fees[0].amount, Money{5000});
  EXPECT_EQ(august.lines[0].amount, Money{1178}) << "20 kWh at 0.58886875";
  EXPECT_EQ(august.lines[1].amount, Money{20}) << "every line's included quantity is free";
  EXPECT_EQ(august.lines[0].parts, (Parts{{2, 0, 100'000, {}}, {2, 1, 20'000, {58'886'875}}}));
  EXPECT_EQ(statement->total, Money{5000 + 5000 + 1198});
}

TEST(Package, WhatIsRefused) {
  const std::vector<RegisterReading> readings{{{0}, 0}, {{1000}, 1}};
  EXPECT_FALSE(price_package(testing::schedule(stepped()), {"p", {0}, 1}, readings))
      << "steps and a package would count the same use twice";
  const Schedule flat = testing::schedule(testing::flat_tariff(cents(1)));
  EXPECT_FALSE(price_package(flat, {"p", {-1}, 1}, readings));
  EXPECT_FALSE(price_package(flat, {"p", {0}, -1}, readings));
  EXPECT_TRUE(price_package(flat, {"p", {0}, 0}, readings)) << "nothing included";
}

RC_GTEST_PROP(SharedProperty, IsTheSummedSeriesAsOneRegister, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const std::vector<MeterSeries> series = draw_series();
  const auto shared = price_together(schedule, series);
  RC_ASSERT(shared.has_value());
  const auto plain = price_readings(schedule, plain_sum(series));
  RC_ASSERT(plain.has_value());
  RC_ASSERT(shared->total == plain->total);
  RC_ASSERT(shared->bills.size() == plain->bills.size());
  for (std::size_t i = 0; i < plain->bills.size(); ++i)
    RC_ASSERT(shared->bills[i].account == plain->bills[i]);
  RC_ASSERT(price_readings(schedule, shared->summed).value() == *plain);
}

RC_GTEST_PROP(SharedProperty, SharesAddUp, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const std::vector<MeterSeries> series = draw_series();
  const auto shared = price_together(schedule, series).value();
  std::vector<std::int64_t> used(series.size());
  for (const SharedBill& bill : shared.bills)
    for (std::size_t line = 0; line < bill.account.lines.size(); ++line) {
      Money amount{};
      std::int64_t quantity = 0;
      for (std::size_t i = 0; i < bill.shares.size(); ++i) {
        RC_ASSERT(bill.shares[i].meter == series[i].meter);
        const BillLine& share = bill.shares[i].lines[line];
        amount = amount + share.amount;
        quantity += share.quantity;
        if (line == 0) used[i] += share.quantity;
      }
      RC_ASSERT(amount == bill.account.lines[line].amount);
      RC_ASSERT(quantity == bill.account.lines[line].quantity);
    }
  for (std::size_t i = 0; i < series.size(); ++i)
    RC_ASSERT(used[i] == series[i].readings.back().value - series[i].readings.front().value);
}

RC_GTEST_PROP(SharedProperty, OneMeterIsItself, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const std::vector<MeterSeries> one{{1, testing::draw_readings()}};
  const auto statement = price_readings(schedule, one[0].readings);
  RC_ASSERT(price_together(schedule, one).value().total == statement.value().total);
}

/// Half-hour by half-hour: what lies beyond the included quantity, at its price.
RC_GTEST_PROP(PackageProperty, IsWhatAPlainComputationGives, ()) {
  Tariff tariff = testing::draw_tariff();
  for (TariffLine& line : tariff.lines) line.steps.clear();
  const Schedule schedule = testing::schedule(tariff);
  const std::vector<RegisterReading> readings = testing::draw_readings();
  const Package package{"p", {draw(0, 9'999)}, draw(0, 200'000)};
  const auto statement = price_package(schedule, package, readings);
  RC_ASSERT(statement.has_value());
  std::map<Month, std::int64_t> used;
  std::map<Month, std::vector<Int128>> costs;
  const std::int64_t end = readings.back().at.value;
  for (std::int64_t at = readings.front().at.value; at < end;) {
    const std::int64_t next = std::min((at / kHalfHourMs + 1) * kHalfHourMs, end);
    const LocalDay day = local_day(day_number_at({at}, testing::kShanghai));
    const Month month{day.date.year, day.date.month};
    const std::int64_t ms = (UtcMs{at} - midnight(day.number, testing::kShanghai)).value;
    RateIndex rate = 0;
    for (const RateSpan& span : schedule.spans_of(day))
      if (span.begin_ms <= ms) rate = span.rate;
    const std::int64_t quantity = value_at(readings, {next}) - value_at(readings, {at});
    const std::int64_t free = std::clamp<std::int64_t>(package.included - used[month], 0, quantity);
    costs[month].resize(tariff.lines.size());
    for (std::size_t line = 0; line < tariff.lines.size(); ++line)
      costs[month][line] += Int128{quantity - free} * schedule.price_of(line, rate).e8;
    used[month] += quantity;
    at = next;
  }
  RC_ASSERT(statement->bills.size() == costs.size());
  for (const Bill& bill : statement->bills) {
    RC_ASSERT(bill.fees[0].amount == package.fee);
    for (std::size_t line = 0; line < bill.lines.size(); ++line)
      RC_ASSERT(bill.lines[line].amount ==
                round_cost(costs[bill.month][line], tariff.rounding).value());
  }
}

}  // namespace paymeter::domain::rating
