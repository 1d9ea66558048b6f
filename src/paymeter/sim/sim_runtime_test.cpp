// Virtual time: order, wakeups, crashes, and the same run from the same seed.
#include "paymeter/sim/sim_runtime.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace paymeter::sim {
namespace {

using Log = std::vector<std::string>;

port::Async<> sleeper(SimRuntime& runtime, Log& log, std::string name, Millis span, int times) {
  for (int i = 0; i < times; ++i) {
    co_await runtime.sleep(span);
    log.push_back(name + "@" + std::to_string(runtime.mono().value));
  }
}

TEST(SimRuntime, SleepsEndInOrderAndTimeJumps) {
  SimWorld world(1);
  SimRuntime runtime(world, "station");
  Log log;
  runtime.spawn("b", sleeper(runtime, log, "b", Millis{3'600'000}, 1));
  runtime.spawn("a", sleeper(runtime, log, "a", Millis{1'000}, 2));
  EXPECT_EQ(world.run_until([] { return false; }, MonoMs{INT64_MAX}), SimWorld::Ended::idle);
  EXPECT_EQ(log, (Log{"a@1000", "a@2000", "b@3600000"}));
  EXPECT_EQ(runtime.tasks_running(), 0U);
}

TEST(SimRuntime, ADeadlineStopsTheClockThere) {
  SimWorld world(1);
  SimRuntime runtime(world, "station");
  Log log;
  runtime.spawn("a", sleeper(runtime, log, "a", Millis{1'000}, 3));
  EXPECT_EQ(world.run_until([] { return false; }, MonoMs{1'500}), SimWorld::Ended::deadline);
  EXPECT_EQ(world.mono(), MonoMs{1'500});
  EXPECT_EQ(world.run_until([&] { return log.size() == 2; }, MonoMs{9'000}), SimWorld::Ended::done);
  EXPECT_EQ(world.mono(), MonoMs{2'000});
}

port::Async<> waiter(SimRuntime& runtime, port::Wakeup& wakeup, Log& log, MonoMs deadline) {
  co_await wakeup.wait_until(deadline);
  log.push_back("woken@" + std::to_string(runtime.mono().value));
}

TEST(SimRuntime, WakeupsEndTheWaitOrTheNextOne) {
  SimWorld world(1);
  SimRuntime runtime(world, "station");
  const auto wakeup = runtime.make_wakeup();
  Log log;
  runtime.spawn("w", waiter(runtime, *wakeup, log, MonoMs{5'000}));
  world.schedule(MonoMs{700}, [&] { wakeup->raise(); });
  world.run_for(Millis{1'000});
  EXPECT_EQ(log, Log{"woken@700"});

  wakeup->raise();
  wakeup->raise();
  runtime.spawn("w", waiter(runtime, *wakeup, log, MonoMs{5'000}));
  world.run_for(Millis{500});
  runtime.spawn("w", waiter(runtime, *wakeup, log, MonoMs{5'000}));
  world.run_for(Millis{10'000});
  EXPECT_EQ(log, (Log{"woken@700", "woken@1000", "woken@5000"})) << "raises do not add up";
}

TEST(SimRuntime, DroppingIsACrashAndTheWorldGoesOn) {
  SimWorld world(1);
  SimRuntime site(world, "site");
  Log log;
  site.spawn("site", sleeper(site, log, "site", Millis{1'000}, 3));
  auto station = std::make_unique<SimRuntime>(world, "station");
  auto wakeup = station->make_wakeup();
  station->spawn("a", sleeper(*station, log, "station", Millis{1'500}, 9));
  station->spawn("w", waiter(*station, *wakeup, log, MonoMs{2'500}));
  station->spawn("h", station->hang());
  world.run_for(Millis{2'000});
  station->drop_tasks();
  wakeup.reset();  // as services do that own wakeups
  station = std::make_unique<SimRuntime>(world, "station");
  station->spawn("a", sleeper(*station, log, "reborn", Millis{500}, 1));
  world.run_for(Millis{2'000});
  EXPECT_EQ(log, (Log{"site@1000", "station@1500", "site@2000", "reborn@2500", "site@3000"}));
}

TEST(SimRuntime, StoppingEndsSleepsAndWaits) {
  SimWorld world(1);
  SimRuntime runtime(world, "station");
  const auto wakeup = runtime.make_wakeup();
  Log log;
  runtime.spawn("a", sleeper(runtime, log, "a", Millis{9'000}, 2));
  runtime.spawn("w", waiter(runtime, *wakeup, log, MonoMs{9'000}));
  world.run_for(Millis{10});
  runtime.stop();
  EXPECT_TRUE(runtime.stopping());
  world.run_for(Millis{10});
  EXPECT_EQ(runtime.tasks_running(), 0U);
}

port::Async<> thrower(SimRuntime& runtime) {
  co_await runtime.sleep(Millis{1});
  throw std::runtime_error("broken");
}

TEST(SimRuntime, AnEscapedExceptionEndsTheRun) {
  SimWorld world(1);
  SimRuntime runtime(world, "station");
  runtime.spawn("t", thrower(runtime));
  EXPECT_THROW(world.run_for(Millis{10}), std::runtime_error);
}

port::Async<> dies_at_once() {
  throw std::runtime_error("broken");
  co_return;
}
port::Async<> bystander(bool& ran) {
  ran = true;
  co_return;
}

TEST(SimRuntime, AProcessThatDiesDoesNothingMore) {
  SimWorld world(1);
  SimRuntime runtime(world, "station");
  bool ran = false;
  runtime.spawn("t", dies_at_once());
  runtime.spawn("b", bystander(ran));
  EXPECT_THROW(world.run_for(Millis{10}), std::runtime_error);
  EXPECT_FALSE(ran);
}

port::Async<> gambler(SimRuntime& runtime, SimWorld& world) {
  for (int i = 0; i < 100; ++i) {
    const auto number = runtime.random_u32();
    co_await runtime.sleep(Millis{static_cast<std::int64_t>(number % 1000)});
    world.trace(std::to_string(number));
  }
}

std::uint64_t history(std::uint64_t seed) {
  SimWorld world(seed);
  SimRuntime one(world, "one"), two(world, "two");
  one.spawn("g", gambler(one, world));
  two.spawn("g", gambler(two, world));
  world.run_until([] { return false; }, MonoMs{INT64_MAX});
  EXPECT_EQ(world.trace_lines(), 200U);
  return world.trace_hash();
}

TEST(SimRuntime, TheSameSeedGivesTheSameRun) {
  EXPECT_EQ(history(7), history(7));
  EXPECT_NE(history(7), history(8));
}

}  // namespace
}  // namespace paymeter::sim
