// Pricing by tables: rounding, spans, steps, cycles, fees, calendars.
#include <gtest/gtest.h>

#include "paymeter/domain/rating/rating_test_cases.hpp"

namespace paymeter::domain::rating {
namespace {

using testing::at;
using testing::cents;
using testing::e8;
using testing::limit;
using testing::on;

Statement price(const Tariff& tariff, const std::vector<RegisterReading>& readings) {
  auto statement = price_readings(testing::schedule(tariff), readings);
  EXPECT_TRUE(statement) << error_name(statement.error().code) << statement.error().detail;
  return statement.value_or(Statement{});
}

/// `2026-07 total 258.79: energy 400000 = 258.79 [peak/0 120000 …]` in one line per bill.
std::string in_words(const Tariff& tariff, const Statement& statement) {
  const Schedule schedule = testing::schedule(tariff);
  std::string out;
  for (const Bill& bill : statement.bills) {
    out += std::to_string(bill.month.year * 100 + bill.month.month) + " " +
           format_money(bill.total) + ":";
    for (const BillLine& line : bill.lines)
      for (const Part& part : line.parts)
        out += " " + schedule.rates()[part.rate] + "/" + std::to_string(part.step) + "=" +
               std::to_string(part.quantity);
    out += "; ";
  }
  return out;
}

}  // namespace

TEST(Price, RoundsOncePerLineByMagnitude) {
  struct Row {
    const char* reason;
    std::int64_t cost_e11;
    Rounding rounding;
    std::int64_t fen;
  };
  for (const Row& row :
       {Row{"a tie goes up", 500'000'000, Rounding::half_up, 1},
        Row{"just below a tie", 499'999'999, Rounding::half_up, 0},
        Row{"a negative tie goes away from zero", -500'000'000, Rounding::half_up, -1},
        Row{"just above a negative tie", -499'999'999, Rounding::half_up, 0},
        Row{"down cuts off", 1'999'999'999, Rounding::down, 1},
        Row{"down cuts towards zero", -1'999'999'999, Rounding::down, -1},
        Row{"nothing", 0, Rounding::half_up, 0}})
    EXPECT_EQ(round_cost(row.cost_e11, row.rounding), Money{row.fen}) << row.reason;
  EXPECT_EQ(round_cost(Int128{kMoneyMax.fen} * 1'000'000'000, Rounding::half_up), kMoneyMax);
  EXPECT_EQ(round_cost(Int128{kMoneyMax.fen + 1} * 1'000'000'000, Rounding::down).error().code,
            Errc::rating_amount_too_large);
}

TEST(Price, InterpolatesDownwardsInMilliseconds) {
  const RegisterReading last{{1'000}, 10}, next{{1'010}, 17};
  const std::vector<std::int64_t> expected{10, 10, 11, 12, 12, 13, 14, 14, 15, 16, 17};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_EQ(reading_at(last, next, {1'000 + static_cast<std::int64_t>(i)}), expected[i]) << i;
  const RegisterReading far{{1'000 + 3'000'000'000'000}, kReadingMax};
  EXPECT_EQ(reading_at({{1'000}, 1}, far, {1'000 + 1'500'000'000'000}), kReadingMax / 2)
      << "the product needs 128 bits";
}

TEST(Price, SpansAtTheEdges) {
  const Tariff tariff = testing::flat_tariff(cents(100));
  EXPECT_EQ(price(tariff, {}), Statement{}) << "nothing";
  EXPECT_EQ(price(tariff, {{on("2026-07-01"), 5}}), Statement{}) << "one reading spans nothing";
  struct Row {
    const char* reason;
    UtcMs first, last;
    std::int64_t use;
    const char* words;
  };
  const UtcMs july = on("2026-07-01"), august = on("2026-08-01");
  for (const Row& row :
       {Row{"a month exactly: August is not touched", july, august, 3000,
            "202607 3.00: flat/0=3000; "},
        Row{"a millisecond of August", july, august + Millis{1}, 0, "202607 0.00:; 202608 0.00:; "},
        Row{"a millisecond before July", july - Millis{1}, july, 1000,
            "202606 1.00: flat/0=1000; "},
        Row{"equal readings make an empty bill", july, july + seconds(60), 0, "202607 0.00:; "},
        Row{"the floor leaves the odd Wh to the second month", august - seconds(1),
            august + seconds(1), 1001, "202607 0.50: flat/0=500; 202608 0.50: flat/0=501; "}})
    EXPECT_EQ(in_words(tariff, price(tariff, {{row.first, 7}, {row.last, 7 + row.use}})), row.words)
        << row.reason;
}

TEST(Price, RefusesSeriesThatAreNone) {
  const Schedule schedule = testing::schedule(testing::flat_tariff(cents(1)));
  struct Row {
    const char* reason;
    std::vector<RegisterReading> readings;
    Errc code;
    const char* detail;
  };
  for (const Row& row :
       {Row{"negative", {{{0}, -1}}, Errc::readings_invalid, "reading 1"},
        Row{"beyond all registers",
            {{{0}, 0}, {{1}, kReadingMax + 1}},
            Errc::readings_invalid,
            "reading 2"},
        Row{"the same time", {{{5}, 0}, {{5}, 1}}, Errc::readings_not_ascending, "reading 2"},
        Row{"backwards", {{{5}, 0}, {{6}, 0}, {{4}, 1}}, Errc::readings_not_ascending, "reading 3"},
        Row{"falling", {{{5}, 9}, {{6}, 8}}, Errc::readings_fall, "reading 2"},
        Row{"a century and more",
            {{{0}, 0}, {UtcMs{0} + kSpanMax + Millis{1}, 0}},
            Errc::readings_span_too_long,
            "reading 2"},
        Row{"in two halves",
            {{{0}, 0}, {UtcMs{0} + kSpanMax, 0}, {UtcMs{1} + kSpanMax, 0}},
            Errc::readings_span_too_long,
            "reading 3"}}) {
    const auto refused = price_readings(schedule, row.readings);
    ASSERT_FALSE(refused) << row.reason;
    EXPECT_EQ(refused.error().code, row.code) << row.reason;
    EXPECT_EQ(refused.error().detail, row.detail) << row.reason;
  }
}

TEST(Price, GuangzhouResidentsOfTheNotes) {
  const std::vector<RegisterReading> july{{on("2026-07-01"), 0},
                                          {at("2026-07-01T08:00:00+08:00"), 100'000},
                                          {at("2026-07-01T14:00:00+08:00"), 190'000},
                                          {at("2026-07-01T17:00:00+08:00"), 250'000},
                                          {at("2026-07-01T19:00:00+08:00"), 310'000},
                                          {at("2026-07-01T22:00:00+08:00"), 370'000},
                                          {on("2026-07-02"), 400'000},
                                          {on("2026-08-01"), 400'000}};
  Tariff tariff = testing::guangzhou();
  EXPECT_EQ(in_words(tariff, price(tariff, july)),
            "202607 258.79: peak/0=60000 peak/1=60000 flat/0=100000 flat/1=80000 "
            "valley/0=100000; ")
      << "the limit of 260 is reached within the peak";
  tariff.scale.extra_e8 = Int128{100} * 100'000'000;
  EXPECT_EQ(format_money(price(tariff, july).total), "253.79") << "large household";
  tariff = testing::guangzhou();
  tariff.lines[0].price = e8(58'886'875);
  tariff.lines[0].prices.clear();
  EXPECT_EQ(format_money(price(tariff, july).total), "242.55") << "without time of use";
}

TEST(Price, StepsCutExactlyAtTheLimit) {
  struct Row {
    const char* reason;
    std::vector<StepLimit> limits;
    std::int64_t households, extra_e8;
    std::vector<std::int64_t> uses;  ///< one a day from 2026-07-01 on
    const char* words;
  };
  const StepLimit one = limit(1, cents(10)), two = limit(2, cents(50));
  for (const Row& row :
       {Row{"exactly at a limit is not beyond it",
            {one, two},
            1,
            0,
            {1000},
            "202607 1.00: flat/0=1000; "},
        Row{"a Wh beyond", {one, two}, 1, 0, {1001}, "202607 1.00: flat/0=1000 flat/1=1; "},
        Row{"the highest limit counts alone",
            {one, two},
            1,
            0,
            {4000},
            "202607 5.10: flat/0=1000 flat/1=1000 flat/2=2000; "},
        Row{"the next use after a limit",
            {one, two},
            1,
            0,
            {1000, 5, 995, 7},
            "202607 2.11: flat/0=1000 flat/1=1000 flat/2=7; "},
        Row{"everything exceeds 0",
            {limit(0, cents(10))},
            1,
            0,
            {1000},
            "202607 1.10: flat/1=1000; "},
        Row{"limits × households + extra",
            {one, two},
            2,
            50'000'000,
            {4600},
            "202607 4.85: flat/0=2500 flat/1=2000 flat/2=100; "},
        Row{"a whole Wh exceeds 0.0015 kWh from 2 Wh on",
            {{150'000, cents(10)}},
            1,
            0,
            {3},
            "202607 0.00: flat/0=1 flat/1=2; "},
        Row{"limits within one Wh: the highest counts",
            {{150'000, cents(10)}, {160'000, cents(50)}},
            1,
            0,
            {1001},
            "202607 1.50: flat/0=1 flat/2=1000; "}}) {
    Tariff tariff = testing::flat_tariff(cents(100));
    tariff.lines[0].steps.push_back({{}, row.limits});
    tariff.scale = {row.households, row.extra_e8};
    std::vector<RegisterReading> readings{{on("2026-07-01"), 0}};
    for (const std::int64_t use : row.uses)
      readings.push_back({readings.back().at + Millis{kDayMs}, readings.back().value + use});
    EXPECT_EQ(in_words(tariff, price(tariff, readings)), row.words) << row.reason;
  }
}

TEST(Price, CyclesRestartAtLocalMidnight) {
  struct Row {
    const char* reason;
    Cycle cycle;
    std::optional<std::vector<int>> months;
    const char* first;
    const char* words;
  };
  // 1 kWh a day over 60 days with a limit at 20 kWh.
  for (const Row& row :
       {Row{"a month",
            {},
            {},
            "2026-07-01",
            "202607 32.10: flat/0=20000 flat/1=11000; 202608 29.90: flat/0=20000 flat/1=9000; "},
        Row{"counting starts at the first reading",
            {},
            {},
            "2026-07-20",
            "202607 12.00: flat/0=12000; 202608 32.10: flat/0=20000 flat/1=11000; "
            "202609 17.00: flat/0=17000; "},
        Row{"a year within a month",
            {CycleKind::year, {7, 25}},
            {},
            "2026-07-01",
            "202607 31.40: flat/0=27000 flat/1=4000; 202608 30.60: flat/0=13000 flat/1=16000; "},
        Row{"steps by the month of the cycle's beginning, not of use",
            {CycleKind::year, {7, 25}},
            std::vector<int>{7},
            "2026-07-25",
            "202607 7.00: flat/0=7000; 202608 32.80: flat/0=13000 flat/1=18000; "
            "202609 24.20: flat/1=22000; "},
        Row{"a cycle begun in another month has no steps",
            {CycleKind::year, {7, 25}},
            std::vector<int>{8},
            "2026-07-25",
            "202607 7.00: flat/0=7000; 202608 31.00: flat/0=31000; 202609 22.00: flat/0=22000; "},
        Row{"02-29 falls on 03-01 in a common year",
            {CycleKind::year, {2, 29}},
            {},
            "2026-02-01",
            "202602 28.80: flat/0=20000 flat/1=8000; 202603 32.10: flat/0=20000 flat/1=11000; "
            "202604 1.10: flat/1=1000; "},
        Row{"and stays in a leap year",
            {CycleKind::year, {2, 29}},
            {},
            "2028-02-01",
            "202802 29.80: flat/0=21000 flat/1=8000; 202803 32.20: flat/0=19000 flat/1=12000; "}}) {
    Tariff tariff = testing::flat_tariff(cents(100));
    tariff.cycle = row.cycle;
    tariff.lines[0].steps.push_back({row.months, {limit(20, cents(10))}});
    const UtcMs first = on(row.first);
    EXPECT_EQ(in_words(tariff, price(tariff, {{first, 0}, {first + Millis{60 * kDayMs}, 60'000}})),
              row.words)
        << row.reason;
  }
}

TEST(Price, CyclesOfOneMonthKeepTheirPrices) {
  // The cycle of 2027 began on 03-01, that of 2028 on 02-29: both have step 1 in February 2028.
  Tariff tariff = testing::flat_tariff(cents(100));
  tariff.cycle = {CycleKind::year, {2, 29}};
  tariff.lines[0].steps = {{std::vector<int>{3}, {limit(0, cents(10))}},
                           {std::vector<int>{2}, {limit(0, cents(20))}}};
  const Statement statement = price(tariff, {{on("2028-02-28"), 0}, {on("2028-03-01"), 2000}});
  ASSERT_EQ(statement.bills.size(), 1U);
  EXPECT_EQ(statement.bills[0].lines[0].parts,
            (Parts{{2, 1, 1000, cents(110)}, {2, 1, 1000, cents(120)}}));
  EXPECT_EQ(statement.total, Money{230});
}

TEST(Price, FeesCountDatesTouched) {
  Tariff tariff = testing::flat_tariff(cents(100));
  tariff.fees = {{"service", FeePeriod::day, {10}}, {"rent", FeePeriod::month, {500}}};
  struct Row {
    const char* reason;
    const char* first;
    const char* last;
    std::vector<std::int64_t> totals_fen;
  };
  for (const Row& row :
       {Row{"two days at a midnight",
            "2026-07-30T12:00:00+08:00",
            "2026-07-31T00:00:01+08:00",
            {520}},
        Row{"the last date ends at its midnight",
            "2026-07-30T12:00:00+08:00",
            "2026-07-31T00:00:00+08:00",
            {510}},
        Row{"both months", "2026-07-31T23:59:59+08:00", "2026-08-02T00:00:00+08:00", {510, 510}},
        Row{"dates are local", "2026-07-31T15:59:59Z", "2026-07-31T16:00:01Z", {510, 510}}}) {
    const Statement statement = price(tariff, {{at(row.first), 1}, {at(row.last), 1}});
    std::vector<std::int64_t> totals_fen;
    for (const Bill& bill : statement.bills) totals_fen.push_back(bill.total.fen);
    EXPECT_EQ(totals_fen, row.totals_fen) << row.reason;
  }
}

TEST(Price, TheFirstCalendarEntryThatMatchesWins) {
  Tariff tariff = testing::flat_tariff(cents(100));
  for (const char* name : {"peak", "sharp", "valley", "flat"}) tariff.days[name] = {{0, name}};
  tariff.calendar = {{std::vector<Date>{{2026, 8, 1}}, std::vector<int>{6}, {}, {}, "sharp"},
                     {std::vector<Date>{}, {}, {}, {}, "sharp"},
                     {{}, {}, {}, {{{12, 30}, {1, 2}}}, "valley"},
                     {{}, std::vector<int>{6, 7}, std::vector<int>{1, 8}, {}, "peak"},
                     {{}, {}, {}, {}, "flat"}};
  struct Row {
    const char* date;
    const char* rate;
    const char* reason;
  };
  for (const Row& row :
       {Row{"2026-08-01", "sharp", "its date, and a Saturday"},
        Row{"2026-08-02", "peak", "a Sunday in August"}, Row{"2026-08-03", "flat", "a Monday"},
        Row{"2026-12-29", "flat", "before the range"},
        Row{"2026-12-30", "valley", "the range's first date"},
        Row{"2027-01-02", "valley", "its last, a Saturday in January too"},
        Row{"2027-01-03", "peak", "behind it"}}) {
    const UtcMs first = on(row.date);
    const Statement statement = price(tariff, {{first, 0}, {first + Millis{kDayMs}, 1}});
    EXPECT_NE(in_words(tariff, statement).find(std::string(" ") + row.rate + "/"),
              std::string::npos)
        << row.date << ": " << row.reason;
  }
}

TEST(Price, HugeQuantitiesStayExact) {
  Tariff tariff = testing::flat_tariff(e8(99'999'999));
  const std::int64_t use = (std::int64_t{1} << 53) + 1;
  const Statement statement = price(tariff, {{on("2026-07-01"), 0}, {on("2026-08-01"), use}});
  // 9007199254740993 × 99999999 × 10^-11 = 9007199164669.00…
  EXPECT_EQ(format_money(statement.total), "9007199164669.00");
  tariff.lines[0].price = Price{kPriceMaxE8};
  EXPECT_EQ(price_readings(testing::schedule(tariff),
                           std::vector<RegisterReading>{{{0}, 0}, {{1}, kReadingMax}})
                .error()
                .code,
            Errc::rating_amount_too_large);
}

}  // namespace paymeter::domain::rating
