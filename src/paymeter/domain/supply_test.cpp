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

}  // namespace paymeter::domain
