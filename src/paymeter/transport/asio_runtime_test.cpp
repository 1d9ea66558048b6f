/// Waiting, waking, stopping and escaping exceptions of the real runtime, by events only.
#include "paymeter/transport/asio_runtime.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace paymeter::transport {
namespace {

struct AsioRuntimeTest : testing::Test {
  boost::asio::io_context context;
  std::vector<std::string> fatal;
  AsioRuntime runtime{context, [this](std::string_view name, std::string_view what) {
                        fatal.push_back(std::string(name) + ": " + std::string(what));
                      }};
  std::vector<std::string> log;

  port::Async<> note_after(Millis span, std::string line) {
    co_await runtime.sleep(span);
    log.push_back(line);
  }
  port::Async<> note_when(port::Wakeup& wakeup, Millis limit, std::string line) {
    co_await wakeup.wait_until(runtime.mono() + limit);
    log.push_back(line);
  }
  port::Async<> run(std::function<port::Async<>()> body) { co_await body(); }
};

constexpr Millis kNever = minutes(60);

TEST_F(AsioRuntimeTest, SleepsEndInOrderOfTheirSpans) {
  runtime.spawn("late", note_after(Millis{5}, "late"));
  runtime.spawn("soon", note_after(Millis{1}, "soon"));
  EXPECT_EQ(runtime.tasks_running(), 2U);
  context.run();
  EXPECT_EQ(log, (std::vector<std::string>{"soon", "late"}));
  EXPECT_EQ(runtime.tasks_running(), 0U);
}

TEST_F(AsioRuntimeTest, SleepNeverEndsBeforeItsSpanOnTheMonotonicClock) {
  std::optional<Millis> slept;
  auto body = [&]() -> port::Async<> {
    const auto start = runtime.mono();
    co_await runtime.sleep(Millis{7});
    slept = runtime.mono() - start;
  };
  runtime.spawn("sleeper", run(body));
  context.run();
  ASSERT_TRUE(slept.has_value());
  EXPECT_GE(slept->value, 7);
}

TEST_F(AsioRuntimeTest, RaiseEndsThePresentWait) {
  auto wakeup = runtime.make_wakeup();
  runtime.spawn("waiter", note_when(*wakeup, kNever, "woken"));
  context.poll();
  EXPECT_TRUE(log.empty());
  wakeup->raise();
  context.run();
  EXPECT_EQ(log, std::vector<std::string>{"woken"});
}

TEST_F(AsioRuntimeTest, RaiseBeforeTheWaitIsKeptButNotAddedUp) {
  auto wakeup = runtime.make_wakeup();
  wakeup->raise();
  wakeup->raise();
  auto body = [&]() -> port::Async<> {
    co_await note_when(*wakeup, kNever, "first");
    co_await note_when(*wakeup, Millis{1}, "second, by its deadline");
  };
  runtime.spawn("waiter", run(body));
  context.run();  // a first wait that missed the raise would take an hour
  EXPECT_EQ(log, (std::vector<std::string>{"first", "second, by its deadline"}));
}

TEST_F(AsioRuntimeTest, StopEndsSleepsAndWaitsAndLaterOnesEndAtOnce) {
  auto wakeup = runtime.make_wakeup();
  runtime.spawn("sleeper", note_after(kNever, "slept"));
  runtime.spawn("waiter", note_when(*wakeup, kNever, "woken"));
  context.poll();
  EXPECT_FALSE(runtime.stopping());
  runtime.stop();
  EXPECT_TRUE(runtime.stopping());
  runtime.spawn("after", note_after(kNever, "after"));
  context.run();
  EXPECT_EQ(log.size(), 3U);
}

TEST_F(AsioRuntimeTest, ATaskThatLoopsOverARaisedFlagDoesNotStarveTheOthers) {
  auto wakeup = runtime.make_wakeup();
  bool done = false;
  auto loop = [&]() -> port::Async<> {
    while (!done) {
      wakeup->raise();
      co_await wakeup->wait_until(runtime.mono() + kNever);
    }
  };
  auto other = [&]() -> port::Async<> {
    co_await runtime.sleep(Millis{1});
    done = true;
  };
  runtime.spawn("loop", run(loop));
  runtime.spawn("other", run(other));
  context.run();
  EXPECT_TRUE(done);
}

TEST_F(AsioRuntimeTest, AnEscapingExceptionReachesTheFatalHandlerWithTheTasksName) {
  auto body = [&]() -> port::Async<> {
    co_await runtime.sleep(Millis{0});
    throw std::runtime_error("ledger unbalanced");
  };
  runtime.spawn("sweep", run(body));
  context.run();
  EXPECT_EQ(fatal, std::vector<std::string>{"sweep: ledger unbalanced"});
  EXPECT_EQ(runtime.tasks_running(), 0U);
}

TEST_F(AsioRuntimeTest, RandomNumbersDoNotRepeatWithinARefill) {
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(runtime.random_u32());
  // 200 draws of 32 bits collide once in 200,000 runs; two collisions do not happen.
  EXPECT_GE(seen.size(), 199U);
}

TEST(AsioRuntimeLifetime, CoroutinesThatStillWaitAreFreedAfterTheRuntime) {
  boost::asio::io_context context;
  std::unique_ptr<port::Wakeup> wakeup;
  {
    AsioRuntime runtime(context, [](auto, auto) {});
    wakeup = runtime.make_wakeup();
    runtime.spawn("sleeper", runtime.sleep(kNever));
    runtime.spawn("waiter", wakeup->wait_until(runtime.mono() + kNever));
    context.poll();
  }
  wakeup.reset();
}

}  // namespace
}  // namespace paymeter::transport
