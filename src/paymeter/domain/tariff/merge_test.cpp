// Merged versions price as the versions do, and what cannot be merged is refused.
#include "paymeter/domain/tariff/merge.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "paymeter/domain/rating/rating_test_cases.hpp"
#include "paymeter/domain/rating/versioned_charger.hpp"

namespace paymeter::domain::tariff {
namespace {

using rating::Tariff;
using rating::testing::cents;
using rating::testing::draw;
using rating::testing::flat_tariff;
using rating::testing::limit;

/// Another price list for the same bill: steps, cycle, scale and daily fees stay.
Tariff repriced(const Tariff& first) {
  Tariff next = rating::testing::draw_tariff();
  next.cycle = first.cycle;
  next.scale = first.scale;
  next.rounding = first.rounding;
  next.fees = first.fees;
  next.fees[1].amount = {draw(0, 500)};
  next.lines.resize(std::min(next.lines.size(), first.lines.size()));
  while (next.lines.size() < first.lines.size())
    next.lines.push_back(first.lines[next.lines.size()]);
  for (std::size_t i = 0; i < first.lines.size(); ++i) {
    next.lines[i].name = first.lines[i].name;
    next.lines[i].steps = first.lines[i].steps;
  }
  return next;
}

TEST(MergeVersions, WhatCannotBeSaid) {
  struct Row {
    const char* reason;
    void (*change)(Tariff&);
    bool ok;
  };
  Tariff first = flat_tariff(cents(100));
  first.lines[0].steps = {{{}, {limit(10, cents(5))}}};
  first.fees = {{"rent", rating::FeePeriod::month, {1}}, {"service", rating::FeePeriod::day, {1}}};
  for (const Row& row :
       {Row{"another price", [](Tariff& t) { t.lines[0].price = cents(200); }, true},
        Row{"another monthly fee: the first version's counts",
            [](Tariff& t) { t.fees[0].amount = {2}; }, true},
        Row{"a new line", [](Tariff& t) { t.lines.push_back({"extra", cents(1), {}, {}}); }, true},
        Row{"another daily fee", [](Tariff& t) { t.fees[1].amount = {2}; }, false},
        Row{"other steps", [](Tariff& t) { t.lines[0].steps[0].limits[0].surcharge = {1}; }, false},
        Row{"a stepped line is gone", [](Tariff& t) { t.lines[0].name = "other"; }, false},
        Row{"another cycle", [](Tariff& t) { t.cycle = {rating::CycleKind::year, {1, 1}}; }, false},
        Row{"another scale", [](Tariff& t) { t.scale.households = 2; }, false}}) {
    Tariff second = first;
    row.change(second);
    const std::vector<DatedTariff> versions{{20'000, &first}, {20'010, &second}};
    const auto merged = merge_versions(versions, 20'030);
    EXPECT_EQ(merged.has_value(), row.ok) << row.reason;
    if (!merged) {
      EXPECT_EQ(merged.error().code, Errc::tariff_export_impossible) << row.reason;
    }
  }
}

}  // namespace

RC_GTEST_PROP(MergeProperty, PricesAsTheVersionsDo, ()) {
  const Tariff first = rating::testing::draw_tariff();
  std::vector<Tariff> tariffs{first};
  for (int i = draw(1, 3); i > 0; --i) tariffs.push_back(repriced(first));
  // Within one local month, so that monthly fees are charged once.
  const auto begin = rating::day_number({2026, draw(1, 12), 1});
  const UtcMs start = rating::midnight(begin, rating::testing::kShanghai);
  std::vector<rating::RegisterReading> readings{{start + Millis{draw(0, 3'600'000)}, 0}};
  const UtcMs end = start + Millis{rating::kDayMs * 28};
  for (;;) {
    const UtcMs at =
        readings.back().at + Millis{draw(3'600'000, 2 * static_cast<int>(rating::kDayMs))};
    if (at >= end) break;
    readings.push_back({at, readings.back().value + draw(0, 40'000)});
  }
  std::vector<rating::Schedule> schedules;
  for (const Tariff& tariff : tariffs) schedules.push_back(rating::testing::schedule(tariff));
  std::vector<rating::Era> eras;
  std::vector<DatedTariff> versions;
  rating::DayNumber from = begin;
  for (std::size_t i = 0; i < tariffs.size(); ++i, from += draw(1, 12)) {
    eras.push_back({from, &schedules[i], static_cast<std::int64_t>(i) + 1});
    versions.push_back({from, &tariffs[i]});
  }
  const auto merged = merge_versions(versions, begin + 31);
  RC_ASSERT(merged.has_value());
  const auto ours = price_readings(rating::testing::schedule(*merged), readings);
  const auto theirs = price_versions(rating::Timeline::make(eras).value(), readings);
  RC_ASSERT(ours.has_value() && theirs.has_value());
  RC_ASSERT(ours->bills.size() == theirs->size());
  for (std::size_t i = 0; i < ours->bills.size(); ++i) {
    RC_ASSERT(ours->bills[i].total == (*theirs)[i].total);
    for (std::size_t line = 0; line < ours->bills[i].lines.size(); ++line)
      RC_ASSERT(ours->bills[i].lines[line].amount == (*theirs)[i].lines[line].amount);
  }
}

}  // namespace paymeter::domain::tariff
