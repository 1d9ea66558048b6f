// The plan of a bus: intervals, fairness, and what the dead may cost the living.
#include "paymeter/domain/poll_schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

namespace paymeter::domain {
namespace {

constexpr Millis kStatusTime{150}, kFullTime{700}, kTimeout{1'000};

PollMeter wallet(Millis status = seconds(15), Millis full = minutes(30)) {
  return {status, full, kStatusTime, kFullTime};
}

/// A line that follows the plan for a while; the oldest age of a status at any moment is kept.
struct Line {
  PollSchedule plan;
  MonoMs now{0};
  std::function<bool(std::size_t)> dead = [](std::size_t) { return false; };
  std::map<std::size_t, MonoMs> last_status;
  std::map<std::size_t, int> statuses, fulls, silences;
  std::vector<std::int64_t> ages;  ///< of a status just before the next one came
  std::int64_t busy_ms = 0, timeout_ms = 0;

  void run(Millis span) {
    const MonoMs end = now + span;
    while (now < end) {
      const auto poll = plan.next(now);
      ASSERT_TRUE(poll);
      if (poll->at > now) {
        now = std::min(poll->at, end);
        continue;
      }
      plan.begin(*poll, now);
      const bool is_silent = dead(poll->meter);
      const Millis cost = is_silent                        ? kTimeout
                          : poll->part == PollPart::status ? kStatusTime
                                                           : kFullTime;
      now = now + cost;
      busy_ms += cost.value;
      if (is_silent) {
        ++silences[poll->meter];
        timeout_ms += cost.value;
        plan.silent(*poll, now, cost);
        continue;
      }
      plan.answered(*poll, now, cost);
      if (poll->part == PollPart::full) {
        ++fulls[poll->meter];
        continue;
      }
      ++statuses[poll->meter];
      if (const auto last = last_status.find(poll->meter); last != last_status.end())
        ages.push_back((now - last->second).value);
      last_status[poll->meter] = now;
    }
  }
  std::int64_t age_percentile(int percent) {
    std::ranges::sort(ages);
    return ages.at(
        std::min(ages.size() - 1, ages.size() * static_cast<std::size_t>(percent) / 100));
  }
};

TEST(PollSchedule, KeepsTheIntervalsOfEachMeter) {
  Line line;
  line.plan.add(wallet(seconds(5), minutes(1)), line.now);
  line.plan.add(wallet(seconds(60), minutes(30)), line.now);
  line.run(minutes(60));
  EXPECT_NEAR(line.statuses[0], 720, 1);
  EXPECT_NEAR(line.fulls[0], 60, 1);
  EXPECT_NEAR(line.statuses[1], 60, 1);
  EXPECT_NEAR(line.fulls[1], 2, 1);
}

TEST(PollSchedule, ALineTooSlowServesEverybodyEqually) {
  Line line;
  for (int i = 0; i < 32; ++i) line.plan.add(wallet(seconds(1)), line.now);
  line.run(minutes(60));
  int least = INT32_MAX, most = 0;
  for (const auto& [meter, count] : line.statuses) {
    least = std::min(least, count);
    most = std::max(most, count);
  }
  EXPECT_LE(most - least, 1);
  EXPECT_GE(line.busy_ms, 3'600'000) << "never idle";
  for (const auto& [meter, count] : line.fulls) EXPECT_GE(count, 2) << meter;
}

TEST(PollSchedule, FullSetsOfAllMetersAtOnceDoNotAgeTheStatuses) {
  Line line;
  for (int i = 0; i < 60; ++i) line.plan.add(wallet(seconds(15)), line.now);
  line.run(minutes(60));
  // 60 full sets are 42 s of the line; statuses and sets take turns meanwhile.
  EXPECT_LE(line.age_percentile(100), 60'000);
  EXPECT_EQ(line.plan.allows()->value / 1000, 60 * 150 * 10 / 9'767);
}

TEST(PollSchedule, TheDeadDoNotAgeTheDataOfTheLiving) {
  for (const int meters : {16, 32, 64, 247}) {
    Line alive, part;
    part.dead = [](std::size_t meter) { return meter % 10 < 3; };
    for (int i = 0; i < meters; ++i) {
      // Limited by the line, not by the interval.
      alive.plan.add({Millis{1}, std::nullopt, kStatusTime, {}}, alive.now);
      part.plan.add({Millis{1}, std::nullopt, kStatusTime, {}}, part.now);
    }
    alive.run(minutes(30));
    part.run(minutes(15));  // who is dead must be found out first
    part.ages.clear();
    part.busy_ms = part.timeout_ms = 0;
    part.run(minutes(30));
    const auto sweep = alive.age_percentile(99);
    EXPECT_LE(part.age_percentile(99) * 10, sweep * 13)
        << meters << " meters, a sweep of " << sweep;
    EXPECT_GT(part.silences[0], 3) << "the dead are still asked now and then";
    EXPECT_LE(part.timeout_ms * 9, part.busy_ms) << "at most a tenth";
  }
}

TEST(PollSchedule, SilenceBacksOffAndAnAnswerEndsIt) {
  PollSchedule plan;
  plan.add(wallet(seconds(15)), MonoMs{0});
  plan.add(wallet(seconds(15)), MonoMs{0});
  MonoMs now{0};
  std::vector<std::int64_t> pauses;
  while (pauses.size() < 12) {
    const Poll poll = *plan.next(now);
    now = std::max(now, poll.at);
    plan.begin(poll, now);
    if (poll.meter == 1) {
      plan.answered(poll, now, kStatusTime);
      continue;
    }
    static MonoMs last{};
    if (plan.silences(0) > 0) pauses.push_back((now - last).value);
    now = now + kTimeout;
    last = now;
    plan.silent(poll, now, kTimeout);
  }
  EXPECT_EQ(pauses.front(), 2'000) << "soon, while only suspected";
  for (std::size_t i = 3; i < pauses.size(); ++i) EXPECT_GE(pauses[i] + 1'000, pauses[i - 1]) << i;
  EXPECT_LE(pauses.back(), 300'000 + 1'000);
  EXPECT_GE(pauses.back(), 290'000);
  EXPECT_TRUE(plan.is_lost(0));
  plan.heard(0, now);
  // Its probe is due now, as soon as the probes' share of the line allows.
  Poll probe = *plan.next(now + kTimeout * 9);
  while (probe.meter != 0) {
    plan.begin(probe, now);
    plan.answered(probe, now, kStatusTime);
    probe = *plan.next(now + kTimeout * 9);
  }
  EXPECT_LE(probe.at, now + kTimeout * 9);
  plan.begin(probe, probe.at);
  plan.answered(probe, probe.at, kStatusTime);
  EXPECT_FALSE(plan.is_lost(0));
  const Poll next = *plan.next(probe.at);
  EXPECT_EQ(next.part, PollPart::full) << "a meter that comes back has a gap in its history";
}

TEST(PollSchedule, WhileTheWireIsDownOnePollSpeaksForAll) {
  PollSchedule plan;
  for (int i = 0; i < 5; ++i) plan.add(wallet(), MonoMs{0});
  Poll poll = *plan.next(MonoMs{0});
  plan.begin(poll, MonoMs{0});
  plan.wire_failed(poll, MonoMs{5'000});
  for (const MonoMs now : {MonoMs{0}, MonoMs{100}, MonoMs{4'999}})
    EXPECT_EQ(plan.next(now)->at, MonoMs{5'000});
  poll = *plan.next(MonoMs{5'000});
  EXPECT_LE(poll.at, MonoMs{5'000});
  plan.begin(poll, MonoMs{5'000});
  plan.wire_failed(poll, MonoMs{12'000});
  EXPECT_EQ(plan.next(MonoMs{6'000})->at, MonoMs{12'000});
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(plan.silences(i), 0) << "the wire, not the meter";
  plan.wire_back(MonoMs{12'500});
  std::vector<bool> asked(5);
  for (MonoMs now{12'500}; now < MonoMs{13'250}; now = now + kStatusTime) {
    const Poll next = *plan.next(now);
    EXPECT_LE(next.at, now);
    plan.begin(next, now);
    plan.answered(next, now + kStatusTime, kStatusTime);
    if (next.part == PollPart::status) asked.at(next.meter) = true;
  }
  EXPECT_EQ(std::ranges::count(asked, true), 5) << "statuses at once";
}

TEST(PollSchedule, SaysWhatTheLineAllows) {
  // Reference block at 9600 baud: 5 + 100 bytes and envelopes are 131 ms, and 35 ms to the reply.
  const Millis cost = line_cost(1, 5, 100, 9'600);
  EXPECT_NEAR(static_cast<double>(cost.value), 166, 2);
  EXPECT_GT(line_cost(1, 5, 100, 2'400).value, cost.value * 3);
  PollSchedule plan;
  for (int i = 0; i < 247; ++i) plan.add({seconds(60), std::nullopt, cost, {}}, MonoMs{0});
  EXPECT_NEAR(static_cast<double>(plan.allows()->value), 41'000, 500);
  PollSchedule full;
  full.add({seconds(60), Millis{500}, cost, Millis{700}}, MonoMs{0});
  EXPECT_FALSE(full.allows()) << "full sets alone are more than the line carries";
  // Measured times replace the estimate.
  Poll poll = *plan.next(MonoMs{0});
  plan.answered(poll, MonoMs{0}, Millis{400});
  EXPECT_EQ(plan.status_cost(poll.meter), Millis{400});
  plan.answered(poll, MonoMs{0}, Millis{480});
  EXPECT_EQ(plan.status_cost(poll.meter), Millis{410});
}

TEST(PollSchedule, OtherIntervalsTakePlaceAtOnce) {
  Line line;
  for (int i = 0; i < 4; ++i) line.plan.add(wallet(), MonoMs{0});
  line.run(minutes(10));
  EXPECT_NEAR(line.statuses[0], 40, 1);
  line.plan.change_intervals(0, seconds(120), minutes(30), line.now);
  line.plan.change_intervals(1, seconds(3), minutes(1), line.now);
  line.statuses.clear();
  line.fulls.clear();
  line.run(minutes(10));
  EXPECT_NEAR(line.statuses[0], 5, 1);
  EXPECT_NEAR(line.statuses[1], 200, 3) << "it did not wait for what was planned";
  EXPECT_NEAR(line.statuses[2], 40, 1) << "the others as before";
  EXPECT_NEAR(line.fulls[1], 10, 1);
  EXPECT_EQ(line.fulls[2], 0);
}

TEST(PollSchedule, ADeadMeterKeepsItsBackOffUnderOtherIntervals) {
  Line line;
  for (int i = 0; i < 4; ++i) line.plan.add(wallet(), MonoMs{0});
  line.dead = [](std::size_t meter) { return meter == 0; };
  line.run(minutes(20));
  line.silences.clear();
  line.plan.change_intervals(0, seconds(2), minutes(30), line.now);
  line.run(minutes(20));
  EXPECT_LT(line.silences[0], 30) << "it is not asked each 2 s";
  line.dead = [](std::size_t) { return false; };
  line.run(minutes(6));
  EXPECT_FALSE(line.plan.is_lost(0));
}

TEST(PollSchedule, SaysWhatIsAskedOfTheLine) {
  PollSchedule plan;
  plan.add({seconds(10), std::nullopt, Millis{500}, {}}, MonoMs{0});
  EXPECT_EQ(plan.asked_e3(), 50);
  plan.add({seconds(1), seconds(10), Millis{500}, Millis{5'000}}, MonoMs{0});
  EXPECT_EQ(plan.asked_e3(), 50 + 500 + 500);
}

TEST(DueHeap, GivesTheEarliestAndAmongEqualsTheFirst) {
  DueHeap heap;
  for (std::size_t id = 0; id < 100; ++id)
    heap.set(id, MonoMs{static_cast<std::int64_t>(id * 37 % 10)});
  for (std::size_t id = 0; id < 100; id += 3) heap.erase(id);
  heap.set(1, MonoMs{-5});
  heap.set(4, MonoMs{50});
  std::vector<std::pair<std::int64_t, std::size_t>> seen;
  while (!heap.empty()) {
    seen.emplace_back(heap.top().at.value, heap.top().id);
    heap.erase(heap.top().id);
  }
  EXPECT_EQ(seen.size(), 66U);
  EXPECT_EQ(seen.front(), (std::pair<std::int64_t, std::size_t>{-5, 1}));
  EXPECT_EQ(seen.back(), (std::pair<std::int64_t, std::size_t>{50, 4}));
  EXPECT_TRUE(std::ranges::is_sorted(seen));
}

}  // namespace
}  // namespace paymeter::domain
