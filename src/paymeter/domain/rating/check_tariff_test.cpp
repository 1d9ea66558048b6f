// What a tariff must not be, a row per rule, and what the format allows.
#include <gtest/gtest.h>

#include <functional>

#include "paymeter/domain/rating/rating_test_cases.hpp"

namespace paymeter::domain::rating {
namespace {

using testing::cents;
using testing::limit;

struct Row {
  const char* reason;
  std::function<void(Tariff&)> change;
  Errc code;
  const char* place;
};

void expect_refused(const Row& row) {
  Tariff tariff = testing::guangzhou();
  row.change(tariff);
  const auto ok = check_tariff(tariff);
  ASSERT_FALSE(ok) << row.reason;
  EXPECT_EQ(error_name(ok.error().code), error_name(row.code)) << row.reason;
  EXPECT_EQ(ok.error().detail.substr(0, ok.error().detail.find(": ")), row.place) << row.reason;
  EXPECT_EQ(Schedule::compile(tariff, testing::kShanghai).error().detail, ok.error().detail);
}

}  // namespace

TEST(CheckTariff, RefusesDaysAndCalendars) {
  for (const Row& row :
       {Row{"a day from 00:30 on", [](Tariff& t) { t.days["all"][0].minute = 30; },
            Errc::tariff_day_incomplete, "days.all"},
        Row{"a day without hours", [](Tariff& t) { t.days["all"].clear(); },
            Errc::tariff_day_incomplete, "days.all"},
        Row{"hours that do not ascend", [](Tariff& t) { t.days["all"][2].minute = 480; },
            Errc::tariff_day_incomplete, "days.all"},
        Row{"24:00", [](Tariff& t) { t.days["all"].push_back({1440, "flat"}); },
            Errc::tariff_value_invalid, "days.all[6]"},
        Row{"a misspelt rate", [](Tariff& t) { t.days["all"][1].rate = "flatt"; },
            Errc::tariff_rate_unknown, "days.all[1]"},
        Row{"a rate without price", [](Tariff& t) { t.days["all"][1].rate = "sharp"; },
            Errc::tariff_price_missing, "lines[0].prices"},
        Row{"an unknown day", [](Tariff& t) { t.calendar[0].day = "hot"; },
            Errc::tariff_day_unknown, "calendar[0].day"},
        Row{"a calendar without days", [](Tariff& t) { t.days.clear(); },
            Errc::tariff_calendar_incomplete, "calendar"},
        Row{"days without a calendar", [](Tariff& t) { t.calendar.clear(); },
            Errc::tariff_calendar_incomplete, "calendar"},
        Row{"six weekdays", [](Tariff& t) { t.calendar[0].weekdays = {1, 2, 3, 4, 5, 6}; },
            Errc::tariff_calendar_incomplete, "calendar"},
        Row{"a last entry with dates", [](Tariff& t) { t.calendar[0].dates.emplace(); },
            Errc::tariff_calendar_incomplete, "calendar"},
        Row{"a year less a day", [](Tariff& t) { t.calendar[0].between = {{1, 1}, {12, 30}}; },
            Errc::tariff_calendar_incomplete, "calendar"},
        Row{"weekday 8", [](Tariff& t) { t.calendar[0].weekdays = {8}; },
            Errc::tariff_value_invalid, "calendar[0].weekdays"},
        Row{"month 0", [](Tariff& t) { t.calendar[0].months = {0}; }, Errc::tariff_value_invalid,
            "calendar[0].months"},
        Row{"no month at all", [](Tariff& t) { t.calendar[0].months.emplace(); },
            Errc::tariff_value_invalid, "calendar[0].months"},
        Row{"02-30", [](Tariff& t) { t.calendar[0].between = {{2, 30}, {3, 1}}; },
            Errc::tariff_value_invalid, "calendar[0].between"},
        Row{"02-29 of a common year",
            [](Tariff& t) { t.calendar[0].dates = {{2024, 2, 29}, {2026, 2, 29}}; },
            Errc::tariff_value_invalid, "calendar[0].dates[1]"}})
    expect_refused(row);
}

TEST(CheckTariff, RefusesLinesAndFees) {
  const auto steps = [](std::vector<StepLimit> limits) {
    return [limits](Tariff& t) { t.lines[0].steps[1].limits = limits; };
  };
  for (const Row& row :
       {Row{"equal limits", steps({limit(5, {}), limit(5, {})}), Errc::tariff_limits_not_ascending,
            "lines[0].steps[1].limits"},
        Row{"falling limits", steps({limit(5, {}), limit(4, {})}),
            Errc::tariff_limits_not_ascending, "lines[0].steps[1].limits"},
        Row{"a negative limit", steps({limit(-1, {})}), Errc::tariff_value_invalid,
            "lines[0].steps[1].limits[0][0]"},
        Row{"a surcharge beyond measure", steps({limit(1, {kPriceMaxE8 + 1})}),
            Errc::tariff_value_invalid, "lines[0].steps[1].limits[0][1]"},
        Row{"month 13", [](Tariff& t) { t.lines[0].steps[0].months = {13}; },
            Errc::tariff_value_invalid, "lines[0].steps[0].months"},
        Row{"a price of no rate", [](Tariff& t) { t.lines[0].prices["purple"] = cents(1); },
            Errc::tariff_rate_unknown, "lines[0].prices.purple"},
        Row{"price and prices", [](Tariff& t) { t.lines[0].price = cents(1); },
            Errc::tariff_value_invalid, "lines[0]"},
        Row{"two lines of a name", [](Tariff& t) { t.lines.push_back(t.lines[0]); },
            Errc::tariff_value_invalid, "lines[1].name"},
        Row{"nothing to price", [](Tariff& t) { t.lines.clear(); }, Errc::tariff_value_invalid,
            "lines"},
        Row{"two fees of a name",
            [](Tariff& t) { t.fees = {{"a", FeePeriod::day, {1}}, {"a", FeePeriod::day, {1}}}; },
            Errc::tariff_value_invalid, "fees[1].name"},
        Row{"a fee beyond measure",
            [](Tariff& t) { t.fees = {{"a", FeePeriod::day, kFeeMax + Money{1}}}; },
            Errc::tariff_value_invalid, "fees[0].amount"},
        Row{"no households", [](Tariff& t) { t.scale.households = 0; }, Errc::tariff_value_invalid,
            "scale.households"},
        Row{"a negative allowance", [](Tariff& t) { t.scale.extra_e8 = -1; },
            Errc::tariff_value_invalid, "scale.extra"},
        Row{"a year from 13-01 on", [](Tariff& t) { t.cycle = {CycleKind::year, {13, 1}}; },
            Errc::tariff_value_invalid, "cycle.starts"},
        Row{"a currency in words", [](Tariff& t) { t.currency = "yuan"; },
            Errc::tariff_value_invalid, "currency"},
        Row{"a name that commands the screen", [](Tariff& t) { t.name = "a\x1b[2J"; },
            Errc::tariff_value_invalid, "name"}})
    expect_refused(row);
}

TEST(CheckTariff, AcceptsWhatTheFormatAllows) {
  struct Good {
    const char* reason;
    std::function<void(Tariff&)> change;
  };
  for (const Good& row : {Good{"as it is", [](Tariff&) {}},
                          Good{"a rate of no standard name that a line prices",
                               [](Tariff& t) {
                                 t.days["all"].push_back({1380, "h23"});
                                 t.lines[0].prices["h23"] = cents(1);
                               }},
                          Good{"a rate of no standard name, and one price for all rates",
                               [](Tariff& t) {
                                 t.days["all"].push_back({1380, "h23"});
                                 t.lines[0].price = cents(1);
                                 t.lines[0].prices.clear();
                               }},
                          Good{"a standard rate that no day has",
                               [](Tariff& t) { t.lines[0].prices["deep_valley"] = cents(1); }},
                          Good{"a last entry that names every weekday and month",
                               [](Tariff& t) {
                                 t.calendar[0].weekdays = {1, 2, 3, 4, 5, 6, 7};
                                 t.calendar[0].months = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
                                 t.calendar[0].between = {{1, 1}, {12, 31}};
                               }},
                          Good{"negative prices and fees",
                               [](Tariff& t) {
                                 t.lines[0].price = cents(-5);
                                 t.lines[0].prices.clear();
                                 t.fees = {{"rebate", FeePeriod::month, {-100}}};
                               }},
                          Good{"fees alone",
                               [](Tariff& t) {
                                 t.lines.clear();
                                 t.fees = {{"rent", FeePeriod::month, {100}}};
                               }},
                          Good{"an empty list of hot days", [](Tariff& t) {
                                 t.calendar.insert(t.calendar.begin(), t.calendar[0]);
                                 t.calendar[0].dates.emplace();
                               }}}) {
    Tariff tariff = testing::guangzhou();
    row.change(tariff);
    const auto ok = check_tariff(tariff);
    EXPECT_TRUE(ok) << row.reason << ": " << ok.error().detail;
  }
}

TEST(CheckTariff, AnOffsetOfADayIsNoZone) {
  EXPECT_FALSE(Schedule::compile(testing::guangzhou(), Millis{kDayMs}));
  EXPECT_TRUE(Schedule::compile(testing::guangzhou(), Millis{1 - kDayMs}));
}

}  // namespace paymeter::domain::rating
