// Posting by days: in any batches, with restarts and late readings, the books come out the same.
#include "paymeter/domain/rating/billing_run.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "paymeter/domain/rating/rating_test_cases.hpp"

namespace paymeter::domain::rating {
namespace {

using testing::cents;
using testing::on;

constexpr UtcMs kFarFuture{4'000'000'000'000};

VersionedState started(const Timeline& timeline, const RegisterReading& first) {
  return VersionedCharger(timeline, first).state();
}

/// What a biller keeps between runs, and what it has posted.
struct Books {
  struct Line {
    DayNumber day = 0;
    std::map<Month, Money> amounts;
    friend bool operator==(const Line&, const Line&) = default;
  };
  std::string checkpoint;
  UtcMs posted_to{};
  std::map<Month, Money> posted;
  std::vector<Line> lines;

  void post(const DayCharge& charge) {
    Line line{charge.day, {}};
    for (const MonthBill& bill : charge.bills) {
      const Money amount = bill.total - posted[bill.month];
      if (amount == Money{}) continue;
      posted[bill.month] = bill.total;
      line.amounts[bill.month] = amount;
    }
    if (!line.amounts.empty()) lines.push_back(line);
    posted_to = std::max(posted_to, charge.to.at);
  }
};

/// One run over everything known, as after a restart: only `books` is remembered.
void bill(const Timeline& timeline, std::vector<RegisterReading> known, Books& books,
          Millis late_window, bool with_open = false) {
  std::ranges::sort(known, {}, [](const RegisterReading& r) { return r.at; });
  const auto start = read_checkpoint(timeline, books.checkpoint);
  ASSERT_TRUE(start) << books.checkpoint;
  std::erase_if(known, [&](const RegisterReading& reading) {
    return reading.at <= start->charged.state.last.at;
  });
  if (known.empty()) return;
  const auto run = run_billing(timeline, start->charged, known,
                               {books.posted_to, known.back().at - late_window});
  ASSERT_TRUE(run);
  for (const DayCharge& charge : run->closed) books.post(charge);
  if (with_open && run->open) books.post(*run->open);
  books.checkpoint = write_checkpoint(timeline, {{}, run->checkpoint});
}

Books new_books(const Timeline& timeline, const RegisterReading& first) {
  Books books;
  books.checkpoint = write_checkpoint(timeline, {{}, started(timeline, first)});
  books.posted_to = first.at;
  return books;
}

Money sum(const std::map<Month, Money>& amounts) {
  Money total{};
  for (const auto& [month, amount] : amounts) total = total + amount;
  return total;
}

TEST(BillingRun, ADayIsClosedByTheFirstReadingOfALaterDay) {
  const Schedule schedule = testing::schedule(testing::flat_tariff(cents(100)));
  const Timeline timeline = Timeline::of(schedule);
  const RegisterReading first{on("2026-07-01"), 0};
  struct Row {
    const char* reason;
    std::vector<RegisterReading> readings;
    std::size_t closed;
    std::int64_t open_fen;
  };
  const UtcMs day1 = on("2026-07-01"), day2 = on("2026-07-02");
  for (const Row& row : {Row{"within a day", {{day1 + minutes(60), 1'000}}, 0, 100},
                         Row{"midnight still belongs to the day before", {{day2, 1'000}}, 0, 100},
                         Row{"the next day's first reading closes it",
                             {{day2, 1'000}, {day2 + minutes(1), 1'500}},
                             1,
                             150},
                         Row{"days without readings are closed with the next that has some",
                             {{day1 + minutes(60), 1'000}, {day2 + minutes(5'000), 4'000}},
                             1,
                             400}}) {
    const auto run =
        run_billing(timeline, started(timeline, first), row.readings, {first.at, first.at});
    ASSERT_TRUE(run) << row.reason;
    EXPECT_EQ(run->closed.size(), row.closed) << row.reason;
    ASSERT_TRUE(run->open) << row.reason;
    EXPECT_EQ(run->open->bills.back().total, Money{row.open_fen}) << row.reason;
    EXPECT_EQ(run->open->to, row.readings.back()) << row.reason;
  }
}

TEST(BillingRun, ALateReadingChangesWhatTheNextChargePosts) {
  const Schedule schedule = testing::schedule(testing::flat_tariff(cents(100)));
  const Timeline timeline = Timeline::of(schedule);
  Books books = new_books(timeline, {on("2026-07-30"), 0});
  const RegisterReading august{on("2026-08-02"), 30'000};
  bill(timeline, {august, {august.at + minutes(1), 30'000}}, books, Millis{kDayMs * 40});
  EXPECT_EQ(books.posted[(Month{2026, 7})], Money{2'000});
  // All of it was used in July, says a reading that comes late.
  bill(timeline,
       {{on("2026-08-01"), 30'000},
        august,
        {august.at + Millis{2 * kDayMs}, 30'000},
        {august.at + Millis{4 * kDayMs}, 30'000}},
       books, Millis{kDayMs * 40});
  EXPECT_EQ(books.posted[(Month{2026, 7})], Money{3'000});
  EXPECT_EQ(books.posted[(Month{2026, 8})], Money{0});
}

TEST(BillingRun, APackageCostsItsFeeAndWhatIsBeyond) {
  const Schedule schedule = testing::schedule(testing::flat_tariff(cents(100)));
  const Package package{"monthly", {5'000}, 10'000};
  const Schedule stepped = package_schedule(schedule, package).value();
  const Timeline timeline = Timeline::of(stepped);
  struct Row {
    const char* reason;
    std::int64_t used, fen;
  };
  for (const Row& row :
       {Row{"nothing used", 0, 5'000}, Row{"one Wh short", 9'999, 5'000},
        Row{"all that is included", 10'000, 5'000}, Row{"10 Wh beyond: one fen", 10'010, 5'001},
        Row{"twice as much", 20'000, 6'000}}) {
    const RegisterReading first{on("2026-07-01"), 0};
    const std::vector<RegisterReading> readings{{on("2026-07-20"), row.used}};
    const auto run =
        run_billing(timeline, started(timeline, first), readings, {first.at, first.at}, package);
    ASSERT_TRUE(run && run->open) << row.reason;
    const MonthBill& bill = run->open->bills.back();
    EXPECT_EQ(bill.total, Money{row.fen}) << row.reason;
    const auto whole = price_package(schedule, package, std::vector{first, readings[0]}).value();
    EXPECT_EQ(whole.total, bill.total) << row.reason;
  }
}

TEST(BillingRun, TheGateHoldsNonsenseAndGoesOnBehindIt) {
  const UtcMs t = on("2026-07-01");
  GateLimits limits;
  limits.rise_per_hour_max = 10'000;
  const auto at = [&](int hour) { return t + minutes(60 * hour); };
  struct Row {
    const char* reason;
    std::vector<IncomingReading> incoming;
    std::size_t accepted;
    std::optional<Errc> hold;
  };
  for (const Row& row :
       {Row{"sound", {{at(1), 1'100}, {at(2), 1'200}}, 2, {}},
        Row{"none was read", {{at(1), 1'100}, {at(2), std::nullopt}}, 1, Errc::reading_missing},
        Row{"suddenly zero", {{at(1), 0}}, 0, Errc::reading_zero},
        Row{"backward", {{at(1), 999}}, 0, Errc::reading_backward},
        Row{"more than can flow", {{at(1), 50'000}}, 0, Errc::reading_impossible},
        Row{"a spike, then sound again", {{at(1), 50'000}, {at(2), 1'200}}, 1, {}},
        Row{"of tomorrow", {{at(99), 1'100}}, 0, Errc::reading_from_future}}) {
    const auto gated = gate_series(limits, {t, 1'000}, row.incoming, at(24));
    EXPECT_EQ(gated.accepted.size(), row.accepted) << row.reason;
    EXPECT_EQ(gated.hold.has_value(), row.hold.has_value()) << row.reason;
    if (gated.hold && row.hold) EXPECT_EQ(gated.hold->reason, *row.hold) << row.reason;
  }
}

TEST(BillingRun, AJumpStaysHeldUntilTheRegisterIsBack) {
  const UtcMs t = on("2026-07-01");
  GateLimits limits;
  limits.rise_per_hour_max = 10'000;
  const auto at = [&](int hour) { return t + minutes(60 * hour); };
  const auto constant = [&](int from, int to, std::int64_t value) {
    std::vector<IncomingReading> out;
    for (int hour = from; hour <= to; ++hour) out.push_back({at(hour), value});
    return out;
  };
  const auto with = [](std::vector<IncomingReading> head, std::vector<IncomingReading> tail) {
    head.insert(head.end(), tail.begin(), tail.end());
    return head;
  };
  struct Row {
    const char* reason;
    std::vector<IncomingReading> incoming;
    std::optional<std::int64_t> billed;  ///< the last accepted; none = none
    bool is_held;
  };
  for (const Row& row :
       {Row{"another device: 40 hours at full load would explain it",
            constant(1, 99, 400'000),
            {},
            true},
        Row{"the same with a device that is read backward, then on",
            with(constant(1, 50, 400'000), {{at(51), 0}, {at(52), 400'100}}),
            {},
            true},
        Row{"in two steps", {{at(1), 15'000}, {at(2), 40'000}, {at(9), 40'100}}, {}, true},
        Row{"in small steps, each too much by itself",
            {{at(0) + minutes(1), 9'000}, {at(0) + minutes(2), 18'000}, {at(9), 18'100}},
            {},
            true},
        Row{"what an hour explains comes with the hour",
            {{at(0) + minutes(1), 9'000}, {at(0) + minutes(30), 9'000}, {at(1), 9'000}},
            9'000,
            false},
        Row{"a gap without any reading explains itself", {{at(50), 400'000}}, 400'000, false},
        Row{"beyond what the gap explains", {{at(10), 400'000}, {at(90), 400'000}}, {}, true},
        Row{"returned", with(constant(1, 9, 400'000), {{at(10), 2'000}}), 2'000, false},
        Row{"a little down is no return",
            with(constant(1, 60, 400'000), constant(61, 99, 399'000)),
            {},
            true},
        Row{"returned, and jumped again",
            with(constant(1, 9, 400'000), {{at(10), 2'000}, {at(11), 400'000}, {at(80), 400'000}}),
            2'000, true},
        Row{"zeros, then the register as before", with(constant(1, 9, 0), {{at(10), 1'500}}), 1'500,
            false}}) {
    const auto gated = gate_series(limits, {t, 1'000}, row.incoming, at(100));
    EXPECT_EQ(gated.hold.has_value(), row.is_held) << row.reason;
    EXPECT_EQ(gated.accepted.empty(), !row.billed) << row.reason;
    if (row.billed && !gated.accepted.empty())
      EXPECT_EQ(gated.accepted.back().value, *row.billed) << row.reason;
    if (gated.hold) EXPECT_EQ(gated.hold->reason, Errc::reading_impossible) << row.reason;
  }
  // In parts: what was in force goes on.
  const auto first = gate_series(limits, {t, 1'000}, constant(1, 3, 400'000), at(100));
  ASSERT_EQ(first.turns.size(), 1U);
  EXPECT_EQ(first.turns[0].jump, (RegisterJump{{t, 1'000}, {at(1), 400'000}}));
  const auto second =
      gate_series(limits, {t, 1'000}, constant(90, 99, 400'000), at(100), first.turns[0].jump);
  EXPECT_TRUE(second.accepted.empty());
  EXPECT_FALSE(gate_series(limits, {t, 1'000}, constant(90, 99, 400'000), at(100)).accepted.empty())
      << "without it the gap would explain the step";
}

TEST(BillingRun, CheckpointsSayWhatTheyMean) {
  const Schedule schedule = testing::schedule(testing::flat_tariff(cents(100)));
  const Timeline timeline = Timeline::of(schedule);
  const Checkpoint checkpoint{{{7, {{5}, 10}}, {8, {{6}, 11}}}, started(timeline, {{9}, 21})};
  const std::string text = write_checkpoint(timeline, checkpoint);
  EXPECT_TRUE(text.starts_with("billing-checkpoint 1\nanchor 7 5 10\nanchor 8 6 11\n")) << text;
  EXPECT_EQ(read_checkpoint(timeline, text).value(), checkpoint);
  Checkpoint odd = checkpoint;
  odd.anchors[0].still = RegisterReading{{8}, 10};
  odd.anchors[1].jump = RegisterJump{{{4}, 1}, {{5}, 99}};
  const std::string more = write_checkpoint(timeline, odd);
  EXPECT_TRUE(
      more.starts_with("billing-checkpoint 1\nanchor 7 5 10\nstill 7 8 10\n"
                       "anchor 8 6 11\njump 8 4 1 5 99\n"))
      << more;
  EXPECT_EQ(read_checkpoint(timeline, more).value(), odd);
  const auto spoilt = [&](std::string_view row, std::string_view by) {
    return std::string(more).replace(more.find(row), row.size(), by);
  };
  EXPECT_FALSE(read_checkpoint(timeline, spoilt("still 7", "still 8"))) << "another meter's";
  EXPECT_FALSE(read_checkpoint(timeline, spoilt("jump 8 4 1 5 99", "jump 8 4 1 5")));
  EXPECT_FALSE(read_checkpoint(timeline, spoilt("anchor 8 6 11\njump", "jump")));
  for (const char* broken : {"", "billing-checkpoint 2\n", "billing-checkpoint 1\n",
                             "billing-checkpoint 1\nanchor 7 5\ncharger-state 1\n"})
    EXPECT_FALSE(read_checkpoint(timeline, broken)) << broken;
}

RC_GTEST_PROP(BillingRunProperty, RestartsAndBatchesPostTheSame, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const Timeline timeline = Timeline::of(schedule);
  const std::vector<RegisterReading> all = testing::draw_readings();
  const Millis late_window{*rc::gen::inRange<std::int64_t>(0, 50 * kDayMs)};
  Books once = new_books(timeline, all[0]), often = once;
  bill(timeline, all, once, late_window);
  std::size_t known = 1;
  while (known < all.size()) {
    known += static_cast<std::size_t>(testing::draw(1, static_cast<int>(all.size() - known)));
    bill(timeline, {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(known)}, often,
         late_window);
  }
  RC_ASSERT(once.lines == often.lines);
  RC_ASSERT(once.posted == often.posted);
}

RC_GTEST_PROP(BillingRunProperty, AnyOrderEndsAtTheBillOfTheWholeSeries, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const Timeline timeline = Timeline::of(schedule);
  const std::vector<RegisterReading> all = testing::draw_readings();
  std::vector<RegisterReading> shuffled(all.begin() + 1, all.end());
  for (std::size_t i = shuffled.size(); i > 1; --i)
    std::swap(shuffled[i - 1],
              shuffled[static_cast<std::size_t>(testing::draw(0, static_cast<int>(i) - 1))]);
  Books books = new_books(timeline, all[0]);
  std::vector<RegisterReading> known;
  const Millis always{kSpanMax};
  for (const RegisterReading& reading : shuffled) {
    known.push_back(reading);
    bill(timeline, known, books, always, testing::draw(0, 3) == 0);
  }
  bill(timeline, known, books, always, true);
  Money whole{};
  const std::vector<MonthBill> months = price_versions(timeline, all).value();
  for (const MonthBill& month : months) {
    whole = whole + month.total;
    RC_ASSERT(books.posted[month.month] == month.total);
  }
  RC_ASSERT(sum(books.posted) == whole);
}

RC_GTEST_PROP(BillingRunProperty, SummedMetersAreBilledAsTogether, ()) {
  const Schedule schedule = testing::schedule(testing::draw_tariff());
  const Timeline timeline = Timeline::of(schedule);
  std::vector<MeterSeries> series;
  std::vector<SummedSeries> summed;
  UtcMs first = kFarFuture;
  for (int i = 0; i < testing::draw(1, 3); ++i) {
    const auto readings = testing::draw_readings();
    series.push_back({i, readings});
    summed.push_back({readings[0], {readings.begin() + 1, readings.end()}});
    first = std::min(first, readings[0].at);
  }
  RC_PRE(!series.empty());
  const RegisterReading start{first, 0};
  const auto points = sum_registers(timeline, start, summed, Millis{-1});
  const auto together = price_together(schedule, series);
  RC_ASSERT(together.has_value());
  const auto run = run_billing(timeline, started(timeline, start), points, {first, first});
  RC_ASSERT(run.has_value());
  std::map<Month, Money> totals;
  for (const DayCharge& charge : run->closed)
    for (const MonthBill& bill : charge.bills) totals[bill.month] = bill.total;
  if (run->open)
    for (const MonthBill& bill : run->open->bills) totals[bill.month] = bill.total;
  for (const SharedBill& bill : together->bills)
    RC_ASSERT(totals[bill.account.month] == bill.account.total);
  RC_ASSERT(sum(totals) == together->total);
}

}  // namespace
}  // namespace paymeter::domain::rating
