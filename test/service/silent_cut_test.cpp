// Own cuts on meters that do not answer: they are asked for ever, and take the wire from nobody.
#include <map>

#include "cut_station.hpp"

namespace paymeter::bench_station {
namespace {

using domain::AlarmKind;
using domain::CommandKind;
using domain::EnforcementMode;
using service::BusPriority;

class SilentCutTest : public EnforcementTest {
 protected:
  /// Meters 1 … 5 cut on Monday, 1 … 4 silent since, and nobody is to be cut any more.
  std::unique_ptr<CutStation> four_silent() {
    auto station = in_arrears(5);
    station->enforce(EnforcementMode::on);
    station->until_local(23, 9);
    EXPECT_TRUE(station->until([&] { return open(*station) == 5; }, minutes(6 * 60)));
    station->run_for(minutes(3));
    site.fate = [](std::uint8_t unit, Bytes) {
      return unit <= 4 ? Fate::lose_request : Fate::deliver;
    };
    station->enforce(EnforcementMode::off);
    return station;
  }
  static int open(CutStation& station) {
    int n = 0;
    for (int unit = 1; unit <= 5; ++unit) n += station.relay_open(unit);
    return n;
  }
};

TEST_F(SilentCutTest, TheDeadAreAskedOnceAMinuteAndTheLivingAreServed) {
  auto station = four_silent();
  EXPECT_TRUE(station->until([&] { return !station->relay_open(5); }, seconds(60)));
  station->run_for(minutes(20));
  site.wire.clear();
  station->run_for(minutes(60));
  std::map<int, int> frames;
  for (const auto& [unit, pdu] : site.wire) ++frames[unit];
  for (int unit = 1; unit <= 4; ++unit) {
    EXPECT_LE(frames[unit], 80) << unit << ": a minute's pause, and a dead meter's polls";
    EXPECT_GE(frames[unit], 30) << unit << ": for ever";
  }
  EXPECT_GE(frames[5], 30) << "a status every two minutes";
  const auto* live = station->live.find(station->meter_id(5));
  EXPECT_LT(station->runtime.mono() - *live->last_contact_mono, minutes(3));
}

TEST_F(SilentCutTest, ASaleIsNotStarvedByTheDead) {
  auto station = four_silent();
  station->run_for(minutes(10));
  for (int i = 0; i < 20; ++i) {
    const MonoMs asked = station->runtime.mono();
    ASSERT_TRUE(
        station->run(station->collector->read_state(station->meter_id(5), BusPriority::vend)));
    EXPECT_LT(station->runtime.mono() - asked, seconds(15)) << i;
    station->run_for(seconds(7));
  }
}

TEST_F(SilentCutTest, WhoIsHeardAgainIsClosedWithoutWaitingForTheNextTry) {
  auto station = four_silent();
  station->run_for(minutes(60));
  site.fate = {};
  for (int unit = 1; unit <= 4; ++unit)
    ASSERT_TRUE(station->run(
        station->collector->read_state(station->meter_id(unit), BusPriority::command)));
  EXPECT_TRUE(station->until([&] { return open(*station) == 0; }, seconds(20)));
}

/// Full sets as often as a bus allows: thousands of readings since the hold began.
TEST_F(SilentCutTest, AssuranceJudgesTheLatestOfManyReadings) {
  auto station = in_arrears();
  domain::PollIntervalSetting often;
  often.property = station->property();
  often.status = often.full = seconds(15);
  often.set_by = kAnna;
  station->must(station->poll_intervals->set(often));
  station->command(1, CommandKind::trip, "lock-out-001");
  station->run_for(minutes(9 * 60));  // 2,160 readings
  const auto welded = [&] {
    return station->alarms->is_active(AlarmKind::relay_welded, station->meter_id(1), {});
  };
  EXPECT_FALSE(welded());
  use(1, 5'000);
  EXPECT_TRUE(station->until(welded, minutes(15)));
  // Released and tripped again: what flowed while it was closed is nobody's fault.
  station->command(1, CommandKind::release, "lock-out-002");
  ASSERT_TRUE(station->until([&] { return !welded(); }, minutes(15)));
  use(1, 5'000);
  station->run_for(minutes(5));
  station->command(1, CommandKind::trip, "lock-out-003");
  station->run_for(minutes(60));
  EXPECT_FALSE(welded());
}

}  // namespace
}  // namespace paymeter::bench_station
