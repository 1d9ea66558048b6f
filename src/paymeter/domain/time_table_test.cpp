// Hour and season tables: what a meter could hold, and what a read-back must show.
#include "paymeter/domain/time_table.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {
namespace {

TimeTables sound() {
  TimeTables tables;
  tables.days[0] = {{0, 4}, {8 * 60, 2}, {23 * 60 + 59, 5}};
  tables.days[1] = {{30, 1}};
  tables.seasons = {{2, 29, 1}, {7, 1, 2}};
  return tables;
}

TEST(TimeTable, WhatNoMeterCouldHoldIsRefused) {
  struct Row {
    const char* reason;
    void (*spoil)(TimeTables&);
  };
  const Row rows[] = {
      {"rate 0", [](TimeTables& t) { t.days[0][1].rate = 0; }},
      {"rate 6", [](TimeTables& t) { t.days[0][1].rate = 6; }},
      {"24:00", [](TimeTables& t) { t.days[0][2].minute_of_day = 1440; }},
      {"before midnight", [](TimeTables& t) { t.days[0][0].minute_of_day = -1; }},
      {"two slots at once", [](TimeTables& t) { t.days[0][1].minute_of_day = 0; }},
      {"descending", [](TimeTables& t) { std::swap(t.days[0][0], t.days[0][1]); }},
      {"15 slots",
       [](TimeTables& t) {
         t.days[1].clear();
         for (int i = 0; i < 15; ++i) t.days[1].push_back({i, 1});
       }},
      {"30 February", [](TimeTables& t) { t.seasons[0].day = 30; }},
      {"month 13", [](TimeTables& t) { t.seasons[1].month = 13; }},
      {"table 3", [](TimeTables& t) { t.seasons[1].day_table = 3; }},
      {"one date twice", [](TimeTables& t) { t.seasons[1] = t.seasons[0]; }},
      {"five seasons",
       [](TimeTables& t) { t.seasons = {{1, 1, 1}, {2, 1, 1}, {3, 1, 1}, {4, 1, 1}, {5, 1, 1}}; }},
  };
  EXPECT_TRUE(check_time_tables(sound()));
  EXPECT_TRUE(check_time_tables({})) << "empty tables are the meter's default";
  for (const Row& row : rows) {
    TimeTables tables = sound();
    row.spoil(tables);
    const auto checked = check_time_tables(tables);
    ASSERT_FALSE(checked) << row.reason;
    EXPECT_EQ(checked.error().code, Errc::frame_bad_value) << row.reason;
  }
}

TEST(TimeTable, EveryFieldOfAReadBackCounts) {
  const TimeTables tables = sound();
  EXPECT_TRUE(differences(tables, tables).empty());
  TimeTables other = tables;
  other.days[1][0].rate = 2;
  other.seasons.pop_back();
  EXPECT_EQ(differences(tables, other),
            (std::vector<FieldDifference>{{"day table 2", "00:30=1", "00:30=2"},
                                          {"seasons", "2-29=1 7-1=2", "2-29=1"}}));

  const MeterSettings settings{Money{5000}, Money{1000}, 6600, Money{2000}};
  EXPECT_TRUE(differences(settings, settings).empty());
  for (const auto& [spoilt, field] :
       {std::pair{MeterSettings{Money{5001}, Money{1000}, 6600, Money{2000}}, "alarm1 (fen)"},
        std::pair{MeterSettings{Money{5000}, Money{0}, 6600, Money{2000}}, "alarm2 (fen)"},
        std::pair{MeterSettings{Money{5000}, Money{1000}, 0, Money{2000}}, "overload (W)"},
        std::pair{MeterSettings{Money{5000}, Money{1000}, 6600, Money{1}}, "overdraft (fen)"}}) {
    const auto found = differences(settings, spoilt);
    ASSERT_EQ(found.size(), 1U) << field;
    EXPECT_EQ(found[0].field, field);
  }

  PriceTable prices;
  prices.rate_price = {Price{5}, Price{4}, Price{3}, Price{2}, Price{1}};
  prices.steps = {{Energy{200'000}, Price{7}}};
  EXPECT_TRUE(differences(prices, prices).empty());
  for (std::size_t i = 0; i < prices.rate_price.size(); ++i) {
    PriceTable spoilt = prices;
    spoilt.rate_price.at(i) = Price{9};
    EXPECT_EQ(differences(prices, spoilt).size(), 1U) << i;
  }
  PriceTable spoilt = prices;
  spoilt.steps[0].from = Energy{1};
  spoilt.steps[0].surcharge = Price{8};
  EXPECT_EQ(differences(prices, spoilt).size(), 2U);
  spoilt.steps.clear();
  EXPECT_EQ(differences_text(differences(prices, spoilt)), "steps: wanted 1, read 0");
}

}  // namespace
}  // namespace paymeter::domain
