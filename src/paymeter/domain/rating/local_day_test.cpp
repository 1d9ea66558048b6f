// Dates, midnights and leap days.
#include "paymeter/domain/rating/local_day.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain::rating {

TEST(LocalDay, NumbersAndDatesAgree) {
  struct Row {
    Date date;
    DayNumber number;
    int weekday;
  };
  for (const Row& row : {Row{{1970, 1, 1}, 0, 4}, Row{{1969, 12, 31}, -1, 3},
                         Row{{2026, 11, 22}, 20'779, 7}, Row{{2024, 2, 29}, 19'782, 4}}) {
    EXPECT_EQ(day_number(row.date), row.number);
    EXPECT_EQ(local_day(row.number).date, row.date);
    EXPECT_EQ(local_day(row.number).weekday, row.weekday);
  }
}

TEST(LocalDay, AnInstantBelongsToTheDateThatItsMidnightBegins) {
  for (const Millis offset : {minutes(480), minutes(-570), minutes(0), Millis{29'143'000}}) {
    const UtcMs begin = midnight(20'000, offset);
    EXPECT_EQ(day_number_at(begin, offset), 20'000);
    EXPECT_EQ(day_number_at(begin - Millis{1}, offset), 19'999);
  }
  EXPECT_EQ(day_number_at(UtcMs{-1}, minutes(0)), -1);
}

TEST(LocalDay, KnowsWhichDatesExist) {
  EXPECT_TRUE(date_exists({2024, 2, 29}));
  EXPECT_TRUE(date_exists({2000, 2, 29}));
  EXPECT_FALSE(date_exists({1900, 2, 29}));
  EXPECT_FALSE(date_exists({2026, 2, 29}));
  EXPECT_FALSE(date_exists({2026, 4, 31}));
  EXPECT_FALSE(date_exists({10'000, 1, 1}));
  EXPECT_TRUE(month_day_exists({2, 29}));
  EXPECT_FALSE(month_day_exists({2, 30}));
  EXPECT_FALSE(month_day_exists({0, 1}));
  EXPECT_FALSE(month_day_exists({1, 0}));
}

TEST(LocalDay, FebruaryTwentyNinthFallsOnMarchFirst) {
  EXPECT_EQ(first_day_from(2024, {2, 29}), day_number({2024, 2, 29}));
  EXPECT_EQ(first_day_from(2026, {2, 29}), day_number({2026, 3, 1}));
  EXPECT_EQ(first_day_from(2026, {12, 31}), day_number({2026, 12, 31}));
}

}  // namespace paymeter::domain::rating
