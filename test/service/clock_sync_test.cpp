// Clocks of meters on the bench: alarmed, set by command, never silently across a limit.
#include "paymeter/service/clock_sync.hpp"

#include <cstdlib>

#include "bench_test.hpp"

namespace paymeter::bench_station {
namespace {

using domain::AlarmKind;
using domain::CommandKind;
using domain::CommandOrigin;
using domain::CommandState;

constexpr Millis kShanghai = minutes(480);

class ClockSync : public BenchTest {
 protected:
  std::unique_ptr<Station> on() {
    auto station = std::make_unique<Station>(world, many, path_);
    station->start();
    station->until([&] {
      for (const auto& [id, meter] : station->live.meters())
        if (!meter.prepaid) return false;
      return true;
    });
    return station;
  }
  /// Puts the meter's clock ahead of the station's.
  void put_off(Station& station, int unit, Millis drift) {
    many.keep_time(static_cast<std::uint8_t>(unit), station.runtime.now());
    many.meter(unit).start_clock(civil_time(station.runtime.now() + drift, kShanghai));
  }
  Millis drift(Station& station, int unit) {
    many.keep_time(static_cast<std::uint8_t>(unit), station.runtime.now());
    return utc_from_civil(many.meter(unit).clock().civil(), kShanghai) - station.runtime.now();
  }
  double seconds_off(Station& station, int unit) {
    return static_cast<double>(drift(station, unit).value) / 1'000;
  }
  bool is_right(Station& station, int unit) {
    return std::abs(drift(station, unit).value) <= domain::kClockTolerance.value;
  }
  std::vector<domain::Command> commands(Station& station) {
    port::CommandFilter filter;
    filter.kind = CommandKind::set_clock;
    return station.run(station.store->list_commands(filter))->rows;
  }
  bool alarm(Station& station, int unit) {
    return station.alarms->is_active(AlarmKind::clock, station.meter_id(unit), {});
  }
  void wait(Station& station, Millis span) {
    station.until([] { return false; }, span);
  }
  BenchSite many{4};
};

TEST_F(ClockSync, ADriftingClockIsSetByAStoredCommandAndARightOneIsNot) {
  auto station = on();
  put_off(*station, 1, seconds(90));
  put_off(*station, 2, seconds(-90));
  put_off(*station, 3, seconds(15));
  station->clock_sync->start();
  EXPECT_TRUE(
      station->until([&] { return is_right(*station, 1) && is_right(*station, 2); }, minutes(20)));
  wait(*station, minutes(20));
  EXPECT_NEAR(seconds_off(*station, 3), 15, 1) << "smaller than what is worth a leap";
  const auto stored = commands(*station);
  ASSERT_EQ(stored.size(), 2U);
  for (const auto& command : stored) {
    EXPECT_EQ(command.origin, CommandOrigin::clock_sync);
    EXPECT_EQ(command.state, CommandState::done);
    EXPECT_EQ(command.reason.find("crosses"), std::string::npos) << command.reason;
  }
  EXPECT_EQ(many.meter(4).memory().clock_sequence, 0U);
}

TEST_F(ClockSync, ALargeErrorIsAnAlarmAndAPersonsBusiness) {
  auto station = on();
  put_off(*station, 1, minutes(61));
  station->clock_sync->start();
  EXPECT_TRUE(station->until([&] { return alarm(*station, 1); }, minutes(2)));
  wait(*station, minutes(180));
  EXPECT_TRUE(commands(*station).empty());
  EXPECT_NEAR(seconds_off(*station, 1), 61 * 60, 1);
}

TEST_F(ClockSync, TheAlarmHasHysteresis) {
  auto station = on();
  struct Row {
    const char* reason;
    std::int64_t off_s;
    bool is_alarm;
  };
  const Row rows[] = {
      {"right", 0, false},
      {"just below the level", 298, false},
      {"at the level", 302, true},
      {"below it, above the other", 120, true},
      {"back above", 400, true},
      {"just above the lower level", 63, true},
      {"below it", 57, false},
      {"between, on the way up", 200, false},
      {"behind counts as well", -302, true},
      {"right again", 0, false},
  };
  for (const Row& row : rows) {
    put_off(*station, 1, seconds(row.off_s));
    wait(*station, minutes(1));
    EXPECT_EQ(alarm(*station, 1), row.is_alarm) << row.reason;
    EXPECT_FALSE(alarm(*station, 2));
  }
  const auto raised = station->run(station->store->list_alarms({}));
  for (const auto& one : raised->rows)
    if (one.kind == AlarmKind::clock)
      EXPECT_NE(one.detail.find("clock "), std::string::npos) << one.detail;
}

TEST_F(ClockSync, AClockThatWasLostIsAnAlarmUntilAPersonSetsIt) {
  auto station = on();
  many.meter(1).lose_clock();
  station->clock_sync->start();
  EXPECT_TRUE(station->until([&] { return alarm(*station, 1); }, minutes(2)));
  wait(*station, minutes(60));
  EXPECT_TRUE(commands(*station).empty());
  service::DownloadRequest request;
  request.idempotency_key = "clock-000001";
  request.meter = station->meter_id(1);
  request.kind = CommandKind::set_clock;
  ASSERT_TRUE(station->run(station->commands->download(request)));
  EXPECT_TRUE(
      station->until([&] { return is_right(*station, 1) && !alarm(*station, 1); }, minutes(10)));
}

TEST_F(ClockSync, NothingIsSetAcrossMidnightWithoutSayingSo) {
  auto station = on();
  // It is 09:00 local; on to 23:50.
  wait(*station, minutes(14 * 60 + 50));
  put_off(*station, 1, minutes(12));
  station->clock_sync->start();
  const auto is_next_day = [&] { return civil_time(station->runtime.now(), kShanghai).day == 23; };
  station->until(is_next_day, minutes(30));
  EXPECT_TRUE(commands(*station).empty()) << "the meter's day would have come twice";
  EXPECT_TRUE(station->until([&] { return is_right(*station, 1); }, minutes(30)));
  ASSERT_EQ(commands(*station).size(), 1U);
  EXPECT_EQ(commands(*station)[0].reason.find("crosses"), std::string::npos);
}

TEST_F(ClockSync, ALeapLongerThanAPeriodSaysWhatItCrosses) {
  auto station = on();
  put_off(*station, 1, minutes(40));
  put_off(*station, 2, minutes(-40));
  station->clock_sync->start();
  EXPECT_TRUE(
      station->until([&] { return is_right(*station, 1) && is_right(*station, 2); }, minutes(30)));
  for (const auto& command : commands(*station)) {
    const bool is_first = command.meter == station->meter_id(1);
    EXPECT_NE(command.reason.find("quarter hour"), std::string::npos) << command.reason;
    EXPECT_NE(command.reason.find(is_first ? "doubled" : "skipped"), std::string::npos)
        << command.reason;
  }
}

TEST_F(ClockSync, OneAtATimeOnABus) {
  auto station = on();
  for (int unit : {1, 2, 3, 4}) put_off(*station, unit, seconds(60));
  std::vector<UtcMs> at;
  auto token = station->events.subscribe([&](const service::Event& event) {
    const auto* changed = std::get_if<service::CommandChanged>(&event);
    if (changed != nullptr && changed->command.state == CommandState::pending)
      at.push_back(changed->command.created_at);
  });
  station->clock_sync->start();
  EXPECT_TRUE(station->until([&] { return at.size() == 4; }, minutes(30)));
  for (std::size_t i = 1; i < at.size(); ++i) EXPECT_GE(at[i] - at[i - 1], seconds(10));
}

TEST_F(ClockSync, AMeterThatRefusesIsNotAskedEveryMinute) {
  auto station = on();
  many.fate = [](std::uint8_t unit, Bytes pdu) {
    const bool is_write = !pdu.empty() && pdu[0] == 0x10;
    return unit == 1 && is_write ? Fate::lose_request : Fate::deliver;
  };
  put_off(*station, 1, seconds(60));
  station->clock_sync->start();
  wait(*station, minutes(150));
  const auto stored = commands(*station);
  EXPECT_GE(stored.size(), 2U);
  EXPECT_LE(stored.size(), 3U) << "an hour between two tries";
  for (const auto& command : stored)
    if (command.state != CommandState::pending) EXPECT_EQ(command.state, CommandState::failed);
}

}  // namespace
}  // namespace paymeter::bench_station
