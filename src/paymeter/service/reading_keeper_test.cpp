// When a day is closed, in which zone, and what happens when the store says no.
#include "paymeter/service/reading_keeper.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <map>

namespace paymeter::service {
namespace {

constexpr std::int64_t kDay = 20'779;  // 2026-11-22
constexpr Millis kDayLength = minutes(1'440);
constexpr UtcMs kMidnight{kDay * kDayLength.value};  // in UTC

class StillRuntime final : public port::Runtime {
 public:
  UtcMs time = kMidnight;
  bool stopped = false;
  UtcMs now() const override { return time; }
  MonoMs mono() const override { return {}; }
  port::Async<> sleep(Millis /*span*/) override { co_return; }
  std::unique_ptr<port::Wakeup> make_wakeup() override { return nullptr; }
  void spawn(std::string_view /*name*/, port::Async<> /*task*/) override {}
  std::uint32_t random_u32() override { return 4; }
  bool stopping() const override { return stopped; }
};

/// Knows only when readings are fresh: a day takes two steps to compact.
class FakeReadings final : public port::ReadingStore {
 public:
  std::map<PropertyId, std::vector<UtcMs>> fresh;
  std::vector<port::Compaction> begun;
  std::optional<Errc> trouble;

  port::Async<Result<std::optional<port::FreshSpan>>> fresh_span(PropertyId property) override {
    const auto& waiting = fresh[property];
    if (waiting.empty()) co_return std::optional<port::FreshSpan>{};
    const auto [from, to] = std::ranges::minmax(waiting);
    co_return std::optional<port::FreshSpan>{{from, to}};
  }
  port::Async<Result<port::Compaction>> compact(port::Compaction step) override {
    if (trouble) co_return fail(*trouble);
    if (step.after == MeterId{}) {
      begun.push_back(step);
      step.after = MeterId{1};
      co_return step;
    }
    std::erase_if(fresh[step.property], [&](UtcMs at) { return at >= step.from && at < step.to; });
    step.finished = true;
    co_return step;
  }
  port::Async<Result<>> append(std::vector<domain::Reading>) override { co_return Result<>{}; }
  port::Async<Result<std::vector<domain::Reading>>> series(MeterId, UtcMs, UtcMs, int) override {
    co_return std::vector<domain::Reading>{};
  }
  port::Async<Result<std::vector<domain::Reading>>> latest() override {
    co_return std::vector<domain::Reading>{};
  }
  port::Async<Result<std::vector<port::DayTotals>>> day_totals(port::DayQuery) override {
    co_return std::vector<port::DayTotals>{};
  }
  port::Async<Result<std::vector<port::RegisterSeries>>> register_series(
      port::RegisterQuery) override {
    co_return std::vector<port::RegisterSeries>{};
  }
};

class ReadingKeeperTest : public testing::Test {
 protected:
  void have(PropertyId id, std::string zone) {
    domain::Property property;
    property.id = id;
    property.time_zone = std::move(zone);
    site_.properties.push_back(property);
    live_.load(site_, {});
  }
  Result<int> pass() {
    boost::asio::io_context io;
    std::optional<Result<int>> out;
    boost::asio::co_spawn(io, keeper_.compact_closed_days(),
                          [&](const std::exception_ptr& error, Result<int> done) {
                            if (error) std::rethrow_exception(error);
                            out = std::move(done);
                          });
    io.run();
    return std::move(*out);
  }

  StillRuntime runtime_;
  FakeReadings store_;
  domain::Site site_;
  LiveTable live_;
  ReadingKeeper keeper_{{runtime_, store_, live_}};
};

}  // namespace

TEST_F(ReadingKeeperTest, ADayIsClosedAQuarterOfAnHourAfterItsLocalMidnight) {
  have(PropertyId{1}, "Asia/Shanghai");
  const UtcMs local_midnight = kMidnight - minutes(480);
  store_.fresh[PropertyId{1}] = {local_midnight - minutes(5), local_midnight + minutes(5)};
  runtime_.time = local_midnight + minutes(15) - Millis{1};
  EXPECT_EQ(pass().value(), 0);
  runtime_.time = local_midnight + minutes(15);
  EXPECT_EQ(pass().value(), 1);
  ASSERT_EQ(store_.begun.size(), 1U);
  EXPECT_EQ(store_.begun[0].day, kDay - 1);
  EXPECT_EQ(store_.begun[0].from, local_midnight - kDayLength);
  EXPECT_EQ(store_.begun[0].to, local_midnight);
  EXPECT_EQ(store_.fresh[PropertyId{1}].size(), 1U);
  EXPECT_EQ(pass().value(), 0);
}

TEST_F(ReadingKeeperTest, EachPropertyHasItsOwnMidnight) {
  have(PropertyId{1}, "Asia/Tokyo");
  have(PropertyId{2}, "Asia/Kolkata");
  const UtcMs at = kMidnight - minutes(540) - minutes(1);  // before midnight in Tokyo
  store_.fresh[PropertyId{1}] = store_.fresh[PropertyId{2}] = {at};
  runtime_.time = kMidnight - minutes(500);
  EXPECT_EQ(pass().value(), 1);
  EXPECT_EQ(store_.begun[0].property, PropertyId{1});
  runtime_.time = kMidnight - minutes(300);
  EXPECT_EQ(pass().value(), 1);
  EXPECT_EQ(store_.begun[1].property, PropertyId{2});
  EXPECT_EQ(store_.begun[1].from, kMidnight - kDayLength - minutes(330));
}

TEST_F(ReadingKeeperTest, YearsWithoutReadingsAreSkipped) {
  have(PropertyId{1}, "Asia/Shanghai");
  store_.fresh[PropertyId{1}] = {kMidnight - kDayLength * 9'000, kMidnight - kDayLength * 3};
  EXPECT_EQ(pass().value(), 2);
}

TEST_F(ReadingKeeperTest, TroubleEndsThePassAndTheNextOneGoesOn) {
  have(PropertyId{1}, "Asia/Shanghai");
  store_.fresh[PropertyId{1}] = {kMidnight - kDayLength * 2};
  store_.trouble = Errc::store_busy;
  EXPECT_EQ(pass().error().code, Errc::store_busy);
  store_.trouble.reset();
  EXPECT_EQ(pass().value(), 1);
}

TEST_F(ReadingKeeperTest, AStoppingStationBeginsNoDay) {
  have(PropertyId{1}, "Asia/Shanghai");
  store_.fresh[PropertyId{1}] = {kMidnight - kDayLength * 2};
  runtime_.stopped = true;
  EXPECT_EQ(pass().value(), 0);
  EXPECT_TRUE(store_.begun.empty());
}

}  // namespace paymeter::service
