// Charging as readings arrive: differences, replay, errors, another meter.
#include "paymeter/domain/rating/charger.hpp"

#include <gtest/gtest.h>

#include "paymeter/domain/rating/rating_test_cases.hpp"

namespace paymeter::domain::rating {
namespace {

using testing::at;
using testing::cents;
using testing::limit;
using testing::on;

std::vector<std::int64_t> totals_fen(const std::vector<Charge>& charges) {
  std::vector<std::int64_t> out;
  for (const Charge& charge : charges) out.push_back(charge.total.fen);
  return out;
}

}  // namespace

TEST(Charger, ASmallLoadLosesNothing) {
  // 50 W read every minute at 0.30: each reading alone would round to nothing.
  const Schedule schedule = testing::schedule(testing::flat_tariff(cents(30)));
  Charger charger(schedule, {on("2026-07-01"), 0});
  Money sum{};
  for (int minute = 1; minute <= 24 * 60; ++minute) {
    const auto charges =
        charger.charge({on("2026-07-01") + minutes(minute), std::int64_t{minute} * 50 / 60});
    ASSERT_TRUE(charges);
    sum = sum + charges->front().total;
  }
  EXPECT_EQ(sum, Money{36});
}

TEST(Charger, AReadingAcrossMonthsChargesEach) {
  Tariff tariff = testing::flat_tariff(cents(100));
  tariff.fees = {{"service", FeePeriod::day, {10}}, {"rent", FeePeriod::month, {500}}};
  const Schedule schedule = testing::schedule(tariff);
  Charger charger(schedule, {on("2026-07-31"), 0});
  EXPECT_EQ(totals_fen(charger.charge({at("2026-07-31T12:00:00+08:00"), 1000}).value()),
            (std::vector<std::int64_t>{100 + 10 + 500}));
  const auto charges = charger.charge({at("2026-09-01T12:00:00+08:00"), 33'000}).value();
  EXPECT_EQ(totals_fen(charges), (std::vector<std::int64_t>{50, 3100 + 310 + 500, 50 + 10 + 500}));
  EXPECT_EQ(charges[1].month, (Month{2026, 8}));
  EXPECT_EQ(charges[1].lines, std::vector<Money>{{3100}});
  EXPECT_EQ(charges[1].fees, (std::vector<Money>{{310}, {500}}));
  EXPECT_EQ(charger.open_bill().value()->total, Money{560});
}

TEST(Charger, AnErrorLeavesTheStateAlone) {
  const Schedule schedule = testing::schedule(testing::flat_tariff({kPriceMaxE8}));
  Charger charger(schedule, {UtcMs{1000}, 50});
  ASSERT_TRUE(charger.charge({UtcMs{2000}, 60}));
  const ChargerState before = charger.state();
  struct Row {
    const char* reason;
    RegisterReading next;
    Errc code;
  };
  for (const Row& row :
       {Row{"falls", {UtcMs{3000}, 59}, Errc::readings_fall},
        Row{"is not later", {UtcMs{2000}, 60}, Errc::readings_not_ascending},
        Row{"is negative", {UtcMs{3000}, -1}, Errc::readings_invalid},
        Row{"costs too much", {UtcMs{3000}, kReadingMax}, Errc::rating_amount_too_large}}) {
    EXPECT_EQ(charger.charge(row.next).error().code, row.code) << row.reason;
    EXPECT_EQ(charger.state(), before) << row.reason;
  }
}

TEST(Charger, ALateReadingIsPricedByReplay) {
  // Flat by night, ten times dearer by day; the reading of 08:00 arrives a day late.
  Tariff tariff = testing::flat_tariff({});
  tariff.days["all"] = {{0, "flat"}, {8 * 60, "peak"}};
  tariff.calendar.push_back({{}, {}, {}, {}, "all"});
  tariff.lines[0].price.reset();
  tariff.lines[0].prices = {{"flat", cents(10)}, {"peak", cents(100)}};
  const Schedule schedule = testing::schedule(tariff);
  const RegisterReading first{on("2026-07-01"), 0}, late{on("2026-07-01") + minutes(480), 20'000},
      last{on("2026-07-02"), 24'000};
  const Charger start(schedule, first);
  Charger without = start;
  EXPECT_EQ(totals_fen(without.charge(last).value()), std::vector<std::int64_t>{80 + 1600});
  Charger with = Charger::resume(schedule, start.state());
  const std::int64_t corrected_fen =
      with.charge(late).value().front().total.fen + with.charge(last).value().front().total.fen;
  EXPECT_EQ(corrected_fen, 200 + 400) << "priced at the rates of its time";
}

TEST(Charger, AnotherMeterGoesOnWithTheSameCycle) {
  Tariff tariff = testing::flat_tariff(cents(100));
  tariff.lines[0].steps.push_back({{}, {limit(20, cents(10))}});
  const Schedule schedule = testing::schedule(tariff);
  Charger charger(schedule, {on("2026-07-01"), 900'000});
  ASSERT_TRUE(charger.charge({on("2026-07-10"), 915'000}));
  charger.rebase(3);  // the new meter's register
  EXPECT_EQ(totals_fen(charger.charge({on("2026-07-20"), 10'003}).value()),
            std::vector<std::int64_t>{500 + 550});
  // A new tariff in the middle of a cycle takes the count along.
  Charger next(schedule, charger.state().last, charger.state().cycle_used);
  EXPECT_EQ(totals_fen(next.charge({on("2026-07-21"), 11'003}).value()),
            std::vector<std::int64_t>{110});
}

}  // namespace paymeter::domain::rating
