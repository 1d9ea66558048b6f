// Tariffs that change within a month, by hand and beside a plain computation; states as text.
#include "paymeter/domain/rating/versioned_charger.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "paymeter/domain/rating/rating_test_cases.hpp"

namespace paymeter::domain::rating {
namespace {

using testing::at;
using testing::cents;
using testing::draw;
using testing::limit;
using testing::on;

DayNumber day_of(int year, int month, int day) { return day_number({year, month, day}); }

Tariff stepped(Price price) {
  Tariff tariff = testing::flat_tariff(price);
  tariff.lines[0].steps.push_back({{}, {limit(20, cents(10))}});
  tariff.fees = {{"rent", FeePeriod::month, {500}}, {"service", FeePeriod::day, {10}}};
  return tariff;
}

/// What a plain reading of the rules gives: half-hour by half-hour, exact costs per line name.
struct PlainMonth {
  std::map<std::string, Int128> costs;
  std::map<std::string, std::int64_t> fees;
  Rounding rounding = Rounding::half_up;
  std::int64_t total() const {
    std::int64_t sum = 0;
    for (const auto& [name, cost] : costs) sum += round_cost(cost, rounding).value().fen;
    for (const auto& [name, fen] : fees) sum += fen;
    return sum;
  }
};

class PlainPricing {
 public:
  PlainPricing(const Timeline& timeline, const std::vector<RegisterReading>& readings)
      : timeline_(timeline) {
    enter(readings.front().at, Touch::no);
    for (std::size_t i = 1; i < readings.size(); ++i) between(readings[i - 1], readings[i]);
  }
  std::map<Month, PlainMonth> months;

 private:
  enum class Touch { yes, no };
  void between(const RegisterReading& last, const RegisterReading& next) {
    constexpr std::int64_t kHalfHourMs = 1'800'000;
    std::int64_t begin = last.at.value;
    while (begin < next.at.value) {
      const std::int64_t end = std::min((begin / kHalfHourMs + 1) * kHalfHourMs, next.at.value);
      enter({begin}, Touch::yes);
      use({begin}, reading_at(last, next, {end}) - reading_at(last, next, {begin}));
      begin = end;
    }
  }
  void enter(UtcMs instant, Touch touch) {
    const LocalDay day = local_day(day_number_at(instant, timeline_.utc_offset()));
    const Schedule& schedule = *timeline_.at(day.number).schedule;
    const DayNumber start = schedule.cycle_start(day);
    if (start != cycle_start_) used_ = 0;
    cycle_start_ = start;
    if (touch == Touch::no || day.number == seen_) return;
    const bool new_month = !months.contains({day.date.year, day.date.month});
    PlainMonth& month = months[{day.date.year, day.date.month}];
    if (new_month) month.rounding = schedule.tariff().rounding;
    for (const Fee& fee : schedule.tariff().fees)
      if (fee.per == FeePeriod::day || new_month) month.fees[fee.name] += fee.amount.fen;
    seen_ = day.number;
  }
  void use(UtcMs instant, std::int64_t quantity) {
    const LocalDay day = local_day(day_number_at(instant, timeline_.utc_offset()));
    const Schedule& schedule = *timeline_.at(day.number).schedule;
    const std::int64_t ms = (instant - midnight(day.number, timeline_.utc_offset())).value;
    RateIndex rate = 0;
    for (const RateSpan& span : schedule.spans_of(day))
      if (span.begin_ms <= ms) rate = span.rate;
    PlainMonth& month = months[{day.date.year, day.date.month}];
    for (std::size_t i = 0; i < schedule.tariff().lines.size(); ++i) {
      Int128 cost = Int128{quantity} * schedule.price_of(i, rate).e8;
      const auto steps = schedule.steps_of(i, cycle_start_);
      for (std::size_t s = 0; s < steps.size(); ++s) {
        const std::int64_t to = s + 1 < steps.size() ? steps[s + 1].from : used_ + quantity;
        const std::int64_t in_step =
            std::min(used_ + quantity, to) - std::max(used_, steps[s].from);
        if (in_step > 0) cost += Int128{in_step} * steps[s].surcharge.e8;
      }
      month.costs[schedule.tariff().lines[i].name] += cost;
    }
    used_ += quantity;
  }

  const Timeline& timeline_;
  DayNumber cycle_start_ = -1, seen_ = -1'000'000;
  std::int64_t used_ = 0;
};

/// Two to four random tariffs that take over within the readings.
struct RandomVersions {
  std::vector<Schedule> schedules;
  std::vector<RegisterReading> readings = testing::draw_readings();
  std::optional<Timeline> timeline;
  RandomVersions() {
    const int count = draw(2, 4);
    for (int i = 0; i < count; ++i) schedules.push_back(testing::schedule(testing::draw_tariff()));
    const DayNumber first = day_number_at(readings.front().at, testing::kShanghai);
    const DayNumber last = day_number_at(readings.back().at, testing::kShanghai);
    std::vector<Era> eras;
    DayNumber from = first;
    for (int i = 0; i < count; ++i, from += draw(1, static_cast<int>(last - first) + 2))
      eras.push_back({from, &schedules[static_cast<std::size_t>(i)], i + 7});
    timeline = Timeline::make(eras).value();
  }
};

}  // namespace

TEST(VersionedCharger, AChangeInMidMonth) {
  Tariff dearer = stepped(cents(200));
  dearer.fees = {{"rent", FeePeriod::month, {900}}, {"service", FeePeriod::day, {20}}};
  const Schedule first = testing::schedule(stepped(cents(100))), second = testing::schedule(dearer);
  const Timeline timeline =
      Timeline::make({{day_of(2026, 1, 1), &first, 1}, {day_of(2026, 7, 16), &second, 2}}).value();
  // 1 kWh a day from 1 to 31 July: 15 under the first, 15 under the second; 10 beyond 20 in all.
  const std::vector<RegisterReading> readings{{on("2026-07-01"), 0}, {on("2026-07-31"), 30'000}};
  const auto bills = price_versions(timeline, readings);
  ASSERT_TRUE(bills);
  ASSERT_EQ(bills->size(), 1U);
  const MonthBill& july = bills->front();
  ASSERT_EQ(july.lines.size(), 1U);
  EXPECT_EQ(july.lines[0].amount, Money{1500 + 3000 + 100});
  EXPECT_EQ(july.lines[0].parts, (std::vector<MonthPart>{{1, "flat", 0, 15'000, cents(100)},
                                                         {2, "flat", 0, 5'000, cents(200)},
                                                         {2, "flat", 1, 10'000, cents(210)}}));
  EXPECT_EQ(july.fees, (std::vector<BillFee>{{"rent", {500}}, {"service", {15 * 10 + 15 * 20}}}));
}

TEST(VersionedCharger, AMonthThatOpensUnderTheNewVersionPaysItsFee) {
  Tariff dearer = stepped(cents(200));
  dearer.fees[0].amount = {900};
  const Schedule first = testing::schedule(stepped(cents(100))), second = testing::schedule(dearer);
  const Timeline timeline =
      Timeline::make({{day_of(2026, 1, 1), &first, 1}, {day_of(2026, 8, 1), &second, 2}}).value();
  VersionedCharger charger(timeline, {on("2026-07-31"), 0});
  const auto charges = charger.charge({on("2026-08-02"), 2'000}).value();
  ASSERT_EQ(charges.size(), 2U);
  EXPECT_EQ(charges[0].total, Money{100 + 500 + 10});
  EXPECT_EQ(charges[1].total, Money{200 + 900 + 10});
  EXPECT_EQ(charger.open_bill().value()->total, Money{1110});
}

TEST(VersionedCharger, AVersionAddedLaterGoesOnFromAStoredState) {
  const Schedule first = testing::schedule(stepped(cents(100)));
  Tariff hourly = stepped(cents(200));
  hourly.days["all"] = {{0, "another"}};
  hourly.calendar.push_back({{}, {}, {}, {}, "all"});
  hourly.lines[0].price.reset();
  hourly.lines[0].prices = {{"another", cents(200)}};
  const Schedule second = testing::schedule(hourly);
  const Timeline before = Timeline::of(first);
  VersionedCharger charger(before, {on("2026-07-01"), 0});
  ASSERT_TRUE(charger.charge({on("2026-07-11"), 30'000}));
  const std::string stored = write_state(before, charger.state());
  const Timeline both = Timeline::make({{0, &first, 0}, {day_of(2026, 7, 21), &second, 1}}).value();
  VersionedCharger resumed = VersionedCharger::resume(both, read_state(both, stored).value());
  ASSERT_TRUE(resumed.charge({on("2026-07-31"), 50'000}));
  EXPECT_EQ(resumed.open_bill().value()->lines[0].amount, Money{3000 + 100 + 1100 + 2100});
}

TEST(VersionedCharger, TimelinesAreChecked) {
  const Schedule here = testing::schedule(stepped({})), west = testing::schedule(stepped({}), {});
  EXPECT_FALSE(Timeline::make({})) << "none";
  EXPECT_FALSE(Timeline::make({{5, &here, 1}, {5, &here, 2}})) << "two on one date";
  EXPECT_FALSE(Timeline::make({{5, &here, 1}, {6, &here, 1}})) << "a version twice";
  EXPECT_FALSE(Timeline::make({{5, &here, 1}, {6, &west, 2}})) << "two zones";
  const Timeline two = Timeline::make({{5, &here, 1}, {9, &here, 2}}).value();
  EXPECT_EQ(two.at(4).version, 1) << "before the first";
  EXPECT_EQ(two.at(8).version, 1);
  EXPECT_EQ(two.at(9).version, 2);
}

TEST(StateText, Example) {
  const Schedule schedule = testing::schedule(stepped(cents(100)));
  const Timeline timeline = Timeline::of(schedule);
  VersionedCharger charger(timeline, {on("2026-07-01"), 5});
  ASSERT_TRUE(charger.charge({on("2026-07-02"), 21'005}));
  const std::string text =
      "charger-state 1\n"
      "last 1782921600000 21005\n"
      "cycle 20635 21000\n"
      "bill 2026 7 20635 1 0\n"
      "line energy\n"
      "part 0 20000 100000000 flat\n"
      "part 1 1000 110000000 flat\n";
  EXPECT_EQ(write_state(timeline, charger.state()), text);
  EXPECT_EQ(read_state(timeline, text).value(), charger.state());
}

TEST(StateText, WhatIsRefused) {
  const Schedule schedule = testing::schedule(stepped(cents(100)));
  const Timeline timeline = Timeline::of(schedule);
  const std::string head = "charger-state 1\nlast 1 2\ncycle 3 4\n", bill = "bill 2026 7 5 1 0\n";
  struct Row {
    const char* reason;
    std::string text;
  };
  for (const Row& row :
       {Row{"another version", "charger-state 2\nlast 1 2\ncycle 3 4\n"}, Row{"empty", ""},
        Row{"no cycle", "charger-state 1\nlast 1 2\n"}, Row{"cut off", head + "bill 2026 7 5 1 0"},
        Row{"a line is missing", head + bill}, Row{"another line", head + bill + "line water\n"},
        Row{"a part without line", head + bill + "part 0 1 1 flat\n"},
        Row{"an unknown rate", head + bill + "line energy\npart 0 1 1 noon\n"},
        Row{"nothing used", head + bill + "line energy\npart 0 0 1 flat\n"},
        Row{"an unknown tariff", head + "bill 2026 7 5 1 9\nline energy\n"},
        Row{"two months", head + "bill 2026 6 5 1 0\nline energy\n" + bill + "line energy\n"},
        Row{"a number spelled otherwise", head + "last 01 2\n"},
        Row{"a second last", head + "last 1 2\n"}, Row{"an unknown word", head + "colour red\n"},
        Row{"a negative register", "charger-state 1\nlast 1 -2\ncycle 3 4\n"}}) {
    const auto state = read_state(timeline, row.text);
    ASSERT_FALSE(state) << row.reason;
    EXPECT_EQ(state.error().code, Errc::rating_state_invalid) << row.reason;
  }
  EXPECT_TRUE(read_state(timeline, head)) << "as it stands before anything is charged";
}

RC_GTEST_PROP(VersionedProperty, IsWhatAPlainComputationGives, ()) {
  const RandomVersions random;
  const auto bills = price_versions(*random.timeline, random.readings);
  RC_ASSERT(bills.has_value());
  PlainPricing plain(*random.timeline, random.readings);
  RC_ASSERT(bills->size() == plain.months.size());
  for (const MonthBill& bill : *bills) {
    const PlainMonth& month = plain.months.at(bill.month);
    for (const MonthLine& line : bill.lines)
      RC_ASSERT(line.amount == round_cost(month.costs.at(line.name), month.rounding).value());
    RC_ASSERT(bill.total.fen == month.total());
  }
}

RC_GTEST_PROP(VersionedProperty, ResumingAfterEveryReadingChangesNothing, ()) {
  const RandomVersions random;
  const auto bills = price_versions(*random.timeline, random.readings);
  RC_ASSERT(bills.has_value());
  std::map<Month, Money> charged;
  std::string stored =
      write_state(*random.timeline, VersionedCharger(*random.timeline, random.readings[0]).state());
  for (std::size_t i = 1; i < random.readings.size(); ++i) {
    const auto state = read_state(*random.timeline, stored);
    RC_ASSERT(state.has_value());
    VersionedCharger charger = VersionedCharger::resume(*random.timeline, *state);
    const auto charges = charger.charge(random.readings[i]);
    RC_ASSERT(charges.has_value());
    for (const MonthCharge& charge : *charges) {
      Money sum{};
      for (const BillFee& line : charge.lines) sum = sum + line.amount;
      for (const BillFee& fee : charge.fees) sum = sum + fee.amount;
      RC_ASSERT(sum == charge.total);
      charged[charge.month] = charged[charge.month] + charge.total;
    }
    stored = write_state(*random.timeline, charger.state());
    RC_ASSERT(*read_state(*random.timeline, stored) == charger.state());
  }
  for (const MonthBill& bill : *bills) RC_ASSERT(charged[bill.month] == bill.total);
}

RC_GTEST_PROP(VersionedProperty, OneVersionIsTheSchedule, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const std::vector<RegisterReading> readings = testing::draw_readings();
  const auto bills = price_versions(Timeline::of(schedule), readings);
  const auto statement = price_readings(schedule, readings);
  RC_ASSERT(bills.has_value() && statement.has_value());
  RC_ASSERT(bills->size() == statement->bills.size());
  for (std::size_t i = 0; i < bills->size(); ++i) {
    RC_ASSERT((*bills)[i].total == statement->bills[i].total);
    for (std::size_t line = 0; line < (*bills)[i].lines.size(); ++line)
      RC_ASSERT((*bills)[i].lines[line].amount == statement->bills[i].lines[line].amount);
  }
}

}  // namespace paymeter::domain::rating
