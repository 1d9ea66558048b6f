// Alarm differences and the states of the matrix.
#include "paymeter/domain/alarm.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {

TEST(Alarm, ChangesOnlyWhatDiffers) {
  using K = AlarmKind;
  PrepaidState read;
  read.account_open = true;
  read.alarm1 = read.alarm2 = true;
  const AlarmChange change =
      alarm_change({K::alarm1, K::overload, K::meter_lost}, status_alarms(read));
  EXPECT_EQ(change.raise, std::vector{K::alarm2});
  // meter_lost is the collector's: a status read never clears it.
  EXPECT_EQ(change.clear, std::vector{K::overload});
}

TEST(Alarm, AClosedAccountHasNoMoneyAlarms) {
  PrepaidState read;
  read.alarm1 = read.arrears = read.cover_opened = true;
  EXPECT_EQ(status_alarms(read), std::vector{AlarmKind::cover});
}

TEST(Alarm, TheMatrixShowsTheWorstState) {
  PrepaidState p;
  EXPECT_EQ(tile_state(true, true, p), TileState::lost);
  EXPECT_EQ(tile_state(false, false, p), TileState::not_opened);
  EXPECT_EQ(tile_state(false, true, std::nullopt), TileState::opened);
  EXPECT_EQ(tile_state(false, true, p), TileState::opened);
  p.alarm1 = true;
  EXPECT_EQ(tile_state(false, true, p), TileState::alarm1);
  p.alarm2 = true;
  EXPECT_EQ(tile_state(false, true, p), TileState::alarm2);
  p.arrears = true;
  EXPECT_EQ(tile_state(false, true, p), TileState::arrears);
}

TEST(Alarm, EveryKindHasASpellingAndASeverity) {
  for (int i = 0; i <= static_cast<int>(kLastAlarmKind); ++i) {
    const auto kind = static_cast<AlarmKind>(i);
    EXPECT_EQ(alarm_kind_from_name(alarm_kind_name(kind)), kind);
    EXPECT_EQ(severity_from_name(severity_name(alarm_severity(kind))), alarm_severity(kind));
  }
}

}  // namespace paymeter::domain
