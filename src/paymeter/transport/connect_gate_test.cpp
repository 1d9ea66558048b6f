// Turns for connections: never more than allowed, in order, and none is lost with its waiter.
#include "paymeter/transport/connect_gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "paymeter/transport/asio_runtime.hpp"

namespace paymeter::transport {
namespace {

struct ConnectGateTest : testing::Test {
  boost::asio::io_context context;
  AsioRuntime runtime{context, [](auto name, auto what) { ADD_FAILURE() << name << ": " << what; }};
  std::shared_ptr<ConnectGate> gate = std::make_shared<ConnectGate>(runtime, 3);
  std::vector<int> served;
  std::vector<int> given_up;

  port::Async<> attempt(int number, std::function<bool()> is_given_up) {
    const auto turn = co_await gate->enter(std::move(is_given_up));
    if (!turn) {
      given_up.push_back(number);
      co_return;
    }
    EXPECT_LE(gate->under_way(), 3U);
    served.push_back(number);
    co_await runtime.sleep(Millis{1});
  }
  void start(int count, std::function<bool(int)> gives_up = {}) {
    for (int number = 0; number < count; ++number)
      runtime.spawn("attempt",
                    attempt(number, [number, gives_up] { return gives_up && gives_up(number); }));
  }
};

TEST_F(ConnectGateTest, AHundredGoThroughThreeAtATimeInTheirOrder) {
  start(100);
  context.run();
  EXPECT_EQ(served.size(), 100U);
  EXPECT_TRUE(std::is_sorted(served.begin(), served.end()));
  EXPECT_EQ(gate->peak(), 3U);
  EXPECT_EQ(gate->under_way(), 0U);
  EXPECT_EQ(gate->waiting(), 0U);
}

TEST_F(ConnectGateTest, WhoGivesUpLeavesThePlaceToTheNext) {
  start(20, [](int number) { return number >= 3 && number % 2 == 0; });
  context.run();
  EXPECT_EQ(served.size() + given_up.size(), 20U);
  EXPECT_EQ(given_up.size(), 8U) << "4, 6 … 18: those before them had a turn at once";
  EXPECT_EQ(gate->under_way(), 0U);
  EXPECT_EQ(gate->waiting(), 0U);
}

TEST_F(ConnectGateTest, AWaiterThatIsDestroyedKeepsNobodyWaiting) {
  auto held = std::make_shared<std::vector<ConnectGate::Turn>>();
  {
    boost::asio::io_context short_lived;
    AsioRuntime other{short_lived, [](auto, auto) {}};
    gate = std::make_shared<ConnectGate>(other, 3);
    for (int i = 0; i < 5; ++i)
      other.spawn("attempt",
                  [](std::shared_ptr<ConnectGate> at,
                     std::shared_ptr<std::vector<ConnectGate::Turn>> out) -> port::Async<> {
                    out->push_back(co_await at->enter([] { return false; }));
                  }(gate, held));
    short_lived.poll();
    EXPECT_EQ(gate->under_way(), 3U);
    EXPECT_EQ(gate->waiting(), 2U);
  }
  EXPECT_EQ(gate->waiting(), 0U) << "their coroutines are gone";
  held->clear();
  EXPECT_EQ(gate->under_way(), 0U);
}

}  // namespace
}  // namespace paymeter::transport
