// What fits into a meter's price block, and what does not.
#include "paymeter/domain/tariff/meter_prices.hpp"

#include <gtest/gtest.h>

#include "paymeter/domain/rating/rating_test_cases.hpp"

namespace paymeter::domain::tariff {
namespace {

using rating::Tariff;
using rating::testing::cents;
using rating::testing::e8;
using rating::testing::flat_tariff;
using rating::testing::limit;

constexpr rating::Month kJuly{2026, 7}, kJanuary{2026, 1};

TEST(MeterPrices, AFlatPriceHoldsInEveryRate) {
  const auto table = meter_prices(rating::testing::schedule(flat_tariff(cents(65))), kJuly);
  ASSERT_TRUE(table);
  for (const Price price : table->rate_price) EXPECT_EQ(price, cents(65));
  EXPECT_TRUE(table->steps.empty());
}

TEST(MeterPrices, LinesAddUpAndStepsAreTheMonths) {
  Tariff tariff = rating::testing::guangzhou();
  for (auto& [rate, price] : tariff.lines[0].prices) price.e8 -= price.e8 % 10'000;
  tariff.lines.push_back({"surcharge", cents(1), {}, {}});
  const rating::Schedule schedule = rating::testing::schedule(tariff);
  const auto july = meter_prices(schedule, kJuly), january = meter_prices(schedule, kJanuary);
  ASSERT_TRUE(july && january);
  EXPECT_EQ(july->rate_price, (std::array<Price, 5>{e8(97'590'000), e8(97'590'000), e8(59'880'000),
                                                    e8(30'870'000), e8(97'590'000)}))
      << "sharp and deep valley, which the tariff lacks, are the dearest";
  EXPECT_EQ(july->steps, (std::vector<PriceStep>{{{260'000}, cents(5)}, {{600'000}, cents(30)}}));
  EXPECT_EQ(january->steps,
            (std::vector<PriceStep>{{{200'000}, cents(5)}, {{400'000}, cents(30)}}));
}

TEST(MeterPrices, WhatAMeterCannotHold) {
  struct Row {
    const char* reason;
    void (*change)(Tariff&);
  };
  for (const Row& row :
       {Row{"water", [](Tariff& t) { t.utility = rating::TariffUtility::water; }},
        Row{"a fee", [](Tariff& t) { t.fees = {{"rent", rating::FeePeriod::month, {1}}}; }},
        Row{"five places", [](Tariff& t) { t.lines[0].price = e8(1'000); }},
        Row{"a negative price", [](Tariff& t) { t.lines[0].price = cents(-1); }},
        Row{"steps by the year",
            [](Tariff& t) {
              t.lines[0].steps = {{{}, {limit(1, cents(1))}}};
              t.cycle = {rating::CycleKind::year, {1, 1}};
            }},
        Row{"a limit within a kWh",
            [](Tariff& t) { t.lines[0].steps = {{{}, {{150'000'000, cents(1)}}}}; }},
        Row{"five steps",
            [](Tariff& t) {
              t.lines[0].steps = {{{}, {}}};
              for (int i = 1; i <= 5; ++i) t.lines[0].steps[0].limits.push_back(limit(i, cents(i)));
            }},
        Row{"a falling surcharge below 0",
            [](Tariff& t) { t.lines[0].steps = {{{}, {limit(1, cents(-1))}}}; }},
        Row{"two lines with steps",
            [](Tariff& t) {
              t.lines[0].steps = {{{}, {limit(1, cents(1))}}};
              t.lines.push_back(t.lines[0]);
              t.lines[1].name = "other";
            }},
        Row{"a rate of another name", [](Tariff& t) {
              t.days["all"] = {{0, "noon"}};
              t.calendar = {{{}, {}, {}, {}, "all"}};
              t.lines[0].price.reset();
              t.lines[0].prices["noon"] = cents(1);
            }}}) {
    Tariff tariff = flat_tariff(cents(65));
    row.change(tariff);
    const auto table = meter_prices(rating::testing::schedule(tariff), kJuly);
    ASSERT_FALSE(table) << row.reason;
    EXPECT_EQ(table.error().code, Errc::tariff_meter_cannot_hold) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::domain::tariff
