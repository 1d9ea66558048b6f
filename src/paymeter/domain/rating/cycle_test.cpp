// Cycles by season: when they begin, how steps count over them, what can be exported.
#include <gtest/gtest.h>

#include "paymeter/domain/rating/rating_test_cases.hpp"

namespace paymeter::domain::rating {
namespace {

const Cycle kGuangdong{CycleKind::season, {}, {{5, 1}, {11, 1}}};

DayNumber on_day(int year, int month, int day) { return day_number({year, month, day}); }

TEST(Cycle, ASeasonBeginsWithTheLastStart) {
  struct Row {
    const char* reason;
    Date date, begins;
  };
  for (const Row& row : {Row{"the first day of a season", {2026, 5, 1}, {2026, 5, 1}},
                         Row{"its last day", {2026, 10, 31}, {2026, 5, 1}},
                         Row{"the next season", {2026, 11, 1}, {2026, 11, 1}},
                         Row{"across New Year", {2027, 1, 1}, {2026, 11, 1}},
                         Row{"the day before", {2026, 4, 30}, {2025, 11, 1}}})
    EXPECT_EQ(cycle_start_of(kGuangdong, local_day(day_number(row.date))), day_number(row.begins))
        << row.reason;
}

TEST(Cycle, StepsCountOverTheSeason) {
  Tariff tariff = testing::flat_tariff(testing::cents(100));
  tariff.cycle = kGuangdong;
  tariff.lines[0].steps.push_back({std::vector<int>{5}, {testing::limit(10, testing::cents(10))}});
  const Schedule schedule = testing::schedule(tariff);
  // 8 kWh before, 4 in the season's first days and 8 a month later: 2 beyond the summer's 10; the
  // winter has no steps.
  const std::vector<RegisterReading> readings{
      {testing::on("2026-04-20"), 0},      {testing::on("2026-05-01"), 8'000},
      {testing::on("2026-05-10"), 12'000}, {testing::on("2026-06-10"), 20'000},
      {testing::on("2026-11-01"), 20'000}, {testing::on("2026-11-20"), 40'000}};
  const auto statement = price_readings(schedule, readings);
  ASSERT_TRUE(statement);
  EXPECT_EQ(statement->total, Money{4000 + 20});
}

TEST(Cycle, WithinOneSeasonAYearSaysTheSame) {
  const auto narrow = narrow_cycle(kGuangdong, on_day(2026, 12, 1), on_day(2027, 4, 30));
  ASSERT_TRUE(narrow);
  EXPECT_EQ(*narrow, (Cycle{CycleKind::year, {11, 1}, {}}));
  const auto across = narrow_cycle(kGuangdong, on_day(2026, 4, 1), on_day(2026, 5, 1));
  ASSERT_FALSE(across);
  EXPECT_EQ(across.error().code, Errc::tariff_export_impossible);
  EXPECT_EQ(across.error().detail, "a season begins on 2026-05-01");
  EXPECT_EQ(*narrow_cycle({}, 0, 400), Cycle{}) << "a month needs no narrowing";
}

TEST(Cycle, SeasonsAreChecked) {
  struct Row {
    const char* reason;
    std::vector<MonthDay> starts;
    bool ok;
  };
  for (const Row& row :
       {Row{"two", {{5, 1}, {11, 1}}, true}, Row{"none", {}, false},
        Row{"not ascending", {{11, 1}, {5, 1}}, false},
        Row{"twice the same", {{5, 1}, {5, 1}}, false}, Row{"not a date", {{4, 31}}, false}}) {
    Tariff tariff = testing::flat_tariff({});
    tariff.cycle = {CycleKind::season, {}, row.starts};
    EXPECT_EQ(check_tariff(tariff).has_value(), row.ok) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::domain::rating
