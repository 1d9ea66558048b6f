// Layers, overlays and allowances compile to what prices the span exactly.
#include <gtest/gtest.h>

#include "paymeter/domain/rating/schedule.hpp"
#include "paymeter/domain/tariff/product_test_cases.hpp"

namespace paymeter::domain::tariff {
namespace {

using testing::every_date;

constexpr Millis kShanghai{8 * 3'600'000};

rating::Schedule schedule(const ProductTariff& product, const Date& first, const Date& last) {
  return rating::Schedule::compile(compile(product, {}, first, last).value().tariff, kShanghai)
      .value();
}

/// `valley 0 flat 7 …`: rates and the hours they begin at.
std::string hours_on(const rating::Schedule& schedule, const Date& date) {
  std::string out;
  for (const rating::RateSpan& span : schedule.spans_of(rating::local_day(day_number(date)))) {
    if (!out.empty()) out += ' ';
    out += schedule.rates()[span.rate] + ' ' + std::to_string(span.begin_ms / 3'600'000);
  }
  return out;
}

const std::string kOrdinary = "valley 0 flat 7 valley 11 flat 14 peak 16 flat 23";
const std::string kDeep = "valley 0 flat 7 deep_valley 9 flat 15 peak 16 flat 23";

TEST(Compile, ZhejiangsHolidays) {
  const auto year = schedule(testing::zhejiang(), {2026, 1, 1}, {2026, 12, 31});
  struct Row {
    const char* reason;
    Date date;
    std::string hours;
  };
  for (const Row& row : {Row{"the third day of the break", {2026, 10, 3}, kDeep},
                         Row{"the fourth", {2026, 10, 4}, kOrdinary},
                         Row{"New Year's Eve is a statutory date", {2026, 2, 16}, kDeep},
                         Row{"the break began before it", {2026, 2, 15}, kOrdinary},
                         Row{"the last statutory date", {2026, 2, 19}, kDeep},
                         Row{"an overlay replaces only its hours", {2026, 5, 3}, kDeep},
                         Row{"another holiday", {2026, 6, 19}, kOrdinary},
                         Row{"August is sharp",
                             {2026, 8, 1},
                             "valley 0 flat 7 valley 11 flat 14 peak 16 sharp 18 peak 22 flat 23"}})
    EXPECT_EQ(hours_on(year, row.date), row.hours) << row.reason;
}

TEST(Compile, TheInterchangeNamesOnlyWhatItMust) {
  const auto compiled = compile(testing::zhejiang(), {}, {2026, 10, 1}, {2026, 10, 31});
  ASSERT_TRUE(compiled);
  ASSERT_EQ(compiled->tariff.calendar.size(), 3U);
  EXPECT_EQ(compiled->tariff.calendar[0].day, "ordinary+deep");
  EXPECT_EQ(*compiled->tariff.calendar[0].dates,
            (std::vector<Date>{{2026, 10, 1}, {2026, 10, 2}, {2026, 10, 3}}));
  EXPECT_EQ(compiled->tariff.calendar[2], every_date("ordinary"));
  EXPECT_TRUE(compiled->warnings.empty());
  EXPECT_EQ(compiled->tariff.lines[0].prices.at("sharp"), Price{133'250'000});
}

TEST(Compile, BeyondTheHorizonOrdinaryDaysAndAWarning) {
  const auto compiled = compile(testing::zhejiang(), {}, {2026, 12, 1}, {2027, 10, 31});
  ASSERT_TRUE(compiled);
  ASSERT_EQ(compiled->warnings.size(), 1U);
  EXPECT_EQ(compiled->warnings[0].code, Errc::tariff_horizon_passed);
  EXPECT_EQ(compiled->warnings[0].detail, "2027-01-01");
  const auto span = schedule(testing::zhejiang(), {2026, 12, 1}, {2027, 10, 31});
  EXPECT_EQ(hours_on(span, {2027, 10, 1}), kOrdinary);
}

/// Every layer at once, each with a day of its own.
ProductTariff layered() {
  ProductTariff product = testing::flat_product(testing::e4(1));
  for (const char* name : {"event", "holiday", "rest", "make_up", "weekday", "winter", "ordinary"})
    product.days[name] = {{0, name}};
  for (const auto& [name, hours] : product.days) product.lines[0].printed[name] = {1};
  product.lines[0].price.reset();
  const auto day = [](std::string name) { return LayerRule{every_date(name), {}, {}, {}}; };
  LayerRule event = day("event"), holiday = day("holiday"), rest = day("rest"),
            make_up = day("make_up"), weekday = day("weekday");
  event.when.dates = {{2026, 10, 2}, {2026, 7, 14}};
  holiday.holiday = HolidayScope{{}, HolidayExtent::whole, 0, 5};
  rest.day_off = DayOff::rest_day;
  make_up.day_off = DayOff::make_up_workday;
  weekday.when.weekdays = {5, 6};
  product.calendar = {{event}, {holiday}, {rest, make_up}, {weekday}, {}};
  product.calendar.range = {{{}, {}, {}, {{{12, 15}, {1, 31}}}, "winter"}, every_date("ordinary")};
  return product;
}

TEST(Compile, LayersHighestFirst) {
  const auto year = schedule(layered(), {2026, 1, 1}, {2027, 12, 31});
  struct Row {
    const char* reason;
    Date date;
    const char* day;
  };
  for (const Row& row :
       {Row{"an event beats a holiday", {2026, 10, 2}, "event"},
        Row{"an event on an ordinary day", {2026, 7, 14}, "event"},
        Row{"a break of seven days", {2026, 10, 4}, "holiday"},
        Row{"a break of three days is too short, but off", {2026, 6, 19}, "rest"},
        Row{"worked on a Saturday", {2026, 10, 10}, "make_up"},
        Row{"a Friday", {2026, 3, 6}, "weekday"},
        Row{"a Saturday is a rest day first", {2026, 3, 7}, "rest"},
        Row{"across New Year", {2026, 1, 5}, "winter"},
        Row{"its last date", {2026, 12, 15}, "winter"},
        Row{"the day before", {2026, 12, 14}, "ordinary"},
        Row{"no holidays are known: a Saturday is a weekday", {2027, 10, 2}, "weekday"},
        Row{"nor rest days: a Sunday is ordinary", {2027, 10, 3}, "ordinary"}})
    EXPECT_EQ(hours_on(year, row.date), std::string(row.day) + " 0") << row.reason;
}

TEST(Compile, OverlaysLieOnWhateverIsBelow) {
  ProductTariff product = layered();
  product.overlays = {{"night", {{0, 120, "valley"}, {1320, 1440, "valley"}}}};
  product.lines[0].printed["valley"] = {1};
  product.calendar.event[0].when.day.clear();
  product.calendar.event[0].overlay = "night";
  const auto year = schedule(product, {2026, 1, 1}, {2026, 12, 31});
  EXPECT_EQ(hours_on(year, {2026, 10, 2}), "valley 0 holiday 2 valley 22");
  EXPECT_EQ(hours_on(year, {2026, 7, 14}), "valley 0 ordinary 2 valley 22");
}

TEST(Compile, AllowancesGrowTheLimits) {
  constexpr Int128 kUnit = 100'000'000;
  struct Row {
    const char* reason;
    Allowance allowance;
    Household household;
    rating::Scale scale;
  };
  for (const Row& row :
       {Row{"one household", {}, {1, 3}, {1, 0}}, Row{"limits x households", {}, {3, 0}, {3, 0}},
        Row{"+ an allowance for each further household",
            {HouseholdRule::add, 50 * kUnit, 0, 0, 0},
            {3, 0},
            {1, 100 * kUnit}},
        Row{"Guangdong: + 100 kWh from five persons on, once",
            {HouseholdRule::multiply, 0, 4, 1, 100 * kUnit},
            {1, 7},
            {1, 100 * kUnit}},
        Row{"four persons have none",
            {HouseholdRule::multiply, 0, 4, 1, 100 * kUnit},
            {1, 4},
            {1, 0}},
        Row{"water: for each further person",
            {HouseholdRule::multiply, 0, 4, 100, 9 * kUnit},
            {1, 6},
            {1, 18 * kUnit}}}) {
    ProductTariff product = testing::flat_product(testing::e4(1));
    product.allowance = row.allowance;
    const auto compiled = compile(product, row.household, {2026, 1, 1}, {2026, 1, 31});
    ASSERT_TRUE(compiled) << row.reason;
    EXPECT_EQ(compiled->tariff.scale, row.scale) << row.reason;
  }
}

TEST(Compile, WhatIsRefused) {
  struct Row {
    const char* reason;
    void (*spoil)(ProductTariff&);
    Errc code;
  };
  for (const Row& row :
       {Row{"a rule of an unknown day",
            [](ProductTariff& p) { p.calendar.rest[0].when.day = "nowhere"; },
            Errc::tariff_day_unknown},
        Row{"an unknown overlay",
            [](ProductTariff& p) {
              p.calendar.rest[0].when.day.clear();
              p.calendar.rest[0].overlay = "nowhere";
            },
            Errc::tariff_day_unknown},
        Row{"day and overlay", [](ProductTariff& p) { p.calendar.rest[0].overlay = "x"; },
            Errc::tariff_value_invalid},
        Row{"a holiday nobody announced",
            [](ProductTariff& p) { p.calendar.holiday[0].holiday->holiday = "singles_day"; },
            Errc::tariff_holiday_unknown},
        Row{"first days of none",
            [](ProductTariff& p) {
              p.calendar.holiday[0].holiday->extent = HolidayExtent::first_days;
            },
            Errc::tariff_value_invalid},
        Row{"the last range leaves dates out",
            [](ProductTariff& p) { p.calendar.range.pop_back(); },
            Errc::tariff_calendar_incomplete},
        Row{"an event without dates",
            [](ProductTariff& p) { p.calendar.event[0].when.dates.reset(); },
            Errc::tariff_value_invalid},
        Row{"a rule in another layer",
            [](ProductTariff& p) { p.calendar.weekday.push_back(p.calendar.holiday[0]); },
            Errc::tariff_value_invalid},
        Row{"a day that starts late", [](ProductTariff& p) { p.days["rest"][0].minute = 30; },
            Errc::tariff_day_incomplete},
        Row{"a day without hours", [](ProductTariff& p) { p.days["rest"].clear(); },
            Errc::tariff_day_incomplete},
        Row{"overlapping overlay spans",
            [](ProductTariff& p) { p.overlays["x"] = {{0, 60, "rest"}, {30, 90, "rest"}}; },
            Errc::tariff_value_invalid},
        Row{"an overlay's rate without price",
            [](ProductTariff& p) { p.overlays["x"] = {{0, 60, "sharp"}}; },
            Errc::tariff_price_missing},
        Row{"a + in a name, which compiled names use",
            [](ProductTariff& p) { p.days["a+b"] = {{0, "rest"}}; }, Errc::tariff_value_invalid},
        Row{"service above everything", [](ProductTariff& p) { p.service_e4 = 10'001; },
            Errc::tariff_value_invalid},
        Row{"limits that do not ascend",
            [](ProductTariff& p) { p.lines[0].steps = {{{}, {{2, {}}, {1, {}}}}}; },
            Errc::tariff_limits_not_ascending},
        Row{"factors without components", [](ProductTariff& p) { p.lines[0].factors["peak"] = {}; },
            Errc::tariff_value_invalid}}) {
    ProductTariff product = layered();
    row.spoil(product);
    const auto checked = check_product(product);
    ASSERT_FALSE(checked) << row.reason;
    EXPECT_EQ(checked.error().code, row.code) << row.reason << ": " << checked.error().detail;
  }
}

TEST(Compile, SpansAndHouseholdsAreChecked) {
  const ProductTariff product = testing::zhejiang();
  EXPECT_FALSE(compile(product, {}, {2026, 2, 1}, {2026, 1, 31})) << "turned round";
  EXPECT_FALSE(compile(product, {}, {2026, 2, 30}, {2026, 3, 31})) << "no date";
  EXPECT_FALSE(compile(product, {}, {2026, 1, 1}, {2126, 1, 1})) << "too long";
  EXPECT_FALSE(compile(product, {0, 0}, {2026, 1, 1}, {2026, 1, 2})) << "nobody lives there";
}

}  // namespace
}  // namespace paymeter::domain::tariff
