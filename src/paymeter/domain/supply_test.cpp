// Target states of commands and what may be commanded.
#include "paymeter/domain/supply.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {

TEST(Supply, FinishedOnlyWhenTheReadBackShowsIt) {
  using K = CommandKind;
  struct Row {
    const char* reason;
    K kind;
    bool relay_open, forced, expect;
  };
  for (const Row& row : {Row{"tripped", K::trip, true, true, true},
                         Row{"open by arrears is not our trip", K::trip, true, false, false},
                         Row{"forced closed is not a trip", K::trip, false, true, false},
                         Row{"forced on", K::force_on, false, true, true},
                         Row{"closed but not forced", K::force_on, false, false, false},
                         Row{"welded open", K::force_on, true, true, false},
                         Row{"released", K::release, false, false, true},
                         Row{"released into arrears: open is right", K::release, true, false, true},
                         Row{"still forced", K::release, false, true, false}}) {
    Command command;
    command.kind = row.kind;
    PrepaidState read;
    read.relay_open = row.relay_open;
    read.forced = row.forced;
    EXPECT_EQ(target_reached(command, read), row.expect) << row.reason;
  }
}

TEST(Supply, OnlyAPersonsReleaseEndsAnOverloadTrip) {
  Command release;
  release.kind = CommandKind::release;
  PrepaidState tripped;
  tripped.relay_open = tripped.overload_trip = true;
  for (int origin = 0; origin <= static_cast<int>(CommandOrigin::clock_sync); ++origin) {
    release.origin = static_cast<CommandOrigin>(origin);
    EXPECT_EQ(target_reached(release, tripped), release.origin != CommandOrigin::by_operator)
        << command_origin_name(release.origin);
  }
  tripped.overload_trip = false;
  release.origin = CommandOrigin::by_operator;
  EXPECT_TRUE(target_reached(release, tripped)) << "open by arrears";
}

TEST(Supply, SettingsAreComparedFieldByField) {
  Command command;
  command.kind = CommandKind::write_settings;
  command.version = 3;
  command.settings = {{5000}, {2000}, 0, {0}};
  PrepaidState read;
  read.settings_version = 3;
  read.settings = command.settings;
  EXPECT_TRUE(target_reached(command, read));
  read.settings.alarm2 = {1999};
  EXPECT_FALSE(target_reached(command, read));
}

TEST(Supply, ATripNeedsAReasonAndSparesTheProtected) {
  Meter meter;
  EXPECT_TRUE(check_supply_request(CommandKind::trip, "unpaid rent is no reason", meter));
  EXPECT_EQ(check_supply_request(CommandKind::trip, " ", meter).error().code,
            Errc::supply_reason_missing);
  meter.is_protected = true;
  EXPECT_EQ(check_supply_request(CommandKind::trip, "works", meter).error().code,
            Errc::supply_protected);
  EXPECT_TRUE(check_supply_request(CommandKind::force_on, "", meter));
}

TEST(Supply, WhatAPersonAskedForLongAgoIsOutdatedByAnyClock) {
  struct Row {
    const char* why;
    CommandOrigin origin;
    Millis age, waited;
    bool outdated;
  };
  constexpr auto kPerson = CommandOrigin::by_operator;
  constexpr Row kRows[] = {
      {"just before its deadline", kPerson, minutes(10) - Millis{1}, {}, false},
      {"at its deadline", kPerson, minutes(10), {}, true},
      {"the clock was set back, but it has waited for all its time",
       kPerson,
       {},
       minutes(10),
       true},
      {"almost", kPerson, {}, minutes(10) - Millis{1}, false},
      {"another station's clock is a little ahead", kPerson, minutes(-5), {}, false},
      {"stored in the future: nobody knows how long ago",
       kPerson,
       minutes(-5) - Millis{1},
       {},
       true},
      {"what a plan gives back never is", CommandOrigin::limiting, minutes(600), minutes(600),
       false},
  };
  for (const Row& row : kRows) {
    Command command;
    command.origin = row.origin;
    command.kind = row.origin == kPerson ? CommandKind::trip : CommandKind::release;
    command.created_at = UtcMs{1'795'485'600'000};
    command.deadline_at = command.created_at + minutes(10);
    EXPECT_EQ(is_outdated(command, command.created_at + row.age, row.waited), row.outdated)
        << row.why;
  }
}

}  // namespace paymeter::domain
