// Fields of a comparison: all of them, with their names, and what one side lacks.
#include "paymeter/domain/read_back.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {
namespace {

TEST(ReadBack, EveryFieldIsThereWhetherItAgreesOrNot) {
  PriceTable held, read;
  held.rate_price = {Price{5}, Price{4}, Price{3}, Price{2}, Price{1}};
  held.steps = {{Energy{200'000}, Price{7}}};
  read = held;
  read.rate_price[2] = Price{9};
  const auto fields = read_back_fields(held, read);
  ASSERT_EQ(fields.size(), 8U) << "five rates, how many steps, one step's two fields";
  for (const ReadBackField& field : fields)
    EXPECT_EQ(field.is_same(), !(field.key() == "rate" && field.number == 3)) << field.text();
  EXPECT_EQ(fields[2].text(), "rate 3 (e8)");
  EXPECT_EQ(fields[6].key(), "step_from");
  EXPECT_EQ(fields[6].text(), "step 1 from (Wh)");
}

TEST(ReadBack, AStepThatOnlyOneSideHas) {
  PriceTable held, read;
  read.steps = {{Energy{200'000}, Price{7}}};
  const auto fields = read_back_fields(held, read);
  const ReadBackField& from = fields.at(6);
  EXPECT_FALSE(from.held);
  EXPECT_EQ(from.read, "200000");
  EXPECT_FALSE(from.is_same());
  EXPECT_EQ(fields.at(5).text(), "steps");
  EXPECT_FALSE(fields.at(5).is_same());
}

TEST(ReadBack, TablesAndSettingsInWordsOfTheirOwn) {
  TimeTables held, read;
  held.days[1] = {{30, 1}, {480, 2}};
  read.seasons = {{2, 29, 1}};
  const auto tables = read_back_fields(held, read);
  ASSERT_EQ(tables.size(), 3U);
  EXPECT_TRUE(tables[0].is_same()) << "both empty";
  EXPECT_EQ(tables[1].key(), "day_table");
  EXPECT_EQ(tables[1].held, "00:30=1 08:00=2");
  EXPECT_EQ(tables[1].read, "empty");
  EXPECT_EQ(tables[2].read, "2-29=1");
  const auto settings = read_back_fields(MeterSettings{.overload_w = 6'600}, MeterSettings{});
  ASSERT_EQ(settings.size(), 4U);
  EXPECT_FALSE(settings[2].is_same());
  EXPECT_EQ(settings[2].unit, "W");
  EXPECT_FALSE(version_field(4, 3).is_same());
}

}  // namespace
}  // namespace paymeter::domain
