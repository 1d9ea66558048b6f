// Which household prices a month, and that an era's name says version and household.
#include "paymeter/domain/tariff/household.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain::tariff {
namespace {

DatedHousehold said(std::int64_t id, rating::Month from, std::int64_t households) {
  DatedHousehold out;
  out.id = {id};
  out.from = from;
  out.household = {households, 0};
  return out;
}

TEST(Household, TheLatestRowOfTheLatestMonthCounts) {
  // In the order of the table: what was said later may be for an earlier month.
  const std::vector<DatedHousehold> all{said(1, {2026, 3}, 2), said(2, {2027, 1}, 5),
                                        said(3, {2026, 12}, 3), said(4, {2026, 12}, 4)};
  struct Row {
    const char* reason;
    rating::Month month;
    std::int64_t id;
  };
  for (const Row& row :
       {Row{"before anything was said", {2026, 2}, 0},
        Row{"from the first of the month on", {2026, 3}, 1}, Row{"until the next", {2026, 11}, 1},
        Row{"of two for one month the later row", {2026, 12}, 4},
        Row{"a later month said earlier still comes", {2027, 1}, 2},
        Row{"and lasts", {2030, 6}, 2}}) {
    const DatedHousehold* found = household_in_force(all, row.month);
    EXPECT_EQ(found == nullptr ? 0 : found->id.value, row.id) << row.reason;
  }
}

TEST(Household, IsCheckedAsTyped) {
  struct Row {
    const char* reason;
    rating::Month from;
    Household household;
    bool ok;
  };
  for (const Row& row :
       {Row{"an ordinary one", {2026, 12}, {1, 4}, true}, Row{"many", {2026, 12}, {40, 160}, true},
        Row{"people unknown", {2026, 12}, {2, 0}, true}, Row{"nobody", {2026, 12}, {0, 1}, false},
        Row{"fewer than none", {2026, 12}, {1, -1}, false},
        Row{"too many", {2026, 12}, {1'000'001, 1}, false},
        Row{"too many people", {2026, 12}, {1, 1'000'001}, false},
        Row{"no such month", {2026, 13}, {1, 1}, false}}) {
    const auto checked = check_household(row.from, row.household);
    EXPECT_EQ(checked.has_value(), row.ok) << row.reason;
    if (!checked) EXPECT_EQ(checked.error().code, Errc::household_invalid) << row.reason;
  }
}

TEST(Household, MonthsHaveOneSpelling) {
  EXPECT_EQ(month_text({2026, 12}), "2026-12");
  EXPECT_EQ(month_text({2027, 1}), "2027-01");
  EXPECT_EQ(month_from_text("2027-01"), (rating::Month{2027, 1}));
  for (const char* text : {"", "2027", "2027-1", "2027-13", "2027-00", "2027/01", "2027-01-01",
                           "20270-1", "+027-01", "2027- 1"})
    EXPECT_FALSE(month_from_text(text)) << text;
  EXPECT_EQ(month_of_day(first_day({2027, 1})), (rating::Month{2027, 1}));
  EXPECT_EQ(month_of_day(first_day({2027, 1}) - 1), (rating::Month{2026, 12}));
}

TEST(EraName, SaysVersionAndHousehold) {
  EXPECT_EQ(write_era_name({{7}, {}}), 7) << "states stored before keep their names";
  for (const EraName& name : {EraName{{7}, {}}, EraName{{7}, {3}}, EraName{{3}, {7}},
                              EraName{{0xFFFF'FFFF}, {1}}, EraName{{1}, {0x7FFF'FFFF}}}) {
    EXPECT_EQ(read_era_name(write_era_name(name)), name);
    EXPECT_GE(write_era_name(name), 0);
  }
  EXPECT_NE(write_era_name({{7}, {3}}), write_era_name({{3}, {7}}));
}

}  // namespace
}  // namespace paymeter::domain::tariff
