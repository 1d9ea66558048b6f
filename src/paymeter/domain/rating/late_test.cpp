// A late reading: what is charged for it makes the books what they would have been.
#include "paymeter/domain/rating/late.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "paymeter/domain/rating/rating_test_cases.hpp"

namespace paymeter::domain::rating {
namespace {

using testing::cents;
using testing::on;

TEST(Late, IsPricedAtTheVersionOfItsTime) {
  const Schedule cheap = testing::schedule(testing::flat_tariff(cents(100))),
                 dear = testing::schedule(testing::flat_tariff(cents(300)));
  const Timeline timeline =
      Timeline::make({{day_number({2026, 7, 1}), &cheap, 1}, {day_number({2026, 7, 16}), &dear, 2}})
          .value();
  // Spread evenly, 15 kWh would fall on each half; the late reading says that 30 fell on the first.
  VersionedCharger charger(timeline, {on("2026-07-01"), 0});
  const VersionedState before = charger.state();
  const std::vector<RegisterReading> known{{on("2026-07-31"), 30'000}};
  EXPECT_EQ(charger.charge(known[0]).value().front().total, Money{1500 + 4500});
  const auto correction = price_late(timeline, before, known, {on("2026-07-16"), 30'000});
  ASSERT_TRUE(correction);
  ASSERT_EQ(correction->charges.size(), 1U);
  EXPECT_EQ(correction->charges[0].total, Money{3000 - 6000});
  const auto backward = price_late(timeline, before, known, {on("2026-07-16"), 30'001});
  ASSERT_FALSE(backward);
  EXPECT_EQ(backward.error().code, Errc::readings_fall);
}

}  // namespace

RC_GTEST_PROP(LateProperty, ChargesAndCorrectionAreTheWholeSeries, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const Timeline timeline = Timeline::of(schedule);
  const std::vector<RegisterReading> all = testing::draw_readings();
  RC_PRE(all.size() > 2);
  const auto late = static_cast<std::size_t>(testing::draw(1, static_cast<int>(all.size()) - 1));
  std::map<Month, Money> charged;
  const auto book = [&](const std::vector<MonthCharge>& charges) {
    for (const MonthCharge& charge : charges)
      charged[charge.month] = charged[charge.month] + charge.total;
  };
  VersionedCharger charger(timeline, all[0]);
  VersionedState before = charger.state();
  std::vector<RegisterReading> known;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (i == late) continue;
    book(charger.charge(all[i]).value());
    if (i < late)
      before = charger.state();
    else
      known.push_back(all[i]);
  }
  const auto correction = price_late(timeline, before, known, all[late]);
  RC_ASSERT(correction.has_value());
  book(correction->charges);
  const auto bills = price_versions(timeline, all).value();
  for (const MonthBill& bill : bills) RC_ASSERT(charged[bill.month] == bill.total);
  VersionedCharger whole(timeline, all[0]);
  for (std::size_t i = 1; i < all.size(); ++i) RC_ASSERT(whole.charge(all[i]).has_value());
  RC_ASSERT(correction->state == whole.state());
}

}  // namespace paymeter::domain::rating
