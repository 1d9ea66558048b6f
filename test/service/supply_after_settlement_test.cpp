// Who holds a supply off while a meter is settled, while nobody has it, and afterwards.
#include <gmock/gmock.h>

#include "cut_station.hpp"

namespace paymeter::bench_station {
namespace {

using domain::AlarmKind;
using domain::CommandKind;
using domain::EnforcementMode;
using domain::SettlementState;
using domain::SupplyIntentKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SupplyAfterSettlementTest : public EnforcementTest {
 protected:
  std::unique_ptr<CutStation> opened_meter() {
    site = BenchSite{2};
    auto station = std::make_unique<CutStation>(world, site, path_);
    station->start_all();
    station->approve_price();
    station->open(1);
    station->run_for(minutes(35));
    return station;
  }
  SettlementId close(CutStation& station) {
    const AccountId account = station.live.find(station.meter_id(1))->account->id;
    const auto begun = station.must(
        station.settlements->close_account(account, {"close-0001", "租约到期", kAnna}));
    return begun.front().id;
  }
  bool reaches(CutStation& station, SettlementId id, SettlementState state) {
    return station.until(
        [&] { return station.must(station.store->find_settlement(id)).state == state; });
  }
  domain::Account open_again(CutStation& station) {
    service::OpeningRequest request;
    request.idempotency_key = "open-again";
    request.meter = station.meter_id(1);
    request.customer_name = "李四";
    return station.must(station.accounts->open(request));
  }
  bool alarmed(CutStation& station, AlarmKind kind) {
    return station.alarms->is_active(kind, station.meter_id(1), {});
  }
};

TEST_F(SupplyAfterSettlementTest, AClosedMeterIsHeldOffUntilSomebodyOpensItAgain) {
  auto station = opened_meter();
  ASSERT_TRUE(reaches(*station, close(*station), SettlementState::done));
  station->run_for(minutes(60));
  EXPECT_TRUE(station->relay_open(1));
  EXPECT_THAT(station->lasting(1), ElementsAre(SupplyIntentKind::settlement));
  EXPECT_FALSE(alarmed(*station, AlarmKind::relay_mismatch)) << "off is what was wanted";
  use(1, 500);
  station->run_for(minutes(60));
  EXPECT_TRUE(alarmed(*station, AlarmKind::relay_welded)) << "nobody's room uses energy";

  open_again(*station);
  EXPECT_TRUE(station->until([&] { return !station->relay_open(1); }, minutes(1)))
      << "the new tenant has power";
  EXPECT_THAT(station->lasting(1), IsEmpty());
  station->run_for(minutes(60));
  EXPECT_FALSE(station->relay_open(1));
  for (const AlarmKind kind : {AlarmKind::relay_mismatch, AlarmKind::relay_welded})
    EXPECT_FALSE(alarmed(*station, kind)) << alarm_kind_name(kind);
}

TEST_F(SupplyAfterSettlementTest, AReleaseThatNeverArrivedDoesNotForgetTheNextTenant) {
  auto station = opened_meter();
  ASSERT_TRUE(reaches(*station, close(*station), SettlementState::done));
  station->run_for(minutes(1));
  site.fate = [](std::uint8_t, Bytes) { return Fate::wire_down; };
  station->command(1, CommandKind::release, "mis-click-1");
  station->run_for(minutes(20));
  EXPECT_THAT(station->lasting(1), ElementsAre(SupplyIntentKind::settlement));
  site.fate = {};
  station->run_for(minutes(20));
  EXPECT_TRUE(station->relay_open(1));
  open_again(*station);
  EXPECT_TRUE(station->until([&] { return !station->relay_open(1); }, minutes(1)))
      << "the new tenant has power";
}

TEST_F(SupplyAfterSettlementTest, ALockOutOutlivesClosingAndOpening) {
  auto station = opened_meter();
  station->command(1, CommandKind::trip, "lock-out-1");
  station->run_for(minutes(1));
  ASSERT_TRUE(reaches(*station, close(*station), SettlementState::done));
  EXPECT_THAT(station->lasting(1),
              ElementsAre(SupplyIntentKind::manual_trip, SupplyIntentKind::settlement));
  open_again(*station);
  station->run_for(minutes(30));
  EXPECT_TRUE(station->relay_open(1)) << "somebody works on it";
  EXPECT_THAT(station->lasting(1), ElementsAre(SupplyIntentKind::manual_trip));
}

TEST_F(SupplyAfterSettlementTest, AnOwnCutThatEndsWithItsAccountDoesNotSwitchAVacantRoomOn) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 9);
  ASSERT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(6 * 60)));
  station->run_for(seconds(30));
  const SettlementId id = close(*station);
  ASSERT_TRUE(reaches(*station, id, SettlementState::debt));
  EXPECT_THAT(station->lasting(1), ElementsAre(SupplyIntentKind::settlement))
      << "the cut ended with the account, the settlement holds the supply off";
  service::CollectionRequest debt;
  debt.idempotency_key = "debt-paid";
  debt.settlement = id;
  debt.kind = domain::VendKind::sale;
  station->must(station->settlements->collect(debt));
  ASSERT_TRUE(reaches(*station, id, SettlementState::done));
  station->run_for(minutes(30));
  EXPECT_TRUE(station->relay_open(1));
  EXPECT_THAT(station->lasting(1), ElementsAre(SupplyIntentKind::settlement));
  EXPECT_TRUE(station->must(station->store->lasting_cuts()).empty());
}

TEST_F(SupplyAfterSettlementTest, WhoIsCutIsNotSwitchedOnForAMomentByItsClosing) {
  // The own cut ends with the account and re-closes ahead of everything; the settlement's own look
  // at the meter waits behind it.
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 9);
  ASSERT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(6 * 60)));
  station->run_for(minutes(2));
  site.wire.clear();
  bool was_on = false;
  site.after_request = [&](std::uint8_t unit, Bytes) {
    if (unit == 1) was_on = was_on || !site.meter(1).relay_open();
  };
  const SettlementId id = close(*station);
  ASSERT_TRUE(reaches(*station, id, SettlementState::debt));
  station->run_for(minutes(5));
  EXPECT_FALSE(was_on);
  for (const auto& [unit, pdu] : site.wire)
    EXPECT_FALSE(unit == 1 && is_relay(pdu)) << "nobody had anything to switch";
  EXPECT_TRUE(station->must(station->store->lasting_cuts()).empty());
  site.after_request = {};
}

TEST_F(SupplyAfterSettlementTest, EveryPathClosesAPlatformWalletByRelease) {
  const auto forced = [&] { return site.meter(1).memory().relay_mode; };
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 9);
  ASSERT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(6 * 60)));
  station->run_for(minutes(1));
  pay(*station, 1, 100'000);
  ASSERT_TRUE(station->until([&] { return !station->relay_open(1); }, minutes(2)));
  EXPECT_EQ(forced(), 0) << "paid: released, 保电 is a person's word";
  const auto change = station->must(
      station->settlements->change_over(station->meter_id(1), {"change-001", "换表", kAnna}));
  ASSERT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(2)));
  station->must(station->settlements->cancel(change.id, kAnna));
  ASSERT_TRUE(station->until([&] { return !station->relay_open(1); }, minutes(5)));
  EXPECT_EQ(forced(), 0) << "called off: as it was";
  station->run_for(minutes(1));
  ASSERT_TRUE(reaches(*station, close(*station), SettlementState::done));
  EXPECT_TRUE(station->relay_open(1));
  open_again(*station);
  ASSERT_TRUE(station->until([&] { return !station->relay_open(1); }, minutes(2)));
  EXPECT_EQ(forced(), 0) << "opened for the next tenant";
}

TEST_F(SupplyAfterSettlementTest, CalledOffItClosesWhatAnOwnCutThatEndedMeanwhileHadOpened) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 9);
  ASSERT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(6 * 60)));
  station->run_for(seconds(30));
  const SettlementId id = close(*station);
  ASSERT_TRUE(reaches(*station, id, SettlementState::debt));
  station->until_local(23, 16, 30);  // too late to be cut again
  station->must(station->settlements->cancel(id, kAnna));
  station->run_for(minutes(5));
  EXPECT_FALSE(station->relay_open(1)) << "nobody holds it off any more";
  EXPECT_THAT(station->lasting(1), IsEmpty());
}

TEST_F(SupplyAfterSettlementTest, CalledOffWhileItsMeterIsBeingReadItSwitchesNothing) {
  auto station = opened_meter();
  const auto begun = station->must(
      station->settlements->change_over(station->meter_id(1), {"change-001", "换表", kAnna}));
  ASSERT_TRUE(station->run(station->settlements->cancel(begun.id, kAnna)));
  station->run_for(minutes(5));
  EXPECT_FALSE(station->relay_open(1));
  EXPECT_THAT(station->lasting(1), IsEmpty());
}

struct Before {
  const char* why;
  void (*make)(CutStation&);
  bool is_open;
  std::vector<SupplyIntentKind> lasting;
};
const Before kBefore[] = {
    {"nobody held it", [](CutStation&) {}, false, {}},
    {"a lock-out for work",
     [](CutStation& s) { s.command(1, CommandKind::trip, "lock-out"); },
     true,
     {SupplyIntentKind::manual_trip}},
    {"保电",
     [](CutStation& s) { s.command(1, CommandKind::force_on, "force-on-1"); },
     false,
     {SupplyIntentKind::force_on}},
};

TEST_F(SupplyAfterSettlementTest, CalledOffItLeavesWhatWasMeantBefore) {
  for (const Before& row : kBefore) {
    SCOPED_TRACE(row.why);
    auto station = opened_meter();
    row.make(*station);
    station->run_for(minutes(1));
    const SettlementId id = station
                                ->must(station->settlements->change_over(
                                    station->meter_id(1), {"change-001", "换表", kAnna}))
                                .id;
    station->until([&] { return station->relay_open(1); }, minutes(1));
    ASSERT_TRUE(station->run(station->settlements->cancel(id, kAnna)));
    station->run_for(minutes(5));
    EXPECT_EQ(station->relay_open(1), row.is_open);
    EXPECT_EQ(station->lasting(1), row.lasting);
    station.reset();
    TearDown();
    SetUp();
  }
}

}  // namespace
}  // namespace paymeter::bench_station
